"""Taking turns: round robin, and smooth weighted round robin.

Smooth: each choice adds its weight to every member's credit, takes the one with the most and charges it the sum of all
weights. Over as many choices as the weights add up to, each member is chosen exactly as often as it weighs, and a heavy
one not in a row but spread out: 5, 1, 1 gives a a b a c a a.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Generic

from gslb.balance.member import M


class RoundRobin(Generic[M]):
    """One after the other, whatever they weigh."""

    def __init__(self, members: Sequence[M]) -> None:
        self._members = tuple(members)
        self._next = 0

    def order(self, key: bytes = b"") -> Iterator[M]:  # noqa: ARG002 - whoever asks
        members, first = self._members, self._next
        self._next = (first + 1) % (len(members) or 1)
        yield from members[first:]
        yield from members[:first]


class SmoothWeighted(Generic[M]):
    """In proportion to weight, spread out."""

    def __init__(self, members: Sequence[M]) -> None:
        self._members = tuple(members)
        self._credit = [0] * len(self._members)

    def order(self, key: bytes = b"") -> Iterator[M]:  # noqa: ARG002 - whoever asks
        members, credit = self._members, self._credit
        if not members:
            return
        total = 0
        for index, member in enumerate(members):
            weight = member.weight
            credit[index] += weight
            total += weight
        chosen = max(range(len(members)), key=credit.__getitem__)
        credit[chosen] -= total
        yield members[chosen]
        for index in sorted(range(len(members)), key=credit.__getitem__, reverse=True):
            if index != chosen:
                yield members[index]
