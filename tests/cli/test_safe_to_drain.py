"""YES or NO is the first word, the reason is one line, and the exit status says the same."""

import json
import time

import pytest

from gslb.cli import main
from kit.unix_node import unix_node

SAFE = {
    "demand": "at the rate of Thu 04:00 UTC",
    "notes": ["no capacity is written for us-east"],
    "stale": {"honest": 30.5},
    "at": None,
    "rules": [{"text": "keep 2 of 3: ok", "broken": False}],
    "troubles": [],
    "carriers": "eu-north 4.2k/s of 6k/s",
}
UNSAFE = SAFE | {"troubles": ["eu clients are fenced: eu-north would carry 13.1k/s of 6k/s capacity", "more"]}


def asked(tmp_path, capsys, found, *words, status=200):
    with unix_node(tmp_path / "control.sock", lambda *_: (status, found)) as seen:
        code = main(["safe-to-drain", "eu-west", *words, "--state", str(tmp_path)])
    captured = capsys.readouterr()
    return code, captured.out or captured.err, seen


@pytest.mark.parametrize(
    ("found", "status", "lines"),
    [
        (
            SAFE,
            0,
            [
                "YES eu-north 4.2k/s of 6k/s at the rate of Thu 04:00 UTC; keep 2 of 3: ok; last client off 30 s after",
                "    no capacity is written for us-east",
            ],
        ),
        (
            UNSAFE | {"notes": []},
            1,
            [
                "NO  eu clients are fenced: eu-north would carry 13.1k/s of 6k/s capacity at the rate of Thu 04:00 UTC",
            ],
        ),
        (
            SAFE | {"carriers": "", "notes": [], "rules": [], "stale": {"honest": None}},
            0,
            ["YES nobody is sent there at the rate of Thu 04:00 UTC"],
        ),
    ],
    ids=["safe", "unsafe", "nobody"],
)
def test_a_verdict_is_a_word_and_its_reason(tmp_path, capsys, found, status, lines):
    code, said, seen = asked(tmp_path, capsys, found)

    assert (code, said.splitlines()) == (status, lines)
    assert [(method, target, body["drain"]) for method, target, body in seen] == [("POST", "/v1/simulate", ["eu-west"])]


def test_a_moment_is_told_as_a_time_of_day(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    _, said, _ = asked(tmp_path, capsys, SAFE | {"at": 1_700_000_000.0})
    monkeypatch.undo()
    time.tzset()

    assert "; last client off by 22:13:50+00:00\n" in said


def test_a_script_gets_all_of_it(tmp_path, capsys):
    code, said, _ = asked(tmp_path, capsys, UNSAFE, "--json")

    found = json.loads(said)
    assert (code, found["safe"], found["reason"].split(":")[0]) == (1, False, "eu clients are fenced")
    assert found["carriers"] == UNSAFE["carriers"]


def test_a_node_that_refuses_gives_no_verdict(tmp_path, capsys):
    code, said, _ = asked(tmp_path, capsys, {"error": "unknown path eu-wets"}, status=400)

    assert (code, said) == (2, "unknown path eu-wets\n")
