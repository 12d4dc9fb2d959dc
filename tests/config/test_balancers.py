"""Balancers as written: the pool each serves, and the tokens it reports under."""

import pytest

from gslb.config import full
from gslb.model import Monitor, MonitorKind, NoData, Secret
from kit.language import expect, model, source

POOL = "gslb: 1\nregions: {eu: {}, us: {}}\npools: {web: {endpoints: {eu: 192.0.2.1, us: 192.0.2.2}}}\n"


def one(line):
    return model(f"{POOL}balancers:\n  edge: {line}\n").balancers["edge"]


def test_a_token_for_all_or_one_each():
    assert one("{serves: web, token: file:t}").token == Secret("file", "t")
    assert one("{serves: web, token: {eu: file:t, us: env:T}}").tokens == (
        ("eu", Secret("file", "t")),
        ("us", Secret("env", "T")),
    )
    assert one("{serves: web}").token is None


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("§{token: file:t}", "serves: is missing"),
        ("{serves: web, token: §secret}", "token: a secret is never written here | write file:PATH or env:NAME"),
        ("{serves: web, token: §{}}", "token: nothing is listed here"),
        ("{serves: web, §engine: haproxy}", "engine: not supported by this version"),
    ],
    ids=["no pool", "no place", "empty", "later"],
)
def test_what_is_written_wrong_is_told(line, message):
    expect(f"{POOL}balancers:\n  edge: {line}\n", message)


def test_the_monitor_that_hears_one():
    text = f"{POOL}balancers: {{edge: {{serves: web}}}}\nmonitors:\n"
    plain = model(text + "  m: {balancer: edge}\n").monitors["m"]
    exact = model(text + "  m: {balancer: edge, min_healthy: 2, grace: 30s, no_data: down, initial: up}\n").monitors[
        "m"
    ]

    assert (plain.kind, plain.balancer, plain.min_healthy, plain.grace) == (MonitorKind.BALANCER, "edge", 1, 10.0)
    assert plain.no_data is NoData.KEEP
    assert (exact.min_healthy, exact.grace, exact.no_data) == (2, 30.0, NoData.DOWN)
    assert isinstance(exact, Monitor)
    assert exact.digest != plain.digest


def test_everything_is_shown():
    text = f"{POOL}balancers: {{edge: {{serves: web, token: {{eu: file:/t}}}}}}\nmonitors: {{m: {{balancer: edge}}}}\n"

    shown = [line.split()[:2] for line in full(source(text), "edge").splitlines()[1:]]
    assert shown == [["serves", "web"], ["token.eu", "file:/t"]]
    shown = [line.split()[:2] for line in full(source(text), "m").splitlines()[1:]]
    assert shown == [
        ["balancer", "edge"],
        ["min_healthy", "1"],
        ["grace", "10s"],
        ["no_data", "keep"],
        ["initial", "wait"],
        ["damping", "{falls:"],
    ]
