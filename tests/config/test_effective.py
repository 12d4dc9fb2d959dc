"""Every value in effect and where it comes from, found by the path an operator would say."""

import pytest

from gslb.config import full
from gslb.model import Faults
from kit.language import source

TEXT = """\
gslb: 1
node: {name: a}
workers: 2
defaults:
  monitor: {timeout: 2s}
  steer: {ttl: 1m}
networks: {office: [192.0.2.0/24]}
places: {dach: [DE, AT, CH]}
regions:
  eu: {at: FRA, vantage: file:t}
monitors:
  ready: {probe: http://h/x, interval: 5s}
pools:
  web: {monitor: [ready, 'tcp://:1'], endpoints: {eu/a: 192.0.2.1, eu/b: {address: 192.0.2.2, weight: 5}}}
policies:
  near: {failover: [web/eu/a]}
zones:
  Example.com:
    records: "@ 1d NS ns1"
    steer:
      www: {failover: [web/eu/a, near], runbook: r}
      api: web
"""


def lines(path="", **options):
    return [line.split(maxsplit=1) for line in full(source(TEXT), path, **options).splitlines()]


def values(path):
    """Key to (value, origin) of what is shown."""
    shown = full(source(TEXT), path).splitlines()[1:]
    return {line.split()[0]: (" ".join(line.split()[1:-1]), line.split()[-1]) for line in shown}


def test_a_monitor_shows_where_each_value_comes_from():
    assert values("ready") == {
        "probe": ("http://h/x", "gslb.yaml:12:18"),
        "method": ("GET", "default"),
        "status": ("200-399", "default"),
        "damping": ("{falls: 2, within: 5m, hold: 5m, most: 30m}", "default"),
        "interval": ("5s", "gslb.yaml:12:40"),
        "timeout": ("2s", "gslb.yaml:5:22"),
        "confirm_interval": ("5s", "default"),
        "rise": ("2", "default"),
        "fall": ("3", "default"),
        "quorum": ("majority", "default"),
        "initial": ("wait", "default"),
    }


def test_a_url_that_hangs_on_a_pool_is_a_monitor_too():
    assert values("tcp://:1")["probe"] == ("tcp://:1", "gslb.yaml:14:27")


def test_a_steered_name_shows_its_tree():
    shown = values("www")

    assert shown["ttl"] == ("1m", "gslb.yaml:6:16")
    assert shown["runbook"] == ("r", "gslb.yaml:21:50")
    assert shown["policy"][1] == "gslb.yaml:21:13"
    assert shown["1."][0].startswith("web/eu/a 192.0.2.1 monitors ready, tcp://:1")
    assert "failover" in shown["2."][0]


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("node", "node"),
        ("listen", "listen"),
        ("clients", "clients"),
        ("defaults", "defaults"),
        ("office", "network office  gslb.yaml:7:12"),
        ("dach", "place dach  gslb.yaml:8:10"),
        ("web", "pool web  gslb.yaml:14:3"),
        ("web/eu/b", "endpoint web/eu/b  gslb.yaml:14:68"),
        ("near", "policy near  gslb.yaml:16:3"),
        ("example.com", "zone example.com.  gslb.yaml:18:3"),
        ("Example.com", "zone example.com.  gslb.yaml:18:3"),
        ("api.example.com", "steered name api.example.com.  gslb.yaml:22:7"),
        ("api.example.com.", "steered name api.example.com.  gslb.yaml:22:7"),
    ],
)
def test_everything_is_found_by_its_name(path, title):
    assert full(source(TEXT), path).splitlines()[0] == title


def test_a_region_and_the_vantage_in_it_are_both_shown():
    shown = full(source(TEXT), "eu")

    assert "region eu" in shown
    assert "token   file:t  gslb.yaml:10:26" in shown


def test_what_is_not_written_can_be_left_out():
    assert [key for key, *_ in lines("ready", written_only=True)] == ["monitor", "probe", "interval", "timeout"]


def test_workers_and_short_forms_are_found_where_they_are_written():
    assert values("node")["workers"] == ("2", "gslb.yaml:3:10")
    assert values("office")["networks"] == ("192.0.2.0/24", "gslb.yaml:7:20")
    assert values("web/eu/a")["address"] == ("192.0.2.1", "gslb.yaml:14:57")
    assert values("web/eu/b")["weight"] == ("5", "gslb.yaml:14:103")


def test_all_is_shown_when_nothing_is_asked_for():
    titles = [block.splitlines()[0].split("  ")[0] for block in full(source(TEXT)).split("\n\n")]

    assert titles == [
        *("node", "listen", "clients", "probes", "defaults", "drain", "safety", "windows", "log"),
        *("network office", "place dach", "region eu"),
        "vantage eu",
        *("monitor ready", "monitor tcp://:1", "pool web", "endpoint web/eu/a", "endpoint web/eu/b", "policy near"),
        *("zone example.com.", "steered name www.example.com.", "steered name api.example.com."),
    ]


def test_an_unknown_name_suggests_the_nearest():
    with pytest.raises(Faults, match=r"there is nothing called redy \(did you mean ready\?\)"):
        full(source(TEXT), "redy")
