"""The model of resolvers behaves as each of its habits says."""

import random
from itertools import pairwise

import pytest
from resolvers import Habit, Habits, Resolver, asked, death, population


@pytest.mark.parametrize(
    ("habit", "kept"),
    [
        (Habit.HONEST, 40.0),
        (Habit.EXTENDS, 300.0),
        (Habit.SOME, 40.0),
        (Habit.CAPS, 30.0),
        (Habit.PREFETCHES, 36.0),
    ],
)
def test_no_gap_is_shorter_than_what_is_kept(habit, kept):
    times = [at for at, _ in asked([Resolver(0.1, habit, 7)], 40, 50_000, random.Random(1))]
    gaps = [after - before for before, after in pairwise(times)]

    assert min(gaps) == pytest.approx(kept, rel=0.05)
    assert sum(gaps) / len(gaps) == pytest.approx(kept + 10, rel=0.05)


def test_clients_and_habits_are_dealt_as_told():
    found = population(20_000, 3_000.0, random.Random(1), Habits())

    assert sum(one.rate for one in found) == pytest.approx(3_000.0)
    assert found[0].rate == pytest.approx(100 * found[99].rate)
    assert sum(one.habit is Habit.EXTENDS for one in found) / 20_000 == pytest.approx(0.087, abs=0.01)


def test_clients_stay_as_long_as_their_resolver_keeps_what_died():
    resolvers = [Resolver(1.0, Habit.HONEST, 0), Resolver(3.0, Habit.HONEST, 0), Resolver(4.0, Habit.EXTENDS, 0)]
    found = death(resolvers, 40, {0: 90.0, 1: 50.0}, 100.0)

    assert found.mean == pytest.approx(30 / 4)
    assert (found.median, found.worst, found.tail) == (0.0, 30.0, 0.5)
