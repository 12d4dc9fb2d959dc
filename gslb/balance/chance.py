"""Choosing by chance: at random, and the better of two drawn at random.

Two choices are nearly as good as looking at all members, without everybody running to the one that was idle a moment
ago: the more balancers there are that do not know of each other, the more that counts (Mitzenmacher 2001).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, islice
from typing import Generic

from gslb.balance.least import Cost
from gslb.balance.member import Draw, M


class Random(Generic[M]):
    """In proportion to weight; the others, too, come in an order drawn by weight."""

    def __init__(self, members: Sequence[M], draw: Draw) -> None:
        self._members = tuple(members)
        self._draw = draw

    def order(self, key: bytes = b"") -> Iterator[M]:  # noqa: ARG002 - whoever asks
        left = list(self._members)
        while left:
            edges = list(accumulate(member.weight for member in left))
            yield left.pop(bisect_right(edges, self._draw(edges[-1])))


class TwoChoices(Generic[M]):
    """Two by weight, the one that costs less first; then the others in an order drawn by weight."""

    def __init__(self, members: Sequence[M], draw: Draw, cost: Cost) -> None:
        self._random = Random(members, draw)
        self._cost = cost

    def order(self, key: bytes = b"") -> Iterator[M]:
        drawn = self._random.order(key)
        pair = list(islice(drawn, 2))
        yield from sorted(pair, key=self._cost)
        yield from drawn
