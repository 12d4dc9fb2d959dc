"""Rise and fall: what one vantage believes of one check, as a machine that steps once an observation.

Theory. One failed probe is noise, a run of them is news. A belief turns only when enough observations in a row
speak against it, and one that speaks for it wipes the run out: so the belief is a state and the length of the run
against it. A NEW machine (nothing was ever stored) believes its first observation; a WAITING one (a check added
while others were being answered) must see `rise` successes before it is used, and needs no more than one failure to
know that it may not be.

    NEW      ok x 1 -> UP        fail x 1 -> DOWN
    WAITING  ok x rise -> UP     fail x 1 -> DOWN
    UP       ok -> UP            fail x fall -> DOWN
    DOWN     ok x rise -> UP     fail -> DOWN

The soonest fall. Let c be the least time between the starts of a failed probe of the check and the next (`spacing`), t
their timeout and r the failures still missing. The next failure may be reported at once; its probe started at most t
ago, and the one after it starts no sooner than c after that start nor before that probe ended, so at least max(c - t,
0) from now; each further one starts c later, and none is over before it started. Reports may stand closer together
than the probes did, by at most LATENESS:

    soonest(r) = 0                                              for r <= 1
               = max(0, max(c - t, 0) + (r - 2) c - LATENESS)   for r >= 2

It holds at any moment while the counts stand, so it is a property of the state and no countdown.
`Monitor.detection` bounds the same walk from above: one interval until the first failing probe starts, fall - 1
spacings of max(c, t), one timeout, and LATENESS.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from gslb.model import Monitor

LATENESS = 1.0  # seconds a report may take to the judge: the last term of Monitor.detection


class State(Enum):
    NEW = "new"
    WAITING = "waiting"
    UP = "up"
    DOWN = "down"


class Run(Enum):
    """How many observations in a row an arc of the table takes."""

    ONE = "1"
    RISE = "rise"
    FALL = "fall"


TABLE: Mapping[tuple[State, bool], tuple[State, Run]] = MappingProxyType(
    {
        (State.NEW, True): (State.UP, Run.ONE),
        (State.NEW, False): (State.DOWN, Run.ONE),
        (State.WAITING, True): (State.UP, Run.RISE),
        (State.WAITING, False): (State.DOWN, Run.ONE),
        (State.UP, True): (State.UP, Run.ONE),
        (State.UP, False): (State.DOWN, Run.FALL),
        (State.DOWN, True): (State.UP, Run.RISE),
        (State.DOWN, False): (State.DOWN, Run.ONE),
    }
)


@dataclass(frozen=True, slots=True)
class Machine:
    """A state, and how many observations in a row have spoken against it."""

    state: State
    run: int = 0

    @property
    def up(self) -> bool | None:
        """What this vantage says: up, down, or (None) not anything yet."""
        match self.state:
            case State.UP:
                return True
            case State.DOWN:
                return False
            case State.NEW | State.WAITING:
                return None

    def step(self, monitor: Monitor, *, ok: bool) -> Machine:
        """The machine after one more observation."""
        target, run = TABLE[self.state, ok]
        if target is self.state:
            return self if self.run == 0 else Machine(self.state)
        needed = {Run.ONE: 1, Run.RISE: monitor.rise, Run.FALL: monitor.fall}[run]
        return Machine(target) if self.run + 1 >= needed else Machine(self.state, self.run + 1)

    def restarted(self) -> Machine:
        """The machine when its vantage starts a new run: the belief stays, the count begins again."""
        return self if self.run == 0 else Machine(self.state)

    def soonest_fall(self, monitor: Monitor) -> float:
        """Seconds before which this vantage cannot say down, at any moment while these counts stand."""
        return soonest(monitor, monitor.fall - self.run) if self.state is State.UP else 0.0


def believing(*, up: bool) -> Machine:
    """The machine of a vantage that is told what is believed before it has seen anything itself."""
    return Machine(State.UP if up else State.DOWN)


def spacing(monitor: Monitor) -> float:
    """Seconds that lie at least between the starts of a failed probe of a check and the next one."""
    return min(monitor.confirm_interval or monitor.interval, monitor.interval)


def soonest(monitor: Monitor, missing: int) -> float:
    """Seconds before which `missing` more failures cannot have been reported (see the module's docstring)."""
    if missing <= 1:
        return 0.0
    apart = spacing(monitor)
    return max(0.0, max(apart - monitor.timeout, 0.0) + (missing - 2) * apart - LATENESS)


def diagram() -> str:
    """The table as the module's docstring shows it."""
    lines = []
    for state in State:
        arcs = []
        for ok, word in ((True, "ok"), (False, "fail")):
            target, run = TABLE[state, ok]
            times = "" if target is state else f" x {run.value}"
            arcs.append(f"{word}{times} -> {target.name}")
        lines.append(f"    {state.name:<8} {arcs[0]:<19} {arcs[1]}")
    return "\n".join(lines)
