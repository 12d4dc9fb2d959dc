"""The view: frozen, whole, and able to say which tree a steered name has."""

from dataclasses import FrozenInstanceError

import dns.name
import pytest

from gslb.nameserver import Belief, View
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
