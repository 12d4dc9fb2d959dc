"""The busiest keys are found among any number of others, in bounded memory, with the rates of late."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.control import Busiest


def test_a_steady_rate_is_told_as_it_is():
    busiest = Busiest(8, 10.0, 0.0)
    for tick in range(3_000):
        busiest.add("a", 5, tick / 10)
        busiest.add("b", 1, tick / 10)

    (first, second) = busiest.top(8, 300.0)

    assert (first.key, second.key) == ("a", "b")
    assert first.rate == pytest.approx(50, rel=0.02)
    assert second.rate == pytest.approx(10, rel=0.02)


def test_a_rate_is_right_soon_after_the_start():
    busiest = Busiest(8, 10.0, 1_000.0)
    for tick in range(20):
        busiest.add("a", 1, 1_000 + tick / 10)

    assert busiest.top(1, 1_002.0)[0].rate == pytest.approx(10, rel=0.1)


def test_what_has_stopped_halves_with_time():
    busiest = Busiest(8, 10.0, 0.0)
    for tick in range(1_000):
        busiest.add("a", 1, tick / 10)
    before = busiest.top(1, 100.0)[0].rate

    assert busiest.top(1, 120.0)[0].rate == pytest.approx(before / 4, rel=0.01)


def test_a_flood_of_others_takes_no_memory_and_hides_nobody():
    rng = random.Random(5)
    busiest = Busiest(64, 10.0, 0.0)
    for tick in range(20_000):
        busiest.add(f"random-{rng.getrandbits(64)}", 1, tick / 1_000)
        if tick % 20 == 0:
            busiest.add("busy", 2, tick / 1_000)

    found = busiest.top(1, 20.0)[0]

    assert len(busiest) == 64
    assert found.key == "busy"
    assert found.rate - found.over <= 100 * 1.1 <= found.rate * 1.2


@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(1, 9)), min_size=1, max_size=200),
    st.integers(1, 6),
)
def test_no_key_is_told_less_than_its_due_nor_more_than_it_says(events, room):
    """Without time passing the summary's promise is exact: count - over <= true count <= count."""
    busiest = Busiest(room, 1e9, 0.0)
    true = dict.fromkeys(range(13), 0)
    for key, weight in events:
        busiest.add(key, weight, 0.0)
        true[key] += weight

    told = {rate.key: rate for rate in busiest.top(room, 1.0)}
    scale = sum(weight for _, weight in events) / sum(rate.rate for rate in told.values())

    for key, rate in told.items():
        assert (rate.rate - rate.over) * scale <= true[key] + 1e-6
        assert true[key] <= rate.rate * scale + 1e-6


def test_weeks_do_not_overflow():
    busiest = Busiest(4, 10.0, 0.0)
    for day in range(60):
        busiest.add("a", 1, day * 86_400.0)
        busiest.add("b", 2, day * 86_400.0)

    assert [rate.key for rate in busiest.top(2, 59 * 86_400.0)] == ["b", "a"]
