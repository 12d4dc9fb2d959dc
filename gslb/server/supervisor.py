"""The supervisor: turns the fleet machine's effects into processes and signals, and what happens to them into events.

signals, exits, reports, heartbeats ──► Fleet.step ──► spawn, kill, announce, note, become another program
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Protocol

from gslb.server.children import spawn
from gslb.server.events import (
    Announce,
    Beat,
    Complained,
    Dismiss,
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
from gslb.server.fleet import Fleet
from gslb.server.handover import VARIABLE, Handover, Heartbeats, Reports
from gslb.server.rehearsal import Rehearsal
from gslb.server.succession import SIGNALS

_SIGNALS: Mapping[int, type[Stop | Hangup | Upgrade] | None] = {
    signal.SIGTERM: Stop,
    signal.SIGINT: Stop,
    signal.SIGHUP: Hangup,
    signal.SIGUSR2: Upgrade,
    signal.SIGCHLD: None,  # only wakes us: exits are asked for in every turn
}


@dataclass(frozen=True, slots=True)
class Launch:
    """How a slot's child is started: arguments after the common prefix, what it inherits, and how nice it is."""

    slot: Slot
    arguments: tuple[str, ...] = ()
    handover: Handover = field(default_factory=Handover)
    niceness: int = 0


class Successor(Protocol):
    """How this process becomes the program that is on disk now."""

    def rehearse(self) -> Rehearsal:
        """Begin to try it. Raises OSError."""

    def leave(self, report: str, living: Sequence[tuple[Slot, int]]) -> None:
        """Become it, leaving it these children; `report` is the rehearsal's. Raises OSError, or never returns."""

    def tell(self, words: str, *, upgraded: bool) -> None:
        """Let whoever asked for it know what came of it."""


class Supervisor:
    """Runs the children until a signal ends them all.

    `prefix` are the first words of every command (`python -m gslb.app`). `announce(seconds, texts)` makes the line that
    is printed when all are ready for the first time, from how long it took and what the children said (by slot). `note`
    writes to the journal. `grace`: seconds for a drain. `successor`: how to upgrade. `predecessors`: the children of
    the program that this process was before.
    """

    def __init__(
        self,
        launches: Iterable[Launch],
        prefix: Sequence[str],
        announce: Callable[[float, Mapping[str, str]], str],
        note: Callable[[Note], None],
        *,
        grace: float = 10.0,
        successor: Successor | None = None,
        predecessors: Sequence[tuple[Slot, int]] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._launches = {launch.slot.name: launch for launch in launches}
        self._cells = {name: cell for cell, name in enumerate(self._launches)}
        self._prefix = tuple(prefix)
        self._announce, self._note, self._clock = announce, note, clock
        self._fleet = Fleet([launch.slot for launch in self._launches.values()], clock(), grace, predecessors)
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._old = {pid: slot.name for slot, pid in predecessors}
        self._successor = successor
        self._rehearsal: Rehearsal | None = None
        self._beats: dict[str, int] = {}
        self._reports = Reports()

    def run(self) -> int:
        """Start, watch, replace, drain; returns the exit status. For the main thread. Leaves no child behind."""
        self._heartbeats = Heartbeats(len(self._cells))
        self._report_read, self._report_write = os.pipe()
        os.set_blocking(self._report_read, False)
        try:
            with _wakeups() as wakeups, selectors.DefaultSelector() as selector:
                selector.register(wakeups, selectors.EVENT_READ)
                selector.register(self._report_read, selectors.EVENT_READ)
                return self._loop(selector, wakeups)
        finally:
            for process in self._processes.values():
                process.kill()
                process.wait()
            for pid in self._old:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
            if self._rehearsal is not None:
                self._rehearsal.end()
            os.close(self._report_read)
            os.close(self._report_write)
            self._heartbeats.close()

    def _loop(self, selector: selectors.BaseSelector, wakeups: socket.socket) -> int:
        events: list[Event] = []
        while True:
            effects, wake_at = self._fleet.step(self._clock(), events)
            events = []
            for effect in effects:
                match effect:
                    case Finish(status, message):
                        notify("STOPPING=1")
                        if message:
                            print(message, file=sys.stderr)
                        return status
                    case Start(slot):
                        events.append(self._start(slot))
                    case Send(_, pid, number):
                        os.kill(pid, number)  # ours, as its end was not seen yet: no stranger can have its number
                    case Announce(seconds, texts):
                        with contextlib.suppress(OSError):  # nobody may be reading
                            print(self._announce(seconds, texts), flush=True)
                        notify("READY=1")
                    case Note():
                        self._note(effect)
                    case Outcome(upgraded, words):
                        notify("READY=1")
                        if self._successor is not None:
                            self._successor.tell(words, upgraded=upgraded)
                    case Rehearse():
                        events += self._rehearse()
                    case Dismiss():
                        if self._rehearsal is not None:
                            self._rehearsal.kill()
                    case Succeed(report, living):
                        events.append(self._succeed(report, living))
            if not events:
                selector.select(None if wake_at == inf else max(0.0, wake_at - self._clock()))
                events = [*_signalled(wakeups), *self._happened()]

    def _start(self, name: str) -> Event:
        launch = self._launches[name]
        heartbeat = (self._heartbeats.descriptor, self._cells[name])
        environment = {key: value for key, value in os.environ.items() if key != "NOTIFY_SOCKET"}
        environment[VARIABLE] = launch.handover.spelled(name, self._report_write, heartbeat)
        descriptors = (*launch.handover.descriptors(), self._report_write, self._heartbeats.descriptor)
        try:
            process = spawn((*self._prefix, *launch.arguments), descriptors, environment, launch.niceness)
        except (OSError, subprocess.SubprocessError) as error:
            return Refused(name, str(error))
        self._processes[name] = process
        return Started(name, process.pid)

    def _rehearse(self) -> list[Event]:
        if self._successor is None:
            return [Rehearsed(1, "there is none")]
        try:
            self._rehearsal = self._successor.rehearse()
        except (OSError, subprocess.SubprocessError) as error:
            return [Rehearsed(1, str(error))]
        return []

    def _succeed(self, report: str, living: Sequence[tuple[Slot, int]]) -> Event:
        """Become the next program; what comes back is why not."""
        notify(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")
        reason = "there is none"
        try:
            if self._successor is not None:
                self._successor.leave(report, living)
        except OSError as error:
            reason = str(error)
        return Stayed(reason)

    def _happened(self) -> list[Event]:
        """Reports before exits: last words come before the end, and are in the pipe once the end can be seen."""
        exits: list[Event] = []
        for name, process in list(self._processes.items()):
            status = process.poll()  # a pid is ours until this has seen its end, so signals never hit a stranger
            if status is not None:
                del self._processes[name]
                exits.append(Exited(name, process.pid, status))
        for pid, name in list(self._old.items()):
            ended, how = os.waitpid(pid, os.WNOHANG)
            if ended:
                del self._old[pid]
                exits.append(Exited(name, pid, os.waitstatus_to_exitcode(how)))
        if self._rehearsal is not None and (rehearsed := self._rehearsal.poll()):
            self._rehearsal = None
            exits.append(rehearsed)
        return [*self._said(), *self._beaten(), *exits]

    def _said(self) -> Iterator[Event]:
        with contextlib.suppress(BlockingIOError):
            for report in self._reports.feed(os.read(self._report_read, 1 << 16)):
                yield (Ready if report.ready else Complained)(report.slot, report.pid, report.text)

    def _beaten(self) -> Iterator[Event]:
        for name, cell in self._cells.items():
            beat = self._heartbeats.read(cell)
            if beat != self._beats.get(name, 0):
                self._beats[name] = beat
                yield Beat(name)


@contextlib.contextmanager
def _wakeups() -> Iterator[socket.socket]:
    """A socket that gets one octet, its number, for each signal we care for.

    The handlers stay when we are done: one more Ctrl-C while the process ends is no reason for a traceback.
    """
    read, write = socket.socketpair()
    with read, write:
        for end in (read, write):
            end.setblocking(False)  # noqa: FBT003 - the standard library's own signature
        for number in _SIGNALS:
            signal.signal(number, lambda *_: None)
        before = signal.set_wakeup_fd(write.fileno(), warn_on_full_buffer=False)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)  # what came while this was another program comes now
        try:
            yield read
        finally:
            signal.set_wakeup_fd(before)


def _signalled(wakeups: socket.socket) -> list[Event]:
    with contextlib.suppress(BlockingIOError):
        return [event() for number in wakeups.recv(4096) if (event := _SIGNALS.get(number))]
    return []


def notify(state: str, environment: Mapping[str, str] = os.environ) -> None:
    """Tell the service manager (sd_notify(3)): `READY=1`, `STOPPING=1`. Does nothing where there is none."""
    path = environment.get("NOTIFY_SOCKET")
    if path:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.sendto(state.encode(), "\0" + path[1:] if path.startswith("@") else path)
