"""What holds for every algorithm: everybody once, nobody starved, weightless members last."""

from collections import Counter
from random import Random as Dice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.balance import Algorithm, build
from gslb.balance.kinds import KINDS
from kit.members import upstreams, weighing

EVERY = pytest.mark.parametrize("algorithm", list(Algorithm), ids=lambda one: one.value)


def test_every_word_has_its_algorithm():
    assert set(KINDS) == set(Algorithm)


@EVERY
@given(weights=st.lists(st.integers(0, 5), max_size=6), busy=st.lists(st.integers(0, 9), min_size=6), key=st.binary())
def test_everybody_is_named_once_and_those_that_weigh_nothing_last(algorithm, weights, busy, key):
    members = weighing(*weights)
    for member, active in zip(members, busy, strict=False):
        member.active = active
    order = list(build(algorithm, members, Dice(1).randrange).order(key))

    assert Counter(order) == Counter(members)
    assert [member.weight > 0 for member in order] == sorted((weight > 0 for weight in weights), reverse=True)


@EVERY
def test_nobody_starves(algorithm):
    members = upstreams(5)
    selector = build(algorithm, members, Dice(2).randrange)
    chosen = Counter(next(selector.order(str(number).encode())).name for number in range(1000))

    assert all(chosen[member.name] > 100 for member in members)


@EVERY
def test_one_key_has_one_home_where_keys_are_looked_at(algorithm):
    selector = build(algorithm, upstreams(5), Dice(3).randrange)
    homes = {next(selector.order(b"198.51.100.7")).name for _ in range(100)}

    assert (len(homes) == 1) is algorithm.by_key
