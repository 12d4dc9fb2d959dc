"""What goes on that a person should know of, and the words it is told in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gslb.history.moved import About, lasts_until
from gslb.model import Model, Occasion


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell: in words, and as plain data. `number` is the change's that it is about."""

    occasion: Occasion
    subject: str
    at: float
    text: str
    resolved: bool = False
    number: int = 0
    data: Mapping[str, Any] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """As a webhook or a program gets it."""
        head = {"text": self.text, "occasion": self.occasion.value, "subject": self.subject, "at": self.at}
        return head | {"resolved": self.resolved, "number": self.number} | dict(self.data)


@dataclass(slots=True)
class Matter:
    """One thing that goes on: `members` of it are bad now, of all that were (`ever`), each since when. Plain data.

    `told`: when it was told of last, None: not yet. `again`: how often it came back since and was not told.
    `published`: when answers followed. `open`: it was told, and its end was not.
    """

    occasion: str
    subject: str
    since: float
    latest: float
    number: int
    reason: str = ""
    votes: tuple[int, int] = (0, 0)
    seen: float = 0.0
    members: dict[str, float] = field(default_factory=dict)
    ever: dict[str, float] = field(default_factory=dict)
    told: float | None = None
    again: int = 0
    published: float | None = None
    open: bool = False
    listed: int = 0  # how many members were told of
    due: bool = False  # something about it is to be told


def _failover(matter: Matter, concerned: About, resolved: bool, model: Model) -> str:
    if resolved:
        return f"{matter.subject} UP {clock(matter.latest)} after {span(matter.latest - matter.since)}"
    up, down = matter.votes
    votes = f"{down}/{up + down} vantages: " if up + down else ""
    text = f"{matter.subject} DOWN {clock(matter.since)} ({votes}{matter.reason})"
    if concerned.names and matter.published is not None:
        took = max(0.0, matter.published - matter.seen)
        text += f"; {_listed(concerned.names, model)} moved in {took:.1f} s"
        text += f"; last stale client ~{clock(lasts_until(concerned.names, matter.published, model))}"
    return text


def _all_down(matter: Matter, concerned: About, resolved: bool, model: Model) -> str:
    names = _listed(concerned.names, model)
    if resolved:
        return (
            f"{names} answered from what is up again {clock(matter.latest)} after {span(matter.latest - matter.since)}"
        )
    return f"{names} ALL DOWN {clock(matter.since)}: answered by {matter.reason}"


def _latched(matter: Matter, concerned: About, resolved: bool, model: Model) -> str:
    names, many = _listed(concerned.names, model), len(concerned.names) > 1
    if resolved:
        return f"{names} {'are' if many else 'is'} no longer on {matter.subject} {clock(matter.latest)}"
    back = "" if many else f"; let it back with: gslb failback {names}"
    return f"{names} {'stay' if many else 'stays'} on {matter.subject} since {clock(matter.since)}{back}"


def _silent(matter: Matter, _: About, resolved: bool, __: Model) -> str:
    if resolved:
        return f"vantage {matter.subject} has its say again {clock(matter.latest)}"
    return f"vantage {matter.subject} {matter.reason}, since {clock(matter.since)}"


TEXTS = {
    Occasion.FAILOVER: _failover,
    Occasion.ALL_DOWN: _all_down,
    Occasion.LATCHED: _latched,
    Occasion.VANTAGE_SILENT: _silent,
}


def clock(wall: float) -> str:
    """The time of day in UTC."""
    seconds = int(wall) % 86_400
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}Z"


def span(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7_200 else f"{seconds / 3600:.1f} h"


def _listed(names: Iterable[str], model: Model) -> str:
    """Names as under `steer:`, the first few of many."""
    short = [name.removesuffix(f".{model.steered[name].zone}") if name in model.steered else name for name in names]
    return ",".join(short[:6]) + (f" and {len(short) - 6} more" if len(short) > 6 else "")
