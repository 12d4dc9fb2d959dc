"""Shares of the 65,536 client buckets by weight (`by: client`): exact, and few ever move."""

from __future__ import annotations

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
