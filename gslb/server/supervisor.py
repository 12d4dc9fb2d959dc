"""The supervisor: turns the fleet machine's effects into processes and signals, and what happens to them into events.

signals, exits, reports, heartbeats ──► Fleet.step ──► spawn, kill, announce, note
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

from gslb.server.children import spawn
from gslb.server.fleet import (
    Announce,
    Beat,
    Complained,
    Event,
    Exited,
    Finish,
    Fleet,
    Hangup,
    Note,
    Ready,
    Refused,
    Send,
    Slot,
    Start,
    Started,
    Stop,
)
from gslb.server.handover import VARIABLE, Handover, Heartbeats, Reports

_SIGNALS: Mapping[int, type[Stop | Hangup] | None] = {
    signal.SIGTERM: Stop,
    signal.SIGINT: Stop,
    signal.SIGHUP: Hangup,
    signal.SIGCHLD: None,  # only wakes us: exits are asked for in every turn
}


@dataclass(frozen=True, slots=True)
class Launch:
    """How a slot's child is started: arguments after the common prefix, what it inherits, and how nice it is."""

    slot: Slot
    arguments: tuple[str, ...] = ()
    handover: Handover = field(default_factory=Handover)
    niceness: int = 0


class Supervisor:
    """Runs the children until a signal ends them all.

    `prefix` are the first words of every command (`python -m gslb.app`). `announce(seconds, texts)` makes the line that
    is printed when all are ready for the first time, from how long it took and what the children said (by slot). `note`
    writes to the journal. `grace`: seconds for a drain.
    """

    def __init__(
        self,
        launches: Iterable[Launch],
        prefix: Sequence[str],
        announce: Callable[[float, Mapping[str, str]], str],
        note: Callable[[Note], None],
        *,
        grace: float = 10.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._launches = {launch.slot.name: launch for launch in launches}
        self._cells = {name: cell for cell, name in enumerate(self._launches)}
        self._prefix = tuple(prefix)
        self._announce, self._note, self._clock = announce, note, clock
        self._fleet = Fleet([launch.slot for launch in self._launches.values()], clock(), grace)
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
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
                    case Send(slot, _, number):
                        self._processes[slot].send_signal(number)
                    case Announce(seconds, texts):
                        with contextlib.suppress(OSError):  # nobody may be reading
                            print(self._announce(seconds, texts), flush=True)
                        notify("READY=1")
                    case Note():
                        self._note(effect)
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

    def _happened(self) -> list[Event]:
        """Reports before exits: last words come before the end, and are in the pipe once the end can be seen."""
        exits: list[Event] = []
        for name, process in list(self._processes.items()):
            status = process.poll()  # a pid is ours until this has seen its end, so signals never hit a stranger
            if status is not None:
                del self._processes[name]
                exits.append(Exited(name, process.pid, status))
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
