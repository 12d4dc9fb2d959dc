"""What is told of a name: rows around its TTL, a curve over all that it may be, nothing that is not known."""

import json

import pytest

from gslb.app.advisor import POINTS, advised
from gslb.caching import Cache, Tuned
from gslb.model import Auto, Ttl
from kit.language import model

TEXT = """\
gslb: 1
monitors: {ready: {probe: "http://www.example.com/", interval: 5s, timeout: 2s, confirm_interval: 1s, fall: 3}}
pools: {web: {monitor: ready, endpoints: {main: 192.0.2.1}}}
zones:
  example.com:
    records: "@ 1h NS ns.example.net."
    steer: {www: web}
"""
WWW = "www.example.com."
AUTO = Ttl(10, 300, Auto(60.0, 2_000.0))
MANY = (Cache(1.0, 20_000.0), Cache(1.0, 2_000.0, least=300.0))


@pytest.fixture(scope="module")
def of():
    return model(TEXT)


def test_rows_stand_around_what_it_is_now(of):
    found = advised(WWW, Tuned(AUTO, 40, 14.0, MANY, 22_000, 600.0, 500.0, trusted=True, goal=40), of)

    assert [row["ttl"] for row in found["rows"]] == [10, 20, 40, 80, 160, 300]
    now = next(row for row in found["rows"] if row["ttl"] == 40)
    assert (now["times"], now["worst"], now["misses"]) == (1.0, 54.0, False)
    assert now["queries"] == pytest.approx(20_000 / 41 + 2_000 / 301)
    assert (now["tail"], now["tail_until"]) == (pytest.approx(1 / 11), 314.0)
    assert [row["misses"] for row in found["rows"]] == [False] * 3 + [True] * 3
    assert len(found["curve"]) == POINTS
    assert (found["curve"][0]["ttl"], found["curve"][-1]["ttl"]) == (10, 300)
    assert json.loads(json.dumps(found)) == found


def test_where_it_goes_has_a_row(of):
    found = advised(WWW, Tuned(AUTO, 40, 14.0, MANY, trusted=True, goal=37), of)

    assert 37 in [row["ttl"] for row in found["rows"]]


@pytest.mark.parametrize(("bounds", "now"), [(Ttl(30, 30), 30), (Ttl(0, 0), 0), (Ttl(86_400, 86_400), 86_400)])
def test_a_fixed_ttl_is_looked_at_from_both_sides(of, bounds, now):
    found = advised(WWW, Tuned(bounds, now, 14.0, MANY), of)
    ttls = [row["ttl"] for row in found["rows"]]

    assert found["auto"] is None
    assert now in ttls
    assert len(ttls) >= 2
    assert found["curve"][0]["ttl"] < found["curve"][-1]["ttl"]
    assert not any(row["misses"] for row in found["rows"])


def test_what_nobody_measured_is_not_told(of):
    found = advised(WWW, Tuned(AUTO, 46, 14.0), of)

    assert (found["known"], found["trusted"], found["seen"]) == (False, False, None)
    for row in found["rows"]:
        assert [row[key] for key in ("queries", "times", "tail", "tail_until")] == [None] * 4
        assert row["median"] == 14.0 + row["ttl"] / 2


def test_without_detection_no_time_is_told_and_no_promise_is_kept(of):
    found = advised(WWW, Tuned(AUTO, 40, None, MANY), of)

    for row in found["rows"]:
        assert [row[key] for key in ("mean", "median", "worst", "tail_until")] == [None] * 4
        assert row["misses"]


def test_faster_detection_is_told(of):
    assert {"write": "timeout: 1s", "saves": 3.0} in advised(WWW, Tuned(AUTO, 40, 14.0), of)["faster"]
