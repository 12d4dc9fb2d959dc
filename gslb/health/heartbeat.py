"""A push monitor: a heartbeat is due every so often, and its absence for longer than the grace allows is the failure.

Theory. Nobody probes; the service speaks up, so only time can turn it down. There is no count, only how long it has
been quiet:

    BEATING  quiet < every            up; cannot fall sooner than `grace` from any moment in it
    LATE     quiet < every + grace    up and suspect; may fall at any moment
    MISSING  quiet for longer         down; the next heartbeat turns it up

Before its first heartbeat a monitor is quiet since it was added, and that says nothing until it is MISSING.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from math import inf

from gslb.health.quorum import Margin
from gslb.model import Monitor


class Pulse(Enum):
    BEATING = "beating"
    LATE = "late"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """When a service was last heard (monotonic seconds; before its first heartbeat: since it is awaited), how often."""

    at: float
    beats: int = 0

    def beat(self, at: float) -> Heartbeat:
        return Heartbeat(max(at, self.at), self.beats + 1)

    def pulse(self, monitor: Monitor, now: float) -> Pulse:
        if now < self.at + monitor.every:
            return Pulse.BEATING
        return Pulse.LATE if now < self.at + monitor.every + monitor.grace else Pulse.MISSING

    def wake_at(self, monitor: Monitor, now: float) -> float:
        """When time alone changes the pulse next."""
        match self.pulse(monitor, now):
            case Pulse.BEATING:
                return self.at + monitor.every
            case Pulse.LATE:
                return self.at + monitor.every + monitor.grace
            case Pulse.MISSING:
                return inf

    def up(self, monitor: Monitor, now: float) -> bool | None:
        """Up, down, or (None) still awaited."""
        if self.pulse(monitor, now) is Pulse.MISSING:
            return False
        return True if self.beats else None

    def margin(self, monitor: Monitor, now: float) -> Margin:
        match self.pulse(monitor, now):
            case Pulse.BEATING:
                return Margin(monitor.grace)
            case Pulse.LATE:
                return Margin(0.0, turning=True)
            case Pulse.MISSING:
                return Margin(0.0)

    def reason(self, monitor: Monitor, now: float) -> str:
        match self.pulse(monitor, now):
            case Pulse.BEATING:
                return "heartbeat" if self.beats else "no heartbeat yet"
            case Pulse.LATE:
                return f"heartbeat late: none for {monitor.every:g} s"
            case Pulse.MISSING:
                return f"no heartbeat for {monitor.every + monitor.grace:g} s"
