"""Memory, tree by tree: what `renew` keeps is what remembering every tree at once would keep."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gslb.control.remembering import Remembering
from gslb.health import Verdict
from gslb.model import checks
from gslb.nameserver import Belief, View, asks
from gslb.policy import Latch, Memory, merge, remember
from kit.judging import REGIONAL
from kit.worlds import WALL, world

NAMES = [f"{name}.example.com." for name in ("www", "api", "shop", "elastic", "one", "two")]


@pytest.fixture(scope="module")
def regional():
    return world(REGIONAL)


def view(of, down=(), wall=WALL):
    """A view in which the checks of some endpoints are down."""
    verdicts = {
        check: Verdict(check, up=check.endpoint not in down, since=WALL, reason="said") for check in checks(of.model)
    }
    return View(of, Belief(verdicts=verdicts, wall=wall))


def all_at_once(of, seen, memory, wall):
    """Every tree remembered from scratch out of `memory`, by the names' order."""
    model = of.model
    return merge(
        remember(model.trees[name], asks(steered, seen), memory, wall, steered.ttl)
        for name, steered in model.steered.items()
    )


ENDPOINTS = ["web/eu-west", "web/us-east", "shop/eu-west", "shop/us-east"]
DOWN = st.frozensets(st.sampled_from(ENDPOINTS))


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 90), DOWN), min_size=1, max_size=8))
def test_renewing_what_is_touched_keeps_what_remembering_everything_keeps(scene):
    of = world(REGIONAL)
    remembering = Remembering(of.model, Memory())
    expected, wall, before = Memory(), WALL, frozenset()
    remembering.renew(None, view(of), wall)
    expected = all_at_once(of, view(of), expected, wall)
    for pause, down in scene:
        until = wall + pause
        while remembering.wake_at() <= until:
            wall = remembering.wake_at()
            remembering.renew((), view(of, before, wall), wall)
            expected = all_at_once(of, view(of, before, wall), expected, wall)
        wall = until
        remembering.renew(NAMES, view(of, down, wall), wall)
        expected = all_at_once(of, view(of, down, wall), expected, wall)
        before = down

        assert remembering.memory == expected


def test_only_trees_whose_memory_changed_are_told(regional):
    remembering = Remembering(regional.model, Memory())
    remembering.renew(None, view(regional), WALL)

    assert remembering.renew(NAMES, view(regional), WALL) == set()
    assert remembering.renew(NAMES, view(regional, {"shop/eu-west"}), WALL) == {"both"}
    assert remembering.renew(NAMES, view(regional, {"shop/eu-west"}), WALL) == set()


def test_mappings_in_which_nothing_changed_stay_the_same_objects(regional):
    remembering = Remembering(regional.model, Memory())
    remembering.renew(None, view(regional), WALL)
    before = remembering.memory
    remembering.renew(NAMES, view(regional, {"shop/eu-west"}), WALL)

    assert remembering.memory.latches is not before.latches
    assert remembering.memory.ttls is before.ttls
    assert remembering.memory.last_good is before.last_good
    again = remembering.memory
    remembering.renew(NAMES, view(regional, {"shop/eu-west"}), WALL)
    assert remembering.memory is again


def test_a_tree_that_several_names_are_is_remembered_once(regional):
    beats = []
    Remembering(regional.model, Memory()).renew(None, view(regional), WALL, lambda: beats.append(1))

    assert len(beats) == len({"www", "api", "shop", "elastic", "both"})


def test_what_belongs_to_no_tree_any_more_goes_when_all_is_renewed(regional):
    memory = Memory({"gone.example.com.|A": Latch("web/us-east"), "both|A": Latch("shop/us-east")})
    remembering = Remembering(regional.model, memory)
    remembering.renew(None, view(regional, {"shop/eu-west"}), WALL)

    assert remembering.memory.latches == {"both|A": Latch("shop/us-east")}


def test_a_release_forgets_the_latches_of_a_name_and_of_those_behind_its_aliases(regional):
    remembering = Remembering(regional.model, Memory())
    remembering.renew(None, view(regional, {"web/eu-west", "shop/eu-west"}), WALL)

    assert remembering.release("api.example.com.") == {"api.example.com.", "www.example.com."}
    assert remembering.memory.latches.keys() == {"elastic.example.com.|A", "both|A"}


def test_nothing_is_due_where_nothing_is_latched_or_rising(regional):
    remembering = Remembering(regional.model, Memory())
    remembering.renew(None, view(regional), WALL)

    assert remembering.wake_at() == float("inf")
    remembering.renew(NAMES, view(regional, {"web/eu-west"}), WALL)
    remembering.renew(NAMES, view(regional), WALL + 10)
    assert remembering.wake_at() == WALL + 14, "the TTL of what came back doubles after 4 s"
