"""What a judge begins with is what is answered: verdicts in the tables, where the store missed them.

A verdict is published first and stored then. Where the disk was full or the process was killed in between, the store
holds an older one, and a judge that began with that would send clients back to what is dead.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from gslb.control import Stored, join, thaw
from gslb.image import Tables
from gslb.nameserver import Belief


def published(run: Path) -> Belief | None:
    """The belief of the generation that is answered from; None where there is none that this program can read."""
    try:
        tables = Tables(run)
        tables.refresh()
        return join(thaw(tables.part(reference)) for reference in tables.state()) if tables.state() else None
    except Exception:  # noqa: BLE001 - whatever a disk, or another release, left there
        return None


def as_answered(stored: Stored, belief: Belief | None) -> Stored:
    """What was stored, with the verdicts that turned after it was."""
    if belief is None:
        return stored
    known = {verdict.check: verdict for verdict in stored.verdicts}
    later = {
        check: verdict
        for check, verdict in belief.verdicts.items()
        if verdict.known and (check not in known or known[check].since < verdict.since)
    }
    return replace(stored, verdicts=tuple((known | later).values()))
