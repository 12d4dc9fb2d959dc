"""Random orders, few enough to be compiled."""

from collections import Counter
from math import perm

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.policy.orders import MOST, orders

COUNTS = st.integers(1, 300)


@given(COUNTS, COUNTS, st.integers(0, 2**64))
def test_an_order_names_so_many_things_each_once(count, answers, seed):
    answers = min(count, answers)
    found = orders(count, answers, seed)

    assert len(found) <= MOST
    assert len({order for _, order in found}) == len(found)
    for weight, order in found:
        assert weight > 0
        assert len(order) == len(set(order)) == answers
        assert set(order) <= set(range(count))


@given(st.integers(1, MOST), st.integers(1, MOST), st.integers(0, 2**64))
def test_each_thing_is_in_each_place_exactly_as_often(count, answers, seed):
    answers = min(count, answers)
    places: Counter[tuple[int, int]] = Counter()
    for weight, order in orders(count, answers, seed):
        places.update(dict.fromkeys(enumerate(order), weight))

    assert len(places) == answers * count
    assert len(set(places.values())) == 1


@pytest.mark.parametrize(("count", "answers"), [(1, 1), (2, 2), (5, 5), (5, 2), (6, 3), (16, 2), (256, 1)])
def test_all_orders_are_there_where_they_are_few(count, answers):
    found = orders(count, answers, 7)

    assert len(found) == perm(count, answers)
    assert {weight for weight, _ in found} == {1}


def test_a_new_seed_draws_new_orders():
    assert orders(8, 8, 1) != orders(8, 8, 2)
    assert len(orders(8, 8, 1)) > 200


def test_past_256_everything_comes_first_under_some_seed():
    first = {order[0] for seed in range(60) for _, order in orders(300, 8, seed)}

    assert first == set(range(300))
