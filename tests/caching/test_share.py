"""The part of queries that comes to one of several nodes is found from what short gaps tell."""

import random

import pytest

from gslb.caching.caches import load
from gslb.caching.share import middle, share
from gslb.caching.trace import Trace

TTL = 40


def resolvers(part, seconds=3_600, seed=1):
    """Caches of many rates that bring a part of their queries here; their traces, and what they ask in all."""
    chance = random.Random(seed)
    rates = [5.0 / number for number in range(1, 600)]
    found = []
    for rate in rates:
        trace, at = Trace(0.0, 0.0), chance.expovariate(rate)
        while at < seconds:
            if chance.random() < part:
                trace.see(at, TTL)
            at += TTL + chance.expovariate(rate)
        found.append(trace)
    return rates, found


@pytest.mark.parametrize("part", [1.0, 0.5, 1 / 3])
def test_the_part_is_found_and_with_it_what_another_ttl_costs(part):
    rates, traces = resolvers(part)
    found = share(traces)
    caches = [one for trace in traces if (one := trace.cache(3_600, found))]

    assert found == pytest.approx(part, rel=0.2)
    for ttl in (15, 40, 120):
        expected = part * sum(rate / (1 + rate * ttl) for rate in rates)
        assert load(caches, ttl) == pytest.approx(expected, rel=0.12), ttl


@pytest.mark.parametrize("ttls", [(10, 4), (4, 10), (40, 20, 10)])
def test_a_ttl_that_moves_is_no_other_node(ttls):
    chance, traces = random.Random(8), []
    for _ in range(60):
        trace, at = Trace(0.0, 0.0), chance.expovariate(1.0)
        for number, ttl in enumerate(ttls, 1):
            while at < 120 * number:
                trace.see(at, ttl)
                at += ttl + chance.expovariate(1.0)
        traces.append(trace)
    found = share(traces)
    caches = [one for trace in traces if (one := trace.cache(120 * len(ttls), found))]

    assert found == 1.0
    for ttl in (2, 5, 20):
        assert load(caches, ttl) == pytest.approx(60 / (ttl + 1), rel=0.1)


def test_without_that_a_resolver_that_takes_turns_would_look_like_one_that_is_seldom_asked():
    rates, traces = resolvers(0.5)
    caches = [one for trace in traces if (one := trace.cache(3_600))]

    assert load(caches, 10) < 0.8 * 0.5 * sum(rate / (1 + rate * 10) for rate in rates)


@pytest.mark.parametrize("seed", range(6))
def test_it_stays_one_where_chance_alone_may_have_done_it(seed):
    assert share(resolvers(1.0, seed=seed)[1]) == 1.0
    assert share(resolvers(0.5, seconds=200, seed=seed)[1][:20]) == 1.0


def test_of_nobody_it_is_one():
    assert share([]) == 1.0
    assert share([Trace(0.0, 0.0)]) == 1.0


def test_a_first_client_comes_early_where_many_come():
    assert middle(1e-6) == pytest.approx(0.5)
    assert middle(1.0) == pytest.approx(0.418, abs=1e-3)
    assert middle(20.0) == pytest.approx(0.05)
    assert middle(1e5) == pytest.approx(1e-5)
    assert [middle(clients) for clients in (0.01, 0.1, 1, 10, 100)] == sorted(
        (middle(clients) for clients in (0.01, 0.1, 1, 10, 100)), reverse=True
    )
