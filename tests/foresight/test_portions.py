"""Shares of answers are those that come out when a great many questions are answered."""

from collections import Counter

import pytest
from dns.rdatatype import RdataType

from gslb.foresight.places import whereabouts
from gslb.foresight.portions import NOBODY, RECORDS, by_path, by_place, by_resort, more, portions, refreshes, shares
from gslb.image import BUCKETS, Bucket, Constant, Draw, pick
from gslb.model import Leaf
from gslb.nameserver import View, ask, family
from gslb.policy import choose
from kit.worlds import all_up, large, world

STEP = 0x9E3779B97F4A7C15  # 2**64 over the golden ratio: draws spread evenly in any run
DOWN = [frozenset(), frozenset({"web/eu-west"}), frozenset({"web/eu-west", "web/us-east"})]


def portioned(name, place, view, rdtype="A"):
    steered = view.world.model.steered[f"{name}.example.com."]
    (found,) = portions(steered, family(RdataType.from_text(rdtype)), [whereabouts(place, view.world)], view)
    return found


@pytest.mark.parametrize("name", ["www", "weighted", "geo", "sticky", "all", "pool", "*.shop", "failover"])
@pytest.mark.parametrize("down", DOWN, ids=["all up", "one down", "two down"])
@pytest.mark.parametrize("place", ["DE", "US"])
def test_shares_are_those_of_answers(name, down, place):
    view = View(large(), all_up(large(), down))
    kind, tree = family(RdataType.A), view.world.model.trees[f"{name}.example.com."]
    choice = choose(tree, ask(view, kind, whereabouts(place, view.world)))
    measured: Counter[str] = Counter()
    for bucket in range(BUCKETS):
        outcome = pick(choice, 0, bucket, bucket * STEP % 2**64)
        first = outcome.leaves[0]
        assert isinstance(first, Leaf)
        measured[first.endpoint.path] += 1

    found = {path: share for (_, path), share in by_path(portioned(name, place, view)).items()}

    assert sum(found.values()) == pytest.approx(1.0)
    assert found.keys() == measured.keys()
    for path, count in measured.items():
        assert count / BUCKETS == pytest.approx(found[path], abs=0.002)


def test_a_table_of_draws_has_shares_of_shares():
    draw = Draw(((1, Constant("a")), (3, Constant("b"))))
    table = b"\0\0" * (BUCKETS // 4) + b"\1\0" * (3 * BUCKETS // 4)
    found: Counter[str] = Counter()
    for outcome, share in shares(Bucket(table, (draw, Constant("a")))):
        found[outcome] += share

    assert found == {"a": 0.25 * 0.25 + 0.75, "b": 0.25 * 0.75}


def test_answers_tell_where_they_send_and_for_how_long():
    of = world(
        """\
gslb: 1
listen: 127.0.0.1:5300
pools: {web: {endpoints: {main: 192.0.2.1, spare: 192.0.2.2}}}
zones:
  example.com:
    records: |
      @ 1h NS ns1
      ns1 1h A 192.0.2.53
      plain 300 A 192.0.2.200
    steer:
      www: {ttl: 30s, weighted: {web/main: 1, web/spare: 1}}
      far: {ttl: 30s, geo: {DE: web/main}, nodata: allow}
      fixed: {ttl: 30s, failover: [{alias: plain}]}
"""
    )
    view = View(of, all_up(of))

    assert by_place(portioned("www", "*", view)) == {"web/main": 0.5, "web/spare": 0.5}
    assert refreshes(portioned("www", "*", view)) == pytest.approx(1 / 30)
    assert by_place(portioned("far", "US", view)) == {NOBODY: 1.0}
    assert by_place(portioned("fixed", "US", view)) == {RECORDS: 1.0}


def test_last_resorts_are_told():
    view = View(large(), all_up(large(), frozenset({"web/eu-west", "web/us-east", "web/ap-south"})))

    assert by_resort(portioned("www", "DE", view)) == {"open": pytest.approx(1.0)}


def test_growth_is_what_is_more():
    assert more({"a": 0.5, "b": 0.5}, {"b": 0.75, "c": 0.25}) == {"b": 0.25, "c": 0.25}
