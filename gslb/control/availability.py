"""From what each steered name was answered, and for how much of the time: healthy endpoints, last resorts, nothing.

plans of a name ─► which last resorts ─► Standing ─► chronicle ─► shares of a day, a week, a month
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from gslb.control.chronicle import Change, ChangeKind
from gslb.nameserver import NOTHING
from gslb.policy import Resort

UP = frozenset({"", Resort.MIN_HEALTHY.value, Resort.DRAIN.value})  # what is up, if not all that was asked for
NONE = frozenset({NOTHING, Resort.CLOSED.value})
WINDOWS = {"day": 86_400.0, "week": 7 * 86_400.0, "month": 30 * 86_400.0}


class Standing(Enum):
    """From what the clients of a name are answered. `PARTLY`: some of them from what is up, others not."""

    HEALTHY = "healthy"
    PARTLY = "partly"
    LAST_RESORT = "last resort"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Shares:
    """Of `seconds` in which it was known from what a name was answered, how many each standing had."""

    seconds: float
    by: Mapping[Standing, float] = field(default_factory=dict)

    @property
    def healthy(self) -> float | None:
        """The share of the time in which all clients were answered from what is up; None where nothing is known."""
        return self.by.get(Standing.HEALTHY, 0.0) / self.seconds if self.seconds else None


def standing(opened: Collection[str]) -> Standing | None:
    """What it comes to that clients are answered from these last resorts ("": healthy); None: it answers nobody."""
    if not opened:
        return None
    if UP.issuperset(opened):
        return Standing.HEALTHY
    if UP.intersection(opened):
        return Standing.PARTLY
    return Standing.NOTHING if NONE.issuperset(opened) else Standing.LAST_RESORT


def standing_change(name: str, opened: Collection[str], at: float) -> Change | None:
    """The change that tells of it; None where a name answers nobody."""
    found = standing(opened)
    if found is None:
        return None
    return Change(at, ChangeKind.STANDING, name, "", {"standing": found.value, "opened": sorted(opened)})


def availabilities(changes: Iterable[Change], since: float, until: float) -> dict[str, Shares]:
    """Each name's shares of the time from `since` to `until` (wall-clock seconds), from changes in their order.

    Before its first change nothing is known of a name.
    """
    spent: dict[str, dict[Standing, float]] = {}
    stands: dict[str, tuple[Standing, float]] = {}

    def leave(name: str, at: float) -> None:
        if name in stands:
            was, began = stands.pop(name)
            seconds = min(at, until) - max(began, since)
            if seconds > 0:
                of = spent.setdefault(name, {})
                of[was] = of.get(was, 0.0) + seconds

    for change in changes:
        if change.kind is ChangeKind.STANDING:
            leave(change.subject, change.at)
            if change.data is not None:
                stands[change.subject] = Standing(change.data["standing"]), change.at
    for name in [*stands]:
        leave(name, until)
    return {name: Shares(sum(by.values()), by) for name, by in sorted(spent.items())}
