"""One sender's queries tell what kind of cache it is: against caches that are known, asked by dice."""

import random
from math import inf

import pytest

from gslb.caching.caches import load
from gslb.caching.trace import HALF_LIFE, Trace

TTL = 40


def asks(rate, seconds, chance, kept=TTL, start=0.0):
    """When a cache asks that keeps answers for so long, from a moment when it keeps nothing."""
    at = start + chance.expovariate(rate)
    while at < seconds:
        yield at
        at += kept + chance.expovariate(rate)


def traced(times, ttl=TTL):
    trace = Trace(0.0, 0.0)
    for at in times:
        trace.see(at, ttl)
    return trace


@pytest.mark.parametrize("rate", [0.003, 0.02, 0.1, 0.5, 2.0])
@pytest.mark.parametrize("ttl", [10, 40, 120])
def test_the_rate_of_an_honest_cache_is_found(rate, ttl):
    chance = random.Random(f"{rate} {ttl}")
    seconds = HALF_LIFE
    found = [traced(asks(rate, seconds, chance, ttl), ttl).cache(seconds) for _ in range(200)]

    for other in (5, ttl, 300):
        expected = rate / (1 + rate * other)
        assert load(filter(None, found), other) / 200 == pytest.approx(expected, rel=0.08), other
    assert all((one.least, one.most) == (0.0, inf) for one in found if one)


def test_those_that_hardly_ever_ask_count_for_what_they_are():
    chance, rate = random.Random(1), 1 / 5_000
    found = [traced(asks(rate, 1_800, chance)).cache(1_800) for _ in range(4_000)]

    assert load(filter(None, found), TTL) / 4_000 == pytest.approx(rate, rel=0.1)
    assert load(filter(None, found), 300) / 4_000 == pytest.approx(rate / (1 + rate * 300), rel=0.1)


@pytest.mark.parametrize("rate", [0.02, 1.0])
def test_a_cache_that_keeps_answers_for_longer_is_told(rate):
    found = traced(asks(rate, 7_200, random.Random(3), kept=300)).cache(7_200)

    assert found.least == pytest.approx(300, rel=0.05)
    assert found.queries(TTL) == pytest.approx(1 / (300 + 1 / rate), rel=0.2)


def test_a_cache_that_keeps_nothing_for_long_is_told():
    found = traced(asks(0.5, 3_600, random.Random(4), kept=15)).cache(3_600)

    assert found.most == pytest.approx(15, rel=0.02)
    assert found.queries(TTL) == pytest.approx(1 / 17, rel=0.1)
    assert found.queries(5) == pytest.approx(1 / 7, rel=0.15)


def test_one_that_prefetches_is_an_honest_cache_of_its_rate():
    found = traced(asks(0.5, 3_600, random.Random(5), kept=0.9 * TTL)).cache(3_600)

    assert (found.least, found.most) == (0.0, inf)
    assert found.rate == pytest.approx(0.5, rel=0.3)


@pytest.mark.parametrize(("many", "rate"), [(2, 0.5), (4, 0.5), (4, 0.02), (6, 0.1)])
def test_several_caches_behind_one_address_are_told_apart_from_a_busy_one(many, rate):
    chance = random.Random(many)
    times = sorted(at for _ in range(many) for at in asks(rate, 7_200, chance, start=-chance.uniform(0, 100)) if at > 0)
    found = traced(times).cache(7_200)

    for other in (10, 40, 160):
        expected = many * rate / (1 + rate * other)
        assert found.count * found.queries(other) == pytest.approx(expected, rel=0.4), other


def test_a_repeated_query_is_no_other():
    chance = random.Random(6)
    times = [again for at in asks(0.1, 3_600, chance) for again in (at, at + 0.8)]

    assert traced(times).cache(3_600).rate == pytest.approx(0.1, rel=0.25)


def test_a_sender_that_keeps_nothing_is_no_cache():
    trace = traced([number / 50 for number in range(5_000)])

    assert trace.cache(100.0) is None
    assert trace.uncached == pytest.approx(50, rel=0.05)
    assert traced(asks(2.0, 3_600, random.Random(8))).uncached == 0


def test_what_may_have_been_hidden_by_an_older_answer_does_not_count():
    assert traced([5.0]).cache(6.0) is None, "it may have been kept when we began to look"
    assert traced([50.0]).cache(51.0).rate * 1.0 == pytest.approx(0.01), "a tenth of one in ten seconds"


def test_no_gap_reaches_over_what_was_not_seen():
    trace = traced([100.0, 150.0])
    before = trace.events
    trace.interrupt(200.0)
    trace.see(210.0, TTL)
    assert trace.events == pytest.approx(before, rel=0.02)
    trace.see(260.0, None)
    trace.see(300.0, TTL)
    assert trace.gaps == pytest.approx(2, rel=0.05), "what is answered with no one TTL starts no gap"


def test_what_is_old_counts_for_less():
    chance = random.Random(7)
    early, late = list(asks(1.0, 7_200, chance)), list(asks(0.005, 30_000, chance, start=7_200))

    assert traced([*early, *late]).cache(30_000).rate == pytest.approx(0.005, rel=0.6)


def test_time_that_goes_back_does_nothing():
    trace = traced([100.0, 150.0, 149.0])

    assert trace.last == 150.0
