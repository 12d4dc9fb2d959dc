"""What balancers said last and what load nodes make of it, as a scrape shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from gslb.policy import Carried

Samples = tuple[str, list[tuple[tuple[str, ...], float]]]
"""A metric's name, and label values with the value of each sample."""


@dataclass(frozen=True, slots=True)
class Balancing:
    """What a balancer said last: `age` seconds ago, rates a second, `used` of its capacity if it tells."""

    name: str
    endpoint: str
    age: float
    up: int
    total: int
    requests: float
    errors: float
    used: float | None
    connections: int = 0


def balancer_samples(told: Iterable[Balancing]) -> Iterator[Samples]:
    """The samples of each metric of balancers."""
    every = list(told)
    states = ((one.name, {"up": one.up, "down": one.total - one.up}) for one in every)
    yield "gslb_balancer_backends", [((name, state), count) for name, by in states for state, count in by.items()]
    rates = ((one.name, {"all": one.requests, "failed": one.errors}) for one in every)
    yield "gslb_balancer_requests", [((name, which), rate) for name, by in rates for which, rate in by.items()]
    yield "gslb_balancer_utilisation", [((one.name,), one.used) for one in every if one.used is not None]
    yield "gslb_balancer_age_seconds", [((one.name,), one.age) for one in every]


def load_samples(loads: Mapping[str, Carried]) -> Iterator[Samples]:
    """By load node and child, as `carry_key` has them."""
    yield "gslb_load_factor", [((*key.split("|", maxsplit=1),), one.factor) for key, one in loads.items()]
