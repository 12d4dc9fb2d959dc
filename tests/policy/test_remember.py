"""What choices leave behind."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gslb.geo import Location
from gslb.model import Alias, Common, Failback, Failover, Family, Geo, LastResort, Latency, OnAllDown, Ttl
from gslb.policy import Latch, Memory, Settled, choose, merge, remember, remembers, ttl, wake_at
from gslb.policy.kinds import KINDS
from kit.trees import LOCATIONS, SITES, WALL, an_ask, answers, asks, believed, leaf, pool, trees, verdict

EU, NORTH, US = "web/eu-west", "web/eu-north", "web/us-east"
LAST_GOOD = OnAllDown(LastResort.LAST_GOOD)
WIDE = Ttl(10, 300)
BERLIN, DENVER = Location("europe", "DE", coordinates=(52.5, 13.4)), Location("north-america", "US")


@settings(max_examples=150)
@given(st.data())
def test_remembering_changes_no_answer_at_the_moment(data):
    tree = data.draw(trees(kinds=tuple(kind for kind in KINDS if kind is not Alias)))  # others' trees remember theirs
    ask = data.draw(asks(tree))

    memory = replace(remember(tree, [ask], ask.memory, ask.wall), loads=ask.memory.loads)  # the judge keeps those

    assert choose(tree, ask) == choose(tree, replace(ask, memory=memory))


@settings(max_examples=150)
@given(st.data())
def test_remembering_twice_is_remembering_once(data):
    tree = data.draw(trees())
    ask = data.draw(asks(tree))
    once = remember(tree, [ask], ask.memory, ask.wall, WIDE)

    assert remember(tree, [replace(ask, memory=once)], once, ask.wall, WIDE) == once


@settings(max_examples=150)
@given(st.data())
def test_places_of_one_class_leave_one_memory(data):
    tree = data.draw(trees())
    ask = data.draw(asks(tree, remembered=False))
    places = data.draw(st.lists(LOCATIONS, min_size=1, max_size=4))
    every = [replace(ask, location=place) for place in places]

    together = remember(tree, every, Memory(), ask.wall)
    apart = merge(remember(tree, [one], Memory(), ask.wall) for one in every)

    assert together.latches == apart.latches
    assert together.last_good == apart.last_good


def test_each_family_has_a_latch_of_its_own():
    rungs = (pool("www/a", "eu-west", v6=True), pool("www/b", "us-east", v6=True))
    tree = Failover(Common("www"), rungs, Failback(600.0))
    verdicts = {check: verdict(check, up=":" in check.address or check.endpoint != EU) for check in believed(tree)}
    families = [an_ask(tree, family=family, verdicts=verdicts) for family in (Family.V4, Family.V6)]

    memory = remember(tree, families, Memory(), WALL)

    assert set(memory.latches) == {"www|A"}
    assert answers(tree, memory=memory) == [(US,)]
    assert answers(tree, memory=memory, family=Family.V6) == [(EU,)]


def test_a_failover_that_no_place_can_tell_apart_has_one_latch_for_all_classes():
    rungs = (pool("www/default/a", "eu-west"), pool("www/default/b", "us-east"))
    tree = Geo(Common("www"), (("DE", pool("www/DE", "eu-north")), ("default", Failover(Common("www/default"), rungs))))
    down = believed(tree, down=(EU,))

    memory = remember(tree, [an_ask(tree, verdicts=down, location=place) for place in (BERLIN, DENVER)], Memory(), WALL)

    assert set(memory.latches) == {"www/default|A"}


def test_a_node_that_places_tell_apart_has_a_latch_for_each_class():
    near = Latency(Common("www/near"), tuple((region, pool(f"www/near/{region}", region)) for region in SITES))
    tree = Failover(Common("www"), (near, leaf("canary/us-east")))
    down = believed(tree, down=(EU, US))

    memory = remember(tree, [an_ask(tree, verdicts=down, location=place) for place in (BERLIN, DENVER)], Memory(), WALL)

    assert {key.rpartition("|")[0] for key in memory.latches} == {"www/near|A"}
    assert len(memory.latches) == 2


def test_what_a_client_cannot_reach_is_not_remembered_for_it():
    rungs = (pool("www/DE/a", "eu-west"), pool("www/DE/b", "us-east"))
    tree = Geo(Common("www"), (("DE", Failover(Common("www/DE"), rungs)), ("default", pool("www/default", "eu-north"))))
    ask = an_ask(tree, verdicts=believed(tree, down=(EU,)))

    assert remember(tree, [replace(ask, location=DENVER)], Memory(), WALL).latches == {}
    assert set(remember(tree, [replace(ask, location=BERLIN)], Memory(), WALL).latches) == {"www/DE|A"}


def test_the_last_good_answer_is_kept_for_root_and_inner_nodes_that_will_want_it():
    inner = pool("www/a", "eu-west", on_all_down=LAST_GOOD)
    tree = Failover(Common("www", on_all_down=LAST_GOOD), (inner, pool("www/b", "us-east")))

    good = remember(tree, [an_ask(tree)], Memory(), WALL).last_good

    assert good == {"www|A": (EU,), "www/a|A": (EU,)}


def test_the_last_good_answer_outlives_what_was_good():
    tree = Failover(
        Common("www", on_all_down=LAST_GOOD), (pool("www/a", "eu-west"), pool("www/b", "us-east", "eu-north"))
    )
    first = remember(tree, [an_ask(tree, verdicts=believed(tree, down=(EU, NORTH)))], Memory(), WALL)
    dead = believed(tree, down=(EU, NORTH, US))

    later = remember(tree, [an_ask(tree, verdicts=dead)], first, WALL + 60)

    assert later.last_good == {"www|A": (US,)}
    assert answers(tree, verdicts=dead, memory=later) == [(US,)]


def test_nodes_that_want_none_keep_none():
    tree = Failover(Common("www"), (pool("www/a", "eu-west", on_all_down=OnAllDown()), leaf(US)))

    assert remember(tree, [an_ask(tree)], Memory(), WALL) == Memory()


def ttls(tree, memory: Memory, wall: float, *down: str, doubt: tuple[str, ...] = (), bounds: Ttl = WIDE) -> Memory:
    verdicts = {
        check: verdict(check, up=check.endpoint not in down, horizon=25.0, suspect=check.endpoint in doubt)
        for check in believed(tree)
    }
    return remember(tree, [an_ask(tree, verdicts=verdicts)], memory, wall, bounds)


def seconds(memory: Memory) -> dict[str, int]:
    return {key.rpartition("|")[2]: settled.seconds for key, settled in memory.ttls.items()}


def test_ttls_fall_with_doubt_and_rise_when_it_is_over():
    tree = pool("www", "eu-west", "us-east")
    memory = ttls(tree, Memory(), WALL)
    assert seconds(memory) == {EU: 300, US: 300}

    memory = ttls(tree, memory, WALL + 1, doubt=(EU,))
    assert seconds(memory) == {EU: 25, US: 300}
    assert wake_at(tree, memory, WALL + 1) is None

    memory = ttls(tree, memory, WALL + 2)
    assert seconds(memory) == {EU: 25, US: 300}
    assert wake_at(tree, memory, WALL + 2) == WALL + 27

    memory = ttls(tree, memory, WALL + 27)
    assert seconds(memory) == {EU: 50, US: 300}


def test_what_is_down_comes_back_with_the_least_ttl():
    tree = pool("www", "eu-west", "us-east")
    memory = ttls(tree, ttls(tree, Memory(), WALL, EU), WALL + 60)

    assert seconds(memory) == {EU: 10, US: 300}
    outcome = choose(pool("www", "eu-west"), an_ask(tree)).outcome
    assert ttl(tree, Family.V4, WIDE, outcome, memory) == 10


def test_a_fixed_ttl_is_not_remembered():
    assert ttls(pool("www", "eu-west"), Memory(), WALL, bounds=Ttl(30, 30)).ttls == {}


def test_names_that_share_a_tree_may_have_bounds_of_their_own():
    tree = pool("www", "eu-west")
    memory = merge([ttls(tree, Memory(), WALL), ttls(tree, Memory(), WALL, bounds=Ttl(5, 60))])

    assert sorted(settled.seconds for settled in memory.ttls.values()) == [60, 300]


def test_a_pool_that_needs_several_is_in_doubt_with_the_one_that_would_break_it():
    tree = pool("www", "eu-west", "us-east", min_healthy=2)

    assert seconds(ttls(tree, Memory(), WALL, doubt=(EU,))) == {EU: 25, US: 25}


def test_memories_of_trees_are_joined():
    one = Memory({"a|A": Latch("x")}, {"a|A": ("p",)}, {"a|A|1-2|p": Settled(1, 2, 0.0)})
    other = Memory({"b|A": Latch("y")}, {"b|A": ("q",)}, {"b|A|1-2|q": Settled(1, 2, 0.0)})

    assert merge([one, other]) == Memory(
        {"a|A": Latch("x"), "b|A": Latch("y")},
        {"a|A": ("p",), "b|A": ("q",)},
        {"a|A|1-2|p": Settled(1, 2, 0.0), "b|A|1-2|q": Settled(1, 2, 0.0)},
    )
    assert merge([]) == Memory()


@pytest.mark.parametrize(
    ("tree", "latches", "moment"),
    [
        (Failover(Common("www"), (leaf(EU), leaf(US))), {}, None),
        (Failover(Common("www"), (leaf(EU), leaf(US))), {"www|A": Latch(US, ((EU, WALL - 100),))}, WALL + 500),
        (Failover(Common("www"), (leaf(EU), leaf(US))), {"www|A": Latch(US, ((EU, WALL - 700),))}, None),
        (Failover(Common("www"), (leaf(EU),), Failback(None)), {"www|A": Latch(US, ((EU, WALL - 100),))}, None),
        (Failover(Common("www"), (leaf(EU), leaf(US))), {"other|A": Latch(US, ((EU, WALL - 100),))}, None),
        (
            Alias(Common("top"), "www.", Failover(Common("www"), (leaf(EU), leaf(US)))),
            {"www|A": Latch(US, ((EU, WALL - 100),)), "www|AAAA": Latch(US, ((EU, WALL - 200),))},
            WALL + 400,
        ),
        (
            Latency(Common("www"), (("eu-west", leaf(EU)), ("us-east", leaf(US))), switch_after=60.0),
            {"www|A|0a1b": Latch("us-east", (("eu-west", WALL - 10),))},
            WALL + 50,
        ),
    ],
)
def test_the_next_moment_at_which_memory_changes_by_itself(tree, latches, moment):
    assert wake_at(tree, Memory(latches=latches), WALL) == moment


@settings(max_examples=150)
@given(st.data())
def test_nothing_is_remembered_anew_before_the_moment_it_was_told(data):
    tree = data.draw(trees())
    ask = data.draw(asks(tree))
    ask = replace(ask, overrides={})
    memory = remember(tree, [ask], ask.memory, WALL, WIDE)
    moment = wake_at(tree, memory, WALL)
    before = data.draw(st.floats(WALL, moment - 0.001 if moment is not None else WALL + 1e7))

    again = remember(tree, [replace(ask, memory=memory)], memory, before, WIDE)

    assert again == memory


@settings(max_examples=100)
@given(st.data())
def test_a_tree_with_nothing_to_remember_remembers_nothing_whatever_happens(data):
    tree = data.draw(trees())
    ask = data.draw(asks(tree))
    bounds = data.draw(st.sampled_from((Ttl(30, 30), Ttl(5, 30))))

    assert remembers(tree, bounds) or remember(tree, [ask], ask.memory, ask.wall, bounds) == Memory()
    assert remembers(tree, Ttl(5, 30))
