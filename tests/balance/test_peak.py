"""Peak EWMA: up at once, down slowly, forgotten in time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.balance.peak import Peak


def test_a_slow_response_counts_at_once_and_fast_ones_only_by_the_time_that_passes():
    peak = Peak(0.1, 0.0).after(2.0, 1.0)
    assert peak.at(1.0) == 2.0

    assert peak.after(0.1, 1.0).at(1.0) == 2.0
    assert peak.after(0.1, 11.0).at(11.0) == pytest.approx(2.0 * 0.36788 + 0.1 * 0.63212, abs=1e-4)


def test_what_nobody_asks_is_forgotten():
    assert Peak(2.0, 0.0).at(100.0) < 0.001


@given(st.lists(st.tuples(st.floats(0.001, 5.0), st.floats(0.0, 30.0)), min_size=1, max_size=20))
def test_it_lies_between_the_fastest_and_the_slowest(responses):
    peak, now = Peak(), 0.0
    for seconds, wait in responses:
        now += wait
        peak = peak.after(seconds, now)

    assert min(seconds for seconds, _ in responses) * 0.999 <= peak.at(now) <= max(seconds for seconds, _ in responses)


def test_a_clock_that_stands_changes_nothing():
    assert Peak(1.0, 5.0).at(4.0) == 1.0
