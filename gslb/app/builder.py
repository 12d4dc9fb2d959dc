"""The builder: reads what is to be served, writes images and a snapshot, says on standard output what they are called."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from gslb.app.folders import Folders
from gslb.app.spec import Spec, read_text
from gslb.config import explain_faults
from gslb.control import Built, assemble, build, load, save
from gslb.model import Faults, Model, apply, difference

REFUSED = 2  # exit status: the input is wrong, and trying again would change nothing


@dataclass(frozen=True, slots=True)
class Report:
    """What was built: the snapshot's name, what changed in words, and what is legal but unwise."""

    digest: str
    changed: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @staticmethod
    def from_json(text: str) -> Report:
        data = json.loads(text)
        return Report(data["digest"], tuple(data["changed"]), tuple(data["warnings"]))


def main(state: str) -> int:
    """Build what the state directory's `serve.json` asks for. Faults go to standard error, with exit status 2."""
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
    written = spec.model(read_text)
    before = _before(folders)
    model, diff = apply(before, difference(before, written), before.generation)
    assembled = assemble(model, read_text, wall, folders.cache)
    built: Built = save(build(assembled.world, folders.state), folders.state)
    return Report(built.digest, tuple(map(str, diff.changes)), tuple(map(str, assembled.warnings)))


def _before(folders: Folders) -> Model:
    """The model in use, or an empty one; a snapshot of another release counts as none."""
    try:
        return load(folders.state, folders.adopted()).world.model
    except Exception:  # noqa: BLE001 - whatever an old pickle may raise: it only serves to say what changed
        return Model()
