"""How fast probes that have fallen behind may be caught up with: no second sees much more than the mean.

A process that stood still has all that came due meanwhile to start at once: a burst at every endpoint's network. So of
the probes that keep the grid no more start in any second than a little more than the mean; in order of when they were
due, so that none becomes later than the standstill made it. It is a second that is looked at and not less, so that who
gets to run only now and then still starts all that is due, and FIRST_ROUND a second are let through in any case.
"""

from __future__ import annotations

from collections import deque

SURPLUS = 1.28  # of the mean rate, in any second
SECOND = 1.0
TURN = 0.005  # seconds between two looks at what waits
FIRST_ROUND = 20.0  # probes a second that are let through whatever the mean, so that a small set is known at once


class Pace:
    """Starts of the last second, of probes of which `rate` a second are due in the long run. Times are monotonic."""

    def __init__(self, rate: float = 0.0) -> None:
        self._most = int(max(SURPLUS * rate, FIRST_ROUND))
        self._started: deque[tuple[float, int]] = deque()  # when, and how many
        self._count = 0

    def take(self, now: float) -> bool:
        """Whether one more may start now; then it is counted."""
        while self._started and self._started[0][0] + SECOND <= now:
            self._count -= self._started.popleft()[1]
        if self._count >= self._most:
            return False
        self._count += 1
        if self._started and now - self._started[-1][0] < TURN:
            moment, many = self._started.pop()
            self._started.append((moment, many + 1))
        else:
            self._started.append((now, 1))
        return True

    def again_at(self, now: float) -> float:
        """When one more may start, after none could."""
        return max(now + TURN, self._started[0][0] + SECOND) if self._started else now + TURN
