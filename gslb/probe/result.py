"""What one probe found: good or bad, and why in words a person can read at night."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass

LONGEST = 96  # characters of a reason; reports pad to it, so that bad news is no larger than good news
OURS = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, errno.EADDRNOTAVAIL})
LOOKED_AT = 5120  # octets of an answer that are read, at most


class Unable(Exception):  # noqa: N818 - not a fault of the endpoint
    """The probe could not be made, for a reason that says nothing about the endpoint: no observation follows."""


@dataclass(frozen=True, slots=True)
class Result:
    ok: bool
    reason: str


@dataclass(slots=True)
class Progress:
    """How far a probe has come, so that when its time is over it can be said what it was waiting for."""

    waiting_for: str = "connect"


def good(reason: str) -> Result:
    return Result(ok=True, reason=plain(reason))


def bad(reason: str) -> Result:
    return Result(ok=False, reason=plain(reason))


def plain(text: str) -> str:
    """Text that others sent us, fit for one line of a log: printable, single spaces, not longer than LONGEST."""
    words = "".join(character if character.isprintable() else " " for character in text).split()
    line = " ".join(words)
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def refused(progress: Progress, fault: OSError) -> Result:
    """What the system said: "connect: connection refused". Raises Unable where it is this machine that could not."""
    if fault.errno in OURS:
        raise Unable(f"{progress.waiting_for}: {os.strerror(fault.errno or 0).lower()}") from fault
    said = os.strerror(fault.errno).lower() if fault.errno and fault.errno > 0 else str(fault) or type(fault).__name__
    return bad(f"{progress.waiting_for}: {said}")
