"""`gslb status`: a node at a glance, and the words a person reads."""

import io
import json
import time

import pytest
from rich.console import Console

from gslb.cli import main
from gslb.cli.status import glance, said, span, table, way_back
from kit.unix_node import unix_node


def endpoint(path, region, state="up", word="auto", seconds=90.0):
    verdict = {
        "monitor": "ready",
        "address": "192.0.2.1",
        "state": state,
        "suspect": False,
        "for": seconds,
        "reason": "connect: timed out" if state == "down" else "200 OK in 2 ms",
        "votes": [0, 3] if state == "down" else [3, 0],
    }
    return {"path": path, "region": region, "word": word, "state": state, "verdicts": [verdict]}


FOUND = {
    "node": "ns1",
    "generation": 12,
    "epoch": 1,
    "age": 4.0,
    "workers": 2,
    "engine": "compiled",
    "zones": ["example.com."],
    "regions": [
        {"region": "eu-north", "rate": 8_520.0, "capacity": 12_000.0},
        {"region": "us-east", "rate": 11.0, "capacity": None},
    ],
    "endpoints": [
        endpoint("web/eu-west", "eu-west", "down", seconds=240.0),
        endpoint("web/eu-north", "eu-north"),
        endpoint("web/us-east/a", "us-east"),
        endpoint("web/us-east/b", "us-east", "down"),
    ],
    "monitors": [],
    "vantages": [
        {"name": "ns1", "state": "votes", "reason": ""},
        {"name": "outside", "state": "abstains", "reason": "reaches none of its sentinels"},
    ],
    "overrides": [
        {"path": "web/eu-north", "word": "drain", "why": "CHG-1", "author": "ann", "at": 0.0, "expires": None}
    ],
    "latches": [{"name": "api", "child": "us-east", "kind": "failover", "after": None, "returns": None}],
}


def printed(renderable):
    out = io.StringIO()
    Console(file=out, width=160).print(renderable)
    return out.getvalue()


def test_one_line_says_how_each_region_is_and_what_is_latched():
    assert glance(FOUND).plain == (
        "eu-west DOWN 4m 0s  eu-north UP 71% of capacity  us-east 1 of 2 UP   "
        "latched: api -> us-east (manual)   overrides: drain web/eu-north"
    )


def test_every_endpoint_has_its_state_votes_and_reason():
    text = printed(table(FOUND))

    assert "web/eu-west" in text
    assert "connect: timed out" in text
    assert "0/3" in text
    assert "drain web/eu-north by ann: CHG-1" in text


def test_a_routing_control_is_shown_only_where_it_is_off():
    switches = {name: endpoint("web/eu-west", "eu-west", state) for name, state in (("on", "up"), ("off", "down"))}
    for one in switches.values():
        one["verdicts"][0] |= {"monitor": "control:eu-west", "votes": [0, 0], "reason": "off by ann"}

    assert "control:" not in printed(table(FOUND | {"endpoints": [switches["on"]]}))
    assert "control:eu-west" in (text := printed(table(FOUND | {"endpoints": [switches["off"]]})))
    assert "off by ann" in text
    assert "0/0" not in text


def test_vantages_are_named_that_have_no_say():
    text = printed(table(FOUND))

    assert "vantage outside abstains: reaches none of its sentinels" in text
    assert "ns1 votes" not in text


def test_a_region_that_is_off_says_so_whatever_probes_say():
    off = FOUND | {"endpoints": [endpoint("web/eu-west", "eu-west", word="off")], "latches": [], "overrides": []}

    assert glance(off).plain == "eu-west OFF   latched: none   overrides: none"


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0s"), (59, "59s"), (60, "1m 0s"), (3_725, "1h 2m"), (90_000, "1d 1h")]
)
def test_a_length_of_time_is_told_in_two_units(seconds, text):
    assert span(seconds) == text


def test_a_word_with_an_end_tells_it():
    until = time.mktime((2026, 12, 3, 6, 0, 0, 0, 0, 0))
    word = {"path": "web", "word": "off", "why": "", "author": "ann", "at": 0.0, "expires": until}

    assert said(word) == "off web until 2026-12-03 06:00:00 by ann: no reason given"


def test_the_way_back_of_a_latch_is_told():
    assert way_back({"kind": "failover", "after": None, "returns": None}) == "manual"
    assert way_back({"kind": "failover", "after": 600.0, "returns": None}) == "after 10m 0s"
    assert way_back({"kind": "latency", "after": 0.0, "returns": None}) == "not better by enough"


def test_as_data_it_is_what_the_node_told(tmp_path, capsys):
    with unix_node(tmp_path / "control.sock", lambda *_: (200, FOUND)):
        assert main(["status", "--json", "--state", str(tmp_path)]) == 0
        assert json.loads(capsys.readouterr().out) == FOUND
        assert main(["status", "--state", str(tmp_path)]) == 0
    assert "eu-west DOWN" in capsys.readouterr().out


def test_a_node_that_is_not_there_is_told(tmp_path, capsys):
    assert main(["status", "--state", str(tmp_path)]) == 1
    assert "is `gslb serve` running" in capsys.readouterr().err
