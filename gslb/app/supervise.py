"""The supervisor: builds, binds, drops privileges, and runs the fleet."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping

from gslb.app import fixed
from gslb.app.folders import Folders, state_folder
from gslb.app.inputs import resumed
from gslb.app.report import Report
from gslb.app.spec import Spec, read_text
from gslb.app.state import claimed, discard, mend, temporary
from gslb.control import Journal, Level
from gslb.engine import Engine, choose
from gslb.model import Listen, Model
from gslb.server import (
    Bound,
    Handover,
    Launch,
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

PREFIX = (sys.executable, "-m", "gslb.app")
STALE_WORKER = 0.25  # seconds without a heartbeat after which a worker is replaced
STALE_LOOP = 5.0  # the same for processes that run an event loop
NICE = 10  # what control work gives way by


def serve(spec: Spec, say: Callable[[str], None]) -> int:
    """Run a node until it is told to end; the exit status. 2: the input is wrong (said on standard error).

    Raises Faults where the configuration cannot be read or an address cannot be bound, NotCompiledError where the
    compiled engine is asked for and cannot be had.
    """
    began = time.monotonic()
    engine = choose(spec.engine)
    model = spec.model(read_text)
    with contextlib.ExitStack() as stack:
        if spec.config is None:
            state = stack.enter_context(temporary())
        else:
            state = state_folder(model.node.state, os.environ).absolute()
        folders = Folders(state)
        stack.enter_context(claimed(folders))
        sockets, admin, metrics = _bind(model.listen)
        stack.callback(sockets.close)
        journal = Journal("supervisor")
        if mend(folders):
            journal.warning("state_mended", reason="tables or images could not be read; they are made anew")
        folders.spec.write_text(spec.to_json())
        fixed.write(model, folders.fixed)
        for warning in sockets.warnings:
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
        launches = fleet(folders, model, sockets, admin, metrics, engine)
        for local in (folders.judge_socket, folders.control_socket):
            stack.callback(local.unlink, missing_ok=True)
        return Supervisor(launches, PREFIX, _announce(sockets, began, engine), _noted(journal)).run()


def _bind(listen: Listen) -> tuple[Sockets, Bound | None, Bound | None]:
    sockets = open_sockets(listen.dns)
    admin = open_tcp(listen.admin) if listen.admin else None
    metrics = open_tcp(listen.metrics) if listen.metrics else None
    return sockets, admin, metrics


def build(folders: Folders) -> Report | None:
    """Run the builder; None when it refused, having said why."""
    command = [*PREFIX, "builder", str(folders.state)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False, preexec_fn=child_preexec)
    return Report.from_json(done.stdout.decode()) if done.returncode == 0 else None


def fleet(
    folders: Folders,
    model: Model,
    sockets: Sockets,
    admin: Bound | None,
    metrics: Bound | None,
    engine: Engine = Engine.PYTHON,
) -> list[Launch]:
    """Who runs: workers answer, the responder does what they cannot, the judge believes, control is for people.

    Stages are the order of draining: workers first, then the responder that has their last questions, then the rest.
    """
    write, read = open_queue()
    state = str(folders.state)
    named = {"metrics": metrics.socket.fileno()} if metrics else {}
    judged = {"admin": admin.socket.fileno()} if admin else {}
    workers = [
        Launch(
            Slot(f"worker-{number}", 0, STALE_WORKER),
            ("worker", state, str(number), engine),
            Handover(udp=sockets.udp, named={"queue": write.fileno()}),
        )
        for number in range(worker_count(model))
    ]
    responder = Launch(
        Slot("responder", 1, STALE_LOOP),
        ("responder", state, str(len(workers))),
        Handover(sockets.udp, sockets.tcp, {"queue": read.fileno()}),
    )
    judge = Launch(Slot("judge", 2, STALE_LOOP), ("judge", state), Handover(named=judged))
    control = Launch(
        Slot("control", 2, STALE_LOOP, hangup=True),
        ("control", state, str(len(workers)), engine),
        Handover(named=named),
        NICE,
    )
    _kept.extend((write, read))
    return [*workers, judge, responder, control]


_kept: list[object] = []  # both ends of the queue live as long as we do


def worker_count(model: Model) -> int:
    """As written, or one for each core that this process may use."""
    return model.node.workers or len(
        os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else range(os.cpu_count() or 1)
    )


def _announce(sockets: Sockets, started: float, engine: Engine) -> Callable[[float, Mapping[str, str]], str]:
    def line(_: float, texts: Mapping[str, str]) -> str:
        said = f"{texts['judge']}; " if texts.get("judge") else ""
        return f"ready in {time.monotonic() - started:.1f} s: {said}answering {sockets}, {engine} engine"

    return line


def _noted(journal: Journal) -> Callable[[Note], None]:
    def note(told: Note) -> None:
        journal.record(Level(told.level), told.event, told.fields)

    return note
