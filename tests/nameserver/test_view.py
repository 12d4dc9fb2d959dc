"""The view: frozen, whole, and able to say which tree a steered name has."""

from dataclasses import FrozenInstanceError

import dns.name
import pytest

from gslb.nameserver import Belief, Memo, View
from gslb.nameserver.view import MEMO_LIMIT
from kit.worlds import all_up, large


def test_a_steered_name_leads_to_its_tree():
    world = large()
    steered = world.steered[dns.name.from_text("WWW.example.com.")]

    assert steered.name == "www.example.com."
    assert world.tree(steered) is world.model.trees["www.example.com."]


def test_every_tree_that_varies_by_place_has_its_class_map_by_name_and_by_digest():
    world = large()

    assert {"www.example.com.", "geo.example.com.", "net.example.com."} <= set(world.classes)
    assert "failover.example.com." not in world.classes
    assert all(world.maps[found.digest] is found for found in world.classes.values())


def test_nobody_changes_a_view():
    """What was read stays as it was while a query is answered; a change is another view."""
    view = View(large(), all_up(large()))

    for holder, field in ((view, "belief"), (view.belief, "generation"), (view.world, "zones")):
        with pytest.raises(FrozenInstanceError):
            setattr(holder, field, None)


def test_before_anything_is_known_nothing_is_believed():
    belief = Belief()

    assert (belief.epoch, belief.generation) == (0, 0)
    assert not belief.verdicts
    assert not belief.overrides


def test_a_memo_makes_once_and_holds_no_more_than_its_bound():
    memo, made = Memo(), []

    def make(key):
        made.append(key)
        return None if key == 0 else key

    assert [memo.once(key, lambda key=key: make(key)) for key in (0, 1, 0, 1)] == [None, 1, None, 1]
    assert made == [0, 1]
    for key in range(3 * MEMO_LIMIT):
        memo.once(key, lambda key=key: make(key))
        assert len(memo._known) <= MEMO_LIMIT
