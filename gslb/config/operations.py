"""What rules an operator's hand: `drain:`, `routing_controls:`, `safety:` and `windows:`."""

from __future__ import annotations

import re
from calendar import monthrange
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BeforeValidator, Discriminator, Field, Tag

from gslb.config.heard import UNDAMPED
from gslb.config.reading import Reading
from gslb.config.scalars import Wrong, duration, name
from gslb.config.shape import Kinds, OneOrMany, Scalar, Shape
from gslb.config.timing import finish
from gslb.config.words import DURATION, STRING, Count, PositiveSeconds, Seconds, Text
from gslb.model import (
    WEEKDAYS,
    Dates,
    Drain,
    Monitor,
    MonitorKind,
    RoutingControl,
    SafetyRule,
    Weekly,
    Window,
    Windows,
    Word,
)

_TIMES = re.compile(r"([0-9]{2}):([0-9]{2})-([0-9]{2}):([0-9]{2})")
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
WEEKLY, YEARLY = "tue,thu 01:00-05:00 Europe/Berlin", "2026-12-20/2027-01-03"


def window(text: str) -> Window:
    """`tue,thu 01:00-05:00 Europe/Berlin`, `daily 22:00-02:00 UTC`, or `2026-12-20/2027-01-03` (UTC, or a zone)."""
    words = text.split()
    if len(words) == 3 and (times := _TIMES.fullmatch(words[1])):
        begins, ends = (_minutes(times[at], times[at + 1], text) for at in (1, 3))
        return Weekly(_days(words[0]), begins, ends, zone(words[2]))
    first, slash, last = (words[0] if words else "").partition("/")
    if slash and len(words) <= 2:
        found = Dates(_date(first), _date(last), zone(words[1]) if len(words) == 2 else "UTC")
        if found.first > found.last:
            raise Wrong(f"{last} is before {first}")
        return found
    if len(words) == 2 and _TIMES.fullmatch(words[1]):
        raise Wrong(f"{text} has no zone", f"write {text} Europe/Berlin, or {text} UTC")
    raise Wrong(f"{text} is no window", f"write {WEEKLY}, or {YEARLY}")


def zone(text: str) -> str:
    """The name of a time zone (IANA)."""
    try:
        return ZoneInfo(text).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Wrong(f"{text} is no time zone", "write UTC, or Europe/Berlin") from None


def control_path(text: str) -> str:
    """The name of a routing control: a path, or a name of its own."""
    for part in text.split("/"):
        name(part)
    return text


def _lead(text: str) -> float | None:
    """How long ahead of a drain TTLs are short; `auto` is None: as long as an answer may have been kept."""
    return None if text == "auto" else duration(text)


def _days(text: str) -> tuple[int, ...]:
    if text == "daily":
        return (*range(len(WEEKDAYS)),)
    found: set[int] = set()
    for part in text.split(","):
        first, dash, last = part.partition("-")
        if first not in WEEKDAYS or (dash and last not in WEEKDAYS):
            raise Wrong(f"{part} is no day", f"write {', '.join(WEEKDAYS)}, mon-fri or daily")
        begin, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
        found |= {day % len(WEEKDAYS) for day in range(begin, end + 1 + len(WEEKDAYS) * (end < begin))}
    return tuple(sorted(found))


def _minutes(hours: str, minutes: str, text: str) -> int:
    if int(hours) * 60 + int(minutes) > 24 * 60 or int(minutes) > 59:
        raise Wrong(f"{hours}:{minutes} is no time of the day", f"write 00:00 to 24:00 in {text}")
    return int(hours) * 60 + int(minutes)


def _date(text: str) -> tuple[int, int, int]:
    found = _DATE.fullmatch(text)
    year, month, day = (int(found[at]) for at in (1, 2, 3)) if found else (0, 0, 0)
    if not year or not 0 < month < 13 or not 0 < day <= monthrange(year, month)[1]:
        raise Wrong(f"{text} is no date", "write 2026-12-20")
    return year, month, day


WindowWord = Annotated[Window, Scalar(window, STRING)]
WindowWords = Annotated[tuple[WindowWord, ...], OneOrMany()]
ControlWord = Annotated[Word, Scalar(control_path, STRING)]
Lead = Annotated[float | None, Scalar(_lead, {"anyOf": [{"const": "auto"}, DURATION]})]
Paths = Annotated[list[Text], OneOrMany(), Field(min_length=1)]


class DrainShape(Shape):
    ramp: Seconds = 0.0
    lead: Lead = None

    def noun(self) -> Drain:
        return Drain(self.ramp, self.lead)


class ControlShape(Shape):
    note: Text | None = None


ControlsShape = dict[ControlWord, ControlShape]


class KeepShape(Shape):
    keep: Count
    of: Paths
    why: Text | None = None

    def noun(self, reading: Reading) -> SafetyRule:
        if self.keep > len(self.of):
            reading.faults.add(f"keep: {self.keep} of {len(self.of)} can never be", self.where("keep"))
        return SafetyRule(tuple(self.of), keep=self.keep, why=self.why or "", mark=self.mark)


class GateShape(Shape):
    gate: Text
    of: Paths
    why: Text | None = None

    def noun(self, _: Reading) -> SafetyRule:
        return SafetyRule(tuple(self.of), gate=self.gate, why=self.why or "", mark=self.mark)


class WaitShape(Shape):
    wait: PositiveSeconds
    of: Paths | None = None
    why: Text | None = None

    def noun(self, _: Reading) -> SafetyRule:
        return SafetyRule(tuple(self.of or ()), wait=self.wait, why=self.why or "", mark=self.mark)


RULES = Kinds("safety rule", {"keep": "<keep>", "gate": "<gate>", "wait": "<wait>"})
RuleShape = Annotated[
    Annotated[KeepShape, Tag("<keep>")] | Annotated[GateShape, Tag("<gate>")] | Annotated[WaitShape, Tag("<wait>")],
    Discriminator(RULES.tag),
    BeforeValidator(RULES.check),
]
SafetyShape = Annotated[list[RuleShape], OneOrMany()]


class WindowsShape(Shape):
    maintenance: WindowWords | None = None
    freeze: WindowWords | None = None

    def noun(self) -> Windows:
        return Windows(self.maintenance or (), self.freeze or (), self.where("freeze"))


def controls(shapes: ControlsShape, reading: Reading) -> dict[str, RoutingControl]:
    """The routing controls, each with the monitor that reads it."""
    found: dict[str, RoutingControl] = {
        name: RoutingControl(name, shape.note or "", name.mark) for name, shape in shapes.items()
    }
    for control in found.values():
        made = Monitor(control.monitor, MonitorKind.CONTROL, control=control.name, damping=UNDAMPED, mark=control.mark)
        reading.monitors[control.monitor] = finish(made)
    return found
