"""`gslb probe now`: what each vantage found, in a table of text, or why nobody was asked."""

import json

import pytest

from gslb.cli import main
from kit.unix_node import unix_node


def found(monitor, vantage, reason, took, *, ok, port=80):
    where = {"monitor": monitor, "address": "192.0.2.1", "port": port, "vantage": vantage}
    return where | {"ok": ok, "reason": reason, "took": took}


FOUND = {
    "endpoint": "web/eu",
    "found": [
        found("ready", "ns1", "200 OK in 41 ms", 0.0413, ok=True),
        found("ready", "frankfurt", "connect timed out after 2 s", 2.0, ok=False),
        found("ping", "ns1", "no \x1b socket", 0.0, ok=None, port=0),
    ],
    "believed": [
        {"monitor": "ready", "address": "192.0.2.1", "state": "up", "for": 273_600.0, "votes": [2, 1]},
    ],
}
TEXT = """\
web/eu  ready  192.0.2.1 port 80  believed up for 3d 4h, 2/3 vantages
  ns1        up      41 ms  200 OK in 41 ms
  frankfurt  down    2.0 s  connect timed out after 2 s
web/eu  ping  192.0.2.1  not judged
  ns1        ?              no \\x1b socket
these probes are not counted; verdicts follow the timetable
"""


@pytest.fixture
def state(tmp_path):
    return tmp_path


def test_each_vantage_is_a_line_under_its_check(state, capsys):
    with unix_node(state / "judge.sock", lambda *_: (200, FOUND)) as asked:
        assert main(["probe", "now", "web/eu", "--state", str(state)]) == 1

    assert asked == [("POST", "/v1/probe", {"endpoint": "web/eu"})]
    assert capsys.readouterr().out == TEXT


def test_all_well_is_told_by_the_exit_status_and_data_as_data(state, capsys):
    well = FOUND | {"found": FOUND["found"][:1]}
    with unix_node(state / "judge.sock", lambda *_: (200, well)):
        assert main(["probe", "now", "web/eu", "--json", "--state", str(state)]) == 0

    assert json.loads(capsys.readouterr().out) == well


def test_a_refusal_and_a_node_that_is_not_there_are_told_in_words(state, capsys):
    with unix_node(state / "judge.sock", lambda *_: (409, {"error": "web is no endpoint"})):
        assert main(["probe", "now", "web", "--state", str(state)]) == 1
    assert capsys.readouterr().err == "web is no endpoint\n"

    (state / "judge.sock").unlink(missing_ok=True)
    assert main(["probe", "now", "web/eu", "--state", str(state)]) == 1
    assert "is `gslb serve` running" in capsys.readouterr().err


def test_a_vantage_without_its_words_is_told_both_ways_to_go_on(capsys):
    assert main(["probe"]) == 2
    assert capsys.readouterr().err == "write --name, --token and --node, or: gslb probe now ENDPOINT\n"
