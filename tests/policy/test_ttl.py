"""How long an answer may be kept."""

from itertools import pairwise
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.model import Auto, Family, Ttl
from gslb.policy import Memory, Outcome, Settled, negative_ttl, ttl
from gslb.policy.ttl import goal, rises_at, settle, ttl_key
from kit.trees import leaf, pool

WIDE = Ttl(10, 300)
TREE = pool("www", "eu-west", "us-east")


@pytest.mark.parametrize(
    ("bounds", "horizon", "suspect", "seconds"),
    [
        (Ttl(30, 30), 5.0, True, 30),  # fixed
        (Ttl(30, 30), inf, False, 30),
        (WIDE, inf, False, 300),
        (WIDE, 41.9, False, 300),  # a horizon binds only in doubt
        (WIDE, 41.9, True, 41),
        (WIDE, 3.0, True, 10),  # min wins over all
        (WIDE, 900.0, True, 300),
        (WIDE, inf, True, 300),
        (WIDE, 0.0, True, 10),
    ],
)
def test_the_goal_lies_within_the_bounds_and_in_doubt_within_the_horizon(bounds, horizon, suspect, seconds):
    assert goal(bounds, horizon, suspect) == seconds


def test_it_falls_at_once():
    assert settle(Settled(300, 300, 50.0), 20, 60.0) == Settled(20, 20, 60.0)


def test_it_doubles_once_each_old_ttl():
    settled = settle(Settled(10, 10, 0.0), 300, 100.0)
    course = []
    for _ in range(6):
        course.append((settled.seconds, rises_at(settled)))
        if (moment := rises_at(settled)) is not None:
            settled = settle(settled, 300, moment)

    assert course == [(10, 110.0), (20, 130.0), (40, 170.0), (80, 250.0), (160, 410.0), (300, None)]


def test_a_judge_that_slept_catches_up():
    assert settle(Settled(10, 300, 0.0), 300, 75.0) == Settled(80, 300, 70.0)
    assert settle(Settled(10, 300, 0.0), 300, 1e6) == Settled(300, 300, 310.0)


def test_doubt_that_lasted_is_no_head_start():
    doubtful = settle(Settled(10, 10, 0.0), 10, 5_000.0)

    assert settle(doubtful, 300, 5_001.0) == Settled(10, 300, 5_001.0)


def test_a_ttl_of_zero_rises_too():
    assert settle(Settled(0, 0, 0.0), 8, 10.0).seconds == 1


def test_what_was_never_promised_starts_at_its_goal():
    assert settle(None, 300, 7.0) == Settled(300, 300, 7.0)


@given(st.lists(st.tuples(st.integers(0, 400), st.floats(0, 500)), min_size=1, max_size=30))
def test_it_never_passes_its_goal_nor_more_than_doubles_while_an_old_answer_is_kept(steps):
    settled, wall = None, 0.0
    given_out: list[tuple[float, int]] = []
    for target, pause in steps:
        wall += pause
        settled = settle(settled, target, wall)
        assert settled.seconds <= max(target, 1)
        given_out.append((wall, settled.seconds))
    for (then, old), (now, new) in pairwise(given_out):
        if now - then < old:
            assert new <= max(1, 2 * old)


def test_an_answer_has_the_least_of_its_endpoints():
    both = Outcome(TREE.children)
    memory = Memory(ttls={ttl_key(TREE, Family.V4, WIDE, "web/us-east"): Settled(40, 300, 0.0)})

    assert ttl(TREE, Family.V4, WIDE, both, memory) == 40
    assert ttl(TREE, Family.V4, WIDE, Outcome(TREE.children[:1]), memory) == 300
    assert ttl(TREE, Family.V6, WIDE, both, memory) == 300
    assert ttl(TREE, Family.V4, Ttl(10, 200), both, memory) == 200
    assert ttl(TREE, Family.V4, WIDE, both, Memory()) == 300


def test_a_new_doubt_counts_at_once_whatever_is_remembered():
    memory = Memory(ttls={ttl_key(TREE, Family.V4, WIDE, "web/us-east"): Settled(40, 300, 0.0)})

    assert ttl(TREE, Family.V4, WIDE, Outcome((leaf("web/us-east"),), 12.0, suspect=True), memory) == 12


def test_advice_is_one_more_ceiling_that_min_stands_above_and_that_only_auto_heeds():
    auto, all_well = Ttl(10, 300, Auto(rto=60.0)), Outcome(TREE.children)
    memory = Memory(advice={"www.example.com.": 40, "low.example.com.": 3})

    def seconds(name, bounds=auto, outcome=all_well):
        return ttl(TREE, Family.V4, bounds, outcome, memory, name)

    assert seconds("www.example.com.") == 40
    assert seconds("low.example.com.") == 10
    assert seconds("other.example.com.") == 300
    assert seconds("www.example.com.", WIDE) == 300
    assert seconds("www.example.com.", outcome=Outcome(TREE.children, 12.0, suspect=True)) == 12
    assert seconds("www.example.com.", outcome=Outcome(TREE.children, 90.0, suspect=True)) == 40


def test_a_last_resort_is_kept_for_the_least_time():
    assert ttl(TREE, Family.V4, WIDE, Outcome(TREE.children, 0.0, suspect=True, opened="open"), Memory()) == 10


@pytest.mark.parametrize(("minimum", "zone", "seconds"), [(30, 3_600, 30), (30, 5, 5)])
def test_no_data_is_kept_no_longer_than_either_allows(minimum, zone, seconds):
    assert negative_ttl(Ttl(minimum, 300), zone) == seconds
