"""`gslb ttl`: the advice as a person reads it."""

import json

import pytest

from gslb.app.advisor import advised
from gslb.caching import Cache, Tuned
from gslb.cli import main
from gslb.cli.ttl import shown
from gslb.model import Auto, Ttl
from kit.language import model
from kit.unix_node import unix_node

MODEL = model(
    'gslb: 1\nmonitors: {ready: {probe: "http://a.example/", interval: 5s, timeout: 2s, confirm_interval: 1s}}\n'
    "pools: {web: {monitor: ready, endpoints: {a: 192.0.2.1}}}\n"
    "zones: {example.com: {records: '@ 1d NS ns.example.net.', steer: {www: web}}}\n"
)
WWW = "www.example.com."
AUTO = Ttl(10, 300, Auto(60.0, 500.0))
MANY = (Cache(1.0, 20_000.0), Cache(1.0, 2_000.0, least=300.0))


def printed(*tuned, **more):
    return list(shown(advised(WWW, Tuned(*tuned, **more), MODEL)))


def rows(lines):
    start = next(number for number, line in enumerate(lines) if line.startswith("  TTL"))
    stop = lines.index("", start) if "" in lines[start:] else len(lines)
    return {int(line.split()[0]): line for line in lines[start + 1 : stop]}


def test_the_table_says_what_each_ttl_costs_and_buys():
    lines = printed(AUTO, 40, 14.0, MANY, 22_000, 2_460.0, 494.0, trusted=True, goal=40)
    table = rows(lines)

    assert lines[0] == "www.example.com: now 40 s (auto: rto 60 s, worst 54 s, 500 q/s allowed)"
    assert lines[1] == "494 q/s seen; rates of 22,000 resolvers over 41 min"
    assert table[40].split() == [
        *("40", "494", "1.00", "34", "s", "34", "s", "54", "s"),
        *("9.1%", "to", "314", "s", "<-", "auto"),
    ]
    assert table[80].endswith("misses rto")
    assert table[20].endswith("over budget")
    assert "detection and publishing are 14.0 s of each" in lines
    assert all(len(line) <= 80 for line in lines)


def test_a_curve_is_drawn_with_the_budget_and_where_it_is():
    lines = printed(AUTO, 40, 14.0, MANY, 22_000, 2_460.0, 494.0, trusted=True, goal=40)

    assert any("500 ┤" in line and "╌" in line for line in lines)
    assert any("40 now" in line for line in lines)


@pytest.mark.parametrize(
    ("tuned", "more", "said"),
    [
        ((AUTO, 40, 14.0, MANY), {"goal": 20, "trusted": True}, "on its way to 20 s"),
        ((AUTO, 40, 14.0, MANY), {}, "not enough telemetry to choose by: the TTL stays where it is"),
        ((AUTO, 40, 14.0, MANY), {"alarm": "both cannot hold", "trusted": True}, "ALARM  both cannot hold"),
        ((AUTO, 40, None, MANY), {}, "the death of some endpoint is never known"),
        ((AUTO, 40, 14.0), {}, "no resolver was seen asking for it yet"),
        ((AUTO, 40, 14.0, MANY), {"uncached": 12.5}, "12.5 q/s besides, of senders that keep nothing"),
        ((Ttl(30, 30), 30, 14.0, MANY), {}, "www.example.com: now 30 s (fixed, worst 44 s)"),
        ((Ttl(10, 30), 30, 14.0, MANY), {}, "www.example.com: now 30 s (max, worst 44 s)"),
    ],
    ids=["on its way", "no telemetry", "alarm", "never known", "nobody asked", "no cache", "fixed", "bounds"],
)
def test_what_one_should_know_is_said(tuned, more, said):
    assert any(line.startswith(said) for line in printed(*tuned, **more))


def test_faster_detection_is_named_where_it_buys_more_than_a_shorter_ttl():
    lines = printed(Ttl(5, 5), 5, 14.0, MANY)

    assert any(line.strip().startswith("timeout: 1s buys more than TTL 2 (3.0 s, p50 1.") for line in lines)
    assert any(line.strip() == "timeout: 1s saves 3.0 s" for line in printed(Ttl(300, 300), 300, 14.0, MANY))


def test_it_asks_the_node(tmp_path, capsys):
    found = advised(WWW, Tuned(AUTO, 40, 14.0, MANY), MODEL)
    with unix_node(tmp_path / "control.sock", lambda *_: (200, found)) as asked:
        assert main(["ttl", "www", "--json", "--state", str(tmp_path)]) == 0
        assert json.loads(capsys.readouterr().out) == found
        assert main(["ttl", "*.wild.example.com", "--state", str(tmp_path)]) == 0

    assert "www.example.com: now 40 s" in capsys.readouterr().out
    assert [target for _, target, _ in asked] == ["/v1/ttl?name=www", "/v1/ttl?name=%2A.wild.example.com"]


def test_what_the_node_refuses_is_said(tmp_path, capsys):
    with unix_node(tmp_path / "control.sock", lambda *_: (409, {"error": "unknown steered name wwww"})):
        assert main(["ttl", "wwww", "--state", str(tmp_path)]) == 1
    assert capsys.readouterr().err == "unknown steered name wwww\n"
