"""Random orders of an answer, few enough to be compiled: at most 256, each endpoint first as often as any other."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from itertools import permutations
from math import perm

from gslb.policy.hashing import shuffled

MOST = 256


@lru_cache(maxsize=512)
def orders(count: int, answers: int, seed: int) -> tuple[tuple[int, tuple[int, ...]], ...]:
    """Orders of `answers` out of `count` things (1 ≤ answers ≤ count), each with its weight.

    All orders there are, where these are at most 256. Else whole turns (every rotation) of as many shuffles as fit, so
    that each thing stands in each place exactly as often as any other. Past 256 things, every so manieth order of a
    single turn: who is first then evens out over the publications only, each of which has another seed.
    """
    if perm(count, answers) <= MOST:
        return tuple((1, order) for order in permutations(range(count), answers))
    found: Counter[tuple[int, ...]] = Counter()
    turns, step = max(1, MOST // count), -(-count // MOST)
    for turn in range(turns):
        ring = shuffled(count, seed + turn) * 2
        found.update(tuple(ring[start : start + answers]) for start in range(0, count, step))
    return tuple((weight, order) for order, weight in found.items())
