"""Weighted rendezvous hashing over the 65,536 client buckets (sticky): each client's children from near to far.

paths, weights ─► ranking: for each bucket the nearest few, one octet ─┬─► bucket table
                                                    who is alive ──────┘   (one `bytes.translate`)

A child's distance from a bucket is -ln(u) / weight, u uniform by the child's path; the nearest living child wins
(Schindelhauer, Schomaker 2005). So a death moves the dead child's clients only; a return brings just them back.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from functools import lru_cache
from itertools import compress, product

from gslb.image import BUCKETS
from gslb.policy.hashing import packed, permutation
from gslb.policy.shares import living

CODES = 256  # values of an octet
NOBODY = 0xFF  # in place of a child: all the nearest are dead


@lru_cache(maxsize=256)
def by_rendezvous(paths: tuple[str, ...], weights: tuple[int, ...], alive: tuple[bool, ...]) -> bytes:
    """A bucket table: which of the living children (counted from 0) each client has.

    How clients rank the children is kept, so another table takes no longer than copying one while one of the nearest
    few lives: two of up to 16 children, three of up to 6. More than 254 children are not ranked.
    """
    number = living(alive)
    octets = bytes([NOBODY]) * BUCKETS
    if len(paths) < NOBODY:
        codes, depth = ranking(paths, weights)
        order = product(range(len(paths)), repeat=depth)
        owners = [next((number[child] for child in nearest if alive[child]), NOBODY) for nearest in order]
        octets = codes.translate(bytes(owners).ljust(CODES))
        if NOBODY not in octets:
            table = bytearray(2 * BUCKETS)
            table[::2] = octets
            return bytes(table)
    orphans = [bucket for bucket, owner in enumerate(octets) if owner == NOBODY]
    owned = list(octets)
    for bucket, child in zip(orphans, _nearest(paths, weights, alive, orphans), strict=True):
        owned[bucket] = number[child]
    return packed(owned)


@lru_cache(maxsize=1024)
def ranking(paths: tuple[str, ...], weights: tuple[int, ...]) -> tuple[bytes, int]:
    """For each bucket its nearest children, one octet: digits to the base of how many there are. And how many digits.

    It costs 20 ms a child; the last 1,024 (64 MiB) are kept.
    """
    count = len(paths)
    depth = max(1, min(count - 1, next((depth for depth in (3, 2) if count**depth <= CODES), 1)))
    rows = zip(*_columns(paths, weights, range(BUCKETS)), strict=True)
    if depth == 1:
        return bytes([nearest % count for nearest in map(min, rows)]), 1
    ranked = list(map(sorted, rows))
    if depth == 2:
        return bytes([row[0] % count * count + row[1] % count for row in ranked]), 2
    square = count * count
    return bytes([row[0] % count * square + row[1] % count * count + row[2] % count for row in ranked]), 3


def _nearest(
    paths: tuple[str, ...], weights: tuple[int, ...], alive: tuple[bool, ...], buckets: Sequence[int]
) -> list[int]:
    """The nearest living child of each of these buckets."""
    near = list(compress(range(len(paths)), alive))
    columns = _columns(tuple(compress(paths, alive)), tuple(compress(weights, alive)), buckets)
    return [near[nearest % len(near)] for nearest in map(min, zip(*columns, strict=True))]


def _columns(paths: tuple[str, ...], weights: tuple[int, ...], buckets: Sequence[int]) -> list[list[int]]:
    """For each child its distance from each bucket, times the number of children, plus its own number: no two alike."""
    count = len(paths)
    found = []
    for child, (path, weight) in enumerate(zip(paths, weights, strict=True)):
        far, places = _distances(weight), permutation(path)
        ranks = places if len(buckets) == BUCKETS else [places[bucket] for bucket in buckets]
        found.append([far[rank] * count + child for rank in ranks])
    return found


@lru_cache(maxsize=1)
def _logarithms() -> list[int]:
    """-ln((2r + 1) / 131072) x 2**60 for r = 0 … 65,535, by whole-number series so that every machine has the same.

    ln((2r+1)/(2r-1)) = 2 artanh(1/2r) = 2 (1/2r + 1/3(2r)^3 + …), added up from the top, where r = 65,535.5 gives 0.
    """
    one = 1 << 100
    table = [0] * BUCKETS
    total = _artanh_twice(one, 2 * 131072 - 1)  # ln(131072/131071) = 2 artanh(1/262143)
    for rank in range(BUCKETS - 1, 0, -1):
        table[rank] = total >> 40
        total += _artanh_twice(one, 2 * rank)
    table[0] = total >> 40
    return table


def _artanh_twice(one: int, inverse: int) -> int:
    """2 artanh(1/inverse) in units of 1/one."""
    power, square, total, odd = 2 * one // inverse, inverse * inverse, 0, 1
    while power:
        total += power // odd
        power //= square
        odd += 2
    return total


@lru_cache(maxsize=16)
def _distances(weight: int) -> array[int]:
    return array("Q", [value // weight for value in _logarithms()])
