"""The fleet: which children should run now, as a machine without processes, clock or signals.

    step(now, events) ──► effects, wake_at

    BOOT ──every child ready──► SERVING ──Stop──► DRAINING ──all gone──► Finish(0)
      │                                              ▲
      └──a child cannot start──► DRAINING, Finish(its status, its message)

One child of a slot:

                   Start           Started           Ready
        waiting ──────────► spawned ──────► starting ──────► ready
           ▲  backoff          │ Refused       │ Exited, or   │ Exited, or
           └───────────────────┴───────────────┴ too slow ────┴ no heartbeat: SIGKILL, then Exited

A slot never has two live children: a successor is started only after the exit of its predecessor was seen.
"""

from __future__ import annotations

import signal
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from math import inf

BACKOFF_FIRST, BACKOFF_LAST = 0.05, 5.0  # seconds; doubled each failure
HEALTHY_AFTER = 10.0  # seconds ready after which earlier failures are forgotten
BOOT_FAILURES = 3  # in a row before a first start is given up
GAVE_UP = 2  # exit status of a child whose input is wrong: starting it again would change nothing
LOOK = 0.025  # seconds between looks at heartbeats
_FAULT = 1


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in the fleet that one child fills at a time.

    `stage`: the order of draining; children of one stage are told to go together, once earlier stages are gone.
    `stale_after`: seconds without a heartbeat, once ready, after which the child is replaced; None: it has none.
    `start_within`: seconds a child has for becoming ready. `hangup`: SIGHUP is passed on to it.
    """

    name: str
    stage: int = 0
    stale_after: float | None = None
    start_within: float = 60.0
    hangup: bool = False


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


Event = Started | Refused | Ready | Complained | Beat | Exited | Stop | Hangup


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


Effect = Start | Send | Announce | Note | Finish


class Phase(Enum):
    BOOT = "boot"
    SERVING = "serving"
    DRAINING = "draining"
    FINISHED = "finished"


@dataclass(slots=True)
class _Child:
    """A slot now: `due` when to start the next, `asked` while the system is starting it, `pid` while it lives."""

    slot: Slot
    due: float
    asked: bool = False
    pid: int | None = None
    since: float = 0.0  # when it started, then when it became ready
    ready: bool = False
    still: float = 0.0  # seconds in which the heartbeat was seen not to move
    told: bool = False  # to drain
    killed: bool = False
    failures: int = 0
    boot_failures: int = 0
    text: str = ""
    reason: str = ""

    @property
    def live(self) -> bool:
        return self.asked or self.pid is not None


@dataclass(slots=True)
class Fleet:
    """The machine. `grace`: seconds that a drain may take before whoever is left is killed."""

    slots: Iterable[Slot]
    began: float
    grace: float = 10.0
    phase: Phase = Phase.BOOT
    _children: dict[str, _Child] = field(init=False)
    _effects: list[Effect] = field(default_factory=list)
    _last: float = 0.0
    _deadline: float = inf
    _hangup: bool = False
    _finish: Finish = Finish(0)

    def __post_init__(self) -> None:
        self._children = {slot.name: _Child(slot, self.began) for slot in self.slots}
        self._last = self.began

    def step(self, now: float, events: Iterable[Event] = ()) -> tuple[list[Effect], float]:
        """Take in what happened by `now` (monotonic seconds); what to do, and when to step again at the latest."""
        self._effects = []
        self._age(now)
        for event in events:
            self._take(now, event)
        if self.phase in (Phase.BOOT, Phase.SERVING):
            self._replace_the_stuck(now)
            self._start_the_due(now)
        elif self.phase is Phase.DRAINING:
            self._drain(now)
        return self._effects, self._wake_at(now)

    # What happened

    def _age(self, now: float) -> None:
        """Count stillness only in time that we were awake for: a machine that starves us starves the children too."""
        seen = min(now - self._last, 2 * LOOK)
        self._last = now
        for child in self._children.values():
            if child.ready:
                child.still += seen

    def _take(self, now: float, event: Event) -> None:
        match event:
            case Stop():
                self._stop(now)
            case Hangup():
                self._hangup = True
                self._pass_on_hangup()
            case Started(slot, pid):
                child = self._children[slot]
                child.asked, child.pid, child.since = False, pid, now
            case Refused(slot, reason):
                child = self._children[slot]
                child.reason = reason
                self._gone(now, child, _FAULT)
            case Beat(slot):
                self._children[slot].still = 0.0
            case Ready(slot, pid, text) if (child := self._children[slot]).pid == pid and not child.ready:
                child.ready, child.since, child.still, child.text, child.boot_failures = True, now, 0.0, text, 0
                if self.phase is Phase.SERVING:
                    self._note("info", "child replaced", child, process=pid, text=text)
                self._perhaps_announce(now)
                self._pass_on_hangup()
            case Complained(slot, pid, reason) if (child := self._children[slot]).pid == pid:
                child.reason = reason
            case Exited(slot, pid, status) if (child := self._children[slot]).pid == pid:
                self._gone(now, child, status)
            case _:
                pass  # word from a child that has been replaced since

    def _stop(self, now: float) -> None:
        if self.phase is Phase.DRAINING:
            self._deadline = now
        elif self.phase is not Phase.FINISHED:
            self._begin_drain(now)

    def _begin_drain(self, now: float) -> None:
        self.phase, self._deadline = Phase.DRAINING, now + self.grace
        self._effects.append(Note("info", "draining", {"within": self.grace}))

    def _perhaps_announce(self, now: float) -> None:
        if self.phase is Phase.BOOT and all(child.ready for child in self._children.values()):
            self.phase = Phase.SERVING
            texts = {name: child.text for name, child in self._children.items() if child.text}
            self._effects.append(Announce(now - self.began, texts))

    def _pass_on_hangup(self) -> None:
        """Only to a child that is ready: in one that is starting, SIGHUP might find no handler yet and end it."""
        heirs = [child for child in self._children.values() if child.slot.hangup]
        if self._hangup and all(child.ready and not child.killed for child in heirs):
            self._hangup = False
            for child in heirs:
                self._send(child, signal.SIGHUP)

    def _gone(self, now: float, child: _Child, status: int) -> None:
        """A child ended, or never came to be: note it, and say when the next is due."""
        if child.ready and now - child.since >= HEALTHY_AFTER:
            child.failures = 0
        never_ready = not child.ready
        child.asked, child.pid, child.ready, child.killed = False, None, False, False
        if self.phase is Phase.DRAINING:
            return
        wait = min(BACKOFF_LAST, BACKOFF_FIRST * 2 ** min(child.failures, 16))
        child.failures += 1
        child.due = now + wait
        self._note("error", "child ended", child, how=_how(status), reason=child.reason, again_in=wait)
        if self.phase is Phase.BOOT and never_ready:
            child.boot_failures += 1
            if status == GAVE_UP or child.boot_failures >= BOOT_FAILURES:
                self._give_up(now, child, status)
        child.reason = ""

    def _give_up(self, now: float, child: _Child, status: int) -> None:
        why = child.reason or _how(status)
        times = "" if status == GAVE_UP else f" {child.boot_failures} times in a row"
        self._finish = Finish(status if status > 0 else _FAULT, f"{child.slot.name} failed to start{times}: {why}")
        self._begin_drain(now)

    # What to do about it

    def _replace_the_stuck(self, now: float) -> None:
        for child in self._children.values():
            slot = child.slot
            if child.pid is None or child.killed:
                continue
            if child.ready and slot.stale_after is not None and child.still > slot.stale_after:
                child.reason = f"no heartbeat for {child.still:.2f} s"
            elif not child.ready and now - child.since > slot.start_within:
                child.reason = f"not ready after {slot.start_within:g} s"
            else:
                continue
            child.killed = True
            self._send(child, signal.SIGKILL)

    def _start_the_due(self, now: float) -> None:
        for child in self._children.values():
            if not child.live and child.due <= now:
                child.asked = True
                self._effects.append(Start(child.slot.name))

    def _drain(self, now: float) -> None:
        """Tell the first stage that still has somebody; past the deadline, end everybody."""
        live = [child for child in self._children.values() if child.live]
        if not live:
            self.phase = Phase.FINISHED
            self._effects.append(self._finish)
            return
        stage = min(child.slot.stage for child in live)
        for child in live:
            if child.pid is None:
                continue  # its Started is on the way
            if now >= self._deadline and not child.killed:
                child.killed = True
                self._note("warning", "child killed", child, reason="it did not drain in time")
                self._send(child, signal.SIGKILL)
            elif child.slot.stage == stage and not child.told:
                child.told = True
                self._send(child, signal.SIGTERM)

    def _send(self, child: _Child, number: signal.Signals) -> None:
        if child.pid is not None:
            self._effects.append(Send(child.slot.name, child.pid, number))

    def _note(self, level: str, event: str, child: _Child, **fields: object) -> None:
        self._effects.append(Note(level, event, {"child": child.slot.name, **fields}))

    def _wake_at(self, now: float) -> float:
        if self.phase is Phase.FINISHED:
            return now
        if self.phase is Phase.DRAINING:
            return self._deadline if self._deadline > now else inf
        wake = inf
        for child in self._children.values():
            if not child.live:
                wake = min(wake, child.due)
            elif child.pid is None or child.killed:
                continue
            elif not child.ready:
                wake = min(wake, child.since + child.slot.start_within)
            elif child.slot.stale_after is not None:
                wake = min(wake, now + LOOK)
        return wake


def _how(status: int) -> str:
    if status >= 0:
        return f"exit status {status}"
    try:
        return f"killed by {signal.Signals(-status).name}"
    except ValueError:
        return f"killed by signal {-status}"
