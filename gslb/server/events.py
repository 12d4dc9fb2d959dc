"""What happens to a fleet, and what it does about that: the events and effects of its machine (fleet.py)."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in the fleet that one child fills at a time.

    `stage`: the order of draining; children of one stage are told to go together, once earlier stages are gone.
    `stale_after`: seconds without a heartbeat, once ready, after which the child is replaced; None: it has none.
    `start_within`: seconds a child has for becoming ready. `hangup`: SIGHUP is passed on to it.

    At an upgrade slots have their `turn`, least first and one after the other. `exclusive`: the new child starts when
    the old one has gone; otherwise the old one goes when the new one is ready, told by the signal `retire`, and has
    `retire_within` seconds for it. `program` tells a child of this program from what an earlier one left.
    """

    name: str
    stage: int = 0
    stale_after: float | None = None
    start_within: float = 60.0
    hangup: bool = False
    turn: int = 0
    exclusive: bool = False
    retire: signal.Signals = signal.SIGTERM
    retire_within: float = 10.0
    program: int = 0


# Events: what happened. `pid` tells a child from its predecessor in the same slot.


@dataclass(frozen=True, slots=True)
class Started:
    slot: str
    pid: int


@dataclass(frozen=True, slots=True)
class Refused:
    """The system would not start it."""

    slot: str
    reason: str


@dataclass(frozen=True, slots=True)
class Ready:
    """A child says that it does its work now; `text` is its part of the line for the operator, may be empty."""

    slot: str
    pid: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Complained:
    """A child says why it is about to end."""

    slot: str
    pid: int
    reason: str


@dataclass(frozen=True, slots=True)
class Beat:
    """The heartbeat of a slot moved since the last look."""

    slot: str


@dataclass(frozen=True, slots=True)
class Exited:
    """`status`: exit status, or minus the number of the signal that ended it."""

    slot: str
    pid: int
    status: int


@dataclass(frozen=True, slots=True)
class Stop:
    """SIGTERM or SIGINT: drain. A second one: end now."""


@dataclass(frozen=True, slots=True)
class Hangup:
    """SIGHUP: read the configuration again."""


@dataclass(frozen=True, slots=True)
class Upgrade:
    """SIGUSR2: go on as the program that is on disk now."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """The program on disk was tried: it would serve (`status` 0, and what it reported), or not, and why in `text`."""

    status: int
    text: str


@dataclass(frozen=True, slots=True)
class Stayed:
    """The system would not run the program on disk: we are still who we were."""

    reason: str


Event = Started | Refused | Ready | Complained | Beat | Exited | Stop | Hangup | Upgrade | Rehearsed | Stayed


# Effects: what to do.


@dataclass(frozen=True, slots=True)
class Start:
    slot: str


@dataclass(frozen=True, slots=True)
class Send:
    """A signal to a live child of ours."""

    slot: str
    pid: int
    signal: signal.Signals


@dataclass(frozen=True, slots=True)
class Announce:
    """Every child is ready for the first time, `seconds` after the first step; `texts` are what they said, by slot."""

    seconds: float
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Note:
    """Something for the journal; `level` is "info", "warning" or "error"."""

    level: str
    event: str
    fields: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Finish:
    """Nothing is left running; end with this status, after saying `message` where there is one."""

    status: int
    message: str = ""


@dataclass(frozen=True, slots=True)
class Rehearse:
    """Try the program that is on disk, without taking anything away from this one."""


@dataclass(frozen=True, slots=True)
class Dismiss:
    """End the rehearsal, which takes too long."""


@dataclass(frozen=True, slots=True)
class Succeed:
    """Become the program on disk. `report` is its rehearsal's, `living` who is alive: it has to replace them."""

    report: str
    living: tuple[tuple[Slot, int], ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an upgrade, in words; it may be told again, when what failed at first comes about."""

    upgraded: bool
    words: str


Effect = Start | Send | Announce | Note | Finish | Rehearse | Dismiss | Succeed | Outcome
