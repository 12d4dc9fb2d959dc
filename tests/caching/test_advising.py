"""Which TTL is chosen, what cannot be kept is told, and how fast advice moves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.caching.advising import Advice, Choice, choose, move, promised, within
from gslb.caching.caches import Cache, load
from gslb.model import Auto, Ttl

BUSY = (Cache(1.0, 10_000.0),)  # 10,000 caches that always hold it: 10,000/(T+1) queries a second
D = 14.0


def bounds(rto=None, queries=None, low=10, high=300):
    return Ttl(low, high, Auto(rto, queries))


@pytest.mark.parametrize(
    ("of", "delay", "seconds"),
    [
        (bounds(60), 14.2, 45),
        (bounds(60), None, 300),
        (bounds(queries=100), 14.2, 300),
        (bounds(1_000), 14.2, 300),
        (bounds(20), 14.2, 10),
        (Ttl(10, 300), 14.2, 300),
    ],
)
def test_a_promise_leaves_what_detection_leaves_of_it(of, delay, seconds):
    assert promised(of, delay) == seconds


@pytest.mark.parametrize(
    ("of", "delay", "caches", "choice"),
    [
        (bounds(60, 500), D, BUSY, Choice(19)),  # the shortest that the budget bears
        (bounds(60, 50_000), D, BUSY, Choice(10)),
        (bounds(60, 200), D, BUSY, Choice(46, "213 q/s where 200 are allowed: rto 60 s wins")),
        (bounds(None, 10), D, BUSY, Choice(300, "33 q/s where 10 are allowed: max is 300 s")),
        (bounds(60), D, None, Choice(46)),  # a promise needs no telemetry
        (bounds(60), D, BUSY, Choice(46)),
        (bounds(60, 200), D, None, None),  # a budget does
        (bounds(60, 500), None, BUSY, Choice(19, "rto cannot be promised: the death of some endpoint is never known")),
        (
            bounds(20, 5_000),
            D,
            BUSY,
            Choice(10, "rto 20 s cannot be kept: detection and publishing take 14.0 s, and min is 10 s"),
        ),
        (Ttl(10, 300), D, BUSY, None),
        (Ttl(30, 30), D, None, None),
    ],
)
def test_the_shortest_that_the_budget_bears_as_far_as_the_promise_allows(of, delay, caches, choice):
    assert choose(of, delay, caches) == choice


@given(
    st.lists(st.builds(Cache, st.floats(1e-4, 1e3), st.floats(0.1, 1e4)), max_size=5).map(tuple),
    st.floats(1, 400),
    st.floats(1, 1e5),
    st.floats(0.5, 100),
)
def test_a_choice_keeps_what_can_be_kept_and_tells_what_cannot(caches, rto, queries, delay):
    of = bounds(rto, queries)
    choice = choose(of, delay, caches)

    assert choice is not None
    assert of.minimum <= choice.seconds <= of.maximum
    kept = delay + choice.seconds <= rto and load(caches, choice.seconds) <= queries
    assert kept == (choice.alarm == "")
    if kept and choice.seconds > of.minimum:
        assert load(caches, choice.seconds - 1) > queries, "a shorter one would do"
    if delay + choice.seconds > rto:
        assert choice.seconds == of.minimum, "rto wins"


def test_advice_moves_twofold_once_each_old_ttl():
    now, course = Advice(10, 0.0), []
    for at in range(400):
        if (then := move(now, 100, float(at))) != now:
            course.append((at, then.seconds))
            now = then
    assert course == [(10, 20), (30, 40), (70, 80), (150, 100)]

    course = []
    for at in range(400, 800):
        if (then := move(now, 20, float(at))) != now:
            course.append((at, then.seconds))
            now = then
    assert course == [(400, 50), (450, 25), (475, 20)]


@pytest.mark.parametrize(("goal", "moves"), [(100, False), (91, False), (110, False), (89, True), (111, True)])
def test_noise_does_not_move_it(goal, moves):
    assert (move(Advice(100, 0.0), goal, 1e6) != Advice(100, 0.0)) == moves


def test_the_first_advice_is_where_it_should_be():
    assert move(None, 40, 5.0) == Advice(40, 5.0)


def test_a_new_promise_counts_at_once():
    assert within(Advice(46, 1.0), bounds(30), D) == Advice(16, 1.0)
    assert within(Advice(5, 1.0), bounds(60), D) == Advice(10, 1.0)
