"""Members for selection algorithms, as plain as can be."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True, eq=False)
class Upstream:
    """Somewhere to send requests to."""

    name: str
    weight: int = 1
    active: int = 0
    latency: float = 0.0

    def __repr__(self) -> str:
        return self.name


def upstreams(count: int) -> list[Upstream]:
    """So many, called m0, m1 …, each of weight one."""
    return [Upstream(f"m{number}") for number in range(count)]


def weighing(*weights: int) -> list[Upstream]:
    """One of each weight, called m0, m1 …"""
    return [Upstream(f"m{number}", weight) for number, weight in enumerate(weights)]
