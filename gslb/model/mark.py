"""Where a thing was written, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A place in a text: file as the user named it, line and column counted from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: where, what, and what to write instead (`hint`, may be empty)."""

    message: str
    mark: Mark | None = None
    hint: str = ""

    def __str__(self) -> str:
        place = f"{self.mark}  " if self.mark else ""
        return f"{place}{self.message}" + (f" ({self.hint})" if self.hint else "")


class Faults(Exception):  # noqa: N818 - it holds faults; "FaultsError" would say it twice
    """Every fault found in one go; nothing was applied."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults: tuple[Fault, ...] = faults


def refuse(message: str, mark: Mark | None = None, hint: str = "") -> NoReturn:
    """Raise a single fault."""
    raise Faults(Fault(message, mark, hint))
