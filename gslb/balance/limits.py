"""Rate limits by key: a token bucket each, for as many keys as there is room.

A bucket holds `burst` tokens and gains `rate` a second; a request takes one or is refused. When room runs out the key
that was seen longest ago is forgotten: its bucket has had the most time to fill, and a new one is full.
"""

from __future__ import annotations

from collections import OrderedDict

ROOM = 65_536


class RateLimit:
    """`rate` a second for each key, `burst` at once; at most `room` keys are remembered."""

    def __init__(self, rate: float, burst: float, room: int = ROOM) -> None:
        self._rate, self._burst, self._room = rate, max(1.0, burst), room
        self._buckets: OrderedDict[bytes, tuple[float, float]] = OrderedDict()  # tokens, as of monotonic seconds

    def take(self, key: bytes, now: float) -> float:
        """0 where the request may pass, and is counted; else the seconds after which one could (Retry-After)."""
        tokens, at = self._buckets.pop(key, (self._burst, now))
        tokens = min(self._burst, tokens + max(0.0, now - at) * self._rate)
        passes = tokens >= 1.0
        self._buckets[key] = (tokens - 1.0 if passes else tokens), now
        if len(self._buckets) > self._room:
            self._buckets.popitem(last=False)
        return 0.0 if passes else (1.0 - tokens) / self._rate

    def __len__(self) -> int:
        return len(self._buckets)
