"""Times at which something is to happen: always with a zone, and never one that is skipped or comes twice."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gslb.cli.moments import MomentError

_DAY, _CLOCK = "[0-9]{4}-[0-9]{2}-[0-9]{2}", "[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?"
_ZONE = "Z|[+-][0-9]{2}:?[0-9]{2}|[A-Za-z][A-Za-z0-9_/+-]*"
_FORM = re.compile(rf"(?:({_DAY})[T ])?({_CLOCK})\s*({_ZONE})?")


@dataclass(frozen=True, slots=True)
class Appointment:
    """A wall-clock time in seconds, and the zone that it was written in."""

    wall: float
    zone: tzinfo


def appointment(text: str, now: float) -> Appointment:
    """`04:00 Europe/Berlin` (the next one from `now`, wall seconds), `2026-12-03 04:00 UTC`, `2026-12-03T04:00+01:00`.

    Raises MomentError: no time, no zone, in the past, or a time that its zone has not, or has twice.
    """
    found = _FORM.fullmatch(text.strip())
    if not found:
        raise MomentError(f'{text} is no time; write "04:00 Europe/Berlin" or 2026-12-03T03:00Z')
    day, clock, zone_text = found.groups()
    if zone_text is None:
        raise MomentError(f'{text} has no zone; write "{text} Europe/Berlin" or {text.replace(" ", "T")}Z')
    zone = _zone(zone_text)
    try:
        time_of_day = datetime.strptime(clock, "%H:%M:%S" if clock.count(":") > 1 else "%H:%M").time()  # noqa: DTZ007
        date = datetime.strptime(day, "%Y-%m-%d").date() if day else None  # noqa: DTZ007
    except ValueError:
        raise MomentError(f"{text} is no time: there is no such day or hour") from None
    if date is not None:
        wall = _wall(datetime.combine(date, time_of_day, zone), text)
        if wall < now:
            raise MomentError(f"{text} is in the past")
        return Appointment(wall, zone)
    today = datetime.fromtimestamp(now, zone).date()
    candidate = datetime.combine(today, time_of_day, zone)
    if candidate.timestamp() < now:
        candidate = datetime.combine(today + timedelta(days=1), time_of_day, zone)
    return Appointment(_wall(candidate, text), zone)


def shown(wall: float, zone: tzinfo = UTC) -> str:
    """A moment for people: "2026-12-03 04:00 CET (03:00Z)"; in UTC "2026-12-03 03:00Z"."""
    there = datetime.fromtimestamp(wall, UTC)
    if zone is UTC:
        return there.strftime(f"%Y-%m-%d {_clock(there)}Z")
    here = there.astimezone(zone)
    return here.strftime(f"%Y-%m-%d {_clock(here)} %Z") + f" ({there.strftime(_clock(there))}Z)"


def shown_end(wall: float, begins: float, zone: tzinfo = UTC) -> str:
    """The end of a stretch of time: only the clock where it is on the day of its beginning."""
    start, end = (datetime.fromtimestamp(one, zone) for one in (begins, wall))
    if start.date() != end.date():
        return shown(wall, zone)
    return end.strftime(_clock(end)) + ("Z" if zone is UTC else "")


def _clock(when: datetime) -> str:
    return "%H:%M:%S" if when.second else "%H:%M"


def _zone(text: str) -> tzinfo:
    if text in ("Z", "UTC"):
        return UTC
    if text[0] in "+-":
        zone = datetime.fromisoformat(f"2000-01-01T00:00{text}").tzinfo
        return zone or UTC
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise MomentError(f"{text} is no time zone; write UTC, or Europe/Berlin") from None


def _wall(there: datetime, text: str) -> float:
    """The wall seconds of a local time that there is just once."""
    early, late = there.replace(fold=0), there.replace(fold=1)
    if early.utcoffset() == late.utcoffset():
        return there.timestamp()
    either = [one.astimezone(UTC) for one in (early, late)]
    if either[0].astimezone(there.tzinfo).replace(tzinfo=None) != there.replace(tzinfo=None):
        raise MomentError(f"{text} does not exist on {there.date()}: the clocks are put forward there")
    one, other = (each.strftime("%Y-%m-%dT%H:%MZ") for each in either)
    raise MomentError(f"{text} comes twice on {there.date()}: write {one} or {other}")
