"""Moments as people write them, with a zone or in that of this machine: 02:14, 02:14 UTC, 2026-12-03T02:14Z."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

FORMS = 'write 02:14, "02:14 Europe/Berlin", 2026-12-03T02:14 or 2026-12-03T02:14:30Z'


class MomentError(Exception):
    """That is no moment; the text says why, and what to write instead."""


def past(text: str, now: float) -> float:
    """The moment meant, wall-clock seconds: a time of day is the last that has passed at `now`, today's or yesterday's.

    Raises MomentError: it cannot be read, or is still to come.
    """
    clock, zone = _parted(text)
    moment = _whole(clock, zone)
    if moment is None:
        moment = _last(clock, zone, now)
    if moment > now:
        raise MomentError(f"{text} is still to come; {FORMS}")
    return moment


def coming(text: str, now: float) -> float:
    """The moment meant, wall-clock seconds: a time of day is the next that comes after `now`, today's or tomorrow's.

    Raises MomentError: it cannot be read, or has passed.
    """
    clock, zone = _parted(text)
    moment = _whole(clock, zone)
    if moment is None:
        time_of_day, meant, today = _clock(clock, zone, now)
        moment = _on(today, time_of_day, meant)
        return moment if moment > now else _on(today + timedelta(days=1), time_of_day, meant)
    if moment < now:
        raise MomentError(f"{text} has passed; {FORMS}")
    return moment


def stamp(moment: float) -> str:
    """A moment for people, in the zone of this machine."""
    return datetime.fromtimestamp(moment).astimezone().isoformat(" ", "seconds")


def _parted(text: str) -> tuple[str, tzinfo | None]:
    """What stands before a zone's name, and the zone; None where none is named."""
    clock, _, name = text.strip().rpartition(" ")
    if not clock or name[:1].isdigit():
        return text.strip(), None
    try:
        return clock.strip(), UTC if name in ("Z", "UTC") else ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise MomentError(f"{name} is no time zone; write one such as Europe/Berlin or UTC") from error


def _whole(text: str, zone: tzinfo | None) -> float | None:
    """Of a text with a date; None for one without."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (found if found.tzinfo or zone is None else found.replace(tzinfo=zone)).timestamp()


def _clock(text: str, zone: tzinfo | None, now: float) -> tuple[time, tzinfo | None, date]:
    """A time of day, its zone, and what day it is there."""
    try:
        clock = time.fromisoformat(text)
    except ValueError as error:
        raise MomentError(f"{text} is no time; {FORMS}") from error
    meant = clock.tzinfo or zone
    return clock, meant, datetime.fromtimestamp(now, meant).date()


def _last(text: str, zone: tzinfo | None, now: float) -> float:
    clock, meant, today = _clock(text, zone, now)
    moment = _on(today, clock, meant)
    return moment if moment <= now else _on(today - timedelta(days=1), clock, meant)


def _on(day: date, clock: time, zone: tzinfo | None) -> float:
    return datetime.combine(day, clock.replace(tzinfo=zone)).timestamp()
