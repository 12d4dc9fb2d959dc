"""Where a thing was written, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NoReturn, Self


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
        super().__init__(*faults)
        self.faults: tuple[Fault, ...] = faults

    def __iter__(self) -> Iterator[Fault]:
        return iter(self.faults)

    def __str__(self) -> str:
        return "\n".join(map(str, self.faults))


class Collector:
    """Faults as they are found, each once."""

    def __init__(self) -> None:
        self._faults: dict[Fault, None] = {}

    def add(self, message: str, mark: Mark | None = None, hint: str = "") -> None:
        self._faults[Fault(message, mark, hint)] = None

    def __len__(self) -> int:
        return len(self._faults)

    def extend(self, faults: Iterable[Fault]) -> None:
        self._faults.update(dict.fromkeys(faults))

    @property
    def faults(self) -> tuple[Fault, ...]:
        """All of them, in the order of the text."""
        return tuple(sorted(self._faults, key=lambda fault: (fault.mark is None, fault.mark, fault.message)))

    def raise_any(self) -> None:
        if self._faults:
            raise Faults(*self.faults)


class Word(str):
    """Text that remembers where it was written; otherwise it is plain text: equal, hashed and stored as one."""

    __slots__ = ("mark",)
    mark: Mark | None

    def __new__(cls, text: str, mark: Mark | None = None) -> Self:
        word = super().__new__(cls, text)
        word.mark = mark
        return word


def mark_of(text: str, otherwise: Mark | None = None) -> Mark | None:
    """Where a text was written, if it knows."""
    return (text.mark if isinstance(text, Word) else None) or otherwise


def refuse(message: str, mark: Mark | None = None, hint: str = "") -> NoReturn:
    """Raise a single fault."""
    raise Faults(Fault(message, mark, hint))
