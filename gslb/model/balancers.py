"""Regional balancers: what each serves, and how a node knows its words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gslb.model.mark import Mark
from gslb.model.nouns import Pool, Secret


@dataclass(frozen=True, slots=True)
class Balancer:
    """An HTTP balancer that stands on the addresses of the pool it `serves`, once at each of its endpoints.

    `token` is shared by all of them; `tokens` are those of single ones, by what follows the pool in the endpoint's
    path (`eu-west`, `eu-west/a`), and go before it.
    """

    name: str
    serves: str
    token: Secret | None = None
    tokens: tuple[tuple[str, Secret], ...] = ()
    mark: Mark | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Stand:
    """One place where a balancer stands, and reports from. `region` is its endpoint's, if regions are written."""

    name: str  # edge/eu-west
    endpoint: str  # web/eu-west
    region: str | None
    token: Secret


def stands(balancers: Mapping[str, Balancer], pools: Mapping[str, Pool]) -> tuple[Stand, ...]:
    """Every place that may report: each endpoint of each balancer's pool that there is a token for."""
    found = []
    for balancer in balancers.values():
        own = {str(key): secret for key, secret in balancer.tokens}
        for endpoint in pools[balancer.serves].endpoints if balancer.serves in pools else ():
            key = endpoint.path.partition("/")[2]
            token = own.get(key, balancer.token)
            if token is not None:
                found.append(Stand(f"{balancer.name}/{key}", endpoint.path, endpoint.region, token))
    return tuple(found)
