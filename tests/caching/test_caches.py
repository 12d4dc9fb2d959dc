"""What a TTL costs and buys, against what is worked out by hand and what dice say."""

import random
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.caching.caches import DECIDE_AND_PUBLISH, Cache, delay, forecast, load, scaled
from kit.language import model

D = 14.0
CACHES = st.lists(st.builds(Cache, st.floats(1e-4, 1e3), st.floats(0.1, 1e4)), min_size=1, max_size=8).map(tuple)


@pytest.mark.parametrize(
    ("cache", "ttl", "queries"),
    [
        (Cache(1.0), 9, 0.1),
        (Cache(1.0, 50), 9, 5.0),
        (Cache(0.01), 0, 0.01),
        (Cache(1.0, least=99), 9, 0.01),  # it extends
        (Cache(1.0, most=4), 9, 0.2),  # it keeps nothing for longer
        (Cache(1.0, least=4, most=19), 9, 0.1),
    ],
)
def test_a_cache_asks_once_for_what_it_keeps_and_the_wait_for_a_client(cache, ttl, queries):
    assert load([cache], ttl) == pytest.approx(queries)


@pytest.mark.parametrize(
    ("ttl", "mean", "median"),
    [(10, 14 + 0.95 * 5, 14 + 10 * (1 - 1 / 1.9)), (40, 14 + 0.95 * 20, 14 + 40 * (1 - 1 / 1.9))],
)
def test_clients_leave_when_what_their_resolver_keeps_has_run_out(ttl, mean, median):
    found = forecast((Cache(19 / ttl, 3.0),), ttl, D)  # L T = 19: a hit rate of 95 %

    assert (found.hit, found.mean, found.median) == pytest.approx((0.95, mean, median), abs=1e-3)
    assert found.worst == D + ttl


def test_where_most_clients_meet_nothing_kept_half_of_them_leave_at_once():
    assert forecast((Cache(0.01),), 40, D).median == D


def test_of_nobody_the_worst_is_assumed():
    found = forecast((), 40, D)

    assert (found.queries, found.mean, found.median, found.worst) == (0.0, D + 20, D + 20, D + 40)


def test_caches_that_extend_are_the_tail_and_do_not_count_as_honest():
    found = forecast((Cache(1.0, 9.0), Cache(1.0, 1.0, least=300.0)), 40, D)

    assert (found.tail, found.tail_until, found.worst) == (0.1, D + 300, D + 40)
    assert found.mean == forecast((Cache(1.0, 9.0),), 40, D).mean
    assert forecast((Cache(1.0, least=300.0),), 300, D).tail == 0.0


@given(CACHES, st.integers(0, 3_600), st.integers(0, 3_600))
def test_a_longer_ttl_never_costs_more_queries_nor_lets_clients_leave_sooner(caches, one, other):
    short, long = sorted((one, other))
    soon, late = forecast(caches, short, D), forecast(caches, long, D)

    assert late.queries <= soon.queries * (1 + 1e-9)
    assert soon.mean <= late.mean + 1e-9
    assert D <= soon.median <= late.median + 1e-3
    assert max(late.mean, late.median) <= late.worst + 1e-3


@given(CACHES, st.floats(0.1, 10))
def test_so_many_times_as_many_ask_so_many_times_as_much(caches, factor):
    assert load(scaled(caches, factor), 30) == pytest.approx(factor * load(caches, 30))


def test_dice_agree():
    """Clients come at random to caches of many rates: who still meets the dead endpoint, and for how long?"""
    chance, ttl = random.Random(4), 40
    caches = tuple(Cache(0.002 * 2**power) for power in range(10))
    rests = []
    weights = [cache.rate for cache in caches]
    for cache in chance.choices(caches, weights, k=20_000):
        into = chance.uniform(0, 4_000) % (cycle := ttl + 1 / cache.rate)  # any moment of the average cycle
        rests.append(max(0.0, ttl - into) if into < cycle else 0.0)
    rests.sort()
    found = forecast(caches, ttl, D)

    assert D + sum(rests) / len(rests) == pytest.approx(found.mean, rel=0.03)
    assert D + rests[len(rests) // 2] == pytest.approx(found.median, rel=0.05)


def test_the_delay_is_detection_and_publishing():
    text = "gslb: 1\npools:\n  web: {monitor: 'http://a.example/', endpoints: {a: 192.0.2.1}}\n"
    text += "  bare: {endpoints: {b: 192.0.2.2}}\n"
    text += "zones: {example.com: {records: '@ 1d NS ns.example.net.', steer: {www: web, bare: bare}}}\n"
    of = model(text)

    assert delay(of.trees["www.example.com."], of) == of.monitors["http://a.example/"].detection + DECIDE_AND_PUBLISH
    assert delay(of.trees["bare.example.com."], of) is None


def test_what_a_cache_keeps_lies_between_what_it_insists_on():
    assert [Cache(1.0, least=30, most=60).kept(ttl) for ttl in (10, 40, 90)] == [30, 40, 60]
    assert Cache(1.0).most == inf
