"""The words of a time and a span; whole messages are tried in test_notices.py."""

import pytest

from gslb.history.matters import clock, span


@pytest.mark.parametrize(
    ("wall", "text"), [(0, "00:00:00Z"), (1_700_000_000.9, "22:13:20Z"), (86_399, "23:59:59Z")], ids=str
)
def test_a_time_of_day(wall, text):
    assert clock(wall) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(9.1, "9 s"), (119, "119 s"), (120, "2 min"), (7_199, "120 min"), (9_000, "2.5 h")], ids=str
)
def test_how_long(seconds, text):
    assert span(seconds) == text
