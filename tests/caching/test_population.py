"""Populations out of traces: as many as senders stand for, in bounded memory, and not forgotten at a restart."""

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.caching.caches import Cache, load
from gslb.caching.population import (
    GONE,
    ROOM,
    TRACED,
    Measured,
    Populations,
    cells,
    populations_from_json,
    populations_to_json,
)
from gslb.caching.trace import HALF_LIFE

WWW = "www.example.com."
CACHES = st.lists(
    st.builds(Cache, st.floats(1e-5, 100), st.floats(0.1, 1e4), st.sampled_from([0.0, 60.0, 300.0])), max_size=40
)


def busy(populations, senders, seconds=1_000.0, ttl=10, every=20.0, level=0, start=0.0):
    """Senders that ask every so many seconds."""
    at = start + every
    while at <= start + seconds:
        for sender in senders:
            populations.see(WWW, sender, level, at, ttl)
        at += every


def test_a_traced_sender_stands_for_those_that_are_not():
    for free, one_in in ((0, 256), (3, 32), (8, 1)):
        populations = Populations(0.0)
        populations.trace(free, 0.0)
        busy(populations, range(5))
        found = populations.measured(1_000.0)[WWW]

        assert found.traced == 5 * one_in
        assert load(found.caches, 10) == pytest.approx(5 * one_in / 20, rel=0.05)
        assert populations.stood_for[WWW] == 5 * 50 * one_in


def test_senders_that_keep_nothing_are_told_apart_and_are_nobodys_caches():
    populations = Populations(0.0)
    busy(populations, range(3))
    before = populations.measured(1_000.0)[WWW].caches
    busy(populations, ["flood"], seconds=100.0, every=0.05, start=900.0)
    found = populations.measured(1_000.0)[WWW]

    assert found.uncached == pytest.approx(256 * 20, rel=0.05)
    assert load(found.caches, 10) == pytest.approx(load(before, 10))


def test_entries_for_other_prefixes_are_other_caches():
    populations = Populations(0.0)
    busy(populations, [("192.0.2.1", prefix) for prefix in ("", "198.51.100.0/24", "203.0.113.0/24")])

    assert populations.measured(1_000.0)[WWW].traced == 3 * 256


def test_fewer_are_traced_without_a_trace_of_those_that_no_longer_are():
    populations = Populations(0.0)
    populations.trace(3, 0.0)
    busy(populations, range(4), level=0)
    busy(populations, range(4, 8), level=3, start=1_000.0)
    populations.trace(2, 2_000.0)
    busy(populations, range(8, 12), level=3, start=2_000.0)

    assert len(populations) == 4
    assert populations.measured(2_000.0)[WWW].traced == 4 * 64


def test_who_is_traced_from_now_on_is_not_taken_for_one_that_was_silent():
    populations = Populations(0.0)
    populations.trace(1, 5_000.0)
    populations.see("old.example.", 1, 0, 5_020.0, 10)
    populations.see("new.example.", 2, 1, 5_020.0, 10)
    found = populations.measured(5_020.0)

    assert load(found["new.example."].caches, 0) == pytest.approx(128 / 10)
    assert load(found["old.example."].caches, 0) == pytest.approx(128 / 5_010)


def test_as_many_are_traced_as_there_is_time_for():
    populations, rate = Populations(0.0), 2_000.0
    for _ in range(9):
        populations.trace(populations.wanted(rate), 0.0)
    assert TRACED / 3 <= rate / 2 ** (8 - populations.free) <= TRACED

    populations.trace(8, 0.0)
    for _ in range(9):
        populations.trace(populations.wanted(1e6), 0.0)
    assert populations.free == 0
    for _ in range(9):
        populations.trace(populations.wanted(10.0), 0.0)
    assert populations.free == 8


def test_memory_is_bounded_by_tracing_fewer():
    populations = Populations(0.0)
    populations.trace(8, 0.0)
    for sender in range(ROOM + 100):
        populations.see(WWW, sender, sender % 9, 50.0, 10)
    assert len(populations) == ROOM
    assert populations.wanted(1.0) == 7

    populations.trace(7, 60.0)
    assert len(populations) < 0.9 * ROOM


def test_who_is_silent_for_long_is_forgotten():
    populations = Populations(0.0)
    busy(populations, range(3))
    populations.forget(1_000.0 + GONE - 1)
    assert len(populations) == 3
    populations.forget(1_001.0 + GONE)
    assert len(populations) == 0


def test_what_was_known_before_fades_as_what_is_seen_grows():
    before = {WWW: Measured((Cache(1.0, 1_000.0),), 1_000.0, HALF_LIFE)}
    populations = Populations(0.0, before)
    assert populations.measured(0.0)[WWW].caches == before[WWW].caches
    assert populations.measured(0.0)[WWW].latest == -inf

    populations.trace(8, 0.0)
    busy(populations, range(100), seconds=4 * HALF_LIFE)
    loads = [load(populations.measured(at)[WWW].caches, 10) for at in (4 * HALF_LIFE,)]
    assert loads[0] == pytest.approx(5 + (1_000 / 11 - 5) * 0.046, rel=0.1)


@given(CACHES, st.floats(0, 600))
def test_caches_that_are_much_alike_come_to_the_same_as_one(caches, ttl):
    assert load(cells(caches, 1.0), ttl) == pytest.approx(load(caches, ttl), rel=0.02)
    assert len(cells(caches, 1.0)) <= len(caches)


MEASURED = st.builds(Measured, CACHES.map(tuple), st.floats(0, 1e6), st.floats(0, 1e5))


@given(st.dictionaries(st.text(max_size=9), MEASURED))
def test_a_restart_loses_nothing_but_time(measured):
    kept = populations_to_json(measured, 1_000.0)
    found = populations_from_json(kept, 1_000.0 + HALF_LIFE)

    assert found.keys() == {name for name, one in measured.items() if one.caches}
    for name, one in found.items():
        assert one.caches == measured[name].caches
        assert one.watched == pytest.approx(measured[name].watched / 2)
        assert one.latest == -inf


@pytest.mark.parametrize("kept", [b"", b"[]", b"{}", b'{"wall": 1, "names": {"a": [1]}}', b"\xff"])
def test_what_is_none_of_ours_is_refused(kept):
    with pytest.raises((ValueError, KeyError, TypeError)):
        populations_from_json(kept, 1.0)


def test_no_gap_reaches_over_samples_that_were_lost():
    populations = Populations(0.0)
    busy(populations, range(3), seconds=100.0)
    populations.interrupt(500.0)
    busy(populations, range(3), seconds=100.0, start=500.0)

    assert load(populations.measured(600.0)[WWW].caches, 10) == pytest.approx(3 * 256 / 20, rel=0.15)
