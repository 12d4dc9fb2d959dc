"""The tune loop: advice follows what is measured, in steps, and stays where it is when nothing can be known."""

from math import inf

import pytest

from gslb.caching.caches import DECIDE_AND_PUBLISH, Cache, load
from gslb.caching.population import Measured
from gslb.caching.tuning import STALE, Tuning
from kit.language import model

WWW, FIXED, FREE = "www.example.com.", "fixed.example.com.", "free.example.com."
TEXT = """\
gslb: 1
monitors: {ready: {probe: "http://www.example.com/", interval: 5s, timeout: 2s, confirm_interval: 1s, fall: 3}}
pools:
  web: {monitor: ready, endpoints: {main: 192.0.2.1, spare: 192.0.2.2}}
zones:
  example.com:
    records: '@ 1d NS ns.example.net.'
    steer:
      www: {ttl: {auto: {rto: 60s, queries: 500/s}, min: 5s, max: 5m}, failover: [web/main, web/spare]}
      free: {ttl: {auto: {queries: 500/s}, min: 5s, max: 5m}, failover: [web/main, web/spare]}
      fixed: {ttl: 30s, failover: [web/main, web/spare]}
"""
D = 12.0 + DECIDE_AND_PUBLISH
SITE = Measured((Cache(1.0, 10_000.0),), 10_000.0, 3_600.0, 0.0)  # 10,000/(T+1) queries a second


@pytest.fixture(scope="module")
def of():
    return model(TEXT)


class Loop:
    """A tune loop every ten seconds, a judge that takes what it is told, and name servers that count."""

    def __init__(self, of, advice=None):
        self.of, self.tuning, self.now = of, Tuning(), 0.0
        self.advice = {WWW: 47, FREE: 300} if advice is None else advice
        self.answered, self.traced = {WWW: 0.0}, {WWW: 0.0}
        self.course = []

    def turn(self, measured, rate=0.0, traced=0.0):
        said = self.tuning.step(self.now, self.of, self.advice, measured, self.answered, self.traced)
        self.advice = self.advice | said
        if said:
            self.course.append((self.now, said))
        self.now += 10.0
        self.answered[WWW] += 10 * rate
        self.traced[WWW] += 10 * traced

    def run(self, seconds, of=SITE, **rates):
        for _ in range(int(seconds / 10)):
            self.turn({WWW: Measured(of.caches, of.traced, of.watched, self.now + of.latest)}, **rates)


def test_advice_goes_to_the_shortest_ttl_that_the_budget_bears_in_steps(of):
    loop = Loop(of)
    loop.run(200)

    assert loop.course == [(50.0, {WWW: 23}), (80.0, {WWW: 19})]
    assert load(SITE.caches, 19) <= 500 < load(SITE.caches, 18)


def test_where_both_cannot_hold_the_promise_wins_and_it_is_told(of):
    loop = Loop(of)
    loop.run(600, Measured((Cache(1.0, 100_000.0),), 100_000.0, 3_600.0, 0.0))

    assert loop.advice[WWW] == 47
    assert loop.tuning.tuned[WWW].alarm == "2,083 q/s where 500 are allowed: rto 60 s wins"


@pytest.mark.parametrize(
    "measured",
    [
        Measured(),
        Measured(SITE.caches, 10_000.0, 50.0, 0.0),
        Measured(SITE.caches, 10_000.0, 3_600.0, -STALE - 1),
        Measured(SITE.caches, 10_000.0, 3_600.0, -inf),
        Measured((), 0.0, 3_600.0, 0.0),
    ],
    ids=["nothing", "not watched for long", "not asked of late", "from before a restart", "too few to tell"],
)
def test_without_telemetry_nothing_moves(of, measured):
    loop = Loop(of)
    loop.run(600, measured)

    assert loop.course == []
    assert not loop.tuning.tuned[WWW].trusted


def test_what_was_chosen_stays_when_telemetry_goes(of):
    loop = Loop(of)
    loop.run(200)
    loop.run(2_000, Measured())

    assert loop.advice[WWW] == 19


def test_a_population_is_taken_for_as_large_as_counters_say(of):
    loop = Loop(of)
    loop.run(600, rate=800.0, traced=400.0)
    tuned = loop.tuning.tuned[WWW]

    assert tuned.at(19).queries == pytest.approx(2 * load(SITE.caches, 19))
    assert tuned.resolvers == 20_000
    assert tuned.seen == pytest.approx(800.0)


def test_too_few_queries_scale_nothing(of):
    loop = Loop(of)
    loop.run(600, rate=0.08, traced=0.01)

    assert loop.tuning.tuned[WWW].resolvers == 10_000


def test_a_counter_that_begins_anew_is_no_negative_rate(of):
    loop = Loop(of)
    loop.run(300, rate=100.0)
    loop.answered[WWW] = 5.0
    loop.run(20, rate=100.0)

    assert 0 < loop.tuning.tuned[WWW].seen <= 100.0


def test_noise_does_not_move_what_is_chosen(of):
    loop = Loop(of)
    loop.run(200)
    for part in (0.96, 1.05, 0.97, 1.04):
        loop.run(200, Measured((Cache(1.0, 10_000.0 * part),), 10_000.0, 3_600.0, 0.0))

    assert [at for at, _ in loop.course if at > 200] == []


def test_another_word_of_the_judge_is_where_it_goes_on_from(of):
    loop = Loop(of)
    loop.run(200)
    loop.advice[WWW] = 10
    loop.run(100)

    assert loop.course[2:] == [(210.0, {WWW: 19})]


def test_fixed_names_are_looked_at_and_left_alone(of):
    loop = Loop(of, {})
    loop.turn({FIXED: SITE})

    assert loop.tuning.tuned[FIXED].now == 30
    assert loop.tuning.tuned[FIXED].at(30).queries == pytest.approx(10_000 / 31)
    assert FIXED not in loop.advice


def test_a_name_without_a_promise_follows_its_budget_alone(of):
    loop = Loop(of, {WWW: 47, FREE: 300})
    for _ in range(200):
        loop.turn({FREE: Measured(SITE.caches, 1e4, 3_600.0, loop.now)})

    assert loop.advice[FREE] == 19


def test_what_is_not_asked_for_is_not_listed(of):
    loop = Loop(of)
    loop.turn({"gone.example.com.": SITE})

    assert loop.tuning.tuned.keys() == {WWW, FREE}
