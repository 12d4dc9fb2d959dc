"""`gslb incidents` lists what fell, and tells one incident phase by phase."""

import json
import time

import pytest

from gslb.cli import main
from gslb.cli.incidents import listed, shown
from gslb.control import Change, ChangeKind
from gslb.store import SqliteStore

ONE = {
    "number": 42,
    "checks": [{"monitor": "ready", "endpoint": "web/eu-west", "address": "192.0.2.1"}],
    "endpoints": ["web/eu-west"],
    "reason": "connect timeout",
    "votes": [0, 3],
    "cause": "ns1/7/6",
    "generation": "5/12",
    "injected": None,
    "seen": 1_000_000.25,
    "suspect": 1_000_000.25,
    "verdict": 1_000_002.0,
    "published": 1_000_002.01,
    "first_answer": 1_000_002.5,
    "last_old_answer": 1_000_002.0,
    "last_stale": 1_000_032.0,
    "back": None,
    "moved": [{"name": "www.example.com.", "old": ["web/eu-west"], "new": ["web/us-east"], "ttl": 30}],
    "exact": 0.5,
    "rto": 31.75,
}


@pytest.fixture(autouse=True)
def _here(monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_a_list_has_one_line_each():
    assert listed([ONE]) == (
        "#42  1970-01-12 13:46:40+00:00  web/eu-west down (connect timeout): www.example.com moved in 2.2 s, "
        "last stale client after 31.8 s, not back"
    )
    assert listed([]) == "no incidents"


def test_an_incident_is_told_phase_by_phase_with_what_passed():
    assert shown(ONE).splitlines() == [
        "incident 42: web/eu-west down  connect timeout, 3/3 vantages",
        "cause ns1/7/6",
        "  injected        -                                           not a drill: nobody knows",
        "  seen            1970-01-12 13:46:40.25+00:00    +0.0 s      first observation against it",
        "  suspect         1970-01-12 13:46:40.25+00:00    +0.0 s      about to turn",
        "  verdict         1970-01-12 13:46:42.00+00:00    +1.8 s",
        "  published       1970-01-12 13:46:42.01+00:00    +1.8 s      generation 5/12",
        "  first answer    1970-01-12 13:46:42.50+00:00    +2.2 s      web/us-east, to within 0.5 s",
        "  last old answer 1970-01-12 13:46:42.00+00:00    +1.8 s      web/eu-west, to within 0.5 s",
        "  last stale      1970-01-12 13:47:12.00+00:00    +31.8 s     the last client lets go of it, by its TTL",
        "  back            -                                           all of it up again",
        "moved www.example.com: web/eu-west -> web/us-east, TTL 30",
        "RTO 31.8 s, from the first observation to the last stale client",
    ]


def test_what_was_asked_for_the_last_time_before_it_all_began_is_told_as_before():
    early = ONE | {"last_old_answer": ONE["seen"] - 1.5}

    assert "-1.5 s" in shown(early)
    assert "+-" not in shown(early)


def verdict(at, *, up):
    check = {"monitor": "ready", "endpoint": "web/eu", "address": "192.0.2.1"}
    data = {"check": check, "up": up, "since": at, "reason": "refused", "horizon": None, "suspect": False}
    data |= {"votes": [int(up), int(not up)], "known": True, "cause": None, "held": False, "because": None}
    return Change(at, ChangeKind.VERDICT, "ready@web/eu[192.0.2.1]", "", data)


def test_the_state_directory_is_enough(tmp_path, capsys):
    store = SqliteStore(tmp_path / "gslb.db")
    store.record([verdict(10.0, up=True), verdict(20.0, up=False), verdict(90.0, up=True), verdict(100.0, up=False)])
    store.close()

    assert main(["incidents", "--json", "--state", str(tmp_path)]) == 0
    assert [one["number"] for one in json.loads(capsys.readouterr().out)] == [2, 4]
    assert main(["incidents", "last", "--state", str(tmp_path)]) == 0
    assert "incident 4: web/eu down  refused, 1/1 vantages" in capsys.readouterr().out
    assert main(["incidents", "#2", "--state", str(tmp_path)]) == 0
    assert "incident 2" in capsys.readouterr().out
    assert main(["incidents", "7", "--state", str(tmp_path)]) == 1
    assert "no incident 7; the last is 4" in capsys.readouterr().err


def test_without_a_chronicle_it_is_said(tmp_path, capsys):
    assert main(["incidents", "--state", str(tmp_path)]) == 1
    assert "cannot open" in capsys.readouterr().err
