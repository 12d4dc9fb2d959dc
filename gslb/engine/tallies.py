"""Counting by which reply it was: one look-up a packet, and the counters themselves are written now and then.

replies sent ─► given: [reply] ─► settle ─► {reply: times} ─► a zone's counters, and the engine's by rcode

A list first, because writing at its end touches no memory but its own, and counting thousands at once meets each reply
while it is at hand.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Hashable

from gslb.image import EngineCounter

Tally = tuple[memoryview, int, int, bool]  # a zone's counters, which of them; the engine's by rcode; whether truncated


class Tallies:
    """Which known replies were given since it was last written down; `counters` are the engine's own.

    `given` is for appending to; what stands for no reply counts for nothing. `taken_back` are those given by mistake.
    """

    def __init__(self, counters: memoryview[int]) -> None:
        self.given: list[Hashable] = []
        self.taken_back: list[Hashable] = []
        self._counted: Counter[Hashable] = Counter()
        self._counters = counters
        self._tallies: dict[Hashable, Tally] = {}
        self._numbers = itertools.count()

    def add(self, rest: bytes, counts: memoryview, counter: int, key: Hashable = None) -> Hashable:
        """From now on `key`, or one made up, stands for this reply (without its id) and a counter of its zone."""
        if key is None:
            key = next(self._numbers)
        self._tallies[key] = (counts, counter, EngineCounter.ANSWERED_UDP + (rest[1] & 15), bool(rest[0] & 2))
        return key

    def count(self) -> None:
        """Count what was given so far, so that the list stays short; the counters wait for `settle`."""
        self._counted.update(self.given)
        self._counted.subtract(self.taken_back)
        self.given.clear()
        self.taken_back.clear()

    def settle(self) -> None:
        """Write down what was given."""
        self.count()
        counters = self._counters
        hot = 0
        for key, times in self._counted.items():
            tally = self._tallies.get(key)
            if tally is not None:
                counts, counter, answered, truncated = tally
                counts[counter] += times
                counters[answered] += times
                if truncated:
                    counters[EngineCounter.TRUNCATED] += times
                hot += times
        counters[EngineCounter.HOT] += hot
        self._counted.clear()

    def clear(self) -> None:
        """Write down what was counted and let go of all replies."""
        self.settle()
        self._tallies.clear()
