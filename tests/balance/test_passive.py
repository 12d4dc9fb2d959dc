"""Passive health: who fails is left alone for a while, longer each time, and never too many."""

import pytest

from gslb.balance.passive import Passive, Record, may_eject

RULE = Passive(max_fails=3, fail_timeout=10, consecutive=5, eject=10, most=35, slower=5)


def failing(record, times):
    for now in times:
        record = record.failed(RULE, now, "connection refused")
    return record


@pytest.mark.parametrize(
    ("times", "ejected"),
    [((0, 1), False), ((0, 1, 2), True), ((0, 5, 9.9), True), ((0, 5, 11), False), ((0, 5, 11, 12), True)],
)
def test_so_many_failures_within_so_long_eject(times, ejected):
    assert failing(Record(), times).ejected(times[-1]) is ejected


def test_only_5xx_in_a_row_eject():
    record = Record()
    for status in (500, 502, 200, 500, 503, 500, 404, 500, 500, 500, 500):
        record = record.answered(RULE, status, 0.0)
        assert not record.ejected(0.0)

    record = record.answered(RULE, 500, 0.0)

    assert (record.ejected(9.9), record.ejected(10.0)) == (True, False)
    assert record.why == "5 responses of 5xx in a row"


def test_each_ejection_that_follows_another_is_longer_up_to_a_bound():
    record, now, waits = Record(), 0.0, []
    for _ in range(5):
        record = failing(record, (now, now, now))
        waits.append(record.until - now)
        now = record.until

    assert waits == [10, 20, 30, 35, 35]


def test_after_long_enough_without_it_begins_anew():
    record = failing(Record(), (0, 0, 0)).answered(RULE, 200, 20.0)
    assert failing(record, (30, 30, 30)).until == 50

    assert failing(record.answered(RULE, 200, 50.0), (60, 60, 60)).until == 70


@pytest.mark.parametrize(("seconds", "ejected"), [(0.5, False), (0.51, True)])
def test_who_is_far_slower_than_the_others_is_ejected(seconds, ejected):
    assert Record().lagged(RULE, seconds, [0.09, 0.1, 0.2], 0.0).ejected(0.0) is ejected


def test_beside_nobody_nobody_is_slow():
    assert not Record().lagged(RULE, 60.0, [], 0.0).ejected(0.0)


@pytest.mark.parametrize(
    ("members", "ejected", "may"), [(4, 0, True), (4, 1, True), (4, 2, False), (1, 0, False), (3, 1, False)]
)
def test_no_more_than_a_share_is_left_alone(members, ejected, may):
    assert may_eject(Passive(share=0.5), members, ejected) is may
