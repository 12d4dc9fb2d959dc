"""The journal: one line an event, whatever stands in it."""

import json
import logging
import os
import re
import subprocess
import sys
from enum import Enum
from ipaddress import ip_address

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gslb.control.journal import Form, Journal, Level, logfmt, to_standard_error

NOON = 1_796_299_200.123  # 2026-12-03T12:00:00.123Z


class Desk:
    """A journal over a list, on a wall clock turned by hand."""

    def __init__(self, form=Form.LOGFMT):
        self.lines, self.now = [], NOON
        self.journal = Journal("control", form, self.lines.append, lambda: self.now)


@pytest.fixture
def desk():
    return Desk


def read_logfmt(line):
    """An independent reader: name=bare, or name="JSON string"."""
    fields, rest = {}, line
    while rest:
        matched = re.match(r'([A-Za-z0-9_.]+)=("(?:[^"\\]|\\.)*"|[^ "]*)(?: |$)', rest)
        assert matched, rest
        name, value = matched.groups()
        fields[name] = json.loads(value) if value.startswith('"') else value
        rest = rest[matched.end() :]
    return fields


def test_an_event_is_one_line_with_its_time_level_role_and_process(desk):
    play = desk()

    play.journal.warning("reload", outcome="refused", faults=3)

    start = f"time=2026-12-03T12:00:00.123Z level=warning role=control pid={os.getpid()}"
    assert play.lines == [f"{start} event=reload outcome=refused faults=3\n"]


def test_the_same_in_json(desk):
    play = desk(Form.JSON)

    play.journal.error("reload", outcome="refused", faults=3, took=0.25, text='a "b"\nc')

    (line,) = play.lines
    assert line.endswith("\n")
    assert line.count("\n") == 1
    assert json.loads(line) == {
        "time": "2026-12-03T12:00:00.123Z",
        "level": "error",
        "role": "control",
        "pid": os.getpid(),
        "event": "reload",
        "outcome": "refused",
        "faults": 3,
        "took": 0.25,
        "text": 'a "b"\nc',
    }


class Colour(Enum):
    RED = "red"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (True, "true"),
        (7, "7"),
        (0.1 + 0.2, "0.3"),
        (float("inf"), "inf"),
        (Colour.RED, "red"),
        (["a", "b"], "a,b"),
        (ip_address("2001:db8::1"), "2001:db8::1"),
        ("", '""'),
        ("two words", '"two words"'),
        ("a=b", '"a=b"'),
        ('say "no"', '"say \\"no\\""'),
        ("line\nbreak\r\0", '"line\\nbreak\\r\\u0000"'),
        ("Zürich", '"Zürich"'),
        ("\x1b[31mred\x9b\u2028", '"\\u001b[31mred\\u009b\\u2028"'),
        ("\udcff", '"\\udcff"'),
        (ValueError("no good"), '"no good"'),
    ],
)
def test_a_value_is_written_so_that_it_stays_in_its_field(desk, value, written):
    play = desk()

    play.journal.info("event", value=value)

    assert play.lines[0].endswith(f" value={written}\n")


def test_none_is_left_out_and_our_own_names_are_not_overwritten(desk):
    play = desk()

    play.journal.info("child ended", reason=None, **{"pid": 99, "time": "then", "odd name": 1})

    fields = read_logfmt(play.lines[0][:-1])
    assert fields["pid"] == str(os.getpid())
    assert (fields["pid_"], fields["time_"], fields["odd_name"]) == ("99", "then", "1")
    assert "reason" not in fields


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), st.text(), max_size=5))
@example({"a": "\\", "b": '"', "c": '\\"'})
def test_every_text_can_be_read_back_and_no_line_breaks(entry):
    line = logfmt(entry)

    assert all(character.isprintable() for character in line)
    assert read_logfmt(line) == entry


@given(st.text())
def test_no_text_breaks_a_line_of_json(text):
    play = Desk(Form.JSON)

    play.journal.info("event", text=text)

    assert play.lines[0].isascii()
    assert json.loads(play.lines[0])["text"] == text
    assert play.lines[0].count("\n") == 1


def test_a_flood_of_one_event_is_cut_and_counted(desk):
    play = desk()

    for _ in range(120):
        play.journal.error("answer failed")
    play.journal.info("reload")
    assert len(play.lines) == 51, "others are not affected"

    play.now += 1.0
    play.journal.error("answer failed")
    play.journal.error("answer failed")

    assert play.lines[-2].endswith('event="answer failed" suppressed=70\n')
    assert "suppressed" not in play.lines[-1]


def test_what_libraries_log_comes_here_from_warnings_up(desk):
    play = desk()
    root = logging.getLogger()
    before = list(root.handlers), root.level
    try:
        play.journal.adopt_logging()
        logger = logging.getLogger("some.library")
        logger.info("all is well")
        logger.warning("%d is odd", 7)
        try:
            _ = 1 / 0
        except ZeroDivisionError:
            logger.exception("it broke")
    finally:
        root.handlers[:], root.level = before

    first, second = (read_logfmt(line[:-1]) for line in play.lines)
    assert (first["level"], first["logger"], first["message"]) == ("warning", "some.library", "7 is odd")
    assert (second["level"], second["error"]) == ("error", "ZeroDivisionError('division by zero')")


def test_levels_are_words():
    assert [level.value for level in Level] == ["info", "warning", "error"]


@pytest.mark.parametrize("closed", [False, True])
def test_a_line_goes_to_standard_error_and_a_closed_one_stops_nothing(closed):
    script = (
        "import os, sys\n"
        "from gslb.control.journal import to_standard_error\n"
        + ("os.close(2)\n" if closed else "")
        + "to_standard_error('event=x \\udcff\\n')\n"
        "print('still here')\n"
    )

    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=60, check=True)

    assert ended.stdout == b"still here\n"
    assert ended.stderr == (b"" if closed else b"event=x \\udcff\n")


def test_in_this_process_a_line_is_written_in_one_go(capfd):
    to_standard_error("event=x\n")

    assert capfd.readouterr().err == "event=x\n"
