"""The builder: reads what is to be served, writes images and a snapshot, and says what they are called."""

from __future__ import annotations

import gc
import sys
import time
from pathlib import Path

from gslb.app.fixed import unheard
from gslb.app.folders import Folders
from gslb.app.inputs import Inputs, Recorder, asked, program
from gslb.app.report import REFUSED, Report
from gslb.app.spec import Spec, read_text
from gslb.config import explain_faults
from gslb.control import Built, assemble, build, load, save
from gslb.geo import MeasuredRow, read_rows
from gslb.model import Diff, Faults, Model, apply, difference


def main(state: str) -> int:
    """Build what the state directory's `serve.json` asks for. Faults go to standard error, with exit status 2."""
    gc.disable()  # it ends soon, and a million records are no garbage
    folders = Folders(Path(state))
    spec = Spec.from_json(folders.spec.read_text())
    try:
        report = make(folders, spec, time.time())
    except Faults as faults:
        print(explain_faults(faults.faults, read_text), file=sys.stderr)
        return REFUSED
    print(report.to_json())
    return 0


def make(folders: Folders, spec: Spec, wall: float) -> Report:
    """Text to snapshot; Faults with everything wrong, and then nothing has changed."""
    recorder = Recorder()
    written = spec.model(recorder.read, recorder.find)
    in_use, served = _served(folders)
    before = served.world.model if served else Model()
    batch = difference(before, written)
    model, diff = apply(before, batch, before.generation) if batch else (before, Diff())
    base = _base(folders, served)
    rows, doubts = _measured(folders, recorder)
    assembled = assemble(model, recorder.read, wall, folders.cache, base.world if base else None, rows)
    built: Built = save(build(assembled.world, folders.state, base), folders.state, in_use)
    warnings = (*doubts, *map(str, assembled.warnings))
    databases = (path for _, path in model.clients.geodb)
    for path in (*databases, *built.files, str(folders.snapshot(built.digest)), *program()):
        recorder.note(path)
    Inputs(built.digest, asked(spec), recorder.files, recorder.patterns, warnings).write(folders.inputs)
    return Report(built.digest, tuple(map(str, diff.changes)), (*warnings, *unheard(model, folders.fixed)))


def _measured(folders: Folders, recorder: Recorder) -> tuple[tuple[MeasuredRow, ...], tuple[str, ...]]:
    """The round trips that are published, and what is wrong with them: nothing else waits for that."""
    try:
        return read_rows(recorder.read(str(folders.measured))), ()
    except FileNotFoundError:
        return (), ()
    except (OSError, ValueError) as error:
        return (), (f"{folders.measured} is not used: {error}",)


def _served(folders: Folders) -> tuple[str, Built | None]:
    """The snapshot in use and what it is, "" and None where there is none that can be read."""
    try:
        in_use = folders.adopted()
        return in_use, load(folders.state, in_use)
    except Exception:  # noqa: BLE001 - whatever an old pickle may raise: then everything is made anew
        return "", None


def _base(folders: Folders, served: Built | None) -> Built | None:
    """What may be gone on from: the build in use, if this very program made it. Another may mean something else."""
    known = Inputs.read(folders.inputs)
    if served is None or known is None or known.snapshot != served.digest or not known.covers(program()):
        return None
    return served
