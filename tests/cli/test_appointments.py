"""Times as operators write and read them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from gslb.cli.appointments import appointment, shown, shown_end
from gslb.cli.moments import MomentError

NOW = datetime(2026, 12, 2, 12, 0, tzinfo=UTC).timestamp()
BERLIN = ZoneInfo("Europe/Berlin")


def utc(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("text", "wall"),
    [
        ("04:00 Europe/Berlin", "2026-12-03T03:00"),  # the next one
        ("14:00 Europe/Berlin", "2026-12-02T13:00"),
        ("04:00Z", "2026-12-03T04:00"),
        ("12:00 UTC", "2026-12-02T12:00"),
        ("4:30:15Z", "2026-12-03T04:30:15"),
        ("2026-12-03 04:00 Europe/Berlin", "2026-12-03T03:00"),
        ("2026-12-03T04:00Z", "2026-12-03T04:00"),
        ("2026-12-03T04:00:00+01:00", "2026-12-03T03:00"),
        ("2026-12-03T04:00-0500", "2026-12-03T09:00"),
        ("2027-07-01 04:00 America/New_York", "2027-07-01T08:00"),
        ("2027-10-31 01:59 Europe/Berlin", "2027-10-30T23:59"),
    ],
)
def test_a_time_with_a_zone_is_a_moment(text, wall):
    assert appointment(text, NOW).wall == utc(wall)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("04:00", '04:00 has no zone; write "04:00 Europe/Berlin" or 04:00Z'),
        ("2026-12-03 04:00", "or 2026-12-03T04:00Z"),
        ("tomorrow", "is no time"),
        ("25:00Z", "no such day or hour"),
        ("2026-02-30 04:00Z", "no such day or hour"),
        ("04:00 Europe/Berln", "Europe/Berln is no time zone"),
        ("2026-12-01 04:00Z", "is in the past"),
        ("2027-03-28 02:30 Europe/Berlin", "does not exist on 2027-03-28"),
        ("2027-10-31 02:30 Europe/Berlin", "comes twice on 2027-10-31: write 2027-10-31T00:30Z or 2027-10-31T01:30Z"),
    ],
)
def test_what_is_no_moment_is_refused_with_what_to_write(text, said):
    with pytest.raises(MomentError) as refused:
        appointment(text, NOW)
    assert said in str(refused.value)


def test_a_moment_is_shown_in_the_zone_it_was_written_in_and_in_utc():
    wall = utc("2026-12-03T03:00")

    assert shown(wall, BERLIN) == "2026-12-03 04:00 CET (03:00Z)"
    assert shown(wall) == "2026-12-03 03:00Z"
    assert shown(wall + 5) == "2026-12-03 03:00:05Z"
    assert shown_end(wall + 7_200, wall, BERLIN) == "06:00"
    assert shown_end(wall + 7_200, wall) == "05:00Z"
    assert shown_end(wall + 86_400, wall, BERLIN) == "2026-12-04 04:00 CET (03:00Z)"
