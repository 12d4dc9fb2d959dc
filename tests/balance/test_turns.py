"""Round robin and smooth weighted round robin: exact shares, spread out, and retries that cost nobody a turn."""

from collections import Counter
from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from gslb.balance.turns import RoundRobin, SmoothWeighted
from kit.members import upstreams, weighing


def firsts(selector, count):
    return [next(selector.order()).name for _ in range(count)]


@given(st.integers(1, 9), st.integers(1, 5))
def test_in_turn_each_is_chosen_as_often(size, rounds):
    assert set(Counter(firsts(RoundRobin(upstreams(size)), size * rounds)).values()) == {rounds}


@given(st.lists(st.integers(1, 12), min_size=1, max_size=6), st.integers(1, 3))
def test_over_a_whole_cycle_each_is_chosen_exactly_as_often_as_it_weighs(weights, rounds):
    chosen = Counter(firsts(SmoothWeighted(weighing(*weights)), sum(weights) * rounds))

    assert chosen == {f"m{number}": weight * rounds for number, weight in enumerate(weights)}


@given(st.lists(st.integers(1, 12), min_size=2, max_size=6), st.integers(1, 60))
def test_at_any_moment_nobody_is_far_from_its_share(weights, count):
    chosen = Counter(firsts(SmoothWeighted(weighing(*weights)), count))

    for number, weight in enumerate(weights):
        assert abs(chosen[f"m{number}"] - count * weight / sum(weights)) < len(weights)


def test_a_heavy_one_is_spread_out():
    assert firsts(SmoothWeighted(weighing(5, 1, 1)), 7) == ["m0", "m0", "m1", "m0", "m2", "m0", "m0"]


def test_retries_name_everybody_once_and_cost_nobody_a_turn():
    for make in (RoundRobin, SmoothWeighted):
        selector, other = make(weighing(3, 2, 1)), make(weighing(3, 2, 1))
        for _ in range(12):
            tried = [member.name for member in selector.order()]
            assert sorted(tried) == ["m0", "m1", "m2"]
            assert tried[0] == next(other.order()).name


def test_nobody_is_chosen_where_nobody_is():
    assert list(RoundRobin([]).order()) == list(SmoothWeighted([]).order()) == []


def test_an_order_that_nobody_looks_at_takes_no_turn():
    selector = RoundRobin(upstreams(2))
    selector.order()

    assert [member.name for member in islice(selector.order(), 1)] == ["m0"]
