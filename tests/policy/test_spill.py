"""Shares from reaches: nothing is lost, the hot keep what they can carry, the cool fill up by headroom."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.policy import Part, allot

HIGH, LOW = 0.8, 0.6


def test_nobody_hot_is_nobody_moved():
    assert allot([Part(0.5, 0.5, 0.7), Part(0.5, 0.5, 0.9)], HIGH, LOW) == pytest.approx([0.5, 0.5])


def test_the_hot_keep_what_they_can_carry_and_the_rest_goes_by_headroom():
    third = 1 / 3
    found = allot([Part(third, third, 0.25), Part(third, third, 0.5), Part(third, third, 1.5)], HIGH, LOW)

    spilled, rooms = third - 0.2, (0.4 - third, 1.2 - third)
    assert found == pytest.approx([0.2, *(third + spilled * room / sum(rooms) for room in rooms)])


@pytest.mark.parametrize(
    ("now", "reach", "kept"),
    [(0.3, 0.5, 0.4 * 0.75), (0.35, 0.5, 0.35), (0.4, 0.5, 0.4), (0.3, 0.9, 0.5), (0.3, 0.7, 0.42)],
    ids=["below low", "between", "at high", "back to plain", "up to low"],
)
def test_between_the_water_marks_a_share_stays(now, reach, kept):
    assert allot([Part(0.5, now, reach), Part(0.5, 1 - now, 9.0)], HIGH, LOW)[0] == pytest.approx(kept)


def test_when_all_are_hot_all_are_used_alike():
    found = allot([Part(0.5, 0.5, 0.3), Part(0.5, 0.5, 0.6)], HIGH, LOW)

    assert found == pytest.approx([1 / 3, 2 / 3])


def test_who_is_not_known_keeps_its_plain_share_and_gets_nothing_more():
    found = allot([Part(0.4, 0.4, 0.25), Part(0.4, 0.4, 2.0), Part(0.2, 0.1, None)], HIGH, LOW)

    assert found == pytest.approx([0.2, 0.6, 0.2])
    assert allot([Part(1.0, 1.0, None)], HIGH, LOW) == [1.0]


def test_one_that_can_carry_nothing_keeps_a_little_so_that_its_recovery_is_seen():
    found = allot([Part(0.5, 0.5, 0.0), Part(0.5, 0.5, 2.0)], HIGH, LOW)

    assert found == pytest.approx([0.025, 0.975])


SHARES = st.floats(0.01, 1.0)
KNOWN = st.lists(st.tuples(SHARES, SHARES, st.none() | st.floats(0.0, 5.0)), min_size=1, max_size=6)


@given(drawn=KNOWN)
def test_shares_add_up_and_nobody_below_its_limit_is_shed(drawn):
    whole, taken = sum(plain for plain, _, _ in drawn), sum(now for _, now, _ in drawn)
    parts = [Part(plain / whole, now / taken, reach) for plain, now, reach in drawn]

    found = allot(parts, HIGH, LOW)

    assert sum(found) == pytest.approx(1.0)
    assert all(share >= 0 for share in found)
    known = [part for part in parts if part.reach is not None]
    fair = sum(part.plain for part in known) / (sum(max(part.reach, 1e-9) for part in known) or 1.0)
    for part, share in zip(parts, found, strict=True):
        if part.reach is None:
            assert share == pytest.approx(part.plain)
        elif part.plain <= max(HIGH, fair) * part.reach and part.now >= part.plain:
            assert share >= part.plain - 1e-9
