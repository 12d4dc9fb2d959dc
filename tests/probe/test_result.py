import errno

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.probe.result import LONGEST, Progress, bad, good, plain, refused


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("200 OK in 41 ms", "200 OK in 41 ms"),
        ("two\nlines\t and\x00 more ", "two lines and more"),
        ("é ✓", "é ✓"),
        ("x" * 97, "x" * 95 + "…"),
        ("x" * 96, "x" * 96),
    ],
)
def test_what_others_say_is_made_fit_for_one_line(text, line):
    assert plain(text) == line


@given(st.text())
def test_no_text_breaks_a_line_or_outgrows_a_report(text):
    line = plain(text)

    assert len(line) <= LONGEST
    assert line.isprintable()
    assert plain(line) == line


def test_good_and_bad_say_so():
    assert (good("fine").ok, bad("gone").ok) == (True, False)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (ConnectionRefusedError(errno.ECONNREFUSED, "x"), "connect: connection refused"),
        (OSError("odd"), "connect: odd"),
        (OSError(), "connect: OSError"),
    ],
)
def test_what_the_system_refuses_is_said_in_its_words(fault, reason):
    assert refused(Progress(), fault).reason == reason
