"""Counters of several processes add up, and outlive the process."""

from gslb.image import (
    RCODES,
    EngineCounter,
    open_counters,
    open_engine_counters,
    remove_counters,
    sum_counters,
    sum_engine_counters,
)


def test_counters_sum_over_all_slots(tmp_path):
    for slot in range(3):
        open_counters(tmp_path, "abc", slot, 4)[2] += 10 + slot
    open_counters(tmp_path, "other", 0, 4)[2] += 1_000

    assert sum_counters(tmp_path, "abc", 4) == [0, 0, 33, 0]


def test_counters_that_nobody_keeps_are_nought(tmp_path):
    assert sum_counters(tmp_path, "abc", 2) == [0, 0]


def test_a_successor_goes_on_counting(tmp_path):
    open_counters(tmp_path, "abc", 1, 2)[0] += 5
    open_counters(tmp_path, "abc", 1, 2)[0] += 5

    assert sum_counters(tmp_path, "abc", 2) == [10, 0]


def test_an_image_without_counters_has_none(tmp_path):
    open_counters(tmp_path, "abc", 0, 0)

    assert sum_counters(tmp_path, "abc", 0) == []


def test_removed_counters_are_gone_for_all_slots(tmp_path):
    for slot in range(3):
        open_counters(tmp_path, "abc", slot, 4)
    remove_counters(tmp_path, "abc")

    assert list(tmp_path.iterdir()) == []


def test_an_engine_has_a_counter_for_every_rcode_of_every_transport(tmp_path):
    counts = open_engine_counters(tmp_path, 3)
    counts[EngineCounter.ANSWERED_UDP + 3] += 1
    counts[EngineCounter.ANSWERED_TCP + RCODES - 1] += 2
    counts[EngineCounter.RECEIVED] += 3

    total = sum_engine_counters(tmp_path)

    assert len(total) == EngineCounter.END
    assert {at: count for at, count in enumerate(total) if count} == {0: 3, 35: 1, 95: 2}
