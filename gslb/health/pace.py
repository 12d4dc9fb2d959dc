"""How fast probes that have fallen behind may be caught up with: no second sees much more than the mean.

A process that stood still for a second has a second's probes due at once. Starting them all at once would be a burst at
every endpoint's network, and the next round's burst too. So starts draw on a store that fills at `SURPLUS` times the
mean: in order of when they were due, so that none becomes later than the standstill made it, and within a few seconds
all are back on their grid. In any second start at most (SURPLUS + STORE) times the mean, or FIRST_ROUND and the store
where that is more: a handful need not queue.
"""

from __future__ import annotations

SURPLUS, STORE = 1.2, 0.08  # parts of the mean rate: how fast the store fills, and what it holds (a second's worth)
TURN = 0.005  # seconds between two looks at what waits
FIRST_ROUND = 20.0  # probes a second that are let through whatever the mean, so that a small set is known at once


class Pace:
    """A store of starts, for probes of which `rate` a second are due in the long run. Times are monotonic seconds."""

    def __init__(self, rate: float = 0.0) -> None:
        self._fills = max(SURPLUS * rate, FIRST_ROUND)
        self._holds = max(STORE * rate, FIRST_ROUND)
        self._left, self._at = self._holds, float("-inf")

    def take(self, now: float) -> bool:
        """Draw one start, if there is one."""
        self._left = min(self._holds, self._left + (now - self._at) * self._fills)
        self._at = now
        if self._left < 1.0 - 1e-6:  # what was promised is there, whatever the last digits say
            return False
        self._left -= 1.0
        return True

    def again_at(self) -> float:
        """When there is one again, after there was none; several at once rather than one wake-up for each."""
        return self._at + max(TURN, (1.0 - self._left) / self._fills)
