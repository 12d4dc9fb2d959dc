"""Orders on the command line: shown first, confirmed on a terminal, told as sentences."""

import io
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from gslb.cli import main
from gslb.cli.orders import sentence
from kit.unix_node import unix_node

BEGINS = datetime(2026, 12, 3, 3, 0, tzinfo=UTC).timestamp()
PLAN = {
    "id": "d-17",
    "path": "eu-west",
    "word": "drain",
    "begins": BEGINS,
    "expires": BEGINS + 7_200,
    "ramp": 600.0,
    "back": 600.0,
    "now": BEGINS - 9_000,
}


class Terminal(io.StringIO):
    """What an operator types."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def judge(tmp_path):
    with unix_node(
        tmp_path / "judge.sock", lambda *_: (200, {"done": "so it is", "warnings": ["mind the gap"], "words": [PLAN]})
    ) as asked:
        yield asked


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        (
            {},
            (
                "drain d-17: eu-west, 2026-12-03 04:00 CET (03:00Z) .. 06:00, ramp 10m, returns by itself"
                " [undo: gslb cancel d-17]"
            ),
        ),
        (
            {"now": BEGINS, "expires": None},
            "drain d-17: eu-west, from now on, ramp 10m, until undone [undo: gslb cancel d-17]",
        ),
        (
            {"word": "off", "id": "o-3", "begins": None, "expires": None, "ramp": 0.0},
            "off o-3: eu-west, from now on, until undone [undo: gslb cancel o-3]",
        ),
        (
            {"now": BEGINS + 60, "expires": BEGINS + 60},
            "drain d-17: eu-west, returns over 10m [undo: gslb cancel d-17]",
        ),
    ],
)
def test_a_word_is_a_sentence(changed, text):
    assert sentence(PLAN | changed, ZoneInfo("Europe/Berlin")) == text


def test_on_a_terminal_it_is_shown_first_and_done_after_a_yes(judge, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", Terminal("y\n"))

    assert main(["drain", "eu-west", "--state", str(tmp_path)]) == 0

    assert [body.get("trial", False) for _, _, body in judge] == [True, False]
    out = capsys.readouterr().out
    assert out.startswith("drain d-17: eu-west, 2026-12-03 03:00Z .. 05:00Z, ramp 10m")
    assert "note: mind the gap" in out
    assert out.endswith("proceed? done\n")


@pytest.mark.parametrize("typed", ["n\n", "\n", ""])
def test_without_a_yes_nothing_is_ordered(judge, tmp_path, capsys, monkeypatch, typed):
    monkeypatch.setattr("sys.stdin", Terminal(typed))

    assert main(["off", "eu-west", "--state", str(tmp_path)]) == 1

    assert [body.get("trial", False) for _, _, body in judge] == [True]
    assert "nothing is changed" in "".join(capsys.readouterr())


def test_who_says_yes_is_not_asked(judge, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", Terminal())

    assert main(["drain", "eu-west", "--yes", "--force", "--why", "CHG-1", "--state", str(tmp_path)]) == 0

    ((_, _, body),) = judge
    assert (body["force"], body["why"], "trial" in body) == (True, "CHG-1", False)
    assert "proceed" not in capsys.readouterr().out
