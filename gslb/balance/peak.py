"""How long a member takes to answer: an average over time that follows a rise at once and a fall slowly (peak EWMA).

A response slower than the average becomes the average: what has just got slow is avoided now. A faster one pulls it
down by how long ago the last one was, with the time constant `decay`. While nobody asks, the average fades towards
nothing, so that a member which was slow once is tried again: nobody starves.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

DECAY = 10.0  # seconds in which what is known fades to a third


@dataclass(frozen=True, slots=True)
class Peak:
    """An average of `seconds` as it was at monotonic `since`; 0: nothing is known."""

    seconds: float = 0.0
    since: float = 0.0
    decay: float = DECAY

    def at(self, now: float) -> float:
        """The average at monotonic `now`."""
        return self.seconds * exp(-max(0.0, now - self.since) / self.decay)

    def after(self, seconds: float, now: float) -> Peak:
        """With one more response that took `seconds` and came at monotonic `now`."""
        if seconds >= self.seconds:
            return Peak(seconds, now, self.decay)
        kept = exp(-max(0.0, now - self.since) / self.decay)
        return Peak(self.seconds * kept + seconds * (1.0 - kept), now, self.decay)
