"""The journal: one line an event, on standard error, for people and for machines.

time=2026-12-03T03:00:00.123Z level=warning role=control pid=512 event=reload outcome=refused faults=3
{"time": "2026-12-03T03:00:00.123Z", "level": "warning", "role": "control", "pid": 512, "event": "reload", …}
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum

_PLAIN = re.compile(r"[A-Za-z0-9_.:/@+,\[\]%*-]+")
_NAME = re.compile(r"[^A-Za-z0-9_.]+")
_OWN = ("time", "level", "role", "pid", "event")
_BURST = 50  # lines a second of one event before the rest of that second is only counted


class Level(Enum):
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Form(Enum):
    """How a line is written: logfmt reads well in a terminal, JSON in a collector."""

    LOGFMT = "logfmt"
    JSON = "json"


def to_standard_error(line: str) -> None:
    """Write a line in one go, so that those of several processes do not mix. A full disk stops nothing."""
    with contextlib.suppress(OSError):
        os.write(2, line.encode(errors="backslashreplace"))


@dataclass(slots=True)
class Journal:
    """Writes events. `role` says which process speaks; `wall` gives seconds since 1970; `write` takes a whole line.

    No value can break out of its line or its field, and a flood of one event cannot fill the disk: of more than 50 a
    second the rest is counted, and told as `suppressed` with the next.
    """

    role: str
    form: Form = Form.LOGFMT
    write: Callable[[str], None] = to_standard_error
    wall: Callable[[], float] = time.time
    _seconds: dict[str, tuple[int, int]] = field(default_factory=dict)  # event -> the second, and how many in it

    def info(self, event: str, /, **fields: object) -> None:
        """What went as it should: started, reloaded, became up."""
        self.record(Level.INFO, event, fields)

    def warning(self, event: str, /, **fields: object) -> None:
        """What an operator should look at when there is time."""
        self.record(Level.WARNING, event, fields)

    def error(self, event: str, /, **fields: object) -> None:
        """What went wrong."""
        self.record(Level.ERROR, event, fields)

    def record(self, level: Level, event: str, fields: Mapping[str, object]) -> None:
        """One event; fields named like our own five are told with a `_` behind, None is left out."""
        now = self.wall()
        suppressed = self._suppressed(event, int(now))
        if suppressed is None:
            return
        entry: dict[str, object] = {
            "time": datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": level.value,
            "role": self.role,
            "pid": os.getpid(),
            "event": event,
        }
        for name, value in fields.items():
            if value is not None:
                entry[f"{name}_" if name in _OWN else name] = _simple(value)
        if suppressed:
            entry["suppressed"] = suppressed
        self.write((logfmt(entry) if self.form is Form.LOGFMT else json.dumps(entry)) + "\n")

    def _suppressed(self, event: str, second: int) -> int | None:
        """How many of this event were left out before; None where this one is to be left out too."""
        last, count = self._seconds.get(event, (second, 0))
        if last == second:
            self._seconds[event] = (second, count + 1)
            return None if count >= _BURST else 0
        self._seconds[event] = (second, 1)
        return max(0, count - _BURST)

    def adopt_logging(self) -> None:
        """Let what libraries log (asyncio, aiohttp) come here, from warnings up."""
        logging.basicConfig(handlers=[_Bridge(self)], level=logging.WARNING, force=True)


def logfmt(entry: Mapping[str, object]) -> str:
    """`name=value` with spaces between; a value that needs it is quoted as in JSON, control characters escaped."""
    return " ".join(f"{_NAME.sub('_', name)}={_quoted(value)}" for name, value in entry.items())


def _quoted(value: object) -> str:
    text = json.dumps(value) if isinstance(value, bool | int | float) else str(value)
    if _PLAIN.fullmatch(text):
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(each if each.isprintable() else json.dumps(each)[1:-1] for each in quoted)


def _simple(value: object) -> object:
    """What JSON has a form for; everything else as its text."""
    match value:
        case bool() | int() | str():
            return value
        case float():
            return round(value, 6) if abs(value) < float("inf") else str(value)
        case Enum():
            return _simple(value.value)
        case list() | tuple() | set() | frozenset():
            return ",".join(str(_simple(each)) for each in value)
        case _:
            return str(value)


class _Bridge(logging.Handler):
    """Takes what the standard library's loggers say."""

    def __init__(self, journal: Journal) -> None:
        super().__init__()
        self._journal = journal

    def emit(self, record: logging.LogRecord) -> None:
        level = Level.ERROR if record.levelno >= logging.ERROR else Level.WARNING
        fields: dict[str, object] = {"logger": record.name, "message": record.getMessage()}
        if record.exc_info and record.exc_info[1] is not None:
            fields["error"] = repr(record.exc_info[1])
        self._journal.record(level, "library", fields)
