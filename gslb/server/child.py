"""A slot of the fleet now: whether its child lives, since when, and how often that failed."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from math import inf

from gslb.server.events import Slot


@dataclass(slots=True)
class Child:
    """A slot now: `due` when to start the next, `asked` while the system is starting it, `pid` while it lives."""

    slot: Slot
    due: float
    asked: bool = False
    pid: int | None = None
    since: float = 0.0  # when it started, then when it became ready
    ready: bool = False
    still: float = 0.0  # seconds in which the heartbeat was seen not to move
    told: bool = False  # to drain
    leave_by: float = inf  # when a predecessor that was told to go is killed
    killed: bool = False
    failures: int = 0
    boot_failures: int = 0
    text: str = ""
    reason: str = ""

    @property
    def live(self) -> bool:
        return self.asked or self.pid is not None


def how(status: int) -> str:
    """How a child ended, from its exit status or minus the number of a signal."""
    if status >= 0:
        return f"exit status {status}"
    try:
        return f"killed by {signal.Signals(-status).name}"
    except ValueError:
        return f"killed by signal {-status}"
