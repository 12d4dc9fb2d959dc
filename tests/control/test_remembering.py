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


AUTO = REGIONAL.replace(
    "elastic: {ttl: {min: 4s, max: 64s}", "elastic: {ttl: {auto: {rto: 30s, queries: 9/s}, min: 4s, max: 64s}"
)
ELASTIC = "elastic.example.com."
PROMISED = 20  # 30 s less 4 + 2 + 2 + 1 s of detection and 0.5 s until it is published, in whole seconds


def test_until_traffic_is_known_a_ttl_is_as_long_as_the_promise_allows():
    assert Remembering(world(AUTO).model, Memory()).memory.advice == {ELASTIC: PROMISED}


def test_advice_counts_as_far_as_the_promise_allows_and_for_names_that_want_it():
    remembering = Remembering(world(AUTO).model, Memory(advice={ELASTIC: 12, "gone.example.com.": 7}))
    assert remembering.memory.advice == {ELASTIC: 12}

    assert remembering.advise({ELASTIC: 16, NAMES[0]: 5}) == {ELASTIC}
    assert remembering.advise({ELASTIC: 16}) == set()
    assert remembering.memory.advice == {ELASTIC: 16}
    assert remembering.advise({ELASTIC: 60}) == {ELASTIC}
    assert remembering.memory.advice == {ELASTIC: PROMISED}


def test_advice_outlives_what_trees_remember_anew():
    of = world(AUTO)
    remembering = Remembering(of.model, Memory(advice={ELASTIC: 12}))
    remembering.renew(None, view(of), WALL)
    remembering.renew([ELASTIC], view(of, ("web/eu-west",)), WALL + 1)
    remembering.renew([ELASTIC], view(of), WALL + 2)

    assert remembering.memory.advice == {ELASTIC: 12}
    assert remembering.memory.ttls
