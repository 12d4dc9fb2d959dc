"""A retry budget: retries may add no more than a share to what clients ask, so that a failing backend is not buried.

Each request puts `share` into the budget, each retry takes one out; what was not used within `window` seconds is lost,
so that a quiet hour does not pay for a storm. A few retries a second are free: without them a service that is seldom
asked could never retry at all.
"""

from __future__ import annotations

from collections import deque


class RetryBudget:
    """Of `requests` asked in the last `window` seconds, `share` may be tried again, and `free` a second besides."""

    def __init__(self, share: float = 0.2, free: float = 1.0, window: float = 10.0) -> None:
        self._share, self._free, self._window = share, free, window
        self._slots: deque[tuple[int, int, int]] = deque()  # second, requests, retries
        self._requests = self._retries = 0

    def ask(self, now: float) -> None:
        """A request came, at monotonic `now`."""
        self._count(now, 1, 0)

    def retry(self, now: float) -> bool:
        """Whether another try may be made; if so it is counted."""
        self._count(now, 0, 0)
        if self._retries + 1 > self._share * self._requests + self._free * self._window:
            return False
        self._count(now, 0, 1)
        return True

    def _count(self, now: float, requests: int, retries: int) -> None:
        second = int(now)
        while self._slots and self._slots[0][0] <= second - self._window:
            _, gone, tried = self._slots.popleft()
            self._requests, self._retries = self._requests - gone, self._retries - tried
        if requests or retries:
            if self._slots and self._slots[-1][0] == second:
                _, before, tried = self._slots.pop()
                self._slots.append((second, before + requests, tried + retries))
            else:
                self._slots.append((second, requests, retries))
            self._requests, self._retries = self._requests + requests, self._retries + retries
