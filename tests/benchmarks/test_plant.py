"""The loop against a plant: caches that keep answers, clients that keep them longer, noise, ramps and overload."""

from itertools import pairwise
from math import pi, sin
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plant import Plant, drawn

from gslb.control.shedding import STEP


def steady(plant):
    """The last shares answered."""
    return plant.log[-1][2]


def never_turns_twice_a_window(plant):
    return all(
        later - earlier >= plant.window for name in plant.plain for earlier, later in pairwise(plant.turns(name))
    )


def conserves_all_load(plant):
    return all(abs(sum(shares.values()) - 1) < 1e-9 for _, _, shares in plant.log)


def test_below_high_water_nothing_moves():
    plant = Plant({"a": 1000, "b": 2000}, lambda t: 1500, noise=0.05).run(600)

    assert all(shares == plant.plain for _, _, shares in plant.log)


def test_a_region_that_is_hot_sheds_to_those_with_headroom_and_settles_within_five_ttls():
    plant = Plant({"a": 500, "b": 1500}, lambda t: 1200, noise=0.05).run(900)

    settled = plant.since(5 * plant.ttl)
    assert all(used["a"] <= 0.85 for _, used, _ in settled)
    assert all(used["b"] <= 0.8 for _, used, _ in settled)
    assert len(plant.turns("a")) == 1
    assert steady(plant)["a"] == pytest.approx(500 * 0.8 / 1200, rel=0.06)
    assert conserves_all_load(plant)


def test_what_is_shed_goes_by_headroom_and_not_by_weight():
    plant = Plant({"hot": 500, "small": 1000, "large": 3000}, lambda t: 1800).run(600)

    _, used, shares = plant.log[-1]
    assert used["small"] <= 0.87
    assert used["hot"] <= 0.85
    assert shares["large"] - 1 / 3 > 3 * (shares["small"] - 1 / 3) > 0


def test_when_all_are_hot_they_are_used_alike_and_none_collapses():
    plant = Plant({"a": 600, "b": 1000, "c": 1000}, lambda t: 3000, noise=0.05).run(900)

    uses = [used for _, used, _ in plant.since(300)]
    assert all(abs(one[name] - 3000 / 2600) < 0.08 for one in uses for name in one)
    assert never_turns_twice_a_window(plant)


def test_a_step_of_load_that_everybody_shares_moves_nobody():
    plant = Plant({"a": 1000, "b": 1000}, lambda t: 1500 if t < 60 else 2600, noise=0.05).run(600)

    assert all(shares == plant.plain for _, _, shares in plant.log)


def test_a_share_comes_back_once_its_use_is_below_low_water_and_not_before():
    plant = Plant({"a": 500, "b": 1500}, lambda t: 1200 if t < 400 else 950 if t < 800 else 500).run(400)
    shed = steady(plant)["a"]
    assert shed < 0.36

    between = plant.run(400)
    assert steady(between)["a"] == shed  # 950 requests/s: between the marks
    plant.run(600)
    assert steady(plant) == plant.plain
    assert len(plant.turns("a")) == 2


def test_a_day_passes_with_two_turns_each():
    """A ramp over two hours, up and down: shed on the way up, given back on the way down."""
    plant = Plant({"a": 500, "b": 1500}, lambda t: 800 + 500 * sin(t / 7200 * 2 * pi), noise=0.1, stale=0.2).run(7200)

    assert len(plant.turns("a")) == 2
    assert max(used["a"] for _, used, _ in plant.log) < 0.95
    assert never_turns_twice_a_window(plant)


def test_who_is_no_longer_heard_of_drifts_back_to_plain():
    plant = Plant({"a": 500, "b": 1500}, lambda t: 1200).run(600)
    shed = steady(plant)["a"]

    plant.run(30, silent=("a", "b"))
    assert steady(plant)["a"] < shed + 0.1
    plant.run(1_500, silent=("a", "b"))
    assert steady(plant) == plant.plain


def test_who_is_not_heard_of_keeps_its_plain_share_while_others_shed():
    plant = Plant({"a": 500, "b": 1500, "quiet": 1000}, lambda t: 1800).run(600, silent=("quiet",))

    _, used, shares = plant.log[-1]
    assert shares["quiet"] == pytest.approx(1 / 3, rel=STEP)
    assert used["a"] <= 0.86


@st.composite
def plants(draw):
    names = "abcd"[: draw(st.integers(2, 4))]
    capacities = {name: draw(st.integers(2, 30)) * 100.0 for name in names}
    whole = sum(capacities.values())
    low, high = draw(st.floats(0.1, 1.3)), draw(st.floats(0.1, 1.3))
    begins, rises = draw(st.integers(0, 300)), draw(st.integers(1, 600))

    def demand(moment):
        return whole * (low + (high - low) * min(1.0, max(0.0, (moment - begins) / rises)))

    return Plant(
        capacities,
        demand,
        weights={name: float(draw(st.integers(1, 9))) for name in names},
        ttl=draw(st.sampled_from([5.0, 30.0, 60.0])),
        stale=draw(st.floats(0, 0.3)),
        noise=draw(st.floats(0, 0.1)),
        delay=draw(st.sampled_from([0.0, 2.0, 4.0])),
        seed=draw(st.integers(0, 99)),
    )


@settings(max_examples=25, deadline=None)
@given(plant=plants())
def test_no_plant_makes_a_share_turn_twice_a_window_or_loses_load(plant):
    plant.run(800)

    assert never_turns_twice_a_window(plant)
    assert conserves_all_load(plant)
    assert all(share > 0 for _, _, shares in plant.log for share in shares.values())


@pytest.mark.parametrize("seed", range(20))
def test_where_there_is_room_for_all_nobody_stays_hot(seed):
    """Whatever the weights: but for a region that even its least share is too much for."""
    chance = Random(seed)
    capacities = {name: chance.randint(2, 30) * 100.0 for name in "abcd"[: chance.randint(2, 4)]}
    demand = chance.uniform(0.1, 0.65) * sum(capacities.values())
    plant = Plant(
        capacities,
        lambda _: demand,
        weights={name: float(chance.randint(1, 9)) for name in capacities},
        ttl=chance.choice([5.0, 30.0]),
        stale=chance.uniform(0, 0.3),
        noise=chance.uniform(0, 0.1),
        delay=chance.choice([0.0, 2.0, 4.0]),
        seed=seed,
    )
    plant.run(20 * plant.ttl + 60)

    for name, capacity in plant.capacities.items():
        if 0.05 * plant.plain[name] * demand < 0.7 * capacity:
            assert plant.log[-1][1][name] < 0.95


def test_a_run_can_be_drawn():
    panel = drawn("too much for one", Plant({"a": 500, "b": 1500}, lambda _: 1200).run(300), 60, "minutes")

    assert [line.name for line in panel.lines] == ["a uses", "b uses", "answers naming a"]
    assert all(len(line.points) == 150 for line in panel.lines)
