"""Every algorithm by its word, and the one way to make it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from math import inf
from typing import Any, Generic, Protocol

from gslb.balance.chance import Random, TwoChoices
from gslb.balance.least import Least, by_connections, by_response_time
from gslb.balance.maglev import Maglev
from gslb.balance.member import Draw, M, Selector
from gslb.balance.ring import Ring
from gslb.balance.turns import RoundRobin, SmoothWeighted


class Algorithm(Enum):
    """The words of the configuration."""

    ROUND_ROBIN = "round_robin"
    WEIGHTED = "weighted"
    LEAST = "least"
    RANDOM = "random"
    TWO_CHOICES = "two_choices"
    EWMA = "ewma"
    HASH = "hash"
    RING = "ring"
    MAGLEV = "maglev"

    @property
    def by_key(self) -> bool:
        """Whether it looks at a key: the client's address, a URI, a header, a cookie."""
        return self in (Algorithm.HASH, Algorithm.RING, Algorithm.MAGLEV)


class _Make(Protocol):
    def __call__(self, members: Sequence[Any], draw: Draw, /) -> Selector[Any]: ...


KINDS: Mapping[Algorithm, _Make] = {
    Algorithm.ROUND_ROBIN: lambda members, _: RoundRobin(members),
    Algorithm.WEIGHTED: lambda members, _: SmoothWeighted(members),
    Algorithm.LEAST: lambda members, _: Least(members, by_connections),
    Algorithm.RANDOM: Random,
    Algorithm.TWO_CHOICES: lambda members, draw: TwoChoices(members, draw, by_connections),
    Algorithm.EWMA: lambda members, _: Least(members, by_response_time),
    Algorithm.HASH: lambda members, _: Ring(members, inf),
    Algorithm.RING: lambda members, _: Ring(members),
    Algorithm.MAGLEV: lambda members, _: Maglev(members),
}


def build(algorithm: Algorithm, members: Sequence[M], draw: Draw) -> Selector[M]:
    """An algorithm over these members, to be made anew when they, or their weights, change.

    Those that weigh nothing come last, in turn, whatever the algorithm.
    """
    make = KINDS[algorithm]
    weighing = [member for member in members if member.weight > 0]
    if len(weighing) == len(members):
        return make(members, draw)
    return _Spared(make(weighing, draw), RoundRobin([member for member in members if member.weight <= 0]))


class _Spared(Generic[M]):
    """A selector, and behind it another for when it has nobody left."""

    def __init__(self, first: Selector[M], spare: Selector[M]) -> None:
        self._first, self._spare = first, spare

    def order(self, key: bytes = b"") -> Iterator[M]:
        yield from self._first.order(key)
        yield from self._spare.order(key)
