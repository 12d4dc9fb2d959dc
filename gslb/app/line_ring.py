"""Lines on disk that take no more than so much room: a ring of files, of which the oldest goes.

append ─► <number>.jsonl, until it is an eighth of the room ─► <number + 1>.jsonl, and the first goes
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

PARTS = 8
SUFFIX = ".jsonl"


class LineRing:
    """Lines in files of a folder that is theirs alone; `room` is in octets, and may change. One process writes."""

    def __init__(self, folder: Path, room: int) -> None:
        self.room = room
        self._folder = folder

    def append(self, lines: Iterable[str]) -> None:
        """Add whole lines, and let the oldest go for them. Raises OSError; then some of the lines may be missing."""
        data = "".join(f"{line}\n" for line in lines).encode()
        if not data or not self.room:
            return
        self._folder.mkdir(mode=0o700, exist_ok=True)
        paths = files(self._folder)
        last = paths[-1] if paths else self._folder / f"{0:08}{SUFFIX}"
        if paths and last.stat().st_size + len(data) > self.room // PARTS:
            last = self._folder / f"{int(last.stem) + 1:08}{SUFFIX}"
        with last.open("ab") as file:
            file.write(data)
        self._prune()

    def _prune(self) -> None:
        paths = files(self._folder)
        sizes = [path.stat().st_size for path in paths]
        for path in paths[:-1]:
            if sum(sizes) <= self.room:
                return
            sizes.pop(0)
            path.unlink()


def files(folder: Path) -> list[Path]:
    """The files of a ring, oldest first."""
    return sorted(folder.glob(f"[0-9]*{SUFFIX}"))


def read_lines(folder: Path) -> Iterator[str]:
    """Every whole line, oldest first; what goes meanwhile is left out, and so is one that a kill cut short."""
    for path in files(folder):
        try:
            with path.open(encoding="utf-8", errors="replace") as file:
                yield from (line.rstrip("\n") for line in file if line.endswith("\n"))
        except FileNotFoundError:
            continue
