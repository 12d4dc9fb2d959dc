"""`gslb explain` prints what the node told, one step a line, as people read it."""

import json

import pytest

from gslb.cli import main
from gslb.cli.explain import counted, reversed_shown, shown
from kit.unix_node import unix_node

FOUND = {
    "name": "www.example.com.",
    "type": "A",
    "client": "203.0.113.0 (ECS /24)",
    "country": "DE",
    "asn": 64500,
    "networks": ["office"],
    "source": "overlay places.csv:41",
    "steps": [
        {"path": "www", "kind": "geo", "chosen": "eu", "text": "DE in place eu (fence)", "depth": 0},
        {"path": "www/eu", "kind": "latency", "chosen": "eu-west", "text": "eu-west 18 ms", "depth": 1},
        {"path": "web/eu-west", "kind": "endpoint", "chosen": "", "text": "UP since 3d 4h", "depth": 2},
    ],
    "health": [],
    "opened": "",
    "rcode": "NOERROR",
    "answer": ["192.0.2.10"],
    "ttl": 40,
    "scope": 24,
    "generation": 7,
}


def test_the_path_through_the_tree_is_one_step_a_line():
    assert shown(FOUND).splitlines() == [
        "www.example.com A   client 203.0.113.0 (ECS /24)  DE, AS64500, office  by overlay places.csv:41",
        "geo       eu       DE in place eu (fence)",
        " latency  eu-west  eu-west 18 ms",
        "  web/eu-west  UP since 3d 4h",
        "answer 192.0.2.10  TTL 40  scope /24  (generation 7)",
    ]


def test_static_data_and_negative_answers_are_said():
    lines = shown(FOUND | {"steps": [], "answer": [], "rcode": "NXDOMAIN", "ttl": None, "scope": None}).splitlines()

    assert lines[1] == "static data"
    assert lines[-1] == "answer NXDOMAIN  (generation 7)"


def test_a_last_resort_is_named():
    assert "last resort: open" in shown(FOUND | {"opened": "open"})


def test_the_node_is_asked_for_both_families(tmp_path, capsys):
    with unix_node(tmp_path / "control.sock", lambda *_: (200, FOUND)) as asked:
        words = ["explain", "www", "--client", "203.0.113.7", "--all", "--json", "--state", str(tmp_path)]
        assert main(words) == 0

    assert [body["type"] for _, _, body in asked] == ["A", "AAAA"]
    assert {body["client"] for _, _, body in asked} == {"203.0.113.7"}
    assert [json.loads(line)["ttl"] for line in capsys.readouterr().out.splitlines()] == [40, 40]


@pytest.mark.parametrize("answer", [(400, {"error": "no such type"})])
def test_a_refusal_is_told(tmp_path, capsys, answer):
    with unix_node(tmp_path / "control.sock", lambda *_: answer):
        assert main(["explain", "www", "QQ", "--state", str(tmp_path)]) == 1
    assert "no such type" in capsys.readouterr().err


REVERSED = {
    "name": "www.example.com.",
    "steered": "www.example.com.",
    "type": "A",
    "answer": "192.0.2.10",
    "generation": 7,
    "paths": [
        {
            "share": 1.0,
            "opened": "",
            "steps": [
                {"path": "www", "kind": "geo", "chosen": "eu", "text": "DE in place eu", "depth": 0},
                {"path": "web/eu", "kind": "endpoint", "chosen": "", "text": "UP", "depth": 1},
            ],
            "addresses": 812_345_678,
            "prefixes": 5,
            "everybody": False,
            "places": [{"place": f"P{number}", "addresses": 1, "prefixes": 0} for number in range(10)],
            "more": 3,
        },
        {
            "share": 0.05,
            "opened": "open",
            "steps": [],
            "addresses": 1 << 32,
            "everybody": True,
            "places": [],
            "more": 0,
        },
    ],
}


def test_who_is_answered_something_is_told_path_by_path():
    assert reversed_shown(REVERSED).splitlines() == [
        "www.example.com A 192.0.2.10   (generation 7)",
        "all answers to P0, P1, P2, P3, P4, P5, P6, P7 and 5 more  (812.3M IPv4 addresses)",
        "  geo  eu  DE in place eu",
        "   web/eu  UP",
        "5.00% of answers to everybody",
        "  last resort: open",
    ]
    assert reversed_shown(REVERSED | {"paths": []}).splitlines()[1] == "nobody is answered that"


@pytest.mark.parametrize(("number", "text"), [(0, "0"), (999, "999"), (1_500, "1.5k"), (4_294_967_296, "4.3G")])
def test_large_numbers_are_short(number, text):
    assert counted(number) == text


def test_the_past_is_asked_for_by_a_moment_and_told_with_it(tmp_path, capsys):
    with unix_node(tmp_path / "control.sock", lambda *_: (200, FOUND | {"at": 3_600.0, "since": 60.0})) as asked:
        assert main(["explain", "www", "--at", "1970-01-01T01:00Z", "--state", str(tmp_path)]) == 0
        assert main(["explain", "www", "--at", "soon", "--state", str(tmp_path)]) == 1

    assert [body["at"] for _, _, body in asked] == [3_600.0]
    out = capsys.readouterr()
    assert out.out.startswith("as of 1970-01-0")
    assert "(generation 7 since 1970-01-0" in out.out
    assert "soon is no time" in out.err
