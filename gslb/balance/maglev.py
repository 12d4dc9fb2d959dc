"""Consistent hashing by a table of turns (Maglev; Eisenbud and others 2016): one look-up a key, shares even to a slot.

Each member goes through the slots in an order of its own, drawn from its name, and takes the next free one when it is
its turn; turns come in proportion to weight. A member that goes leaves its slots to others, and few other slots change
hands: not none, as on a ring, but shares are far more even than a ring's arcs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Generic

from gslb.balance.hashing import place
from gslb.balance.member import M

SLOTS = (16_381, 65_537, 262_139)  # primes: the first that has a hundred slots a member is taken


class Maglev(Generic[M]):
    """Members by the slots after a key's."""

    def __init__(self, members: Sequence[M]) -> None:
        self._members = tuple(members)
        size = next((size for size in SLOTS if size >= 100 * len(self._members)), SLOTS[-1])
        self._slots = slots([(member.name, member.weight) for member in self._members], size)

    def order(self, key: bytes = b"") -> Iterator[M]:
        table, members = self._slots, self._members
        if not members:
            return
        first = place(key) % len(table)
        seen = {table[first]}
        yield members[table[first]]
        for step in range(1, len(table)):
            if len(seen) == len(members):
                return
            index = table[(first + step) % len(table)]
            if index not in seen:
                seen.add(index)
                yield members[index]
        yield from (member for index, member in enumerate(members) if index not in seen)


def slots(members: Sequence[tuple[str, int]], size: int) -> Sequence[int]:
    """Which member (counted from 0) each of a prime number of slots belongs to; `members`: name and weight above 0."""
    table = [-1] * size
    if not members:
        return table
    walks = [_walk(name.encode(), size) for name, _ in members]
    heaviest = max(weight for _, weight in members)
    turns = [0] * len(members)
    left = size
    while True:
        for index, (_, weight) in enumerate(members):
            turns[index] += weight
            if turns[index] < heaviest:
                continue
            turns[index] -= heaviest
            table[next(slot for slot in walks[index] if table[slot] < 0)] = index
            left -= 1
            if not left:
                return table


def _walk(name: bytes, size: int) -> Iterator[int]:
    """Every slot once, in an order that the name decides."""
    offset, skip = place(name, b"offset") % size, place(name, b"skip") % (size - 1) + 1
    return ((offset + number * skip) % size for number in range(size))
