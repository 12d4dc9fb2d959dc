"""A moment is what people mean by it: with a zone or without, today or yesterday; or it is refused in words."""

import time
from datetime import UTC, datetime

import pytest

from gslb.cli.moments import MomentError, coming, past, stamp

NOW = datetime(2026, 12, 3, 12, 0, tzinfo=UTC).timestamp()


@pytest.fixture(autouse=True)
def _here(monkeypatch):
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("02:14", "2026-12-03T02:14-05:00"),
        ("09:14", "2026-12-02T09:14-05:00"),
        ("02:14Z", "2026-12-03T02:14Z"),
        ("14:00Z", "2026-12-02T14:00Z"),
        ("02:14:07 UTC", "2026-12-03T02:14:07Z"),
        ("02:14 Europe/Berlin", "2026-12-03T02:14+01:00"),
        ("23:30 Europe/Berlin", "2026-12-02T23:30+01:00"),
        ("02:14+09:00", "2026-12-03T02:14+09:00"),
        ("2026-11-30T02:14", "2026-11-30T02:14-05:00"),
        ("2026-11-30 02:14", "2026-11-30T02:14-05:00"),
        ("2026-11-30 02:14 Europe/Berlin", "2026-11-30T02:14+01:00"),
        ("2026-11-30T02:14:30Z", "2026-11-30T02:14:30Z"),
    ],
)
def test_a_moment_is_read_as_people_mean_it(text, meant):
    assert past(text, NOW) == datetime.fromisoformat(meant).timestamp()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is no time; write 02:14"),
        ("25:00", "is no time"),
        ("noon", "is no time"),
        ("02:14 Europe/Nowhere", "Europe/Nowhere is no time zone"),
        ("02:14 ../etc/passwd", "is no time zone"),
        ("2026-12-04T02:14", "is still to come"),
    ],
)
def test_what_is_no_moment_past_is_refused_with_what_to_write(text, why):
    with pytest.raises(MomentError, match=why):
        past(text, NOW)


def test_a_moment_is_told_in_the_zone_of_the_machine():
    assert stamp(NOW) == "2026-12-03 07:00:00-05:00"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("09:14", "2026-12-03T09:14-05:00"),
        ("02:14", "2026-12-04T02:14-05:00"),
        ("14:00Z", "2026-12-03T14:00Z"),
        ("12:00Z", "2026-12-04T12:00Z"),
        ("23:30 Europe/Berlin", "2026-12-03T23:30+01:00"),
        ("2026-12-30T02:14", "2026-12-30T02:14-05:00"),
    ],
)
def test_a_moment_to_come_is_the_next_one(text, meant):
    assert coming(text, NOW) == datetime.fromisoformat(meant).timestamp()


@pytest.mark.parametrize(("text", "why"), [("2026-12-03T02:14", "has passed"), ("noon", "is no time")])
def test_what_is_no_moment_to_come_is_refused(text, why):
    with pytest.raises(MomentError, match=why):
        coming(text, NOW)
