"""Paths to endpoints: what `pool`, `pool/region` and `pool/region/name` stand for, and what an unknown one meant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from gslb.model.mark import Mark
from gslb.model.model import Model
from gslb.model.nouns import Endpoint, Pool
from gslb.model.suggest import did_you_mean


class Found(NamedTuple):
    """The endpoints of `pool` that a path stands for; `exact`: it is an endpoint's own path."""

    pool: Pool
    endpoints: tuple[Endpoint, ...]
    exact: bool


class Paths:
    """Every path into the pools of a model."""

    def __init__(self, model: Model) -> None:
        self._policies = model.policies
        self._regions = model.regions
        self._pools = model.pools
        self._found: dict[str, Found] = {}
        for pool in model.pools.values():
            parts: dict[str, tuple[Endpoint, ...]] = {}
            for endpoint in pool.endpoints:
                part, _, name = endpoint.path.rpartition("/")
                if part != pool.name and name:
                    parts[part] = (*parts.get(part, ()), endpoint)
            self._found[pool.name] = Found(pool, pool.endpoints, exact=False)
            self._found.update({part: Found(pool, endpoints, exact=False) for part, endpoints in parts.items()})
            self._found.update({endpoint.path: Found(pool, (endpoint,), exact=True) for endpoint in pool.endpoints})

    def __contains__(self, path: str) -> bool:
        return path in self._found

    def __getitem__(self, path: str) -> Found:
        return self._found[path]

    def unknown(self, path: str, mark: Mark | None) -> tuple[str, Mark | None, str]:
        """The fault of a path that stands for nothing: message, mark and hint."""
        if path in self._regions:
            return f"{path} is a region", mark, f"write POOL/{path}"
        if path.split("/", maxsplit=1)[0] in self._pools:
            return f"unknown endpoint {path}", mark, did_you_mean(path, self._found)
        hint = did_you_mean(path, (*self._found, *self._policies))
        if not hint and "." in path:
            hint = f"another name of ours is written {{alias: {path}}}"
        return f"unknown pool or policy {path}", mark, hint


def paths_of(endpoint: Endpoint) -> Iterator[str]:
    """Every path on which a word is one on this endpoint: itself, what holds it, its pool, its region."""
    path = endpoint.path
    while path:
        yield path
        path = path.rpartition("/")[0]
    if endpoint.region is not None:
        yield endpoint.region
