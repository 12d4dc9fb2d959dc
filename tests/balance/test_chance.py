"""Random choice and the better of two: shares by weight, and everybody named once."""

from collections import Counter
from random import Random as Dice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.balance.chance import Random, TwoChoices
from gslb.balance.least import by_connections
from kit.members import upstreams, weighing


def draw(seed):
    return Dice(seed).randrange


@given(st.lists(st.integers(1, 9), min_size=1, max_size=7), st.integers(0, 999))
def test_everybody_is_named_once(weights, seed):
    found = weighing(*weights)

    for selector in (Random(found, draw(seed)), TwoChoices(found, draw(seed), by_connections)):
        assert Counter(selector.order()) == Counter(found)


def test_the_first_is_drawn_exactly_by_weight():
    """Every number that can be drawn leads to a member, as many as it weighs."""
    found = weighing(3, 1, 2)
    firsts = [next(Random(found, lambda limit, number=number: number % limit).order()) for number in range(6)]

    assert Counter(member.name for member in firsts) == {"m0": 3, "m1": 1, "m2": 2}


def test_of_two_the_less_burdened_is_taken():
    found = upstreams(2)
    found[0].active = 5

    assert {next(TwoChoices(found, draw(seed), by_connections).order()).name for seed in range(50)} == {"m1"}


@pytest.mark.parametrize("seed", range(3))
def test_two_choices_keep_the_fullest_far_below_what_one_does(seed):
    """Requests that stay, 100 a member: by chance alone the fullest is off by tens, by two choices by a few."""
    fullest = {}
    for name, make in (("one", Random), ("two", lambda found, dice: TwoChoices(found, dice, by_connections))):
        found = upstreams(50)
        selector = make(found, draw(seed))
        for _ in range(5000):
            next(selector.order()).active += 1
        fullest[name] = max(member.active for member in found) - 100

    assert fullest["two"] <= 5 < fullest["one"]
