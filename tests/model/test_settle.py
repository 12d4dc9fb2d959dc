"""A model settled: sections frozen, a tree for each sound name."""

import pytest

from gslb.model import Collector, Faults, Model, Reference, Section, Steered, ZoneSource, examine, settle
from kit.language import WEB, model, zone


def test_sections_are_frozen_and_every_steered_name_has_its_tree():
    found = settle(model(WEB + zone("www: web", "api: {latency: web}")))

    assert isinstance(found.pools, Section)
    assert set(found.trees) == set(found.steered)


def test_settling_twice_changes_nothing():
    found = model(WEB + zone("www: web"))

    assert settle(found) == found


BROKEN = Model(zones={"z.": ZoneSource("z.")}, steered={"w.z.": Steered("w.z.", "z.", Reference("gone"))})


def test_a_model_is_settled_whole_or_not_at_all():
    with pytest.raises(Faults, match="unknown pool or policy gone"):
        settle(BROKEN)


def test_examining_tells_what_is_wrong_and_goes_on():
    faults = Collector()

    assert examine(BROKEN, faults).trees == {}
    assert [fault.message for fault in faults.faults] == ["unknown pool or policy gone"]


def test_examining_passes_over_what_is_broken_already():
    faults = Collector()
    examine(BROKEN, faults, frozenset({("pools", "gone")}))

    assert faults.faults == ()
