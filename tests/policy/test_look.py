"""What a policy sees of its children."""

from dataclasses import replace
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gslb.geo import Location
from gslb.health import Standing
from gslb.image import outcomes
from gslb.model import Common, Failover, Family, Geo, Latency, Leaf, OnAllDown, walk
from gslb.policy import Latch, Memory, class_name
from gslb.policy.kind import Health
from gslb.policy.kinds import KINDS
from gslb.policy.leniency import (
    EVERYTHING,
    FEW,
    FEW_DRAINING,
    FEW_HELD,
    OPEN,
    OPEN_DRAINING,
    STRICT,
    UNGATED_DRAINING,
    WAITING,
)
from gslb.policy.look import Look
from kit.trees import SITES, an_ask, asks, believed, leaf, pool, said, trees, verdict

EU, US = "web/eu-west", "web/us-east"


@settings(max_examples=200)
@given(st.data())
def test_health_rises_more_up_never_makes_a_node_less_healthy(data):
    tree = data.draw(trees(resorts=False))
    ask = data.draw(asks(tree, remembered=False))
    down = [check for check, one in ask.verdicts.items() if not one.up]
    raised = data.draw(st.lists(st.sampled_from(down), unique=True)) if down else []
    better = replace(ask, verdicts=dict(ask.verdicts) | {check: verdict(check) for check in raised})

    before, after = Look(ask, KINDS), Look(better, KINDS)

    for node in walk(tree):
        assert before.alive(node) <= after.alive(node)


@settings(max_examples=200)
@given(st.data())
def test_each_leniency_lets_in_at_least_what_a_stricter_one_does(data):
    tree = data.draw(trees(resorts=False))
    look = Look(data.draw(asks(tree, remembered=False)), KINDS)
    rising = (STRICT, FEW, FEW_HELD, FEW_DRAINING, UNGATED_DRAINING, OPEN_DRAINING, EVERYTHING)

    for node in walk(tree):
        alive = [look.under(leniency).alive(node) for leniency in rising]
        assert alive == sorted(alive)


@settings(max_examples=200)
@given(st.data())
def test_no_horizon_is_later_than_that_of_any_endpoint_answered(data):
    tree = data.draw(trees(resorts=False))
    look = Look(data.draw(asks(tree, remembered=False)), KINDS)
    choice = look.own(tree, ())

    for outcome in outcomes(choice) if choice is not None else ():
        states = [look.state(one) for one in outcome.leaves if isinstance(one, Leaf)]
        assert all(outcome.horizon <= state.horizon for state in states)
        assert outcome.suspect >= any(state.suspect for state in states)


def test_a_node_that_needs_several_bounds_its_answer():
    tree = Failover(Common("www"), (pool("www/a", "eu-west", "us-east", min_healthy=2), leaf("web/eu-north")))
    verdicts = {check: verdict(check, horizon=5.0 if "east" in check.endpoint else 60.0) for check in believed(tree)}

    ends = {outcome.horizon for outcome in outcomes(Look(an_ask(tree, verdicts=verdicts), KINDS).own(tree, ()))}

    assert ends == {5.0}


def test_a_node_that_needs_several_is_as_suspect_as_they_are():
    tree = Geo(Common("www", min_healthy=1, monitors=("beat",)), (("default", pool("www/default", "eu-west")),))
    verdicts = {check: verdict(check, horizon=8.0, suspect=check.monitor == "beat") for check in believed(tree)}

    (outcome,) = outcomes(Look(an_ask(tree, verdicts=verdicts), KINDS).own(tree, ()))

    assert (outcome.horizon, outcome.suspect) == (8.0, True)


@pytest.mark.parametrize(
    ("leniency", "states", "passes"),
    [
        (STRICT, "up", True),
        (STRICT, "down", False),
        (STRICT, "waiting", False),
        (WAITING, "waiting", True),
        (WAITING, "down", False),
        (FEW_DRAINING, "down", False),
        (OPEN, "down", True),
        (EVERYTHING, "waiting", True),
    ],
)
def test_monitors_of_nodes_gate_all_but_the_open(leniency, states, passes):
    tree = pool("www", "eu-west", monitors=("beat",))
    verdicts = believed(tree, down=("beat",) * (states == "down"), waiting=("beat",) * (states == "waiting"))

    assert Look(an_ask(tree, verdicts=verdicts), KINDS, leniency).gate(tree.common).healthy == passes


def test_a_child_with_a_resort_of_its_own_is_well_without_a_horizon():
    child = pool("www/a", "eu-west", on_all_down=OnAllDown())
    look = Look(an_ask(child, verdicts=believed(child, down=(EU,))), KINDS)

    assert look.health(child) == Health(healthy=True)
    assert look.own_health(child) == Health(healthy=False)
    assert look.health(child).horizon == inf


def test_only_a_healthy_child_is_chosen_from():
    child = pool("www/a", "eu-west")

    with pytest.raises(ValueError, match="www/a is not healthy"):
        Look(an_ask(child, verdicts=believed(child, down=(EU,))), KINDS).choose(child, ())


def test_memory_is_kept_by_path_family_and_the_class_that_a_node_sees():
    flat = Failover(Common("www"), (pool("www/a", "eu-west"), pool("www/b", "us-east")))
    near = Latency(Common("www"), tuple((region, pool(f"www/{region}", region)) for region in SITES))
    berlin, here = Location(coordinates=(52.5, 13.4)), an_ask(family=Family.V6)

    assert Look(here, KINDS).memory_key(flat) == "www|AAAA"
    assert Look(replace(here, location=berlin), KINDS).memory_key(flat) == "www|AAAA"
    keys = {Look(replace(here, location=place), KINDS).memory_key(near) for place in (berlin, here.location)}
    assert len(keys) == 2
    assert all(key.startswith("www|AAAA|") for key in keys)


def test_the_name_of_a_class_is_the_same_in_every_process():
    assert class_name(((0, 1), (1, 1), ())) == "ecd06245b627"


def test_a_latch_is_found_where_memory_keeps_it():
    tree = Failover(Common("www"), (pool("www/a", "eu-west"),))
    memory = Memory(latches={"www|A": Latch("b")})

    assert Look(an_ask(memory=memory), KINDS).latch(tree) == Latch("b")
    assert Look(an_ask(memory=memory, family=Family.V6), KINDS).latch(tree) is None
    assert Look(an_ask(), KINDS).latch(tree) is None


def test_reasons_say_what_is_believed_of_a_leaf():
    look = Look(an_ask(overrides=said(EU, Standing.OFF)), KINDS)

    here, other = leaf(EU), leaf(EU, v4=False, v6=True)

    assert look.said(here, ()).text == "UP  off by ann: CHG-1"
    assert look.said(other, ()).text == ""


def test_one_reading_of_each_leniency_is_kept_unless_it_serves_a_resort():
    look = Look(an_ask(), KINDS)

    assert look.under(STRICT) is look
    assert look.under(WAITING) is look.under(WAITING)
    assert look.under(OPEN, "open") is not look.under(OPEN, "open")
    assert look.under(OPEN, "open").under(STRICT).opened == ""
