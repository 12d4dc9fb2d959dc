"""One probe's result as one vantage saw it: the only thing judging is a function of."""

from __future__ import annotations

from dataclasses import dataclass

from gslb.health.verdict import Cause
from gslb.model import Check


@dataclass(frozen=True, slots=True)
class Observation:
    """What `vantage` found when it probed `check`.

    `epoch` numbers the runs of a vantage (larger after each start, below 2**63), `sequence` the observations of a
    run; together they order the observations of one vantage and make each known for life. `digest` is that of the
    monitor it was made under. `at` is when the probe ended, in monotonic seconds of the judge (a remote vantage
    reports an age, never a time of day), `took` how long it ran, in seconds.
    """

    vantage: str
    epoch: int
    sequence: int
    check: Check
    digest: str
    ok: bool
    reason: str
    at: float
    took: float = 0.0

    @property
    def position(self) -> tuple[int, int]:
        """Where it stands among all observations of its vantage."""
        return self.epoch, self.sequence

    @property
    def cause(self) -> Cause:
        return Cause(f"{self.vantage}/{self.epoch}/{self.sequence}", self.at)
