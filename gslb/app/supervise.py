"""The supervisor: builds, binds, drops privileges, and runs the fleet; or takes a running one over, at an upgrade."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from gslb.app import fixed
from gslb.app.folders import Folders, state_folder
from gslb.app.inputs import resumed
from gslb.app.report import Report
from gslb.app.spec import Spec, read_text
from gslb.app.state import Claim, claimed, discard, mend, temporary
from gslb.app.upgrade import REHEARSAL, NextProgram
from gslb.control import Journal, Level
from gslb.engine import Engine, choose
from gslb.model import Fault, Faults, Listen, Model
from gslb.server import (
    Bound,
    Handover,
    Launch,
    Legacy,
    Note,
    Slot,
    Sockets,
    Supervisor,
    become,
    child_preexec,
    open_queue,
    open_sockets,
    open_tcp,
)

T = TypeVar("T")
PREFIX = (sys.executable, "-m", "gslb.app")
STALE_WORKER = 0.25  # seconds without a heartbeat after which a worker is replaced
STALE_LOOP = 5.0  # the same for processes that run an event loop
NICE = 10  # what control work gives way by
JUDGE_NICE = 5  # on a core that is shared, a burst of probes must not hold up a packet; half the weight is plenty
PAGES = ("admin", "metrics")
LEISURE = 60.0  # seconds in which an old responder has to end its connections by itself


def serve(spec: Spec, say: Callable[[str], None]) -> int:
    """Run a node until it is told to end; the exit status. 2: the input is wrong (said on standard error).

    In a process that was a node before it takes that over; and where a node asks whether this program could do so, it
    says so and ends. Raises Faults where the configuration cannot be read or an address cannot be bound, and
    NotCompiledError where the compiled engine is asked for and cannot be had.
    """
    engine = choose(spec.engine)
    if state := os.environ.pop(REHEARSAL, ""):
        from gslb.app.rehearsal import rehearse  # reads and builds: nothing for who only holds sockets

        return rehearse(spec, Folders(Path(state)))
    legacy = Legacy.taken()
    return _start(spec, say, engine) if legacy is None else _take_over(spec, legacy, engine)


def _start(spec: Spec, say: Callable[[str], None], engine: Engine) -> int:
    began = time.monotonic()
    model = spec.model(read_text)
    with contextlib.ExitStack() as stack:
        if spec.config is None:
            state = stack.enter_context(temporary())
        else:
            state = state_folder(model.node.state, os.environ).absolute()
        folders = Folders(state)
        claim = stack.enter_context(claimed(folders))
        listening = Listening.opened(model.listen)
        stack.callback(listening.close)
        journal = Journal("supervisor")
        if mend(folders):
            journal.warning("state_mended", reason="tables or images could not be read; they are made anew")
        folders.spec.write_text(spec.to_json())
        fixed.write(model, folders.fixed)
        for warning in listening.sockets.warnings:
            journal.warning("sockets", warning=warning)
        become(model.node.user, owned=[state, *state.rglob("*")])
        built = resumed(folders, spec)
        if built is None:
            discard(folders)
            built = build(folders)
        if built is None:
            return 2
        for warning in built.warnings:
            say(f"warning: {warning}")
        folders.adopt(built.digest)
        return _run(stack, folders, claim, listening, worker_count(model), engine, began, journal)


def _take_over(spec: Spec, legacy: Legacy, engine: Engine) -> int:
    """Go on where another program left, whatever the disk says: what had to be read and made was, by the rehearsal."""
    began = time.monotonic()
    with contextlib.ExitStack() as stack:
        folders = Folders(Path(legacy.facts["state"]))
        if spec.config is None:
            stack.enter_context(temporary(folders.state))
        journal = Journal("supervisor")
        listening = Listening.left(legacy)
        stack.callback(listening.close)
        try:
            folders.spec.write_text(spec.to_json())
            if folders.adopted() != legacy.facts["snapshot"]:
                folders.adopt(legacy.facts["snapshot"])
        except OSError as error:
            journal.error("upgrade", error=f"the new snapshot cannot be adopted: {error}; the old one stays")
        workers = int(legacy.facts["workers"])
        claim = Claim(legacy.named["lock"])
        return _run(stack, folders, claim, listening, workers, engine, began, journal, legacy.children)


def _run(
    stack: contextlib.ExitStack,
    folders: Folders,
    claim: Claim,
    listening: Listening,
    workers: int,
    engine: Engine,
    began: float,
    journal: Journal,
    predecessors: tuple[tuple[Slot, int], ...] = (),
) -> int:
    programs = {slot.program for slot, _ in predecessors}
    program = min({*range(len(programs) + 1)} - programs)
    launches = fleet(folders, workers, listening, engine, program)
    for local in (folders.judge_socket, folders.control_socket):
        stack.callback(local.unlink, missing_ok=True)
    return Supervisor(
        launches,
        PREFIX,
        _announce(listening.sockets, began, engine, "upgraded" if predecessors else "ready"),
        _noted(journal),
        successor=NextProgram(folders, claim, listening.legacy(folders, workers, claim)),
        predecessors=predecessors,
    ).run()


@dataclass(frozen=True, slots=True)
class Listening:
    """Everything a node listens on."""

    sockets: Sockets
    admin: Bound | None = None
    metrics: Bound | None = None

    @staticmethod
    def opened(listen: Listen) -> Listening:
        """All of it, bound. Raises Faults with every address that cannot be; then nothing stays open."""
        refused: list[Fault] = []

        def tried(opening: Callable[[], T]) -> T | None:
            try:
                return opening()
            except Faults as faults:
                refused.extend(faults.faults)
                return None

        sockets = tried(lambda: open_sockets(listen.dns)) or Sockets((), ())
        admin, metrics = (
            tried(lambda page=page: open_tcp(page)) if page else None  # type: ignore[misc]
            for page in (listen.admin, listen.metrics)
        )
        found = Listening(sockets, admin, metrics)
        if refused:
            found.close()
            raise Faults(*refused)
        return found

    def close(self) -> None:
        """Give all of it up."""
        self.sockets.close()
        for page in (self.admin, self.metrics):
            if page is not None:
                page.socket.close()

    def legacy(self, folders: Folders, workers: int, claim: Claim) -> Legacy:
        """All that a next program gets but the children."""
        pages = {"admin": self.admin, "metrics": self.metrics}
        named = {name: bound.socket.fileno() for name, bound in pages.items() if bound is not None}
        facts = {"state": str(folders.state), "workers": str(workers)}
        return Legacy(self.sockets.udp, self.sockets.tcp, named | {"lock": claim.descriptor}, facts)

    @staticmethod
    def left(legacy: Legacy) -> Listening:
        """What the program before listened on."""
        pages = (Bound(socket.socket(fileno=legacy.named[name])) if name in legacy.named else None for name in PAGES)
        return Listening(Sockets(legacy.udp, legacy.tcp), *pages)


def build(folders: Folders) -> Report | None:
    """Run the builder; None when it refused, having said why."""
    command = [*PREFIX, "builder", str(folders.state)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False, preexec_fn=child_preexec)
    return Report.from_json(done.stdout.decode()) if done.returncode == 0 else None


def fleet(
    folders: Folders, workers: int, listening: Listening, engine: Engine = Engine.PYTHON, program: int = 0
) -> list[Launch]:
    """Who runs: workers answer, the responder does what they cannot, the judge believes, control is for people.

    Stages are the order of draining: workers first, then the responder that has their last questions, then the rest.
    Turns are the order of an upgrade: first the judge, so that what the others read is of their own release. `program`
    sets the readers of the tables apart from those that an earlier program left.
    """
    write, read = open_queue()
    sockets, first = listening.sockets, program * (workers + 1)
    state = str(folders.state)
    named = {"metrics": listening.metrics.socket.fileno()} if listening.metrics else {}
    judged = {"admin": listening.admin.socket.fileno()} if listening.admin else {}
    answering = [
        Launch(
            Slot(f"worker-{number}", 0, STALE_WORKER, turn=2, program=program),
            ("worker", state, str(first + number), engine),
            Handover(udp=sockets.udp, named={"queue": write.fileno()}),
        )
        for number in range(workers)
    ]
    responder = Launch(
        Slot("responder", 1, STALE_LOOP, turn=1, retire=signal.SIGUSR2, retire_within=LEISURE, program=program),
        ("responder", state, str(first + workers), engine),
        Handover(sockets.udp, sockets.tcp, {"queue": read.fileno()}),
    )
    judge = Launch(
        Slot("judge", 2, STALE_LOOP, turn=0, exclusive=True, program=program),
        ("judge", state),
        Handover(named=judged),
        JUDGE_NICE,
    )
    control = Launch(
        Slot("control", 2, STALE_LOOP, hangup=True, turn=3, exclusive=True, program=program),
        ("control", state, str(workers), engine),
        Handover(named=named),
        NICE,
    )
    _kept.extend((write, read))
    return [*answering, judge, responder, control]


_kept: list[object] = []  # both ends of the queue live as long as we do


def worker_count(model: Model) -> int:
    """As written, or one for each core that this process may use."""
    return model.node.workers or len(
        os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)
    )


def _announce(
    sockets: Sockets, started: float, engine: Engine, what: str = "ready"
) -> Callable[[float, Mapping[str, str]], str]:
    def line(_: float, texts: Mapping[str, str]) -> str:
        said = f"{texts['judge']}; " if texts.get("judge") else ""
        return f"{what} in {time.monotonic() - started:.1f} s: {said}answering {sockets}, {engine} engine"

    return line


def _noted(journal: Journal) -> Callable[[Note], None]:
    def note(told: Note) -> None:
        journal.record(Level(told.level), told.event, told.fields)

    return note
