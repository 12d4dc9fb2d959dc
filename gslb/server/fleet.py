"""The fleet: which children should run now, as a machine without processes, clock or signals.

    step(now, events) ──► effects, wake_at

    BOOT ──every child ready──► SERVING ──Stop──► DRAINING ──all gone──► Finish(0)
      │                                              ▲
      └──a child cannot start──► DRAINING, Finish(its status, its message)

    SERVING ──Upgrade──► Rehearse ──it would serve──► Succeed: the same process, another program, a new machine
    TAKEOVER ──every child ready, every predecessor told to go──► SERVING

One child of a slot:

                   Start           Started           Ready
        waiting ──────────► spawned ──────► starting ──────► ready
           ▲  backoff          │ Refused       │ Exited, or   │ Exited, or
           └───────────────────┴───────────────┴ too slow ────┴ no heartbeat: SIGKILL, then Exited

A slot never has two live children of one program: the next is started only after the exit of the last was seen. At an
upgrade slots have their turns; in each the old child goes once the new one is ready, or, where there can be only one,
the new one comes once the old has gone. Whatever fails then, who has not been replaced goes on serving.
"""

from __future__ import annotations

import signal
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from math import inf

from gslb.server.child import Child, how
from gslb.server.events import (
    Announce,
    Beat,
    Complained,
    Dismiss,
    Effect,
    Event,
    Exited,
    Finish,
    Hangup,
    Note,
    Outcome,
    Ready,
    Refused,
    Rehearse,
    Rehearsed,
    Send,
    Slot,
    Start,
    Started,
    Stayed,
    Stop,
    Succeed,
    Upgrade,
)
from gslb.server.takeover import Takeover

BACKOFF_FIRST, BACKOFF_LAST = 0.05, 5.0  # seconds; doubled each failure
HEALTHY_AFTER = 10.0  # seconds ready after which earlier failures are forgotten
BOOT_FAILURES = 3  # in a row before a first start is given up
GAVE_UP = 2  # exit status of a child whose input is wrong: starting it again would change nothing
LOOK = 0.025  # seconds between looks at heartbeats
REHEARSAL = 600.0  # seconds that trying a new program may take: it builds everything anew
_FAULT = 1


class Phase(Enum):
    BOOT = "boot"
    SERVING = "serving"
    TAKEOVER = "takeover"
    DRAINING = "draining"
    FINISHED = "finished"


@dataclass(slots=True)
class Fleet:
    """The machine. `grace`: seconds that a drain may take before whoever is left is killed.

    `predecessors`: the children, by slot and pid, of the program that this process was before, to be taken over from.
    """

    slots: Iterable[Slot]
    began: float
    grace: float = 10.0
    predecessors: Iterable[tuple[Slot, int]] = ()
    phase: Phase = Phase.BOOT
    _children: dict[str, Child] = field(init=False)
    _takeover: Takeover = field(init=False)
    _effects: list[Effect] = field(default_factory=list)
    _last: float = 0.0
    _deadline: float = inf
    _hangup: bool = False
    _finish: Finish = field(default_factory=lambda: Finish(0))
    _rehearsing: float | None = None  # since when
    _report: str | None = None  # of a rehearsal that went well: the upgrade waits until everybody is ready

    def __post_init__(self) -> None:
        self._children = {slot.name: Child(slot, self.began) for slot in self.slots}
        self._takeover = Takeover(self._children.values(), self.predecessors)
        self._last = self.began
        if self._takeover.old:
            self.phase = Phase.TAKEOVER

    def step(self, now: float, events: Iterable[Event] = ()) -> tuple[list[Effect], float]:
        """Take in what happened by `now` (monotonic seconds); what to do, and when to step again at the latest."""
        self._effects = []
        self._age(now)
        for event in events:
            self._take(now, event)
        if self.phase in (Phase.BOOT, Phase.SERVING, Phase.TAKEOVER):
            self._replace_the_stuck(now)
            self._effects += self._takeover.step(now)
            self._perhaps_upgraded(now)
            self._start_the_due(now)
            self._perhaps_succeed(now)
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
                if self.phase is not Phase.BOOT:
                    self._note("info", "child replaced", child, process=pid, text=text)
                self._perhaps_announce(now)
                self._pass_on_hangup()
            case Complained(slot, pid, reason) if (child := self._children[slot]).pid == pid:
                child.reason = reason
            case Exited(slot, pid, status) if slot in self._children and (child := self._children[slot]).pid == pid:
                self._gone(now, child, status)
            case Exited(_, pid, _):
                self._takeover.gone(pid)
            case Upgrade():
                self._upgrade(now)
            case Rehearsed(status, text):
                self._rehearsed(status, text)
            case Stayed(reason):
                self._tell(f"not upgraded: {reason}", upgraded=False)
            case _:
                pass  # word from a child that has been replaced since

    def _stop(self, now: float) -> None:
        if self.phase is Phase.DRAINING:
            self._deadline = now
        elif self.phase is not Phase.FINISHED:
            self._begin_drain(now)

    def _begin_drain(self, now: float) -> None:
        self.phase, self._deadline = Phase.DRAINING, now + self.grace
        for old in self._takeover.old:
            old.told = False  # whoever retires at leisure has to hurry now
        self._effects.append(Note("info", "draining", {"within": self.grace}))

    def _perhaps_announce(self, now: float) -> None:
        if self.phase is Phase.BOOT and all(child.ready for child in self._children.values()):
            self.phase = Phase.SERVING
            self._effects.append(Announce(now - self.began, self._texts()))

    def _texts(self) -> dict[str, str]:
        return {name: child.text for name, child in self._children.items() if child.text}

    def _pass_on_hangup(self) -> None:
        """Only to a child that is ready: in one that is starting, SIGHUP might find no handler yet and end it."""
        heirs = [child for child in self._children.values() if child.slot.hangup]
        if self._hangup and all(child.ready and not child.killed for child in heirs):
            self._hangup = False
            for child in heirs:
                self._send(child, signal.SIGHUP)

    def _gone(self, now: float, child: Child, status: int) -> None:
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
        self._note("error", "child ended", child, how=how(status), reason=child.reason, again_in=wait)
        if self.phase is Phase.BOOT and never_ready:
            child.boot_failures += 1
            if status == GAVE_UP or child.boot_failures >= BOOT_FAILURES:
                self._give_up(now, child, status)
        elif self.phase is Phase.TAKEOVER and never_ready:
            child.boot_failures += 1
            if child.boot_failures == BOOT_FAILURES:
                why = child.reason or how(status)
                self._tell(
                    f"{child.slot.name} of the new program does not start: {why}; {self._kept()}", upgraded=False
                )
        child.reason = ""

    def _kept(self) -> str:
        names = self._takeover.kept
        return f"the old {', '.join(names)} still serve" if names else "it is tried again"

    def _give_up(self, now: float, child: Child, status: int) -> None:
        why = child.reason or how(status)
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
            if not child.live and child.due <= now and self._takeover.may_start(child):
                child.asked = True
                self._effects.append(Start(child.slot.name))

    # Upgrades: leaving to another program, and having come from one

    def _upgrade(self, now: float) -> None:
        if self.phase is Phase.BOOT:
            self._tell("not upgraded: the node is still starting", upgraded=False)
        elif self.phase in (Phase.SERVING, Phase.TAKEOVER) and self._rehearsing is None and self._report is None:
            self._rehearsing = now
            self._effects.append(Rehearse())

    def _rehearsed(self, status: int, text: str) -> None:
        began, self._rehearsing = self._rehearsing, None
        if status == 0:
            self._report = text
            return
        why = f"it was not done after {REHEARSAL:g} s" if began == inf else text.strip() or how(status)
        self._tell(f"not upgraded, the program on disk would not serve: {why}", upgraded=False)

    def _perhaps_succeed(self, now: float) -> None:
        """Leave to the next program, but not while a child is being replaced: nobody would know who it is."""
        if self._rehearsing is not None and now - self._rehearsing > REHEARSAL:
            self._rehearsing = inf
            self._effects.append(Dismiss())
        in_place = {name for name, child in self._children.items() if child.ready and not child.killed}
        if self._report is not None and self._children.keys() <= in_place | {*self._takeover.kept}:
            living = (*self._takeover.old, *self._children.values())
            whom = tuple((child.slot, child.pid) for child in living if child.pid is not None)
            self._effects.append(Succeed(self._report, whom))
            self._report = None

    def _perhaps_upgraded(self, now: float) -> None:
        if self.phase is Phase.TAKEOVER and self._takeover.over:
            self.phase = Phase.SERVING
            self._effects.append(Announce(now - self.began, self._texts()))
            self._tell(f"upgraded in {now - self.began:.1f} s", upgraded=True)

    def _tell(self, words: str, *, upgraded: bool) -> None:
        self._effects.append(Note("info" if upgraded else "error", "upgrade", {"outcome": words}))
        self._effects.append(Outcome(upgraded, words))

    # Draining

    def _drain(self, now: float) -> None:
        """Tell the first stage that still has somebody; past the deadline, end everybody."""
        live = [child for child in (*self._takeover.old, *self._children.values()) if child.live]
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

    def _send(self, child: Child, number: signal.Signals) -> None:
        if child.pid is not None:
            self._effects.append(Send(child.slot.name, child.pid, number))

    def _note(self, level: str, event: str, child: Child, **fields: object) -> None:
        self._effects.append(Note(level, event, {"child": child.slot.name, **fields}))

    def _wake_at(self, now: float) -> float:
        if self.phase is Phase.FINISHED:
            return now
        if self.phase is Phase.DRAINING:
            return self._deadline if self._deadline > now else inf
        wake = self._takeover.wake_at
        if self._rehearsing is not None:
            wake = min(wake, self._rehearsing + REHEARSAL)
        for child in self._children.values():
            if not child.live:
                wake = min(wake, child.due if self._takeover.may_start(child) else inf)
            elif child.pid is None or child.killed:
                continue
            elif not child.ready:
                wake = min(wake, child.since + child.slot.start_within)
            elif child.slot.stale_after is not None:
                wake = min(wake, now + LOOK)
        return wake
