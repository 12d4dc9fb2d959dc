"""Hashing in whole numbers, the same on every machine: how client buckets are spread over the children of a node.

A client prefix has one of 65,536 buckets (`gslb.image.client_bucket`). Each text - a node's or an endpoint's path -
puts all buckets into an order of its own: three rounds of a fixed shuffle with a key added before and after each (an
iterated Even-Mansour cipher on 16 bits). Orders of different texts look independent of each other, and because each is
a true permutation, a share of positions is exactly that share of buckets.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Iterator
from functools import lru_cache

from gslb.image import BUCKETS

WORD = 0xFFFF_FFFF_FFFF_FFFF


def splitmix64(state: int) -> int:
    """One step of SplitMix64 (Steele, Lea, Flood 2014): 64 well mixed bits for each different 64-bit state."""
    mixed = (state + 0x9E3779B97F4A7C15) & WORD
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & WORD
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & WORD
    return mixed ^ (mixed >> 31)


def hashed(text: str) -> int:
    """64 bits of a text."""
    state = 0
    for byte in text.encode():
        state = splitmix64(state ^ byte)
    return state


def numbers(seed: int) -> Iterator[int]:
    """An endless run of 64-bit numbers."""
    while True:
        seed = (seed + 1) & WORD
        yield splitmix64(seed)


def shuffled(count: int, seed: int) -> list[int]:
    """0 … count-1 in an order drawn from `seed` (Fisher-Yates)."""
    order = list(range(count))
    draws = numbers(splitmix64(seed & WORD))
    for last in range(count - 1, 0, -1):
        other = (next(draws) * (last + 1)) >> 64
        order[last], order[other] = order[other], order[last]
    return order


@lru_cache(maxsize=1)
def _shuffle() -> list[int]:
    return shuffled(BUCKETS, 0)


@lru_cache(maxsize=256)
def permutation(text: str) -> array[int]:
    """The place, 0 … 65,535, of every bucket in the order that `text` puts them into.

    It costs 10 ms; the last 256 (32 MiB) are kept.
    """
    shuffle, state = _shuffle(), hashed(text)
    one, two, three, four = (splitmix64(state + step) >> 48 for step in range(4))
    return array("H", [shuffle[shuffle[shuffle[bucket ^ one] ^ two] ^ three] ^ four for bucket in range(BUCKETS)])


def packed(entries: Iterable[int]) -> bytes:
    """A bucket table as `gslb.image.Bucket` holds it: two bytes an entry, little-endian."""
    table = array("H", entries)
    if sys.byteorder == "big":  # pragma: no cover - needs such a machine
        table.byteswap()
    return table.tobytes()


def unpacked(table: bytes) -> array[int]:
    """The entries of a bucket table."""
    entries = array("H", table)
    if sys.byteorder == "big":  # pragma: no cover - needs such a machine
        entries.byteswap()
    return entries
