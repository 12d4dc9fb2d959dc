"""What a snapshot was built from, so that a start can tell that building again would change nothing.

    builder: Recorder ─► every file read, every pattern looked up ─► inputs.json
    start:   all of it as it was? ─► the snapshot in use stands, and is answered from at once

A file counts as unchanged while its inode, size and time of last change are.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from gslb.app.folders import Folders
from gslb.app.report import Report
from gslb.app.spec import Spec, find, read_text

PROGRAM = Path(__file__).resolve().parent.parent
Signature = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything a snapshot depends on, what it was called, and what was said of it.

    `asked`: what `serve` was told, and in which folder. `files`: what was read, written and run, by path; `patterns`:
    which paths each stood for.
    """

    snapshot: str
    asked: str
    files: Mapping[str, Signature]
    patterns: Mapping[str, tuple[str, ...]]
    warnings: tuple[str, ...] = ()

    def write(self, path: Path) -> None:
        """Put it at `path`, whole or not at all."""
        draft = path.with_name(f".{path.name}")
        draft.write_text(json.dumps(asdict(self)))
        draft.replace(path)

    @staticmethod
    def read(path: Path) -> Inputs | None:
        """What stands at `path`; None where nothing does that can be read."""
        try:
            data = json.loads(path.read_text())
            files = {name: tuple(signed) for name, signed in data["files"].items()}
            patterns = {pattern: tuple(found) for pattern, found in data["patterns"].items()}
            return Inputs(data["snapshot"], data["asked"], files, patterns, tuple(data["warnings"]))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def unchanged(self, look_up: Callable[[str], Iterable[str]] = find) -> bool:
        """Whether every file and every pattern is what it was."""
        return all(signature(path) == signed for path, signed in self.files.items()) and all(
            tuple(sorted(look_up(pattern))) == found for pattern, found in self.patterns.items()
        )

    def but(self, path: str) -> Inputs:
        """The same without one file."""
        return replace(self, files={name: signed for name, signed in self.files.items() if name != path})

    def covers(self, paths: Iterable[str]) -> bool:
        """Whether each of these files was noted, and is what it was."""
        return all(path in self.files and signature(path) == self.files[path] for path in paths)


@dataclass(slots=True)
class Recorder:
    """Reads for a builder, and keeps in mind what was read: before the text is, so that a later change shows."""

    files: dict[str, Signature] = field(default_factory=dict)
    patterns: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def read(self, path: str) -> str:
        self.note(path)
        return read_text(path)

    def find(self, pattern: str) -> tuple[str, ...]:
        found = self.patterns[pattern] = tuple(sorted(find(pattern)))
        return found

    def note(self, path: str | Path) -> None:
        """A file that somebody else reads, or wrote."""
        signed = signature(path)
        if signed is not None:
            self.files[str(path)] = signed


def signature(path: str | Path) -> Signature | None:
    """What changes with a file's content; None where there is no file."""
    try:
        found = Path(path).stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def asked(spec: Spec) -> str:
    """What was asked, as text that is the same only for the same: relative paths mean another file elsewhere."""
    return json.dumps([spec.to_json(), str(Path.cwd())])


def program() -> set[str]:
    """The files of this program and of the libraries it has loaded: what other releases wrote is not to be read."""
    own = {str(path) for path in PROGRAM.rglob("*") if path.is_file() and path.suffix != ".pyc"}
    return own | {file for module in tuple(sys.modules.values()) if (file := getattr(module, "__file__", None))}


def resumed(folders: Folders, spec: Spec) -> Report | None:
    """The report of the build in use, when building again would say the same; None when it has to be built."""
    known = Inputs.read(folders.inputs)
    try:
        in_use = folders.adopted()
    except OSError:
        return None
    if known is None or known.snapshot != in_use or known.asked != asked(spec) or not known.unchanged():
        return None
    return Report(known.snapshot, (), known.warnings)
