"""What does not hang on the place of a client, and what is remembered of many places at once."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gslb.geo import NOWHERE
from gslb.model import Common, Family, Geo, LastResort, Latency, OnAllDown, Ttl, walk
from gslb.policy import merge, remember
from gslb.policy.kind import WELL
from gslb.policy.kinds import KINDS
from gslb.policy.leniency import STRICT
from gslb.policy.look import Look
from gslb.policy.shared import Shared
from kit.trees import CLIENTS, SITES, an_ask, asks, pool, trees

FLAT = pool("web/eu-west", "a", "b")
NEAR = Latency(Common("www"), (("eu-west", FLAT), ("us-east", pool("web/us-east", "c"))))
PLACED = Geo(Common("geo"), (("DE", NEAR), ("default", FLAT)))
CLOSED = replace(NEAR, common=Common("www", on_all_down=OnAllDown(LastResort.CLOSED)))


@pytest.mark.parametrize(
    ("node", "blind", "steady"),
    [
        pytest.param(FLAT, True, True, id="a pool"),
        pytest.param(NEAR, False, True, id="all of its regions may be answered, in some order"),
        pytest.param(PLACED, False, False, id="who may be answered hangs on the place"),
        pytest.param(CLOSED, False, True, id="its own last resort says nothing of its health"),
        pytest.param(Geo(Common("geo"), (("default", CLOSED),)), False, False, id="a child answers for itself"),
    ],
)
def test_what_hangs_on_the_place(node, blind, steady):
    shared = Shared(KINDS)

    assert (shared.blind(node), shared.steady(node)) == (blind, steady)


def test_states_and_healths_are_read_once_for_all_places():
    shared = Shared(KINDS, quiet=True)
    looks = [Look(an_ask(NEAR, location=place, sites=SITES), KINDS, shared=shared) for place in CLIENTS]
    for look in looks:
        look.own_health(NEAR)

    healths, _ = shared.reading(STRICT, "", frozenset())
    assert healths.keys() == {id(node) for node in walk(NEAR)}
    assert len(shared.states) == 3


def test_a_walk_notes_how_it_came_to_a_node():
    shared = Shared(KINDS)
    shared.reached(NEAR).append(WELL)

    assert shared.reached(NEAR) == [WELL]
    assert shared.reached(FLAT) == []


@settings(max_examples=60)
@given(st.data())
def test_places_remembered_together_are_remembered_as_each_by_itself(data):
    tree = data.draw(trees())
    ask = data.draw(asks(tree))
    families, places = (Family.V4, Family.V6), (NOWHERE, *CLIENTS)
    there = [replace(ask, location=place, family=family) for family in families for place in places]
    together = remember(tree, there, ask.memory, ask.wall)
    one_by_one = merge(remember(tree, [one], ask.memory, ask.wall) for one in there)

    assert together == one_by_one


@settings(max_examples=30)
@given(st.data())
def test_ttls_of_all_places_are_the_least_of_each(data):
    tree, bounds = data.draw(trees()), Ttl(5, 300)
    ask = data.draw(asks(tree))
    there = [replace(ask, location=place) for place in (NOWHERE, *CLIENTS)]
    together = remember(tree, there, ask.memory, ask.wall, bounds).ttls

    for one in there:
        for key, settled in remember(tree, [one], ask.memory, ask.wall, bounds).ttls.items():
            assert together[key].seconds <= settled.seconds
