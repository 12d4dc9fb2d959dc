"""Demand is counted by source, now and by hour of the week, and its totals stay right in bounded memory."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.foresight import demand as demand_module
from gslb.foresight.demand import HALF_LIFE, HOURS, OTHER, Demand, Source, slot_of

MONDAY = 1_699_833_600.0  # 2023-11-13 00:00 UTC
HOUR = 3_600.0
WEEK = HOURS * HOUR
EU, US = Source("www.example.com.", "A", "DE", "eu"), Source("www.example.com.", "A", "US", "us")


def watch(demand, begin, seconds, rates, step=10.0):
    """Sources are asked at steady rates for a while."""
    at = begin
    while at < begin + seconds:
        at += step
        for source, rate in rates.items():
            if rate:
                demand.see(source, "203.0.113.0/24", rate * step, at - step / 2)
        demand.tick(at)


def rates(streams):
    return {stream.source: stream.rate for stream in streams}


@pytest.mark.parametrize(
    ("wall", "slot"), [(MONDAY, 0), (MONDAY + 26 * HOUR, 26), (MONDAY - 1, 167), (0.0, 72), (MONDAY + WEEK, 0)]
)
def test_slots_count_from_monday(wall, slot):
    assert slot_of(wall) == slot


def test_the_rate_now_is_that_of_the_last_minutes():
    demand = Demand(MONDAY)
    watch(demand, MONDAY, 20.0, {EU: 50.0, US: 10.0})
    assert rates(demand.now(MONDAY + 20)) == pytest.approx({EU: 50.0, US: 10.0}, rel=0.1)

    watch(demand, MONDAY + 20, 12 * HALF_LIFE, {EU: 0.0, US: 20.0})
    assert rates(demand.now(MONDAY + 20 + 12 * HALF_LIFE)) == pytest.approx({EU: 0.01, US: 20.0}, abs=0.9)


def test_an_hour_is_kept_in_its_slot():
    demand = Demand(MONDAY)
    watch(demand, MONDAY, HOUR, {EU: 100.0})
    watch(demand, MONDAY + HOUR, HOUR, {EU: 20.0, US: 10.0})
    demand.tick(MONDAY + 2 * HOUR + 1)

    assert rates(demand.at([0])) == pytest.approx({EU: 100.0}, rel=0.01)
    assert rates(demand.at([1])) == pytest.approx({EU: 20.0, US: 10.0}, rel=0.01)
    assert rates(demand.at([0, 1])) == pytest.approx({EU: 60.0, US: 5.0}, rel=0.01)
    assert demand.peak() == 0


def test_the_running_hour_stands_for_itself_until_it_is_over():
    demand = Demand(MONDAY)
    assert demand.peak() is None
    watch(demand, MONDAY, 600.0, {EU: 30.0})

    assert demand.peak() == 0
    assert rates(demand.at([0])) == pytest.approx({EU: 30.0}, rel=0.01)


def test_an_unknown_hour_is_like_that_hour_of_other_days():
    demand = Demand(MONDAY)
    watch(demand, MONDAY, HOUR, {EU: 100.0})
    demand.tick(MONDAY + HOUR + 1)

    assert demand.like(0) == (0,)
    assert demand.like(48) == (0,)
    assert demand.like(50) == ()


def test_older_weeks_weigh_less():
    demand = Demand(MONDAY)
    for week, rate in enumerate((100.0, 100.0, 100.0, 20.0, 20.0)):
        watch(demand, MONDAY + week * WEEK, HOUR, {EU: rate})
        demand.tick(MONDAY + week * WEEK + HOUR + 1)

    (found,) = rates(demand.at([0])).values()
    assert 20.0 < found < (3 * 100 + 2 * 20) / 5


def test_an_hour_that_was_hardly_watched_says_little():
    demand = Demand(MONDAY)
    watch(demand, MONDAY, HOUR, {EU: 100.0})
    demand.tick(MONDAY + HOUR + 1)
    watch(demand, MONDAY + WEEK, 60.0, {EU: 1_000.0})
    demand.tick(MONDAY + WEEK + HOUR + 1)

    (found,) = rates(demand.at([0])).values()
    assert found == pytest.approx(100.0, rel=0.3)


def test_a_source_that_is_new_was_not_there_before():
    demand = Demand(MONDAY)
    watch(demand, MONDAY, HOUR, {EU: 10.0})
    watch(demand, MONDAY + WEEK, HOUR, {EU: 10.0, US: 70.0})
    demand.tick(MONDAY + WEEK + HOUR + 1)

    found = rates(demand.at([0]))
    assert found[EU] == pytest.approx(10.0, rel=0.01)
    assert found[US] == pytest.approx(70.0 / 1.75, rel=0.01)


@given(st.lists(st.tuples(st.integers(0, 30), st.floats(0.1, 50)), min_size=1, max_size=80))
def test_totals_are_right_however_many_sources_there_are(seen):
    room, demand_module.ROOM = demand_module.ROOM, 5
    try:
        demand = Demand(MONDAY)
        for second, (place, weight) in enumerate(seen):
            demand.see(Source("www.", "A", str(place)), "192.0.2.0/24", weight, MONDAY + second)
            demand.tick(MONDAY + second + 1)
        assert len(demand) <= 6
        running = sum(stream.rate for stream in demand.at([0]))
        demand.tick(MONDAY + HOUR)
        total = sum(weight for _, weight in seen) / len(seen)
        assert running == pytest.approx(total)
        assert sum(stream.rate for stream in demand.at([0])) == pytest.approx(total)
    finally:
        demand_module.ROOM = room


def test_the_lightest_goes_first(monkeypatch):
    monkeypatch.setattr(demand_module, "ROOM", 2)
    demand = Demand(MONDAY)
    demand.tick(MONDAY + 1)
    third = Source("api.", "A")
    for source, weight in ((EU, 100.0), (US, 1.0), (third, 5.0)):
        demand.see(source, "192.0.2.0/24", weight, MONDAY + 1)

    assert {*rates(demand.now(MONDAY + 1))} == {EU, OTHER, third}


def test_it_survives_a_restart():
    demand = Demand(MONDAY)
    watch(demand, MONDAY, HOUR + 600, {EU: 100.0, US: 10.0})

    again = Demand.from_bytes(demand.to_bytes(), MONDAY + HOUR + 601)

    assert rates(again.at([0])) == pytest.approx(rates(demand.at([0])))
    assert rates(again.at([1])) == pytest.approx(rates(demand.at([1])))
    assert again.known == demand.known
    watch(again, MONDAY + HOUR + 600, HOUR - 600, {EU: 100.0, US: 10.0})
    again.tick(MONDAY + 2 * HOUR + 1)
    assert rates(again.at([1])) == pytest.approx({EU: 100.0, US: 10.0}, rel=0.02)
    assert [stream.client for stream in again.at([0])] == ["203.0.113.0/24"] * 2


@pytest.mark.parametrize("data", [b"", b"nonsense", b"\x80\x05N."], ids=["nothing", "noise", "another thing"])
def test_what_it_did_not_write_is_told(data):
    with pytest.raises(ValueError, match="no demand can be read"):
        Demand.from_bytes(data, MONDAY)
