"""What would be is printed for people and for scripts, and the exit status tells whether it can be borne."""

import io
import json

import pytest
from rich.console import Console

from gslb.cli import main
from gslb.cli.simulate import shown
from kit.unix_node import unix_node

FOUND = {
    "supposed": {"down": ["eu-west"], "drain": [], "off": ["web/x"]},
    "demand": "at the present rate",
    "known": True,
    "notes": ["no capacity is written for us-east"],
    "rate": 20_100.0,
    "regions": [
        {"region": "eu-west", "before": 15_100.0, "after": 0.0, "capacity": 20_000.0, "overloaded": False},
        {"region": "eu-north", "before": 1_000.0, "after": 14_100.0, "capacity": 6_000.0, "overloaded": True},
        {"region": "us-east", "before": 4_000.0, "after": 6_000.0, "capacity": None, "overloaded": False},
    ],
    "unanswered": {"before": 0.0, "after": 12.0},
    "names": [],
    "shifts": [
        {"fence": "eu", "path": "www/eu", "rate": 13_100.0, "to": [{"region": "eu-north", "rate": 13_100.0}]},
        {"fence": "", "path": "", "rate": 12.0, "to": [{"region": "", "rate": 12.0}]},
    ],
    "stale": {
        "rate": 15_100.0,
        "noticed": 9.0,
        "honest": 39.0,
        "curve": [[0.0, 1.0], [9.0, 1.0], [24.0, 0.5], [39.0, 0.0]],
        "extending": 0.087,
    },
    "queries": {"before": 20_100.0, "after": 40_200.0},
    "latched": [
        {"name": "api.example.com.", "node": "", "child": "api/us-east", "kind": "failover", "after": None},
        {"name": "www.example.com.", "node": "", "child": "us-east", "kind": "latency", "after": 0.0},
        {"name": "shop.example.com.", "node": "", "child": "web/us-east", "kind": "failover", "after": 600.0},
    ],
    "troubles": ["eu clients are fenced: eu-north would carry 14.1k/s of 6k/s capacity"],
    "carriers": "eu-north 14.1k/s of 6k/s, us-east 6k/s",
}
WELL = FOUND | {"troubles": [], "notes": [], "unanswered": {"before": 0.0, "after": 0.0}}


def printed(found):
    out = io.StringIO()
    Console(file=out, width=200, highlight=False).print(shown(found))
    return [" ".join(line.split()) for line in out.getvalue().splitlines()]


def test_it_is_told_to_a_person():
    assert printed(FOUND) == [
        "if eu-west is down, web/x is off: 20.1k/s at the present rate",
        "region before after capacity",
        "eu-west 15.1k/s 0/s 20k/s 0%",
        "eu-north 1k/s 14.1k/s 6k/s 235% OVERLOADED",
        "us-east 4k/s 6k/s",
        "no answer 0/s 12/s",
        "its clients (fenced by eu): 13.1k/s go to eu-north 13.1k/s",
        "its clients: 12/s go to no answer 12/s",
        "clients: noticed within 9 s; still there 75% after 16 s, 50% after 24 s, 25% after 32 s",
        "the last honest one leaves after 39 s; 8.7% of resolvers keep answers longer than they may",
        "name servers: 20.1k/s now, 40.2k/s then, by the TTLs and what is known of caches",
        "latched: api.example.com -> api/us-east (back by hand only: gslb failback)",
        "latched: shop.example.com -> web/us-east (back 600 s after the better is up)",
        "trouble: eu clients are fenced: eu-north would carry 14.1k/s of 6k/s capacity",
        "note: no capacity is written for us-east",
    ]


def test_assumed_demand_is_told_in_shares():
    lines = printed(WELL | {"known": False, "rate": 100.0, "demand": "with demand assumed"})

    assert lines[0] == "if eu-west is down, web/x is off: 100.0% with demand assumed"
    assert not any(line.startswith("name servers") for line in lines)


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"rate": 0.0}, None),
        ({"honest": None, "noticed": None}, "clients: some stay there for good"),
        ({"noticed": 0.5}, "clients: answers change at once; still there"),
    ],
)
def test_how_long_clients_stay_is_told(changes, line):
    found = [one for one in printed(WELL | {"stale": FOUND["stale"] | changes}) if one.startswith("clients")]

    assert (not found) if line is None else found[0].startswith(line)


@pytest.mark.parametrize(("found", "status"), [(FOUND, 1), (WELL, 0)], ids=["hurts", "fine"])
def test_it_asks_the_node(tmp_path, capsys, found, status):
    with unix_node(tmp_path / "control.sock", lambda *_: (200, found)) as asked:
        words = ["simulate", "--down", "eu-west", "--at", "peak", "--requests", "3", "--rate", "2k/s", "--json"]
        assert main([*words, "--state", str(tmp_path)]) == status

    assert asked == [
        (
            "POST",
            "/v1/simulate",
            {"down": ["eu-west"], "drain": [], "off": [], "at": None, "peak": True, "requests": 3.0, "whole": 2_000.0},
        )
    ]
    assert json.loads(capsys.readouterr().out) == found


def test_demand_is_saved(tmp_path, capsys):
    text = "name,clients,rate\nwww,DE,1/s\n"
    with unix_node(tmp_path / "control.sock", lambda *_: (200, {"csv": text})):
        assert main(["simulate", "--save-demand", str(tmp_path / "d.csv"), "--state", str(tmp_path)]) == 0

    assert (tmp_path / "d.csv").read_text() == text
    assert capsys.readouterr().out == f"{tmp_path / 'd.csv'}: 1 streams\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--down", "x"], "no answer at"),
        (["--at", "noon"], "noon is no time"),
        (["--rate", "5"], "--rate: 5 has no unit; write 5/s"),
        (["--requests", "0"], "--requests: 0 is not above 0"),
        (["--demand", "d.csv"], "--demand goes with a configuration"),
        (["gslb.yaml", "--at", "peak"], "--at goes with a running node"),
    ],
)
def test_what_cannot_be_told_is_no_verdict(tmp_path, capsys, words, said):
    assert main(["simulate", *words, "--state", str(tmp_path)]) == 2
    assert said in capsys.readouterr().err


def test_a_configuration_is_asked_without_a_node(tmp_path, capsys):
    (tmp_path / "gslb.yaml").write_text(
        """\
gslb: 1
listen: 127.0.0.1:5300
regions: {eu: {capacity: 5/s}, us: {capacity: 9/s}}
pools: {web: {monitor: "http://www.example.com/", endpoints: {eu: 192.0.2.1, us: 192.0.2.2}}}
zones:
  example.com:
    records: |
      @ 1h NS ns1
      ns1 1h A 192.0.2.53
    steer: {www: {ttl: 30s, weighted: {web/eu: 1, web/us: 1}}}
"""
    )
    file, demand = str(tmp_path / "gslb.yaml"), tmp_path / "demand.csv"
    demand.write_text("name,clients,rate\nwww,*,8/s\n")

    assert main(["simulate", file, "--down", "eu", "--demand", str(demand)]) == 0
    assert main(["simulate", file, "--down", "us", "--demand", str(demand)]) == 1
    assert "eu would carry 8/s of 5/s capacity" in capsys.readouterr().out
    assert main(["simulate", file, "--down", "su"]) == 2
    demand.write_text("name,clients,rate\nwwww,*,8/s\n")
    assert main(["simulate", file, "--down", "us", "--demand", str(demand)]) == 2
    assert "wwww is no steered name" in capsys.readouterr().err
