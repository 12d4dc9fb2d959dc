"""Consistent hashing on a ring, with bounded loads.

    points of members, by hash ──► a key's place ──► the next points clockwise: members from near to far

A member has points in proportion to its weight, placed by its own name only, so one that comes or goes moves the keys
of its own arcs and no others. With bounded loads (Mirrokni, Thorup, Zadimoghaddam 2016) a member is passed over while
it has `balance` times its share of what is under way: a key that everybody asks for spreads to the next ones.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from math import ceil, inf
from typing import Generic

from gslb.balance.hashing import place
from gslb.balance.member import M

POINTS = 160  # points that a member has for each unit of weight, while all together have no more than MOST
MOST = 65_536
BALANCE = 1.25


class Ring(Generic[M]):
    """Members from near to far, those that have less than their bound first. `balance` infinite: no bound."""

    def __init__(self, members: Sequence[M], balance: float = BALANCE) -> None:
        self._members = tuple(members)
        self._balance = balance
        each = max(1, min(POINTS, MOST // max(1, sum(member.weight for member in self._members))))
        points = sorted(
            (place(f"{member.name}\0{number}".encode()), index)
            for index, member in enumerate(self._members)
            for number in range(each * member.weight)
        )
        self._places = [point for point, _ in points]
        self._owners = [index for _, index in points]

    def order(self, key: bytes = b"") -> Iterator[M]:
        bounds = self._bounds()
        full = []
        for index in self._near(place(key)):
            member = self._members[index]
            if member.active < bounds[index]:
                yield member
            else:
                full.append(member)
        yield from full

    def _near(self, where: int) -> Iterator[int]:
        """Every member's index once, by its first point clockwise from a place."""
        owners, count = self._owners, len(self._members)
        first = bisect_left(self._places, where)
        seen: set[int] = set()
        for step in range(len(owners)):
            index = owners[(first + step) % len(owners)]
            if index not in seen:
                seen.add(index)
                yield index
                if len(seen) == count:
                    return

    def _bounds(self) -> Sequence[float]:
        if self._balance == inf:
            return [inf] * len(self._members)
        weights = [member.weight for member in self._members]
        share = self._balance * (1 + sum(member.active for member in self._members)) / (sum(weights) or 1)
        return [ceil(share * weight) for weight in weights]
