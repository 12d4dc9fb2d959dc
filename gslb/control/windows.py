"""Whether a moment lies in a window: by the clocks of its zone, through every change to and from summer time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from gslb.model import Dates, Weekly, Window

DAY = 24 * 60  # minutes


def contains(window: Window, wall: float) -> bool:
    """Whether wall-clock `wall` (seconds) lies in a window: its first moment does, its last does not.

    An hour that the clocks go through twice is in it twice, one that they skip is not in it at all.
    """
    here = datetime.fromtimestamp(wall, ZoneInfo(window.zone))
    match window:
        case Dates(first, last):
            return first <= (here.year, here.month, here.day) <= last
        case Weekly(days, begins, ends):
            minute = here.hour * 60 + here.minute
            if begins < ends:
                return here.weekday() in days and begins <= minute < ends
            since_yesterday = (here.weekday() - 1) % 7 in days and minute < ends
            return since_yesterday or (here.weekday() in days and minute >= begins)


def inside(windows: Iterable[Window], wall: float) -> Window | None:
    """The first of these windows that a moment lies in."""
    return next((window for window in windows if contains(window, wall)), None)


def ends_at(window: Window, wall: float) -> float:
    """When a window that contains `wall` ends, wall seconds."""
    zone = ZoneInfo(window.zone)
    match window:
        case Dates(last=last):
            return _at(date(*last) + timedelta(days=1), 0, zone)
        case Weekly(begins=begins, ends=ends):
            here = datetime.fromtimestamp(wall, zone)
            over_midnight = begins >= ends and here.hour * 60 + here.minute >= begins
            return _at(here.date() + timedelta(days=int(over_midnight)), ends, zone)


def _at(day: date, minutes: int, zone: ZoneInfo) -> float:
    clock = time(minutes % DAY // 60, minutes % 60)
    return datetime.combine(day + timedelta(days=minutes // DAY), clock, zone).timestamp()


def utc(wall: float) -> str:
    """A moment as people read it: "2026-12-03 03:00:00Z"."""
    return datetime.fromtimestamp(wall, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
