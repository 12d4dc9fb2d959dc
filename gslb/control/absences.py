"""Which vantages have their say: what is told when one loses it or has it back, to the journal and to the chronicle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gslb.control.chronicle import Change, ChangeKind
from gslb.control.events import Line
from gslb.health import Absence, Lack

WORDS = {Lack.CUT_OFF: "abstains", Lack.ALONE: "doubted", Lack.SILENT: "silent"}
"""What a vantage does, or what is done to it, for what it lacks."""


def turned(before: Mapping[str, Absence], after: Mapping[str, Absence]) -> Mapping[str, Absence | None]:
    """The vantages that lack something else than before, each with that; None: nothing any more."""
    names = sorted(before.keys() | after.keys())
    lacks = {name: (before.get(name), after.get(name)) for name in names}
    return {name: new for name, (old, new) in lacks.items() if (old and old.lack) is not (new and new.lack)}


def lines(found: Mapping[str, Absence | None]) -> Iterator[Line]:
    for name, absence in found.items():
        state = WORDS[absence.lack] if absence else "votes"
        yield Line.of("vantage", vantage=name, state=state, reason=absence.reason if absence else None)


def changes(found: Mapping[str, Absence | None], wall: float) -> Iterator[Change]:
    for name, absence in found.items():
        data = {"state": WORDS[absence.lack], "reason": absence.reason} if absence else None
        yield Change(wall, ChangeKind.SILENT, name, "", data)
