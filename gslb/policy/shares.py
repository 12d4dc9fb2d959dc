"""Shares of the 65,536 client buckets: exact for weights (`by: client`), by rendezvous for sticky; few ever move."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate

from gslb.image import BUCKETS
from gslb.policy.hashing import packed, permutation


def apportion(weights: Sequence[int], total: int) -> list[int]:
    """`total` things by weight, each share less than one thing from exact (largest remainder; ties: the earlier)."""
    whole = sum(weights)
    counts = [total * weight // whole for weight in weights]
    rest = [total * weight % whole for weight in weights]
    for index in sorted(range(len(weights)), key=lambda index: -rest[index])[: total - sum(counts)]:
        counts[index] += 1
    return counts


@lru_cache(maxsize=128)
def by_weight(salt: str, weights: tuple[int, ...], alive: tuple[bool, ...]) -> bytes:
    """A bucket table: which of the living children (counted from 0) each client has, by weight among these.

    Every share is less than 1/65,536 from exact. Children first divide all buckets as if all lived; the buckets of a
    dead one go to the others by weight, and the others keep their own but for one bucket at most.
    """
    goal = apportion([weight * lives for weight, lives in zip(weights, alive, strict=True)], BUCKETS)
    number = living(alive)
    slots: list[int] = []
    free: list[int] = []
    owned = [0] * len(weights)
    for child, count in enumerate(apportion(weights, BUCKETS)):
        owned[child] = min(count, goal[child])
        slots += [number[child]] * count
        free += range(len(slots) - count + owned[child], len(slots))
    at = iter(free)
    for child, count in enumerate(goal):
        for _ in range(count - owned[child]):
            slots[next(at)] = number[child]
    return packed(map(slots.__getitem__, permutation(salt)))


def living(alive: Sequence[bool]) -> list[int]:
    """The number of each living child among the living."""
    return [number - lives for number, lives in zip(accumulate(alive), alive, strict=True)]


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


@lru_cache(maxsize=64)
def _winners(paths: tuple[str, ...], weights: tuple[int, ...]) -> array[int]:
    nearest = list(map(_distances(weights[0]).__getitem__, permutation(paths[0])))
    winners = array("H", bytes(2 * BUCKETS))
    for child in range(1, len(paths)):
        far = _distances(weights[child])
        for bucket, rank in enumerate(permutation(paths[child])):
            if far[rank] < nearest[bucket]:
                nearest[bucket], winners[bucket] = far[rank], child
    return winners


@lru_cache(maxsize=128)
def by_rendezvous(paths: tuple[str, ...], weights: tuple[int, ...], alive: tuple[bool, ...]) -> bytes:
    """A bucket table: which of the living children (counted from 0) each client has, by weighted rendezvous hashing.

    A child's distance from a bucket is -ln(u) / weight, u uniform by the child's path; the nearest living child wins
    (Schindelhauer, Schomaker 2005). So a death moves the dead child's clients only; a return brings just them back.
    The table for all children alive is kept; another costs work only for the buckets whose owner is dead.
    """
    winners = _winners(paths, weights)
    if all(alive):
        return packed(winners)
    table = array("H", winners)
    orphans = [bucket for bucket, child in enumerate(winners) if not alive[child]]
    ranked = [
        (permutation(path), _distances(weight), child)
        for child, (path, weight, lives) in enumerate(zip(paths, weights, alive, strict=True))
        if lives
    ]
    places, far, child = ranked[0]
    nearest = [far[places[bucket]] for bucket in orphans]
    owners = [child] * len(orphans)
    for places, far, child in ranked[1:]:
        for index, bucket in enumerate(orphans):
            if (distance := far[places[bucket]]) < nearest[index]:
                nearest[index], owners[index] = distance, child
    for bucket, child in zip(orphans, owners, strict=True):
        table[bucket] = child
    return packed(map(living(alive).__getitem__, table))
