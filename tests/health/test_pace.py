"""Starts are let through at a bounded pace, whenever they are asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.health.pace import FIRST_ROUND, SURPLUS, TURN, Pace


@given(st.floats(0, 500), st.lists(st.floats(0, 0.4), min_size=1, max_size=40))
def test_no_second_sees_more_than_the_pace_allows(rate, gaps):
    pace, now, taken = Pace(rate), 100.0, []
    for gap in gaps:
        now += gap
        while pace.take(now):
            taken.append(now)

    most = max(SURPLUS * rate, FIRST_ROUND)
    for moment in set(taken):
        assert sum(moment <= other < moment + 1 - TURN for other in taken) <= most


def test_a_second_sees_less_than_a_third_above_the_mean():
    assert SURPLUS < 1.3


def test_who_gets_to_run_once_a_second_still_starts_all_that_is_due():
    pace = Pace(1_000.0)
    for second in range(10):
        assert sum(pace.take(100.0 + second) for _ in range(1_100)) == 1_100


@pytest.mark.parametrize("rate", [0.0, 10.0, 1_000.0])
def test_when_nothing_is_left_it_says_when_there_is_one_again(rate):
    pace = Pace(rate)
    while pace.take(100.0):
        pass

    again = pace.again_at(100.0)

    assert 100.0 < again <= 101.0
    assert pace.take(again)


def test_a_handful_starts_at_once():
    pace = Pace(0.2)

    assert all(pace.take(100.0) for _ in range(int(FIRST_ROUND)))
