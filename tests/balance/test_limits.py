"""Rate limits: so many a second for each key, in bounded memory."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.balance.limits import RateLimit


def test_a_burst_passes_and_then_the_rate():
    limit = RateLimit(rate=10, burst=5)

    assert [limit.take(b"a", 0.0) for _ in range(6)] == [0, 0, 0, 0, 0, pytest.approx(0.1)]
    assert limit.take(b"a", 0.1) == 0
    assert limit.take(b"b", 0.1) == 0


@given(st.lists(st.floats(0, 0.5), max_size=200), st.floats(0.5, 50), st.integers(1, 20))
def test_no_key_ever_has_more_than_its_burst_and_its_rate(waits, rate, burst):
    limit, now, passed = RateLimit(rate, burst), 0.0, 0
    for wait in waits:
        now += wait
        passed += limit.take(b"key", now) == 0
        assert passed <= burst + rate * now + 1e-6


@given(st.floats(0.5, 50), st.integers(1, 5))
def test_who_waits_as_long_as_told_passes(rate, burst):
    limit = RateLimit(rate, burst)
    now = 0.0
    for _ in range(30):
        wait = limit.take(b"key", now)
        if wait:
            now += wait + 1e-9
            assert limit.take(b"key", now) == 0


def test_keys_that_somebody_makes_up_take_no_more_room_than_there_is():
    limit = RateLimit(rate=1, burst=1, room=100)
    limit.take(b"honest", 0.0)
    for number in range(1000):
        limit.take(str(number).encode(), 0.0)
        assert limit.take(b"honest", 0.0) > 0

    assert len(limit) == 100
