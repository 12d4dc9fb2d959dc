"""Windows by the clocks of their zone, through every change to and from summer time."""

from datetime import UTC, datetime

import pytest

from gslb.control.windows import contains, ends_at, inside, utc
from gslb.model import Dates, Weekly

BERLIN = "Europe/Berlin"
NIGHT = Weekly((1, 3), 60, 300, BERLIN)  # tue, thu 01:00-05:00
LATE = Weekly((4,), 22 * 60, 2 * 60, BERLIN)  # fri 22:00-02:00
SUNDAY = Weekly((6,), 2 * 60, 3 * 60, BERLIN)  # the hour in which the clocks change
XMAS = Dates((2026, 12, 20), (2027, 1, 3))


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("window", "moment", "within"),
    [
        (NIGHT, "2026-12-01T00:00:00", True),  # a Tuesday, 01:00 in Berlin
        (NIGHT, "2026-11-30T23:59:59", False),
        (NIGHT, "2026-12-01T03:59:59", True),
        (NIGHT, "2026-12-01T04:00:00", False),
        (NIGHT, "2026-12-02T01:00:00", False),  # a Wednesday
        (NIGHT, "2026-06-30T23:00:00", False),  # in summer 01:00 on a Wednesday
        (NIGHT, "2026-06-29T23:00:00", True),  # 01:00 on a Tuesday
        (LATE, "2026-12-04T21:00:00", True),  # over midnight: from Friday …
        (LATE, "2026-12-05T00:59:59", True),  # … into Saturday
        (LATE, "2026-12-05T01:00:00", False),
        (LATE, "2026-12-04T00:30:00", False),  # the night before it
        (SUNDAY, "2026-03-29T00:59:59", False),  # 02:00 to 03:00 is skipped …
        (SUNDAY, "2026-03-29T01:00:00", False),  # … so that it is 03:00 at once
        (SUNDAY, "2026-10-25T00:30:00", True),  # and it comes twice
        (SUNDAY, "2026-10-25T01:30:00", True),
        (SUNDAY, "2026-10-25T02:00:00", False),
        (XMAS, "2026-12-19T23:59:59", False),
        (XMAS, "2026-12-20T00:00:00", True),
        (XMAS, "2027-01-03T23:59:59", True),
        (XMAS, "2027-01-04T00:00:00", False),
        (Dates((2026, 12, 20), (2026, 12, 20), BERLIN), "2026-12-19T23:00:00", True),
    ],
)
def test_a_moment_lies_in_a_window_by_local_clocks(window, moment, within):
    assert contains(window, at(moment)) is within
    assert (inside((window,), at(moment)) is window) is within


@pytest.mark.parametrize(
    ("window", "moment", "ends"),
    [
        (NIGHT, "2026-12-01T01:00:00", "2026-12-01T04:00:00"),
        (LATE, "2026-12-04T22:00:00", "2026-12-05T01:00:00"),
        (LATE, "2026-12-05T00:30:00", "2026-12-05T01:00:00"),
        (Weekly((5,), 0, 1_440, "UTC"), "2026-12-05T12:00:00", "2026-12-06T00:00:00"),
        (XMAS, "2026-12-24T18:00:00", "2027-01-04T00:00:00"),
    ],
)
def test_it_is_known_when_a_window_ends(window, moment, ends):
    assert ends_at(window, at(moment)) == at(ends)


def test_moments_are_told_in_utc():
    assert utc(at("2026-12-03T03:00:00")) == "2026-12-03 03:00:00Z"
