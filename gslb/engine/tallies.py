"""Counting by which reply it was: one look-up a packet, and the counters themselves are written now and then.

replies sent ─► counted: {reply: times} ─► settle ─► a zone's counters, and the engine's by rcode
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from itertools import count

from gslb.image import EngineCounter

Tally = tuple[memoryview, int, int, bool]  # a zone's counters, which of them; the engine's by rcode; whether truncated


class Tallies:
    """How often each known reply was given since it was last written down; `counters` are the engine's own."""

    def __init__(self, counters: memoryview[int]) -> None:
        self.counted: Counter[Hashable] = Counter()
        self._counters = counters
        self._tallies: dict[Hashable, Tally] = {}
        self._numbers = count()

    def add(self, rest: bytes, counts: memoryview, counter: int, key: Hashable = None) -> Hashable:
        """From now on `key`, or one made up, stands for this reply (without its id) and a counter of its zone."""
        if key is None:
            key = next(self._numbers)
        self._tallies[key] = (counts, counter, EngineCounter.ANSWERED_UDP + (rest[1] & 15), bool(rest[0] & 2))
        return key

    def settle(self) -> None:
        """Write down what was counted. Keys that stand for no reply count for nothing."""
        if not self.counted:
            return
        counters = self._counters
        hot = 0
        for key, times in self.counted.items():
            tally = self._tallies.get(key)
            if tally is not None:
                counts, counter, answered, truncated = tally
                counts[counter] += times
                counters[answered] += times
                if truncated:
                    counters[EngineCounter.TRUNCATED] += times
                hot += times
        counters[EngineCounter.HOT] += hot
        self.counted.clear()

    def clear(self) -> None:
        """Write down what was counted and let go of all replies."""
        self.settle()
        self._tallies.clear()
