"""The last resort, row by row of its definition."""

import pytest

from gslb.geo import Location
from gslb.health import Standing
from gslb.image import Constant, outcomes
from gslb.model import Alias, Common, Failover, Family, Geo, LastResort, Latency, Multivalue, OnAllDown, Rdata, Simple
from gslb.policy import Memory, Outcome, choose
from gslb.policy.resort import last_resort, unjudged
from kit.trees import SORRY, an_ask, answers, believed, leaf, pool, said, verdict

EU, US, NORTH = "web/eu-west", "web/us-east", "web/eu-north"
BOTH = (EU, US)
CLOSED, FALLBACK = OnAllDown(LastResort.CLOSED), OnAllDown(LastResort.FALLBACK, SORRY)
LAST_GOOD = OnAllDown(LastResort.LAST_GOOD)


def opened(tree, **known) -> tuple[str, ...]:
    verdicts = believed(tree, **{key: known.pop(key, ()) for key in ("down", "waiting", "held")})
    found = outcomes(choose(tree, an_ask(tree, **({"verdicts": verdicts} | known))))
    return tuple({outcome.opened for outcome in found})


WEB = pool("www", "eu-west", "us-east")


def test_open_is_the_default_and_treats_all_as_up():
    assert answers(WEB, down=BOTH) == [BOTH]
    assert opened(WEB, down=BOTH) == ("open",)


def test_what_is_up_comes_first_ignoring_min_healthy():
    tree = pool("www", "eu-west", "us-east", min_healthy=2, on_all_down=CLOSED)

    assert answers(tree, down=(EU,)) == [(US,)]
    assert opened(tree, down=(EU,)) == ("min_healthy",)


def test_what_is_held_back_is_not_used_while_anything_is_up():
    assert answers(WEB, held=(EU,)) == [(US,)]
    assert opened(WEB, held=(EU,)) == ("",)


def test_what_is_held_back_is_the_first_last_resort():
    assert answers(WEB, held=(EU,), down=(US,)) == [(EU,)]
    assert opened(WEB, held=(EU,), down=(US,)) == ("held",)
    assert answers(WEB, held=(EU,), overrides=said(US, Standing.DRAIN)) == [(EU,)]


def test_what_is_held_back_fills_up_to_min_healthy_before_that_is_ignored():
    two = pool("www", "eu-west", "us-east", "eu-north", min_healthy=2, on_all_down=CLOSED)
    three = pool("www", "eu-west", "us-east", "eu-north", min_healthy=3, on_all_down=CLOSED)

    assert answers(two, held=(EU,), down=(NORTH,)) == [tuple(sorted((EU, US)))]
    assert answers(three, held=(EU,), down=(NORTH,)) == [(US,)]
    assert answers(three, held=(EU,), down=(NORTH, US)) == [(EU,)]
    assert opened(three, held=(EU,), down=(NORTH, US)) == ("held",)


def test_what_is_held_back_and_drains_comes_before_what_is_down():
    overrides = said(EU, Standing.DRAIN)

    assert answers(WEB, held=(EU,), down=(US,), overrides=overrides) == [(EU,)]
    assert opened(WEB, held=(EU,), down=(US,), overrides=overrides) == ("drain",)


def test_a_node_whose_own_monitor_is_held_back_is_used_before_it_is_opened():
    tree = pool("www", "eu-west", "us-east", monitors=("db",), on_all_down=CLOSED)

    assert answers(tree, held=("db",)) == [BOTH]
    assert opened(tree, held=("db",)) == ("held",)


def test_what_is_up_but_drains_comes_before_everything():
    overrides = said(US, Standing.DRAIN)

    assert answers(WEB, down=(EU,), overrides=overrides) == [(US,)]
    assert opened(WEB, down=(EU,), overrides=overrides) == ("drain",)
    assert answers(WEB, overrides=overrides) == [(EU,)]


def test_what_drains_is_opened_only_when_nothing_else_is_left():
    assert answers(WEB, down=BOTH, overrides=said(US, Standing.DRAIN)) == [(EU,)]
    assert answers(WEB, down=BOTH, overrides=said("web", Standing.DRAIN)) == [BOTH]


def test_what_is_off_is_not_answered_even_when_open():
    assert answers(WEB, down=BOTH, overrides=said(US, Standing.OFF)) == [(EU,)]
    assert answers(WEB, overrides=said("web", Standing.OFF)) == [()]
    assert opened(WEB, overrides=said("web", Standing.OFF)) == ("",)


@pytest.mark.parametrize("resort", [None, CLOSED, FALLBACK, LAST_GOOD])
def test_while_nothing_has_a_verdict_everything_is_used(resort):
    tree = pool("www", "eu-west", "us-east", on_all_down=resort)

    assert answers(tree, waiting=BOTH) == [BOTH]
    assert opened(tree, waiting=BOTH) == ("unjudged",)


def test_what_waits_for_its_first_verdict_is_not_used_while_a_sibling_has_one():
    assert answers(WEB, waiting=(EU,)) == [(US,)]
    assert answers(WEB, waiting=(EU,), down=(US,)) == [BOTH]
    assert answers(pool("www", "eu-west", "us-east", on_all_down=FALLBACK), waiting=(EU,), down=(US,)) == [
        (SORRY.path,)
    ]


def test_closed_is_no_data():
    tree = pool("www", "eu-west", "us-east", on_all_down=CLOSED)

    assert answers(tree, down=BOTH) == [()]
    assert opened(tree, down=BOTH) == ("closed",)


def test_the_fallback_is_answered_whatever_is_believed_of_it():
    tree = pool("www", "eu-west", "us-east", on_all_down=FALLBACK)

    assert answers(tree, down=BOTH) == [(SORRY.path,)]
    assert opened(tree, down=BOTH) == ("fallback",)
    assert answers(tree, down=(EU,)) == [(US,)]


def test_a_fallback_that_is_off_or_lacks_the_family_is_followed_by_everything():
    tree = pool("www", "eu-west", "us-east", v6=True, on_all_down=FALLBACK)

    assert answers(tree, down=BOTH, overrides=said("sorry", Standing.OFF)) == [BOTH]
    assert answers(tree, down=BOTH, family=Family.V6) == [BOTH]


def test_a_fallback_with_the_family_does_not_give_the_name_that_family():
    tree = Simple(
        Common("www", on_all_down=OnAllDown(LastResort.FALLBACK, leaf("sorry/us-east", v6=True))), (leaf(EU),)
    )

    assert answers(tree, family=Family.V6) == [()]


def test_the_last_good_answer_is_chosen_again_by_the_same_policy():
    tree = Failover(
        Common("www", on_all_down=LAST_GOOD), (pool("www/a", "eu-west"), pool("www/b", "us-east", "eu-north"))
    )
    memory = Memory(last_good={"www|A": (US, NORTH)})

    assert answers(tree, down=(EU, US, NORTH), memory=memory) == [(NORTH, US)]
    assert opened(tree, down=(EU, US, NORTH), memory=memory) == ("last_good",)
    assert answers(tree, down=(EU, US, NORTH), memory=memory, overrides=said(US, Standing.OFF)) == [(NORTH,)]


def test_without_a_last_good_answer_everything_is_used():
    tree = pool("www", "eu-west", "us-east", on_all_down=LAST_GOOD)

    assert answers(tree, down=BOTH) == [BOTH]
    assert opened(tree, down=BOTH) == ("open",)


def test_an_inner_node_with_a_resort_of_its_own_is_always_healthy_to_its_parent():
    first = pool("www/a", "eu-west", on_all_down=OnAllDown())
    tree = Failover(Common("www"), (first, pool("www/b", "us-east")))

    assert answers(tree, down=(EU,)) == [(EU,)]
    assert answers(tree, down=(EU,), overrides=said(EU, Standing.OFF)) == [(US,)]


def test_an_inner_node_without_one_passes_its_health_up():
    tree = Failover(Common("www", on_all_down=FALLBACK), (pool("www/a", "eu-west"), pool("www/b", "us-east")))

    assert answers(tree, down=(EU,)) == [(US,)]
    assert answers(tree, down=BOTH) == [(SORRY.path,)]


def test_with_nothing_healthy_the_narrowest_fence_opens_for_its_clients():
    inside = pool("www/eu", "eu-west", "eu-north", fence=True)
    tree = Geo(Common("www"), (("eu", inside), ("default", pool("www/default", "us-east"))), (("eu", ("DE",)),))
    german, american = Location("europe", "DE"), Location("north-america", "US")

    assert answers(tree, location=german, down=(EU,)) == [(NORTH,)]
    assert answers(tree, location=german, down=(EU, NORTH)) == [(NORTH, EU)]
    assert answers(tree, location=american, down=(EU, NORTH)) == [(US,)]


def test_none_healthy_a_multivalue_answers_up_to_its_number_of_unhealthy():
    tree = Multivalue(
        Common("www"), (leaf(EU, "ready"), leaf(US, "ready", number=2), leaf(NORTH, "ready", number=3)), 2
    )

    found = answers(tree, down=(EU, US, NORTH))

    assert {len(paths) for paths in found} == {2}


def test_monitors_of_nodes_count_until_everything_is_opened():
    tree = pool("www", "eu-west", "us-east", monitors=("beat",), on_all_down=CLOSED)
    waiting = pool("www", "eu-west", "us-east", monitors=("beat",))

    assert answers(tree) == [BOTH]
    assert answers(tree, down=("beat",)) == [()]
    assert answers(waiting, down=("beat",)) == [BOTH]
    assert answers(waiting, waiting=("beat",)) == [BOTH]


def test_where_only_a_nodes_monitor_fails_what_is_up_is_opened_before_what_is_down():
    tree = pool("www", "eu-west", "us-east", "eu-north", monitors=("beat",))
    drains = said(EU, Standing.DRAIN)

    assert answers(tree, down=("beat", EU)) == [(NORTH, US)]
    assert opened(tree, down=("beat", EU)) == ("open",)
    assert answers(tree, down=("beat", NORTH, US), overrides=drains) == [(EU,)]
    assert answers(tree, down=("beat", EU, NORTH, US), overrides=drains) == [(NORTH, US)]


def test_a_last_resort_leaves_a_failover_that_has_a_healthy_rung_alone():
    few = pool("www/a/one", "eu-west", "eu-north", min_healthy=2)
    rungs = Failover(Common("www/a"), (few, pool("www/a/two", "us-east")))
    tree = Multivalue(Common("www", min_healthy=2), (rungs, pool("www/b", "us-east", monitor="deep")))

    down = tuple(check for check in believed(tree) if check.monitor == "deep" or check.endpoint == EU)
    verdicts = {check: verdict(check, up=check not in down) for check in believed(tree)}

    assert answers(tree, verdicts=verdicts) == [(US,)]


def test_a_resort_says_so_among_the_reasons():
    outcome = next(iter(outcomes(choose(WEB, an_ask(WEB, verdicts=believed(WEB, down=BOTH))))))

    assert (outcome.why[0].kind, outcome.why[0].text) == ("last resort", "nothing is up: all as up")
    assert (outcome.horizon, outcome.suspect) == (0.0, True)


def test_an_alias_resorts_as_its_target_unless_it_says_otherwise():
    target = pool("other", "eu-west", on_all_down=FALLBACK)

    assert last_resort(Alias(Common("www"), "other.", target)) == FALLBACK
    assert last_resort(Alias(Common("www", on_all_down=CLOSED), "other.", target)) == CLOSED
    assert last_resort(Alias(Common("www"), "static.")) == OnAllDown()
    assert last_resort(leaf(EU)) == OnAllDown()


def test_a_child_that_is_an_alias_passes_its_targets_health_up():
    other = Alias(Common("www/other"), "other.", pool("other", "eu-west", on_all_down=OnAllDown()))
    tree = Failover(Common("www"), (other, pool("www/b", "us-east")))

    assert answers(tree, down=(EU,)) == [(US,)]


@pytest.mark.parametrize(
    ("tree", "waiting", "nothing"),
    [
        (WEB, BOTH, True),
        (WEB, (EU,), False),
        (Simple(Common("www"), (leaf(EU), leaf(US, "ready"))), (US,), False),  # no monitor is as good as a verdict
        (Rdata(Common("www"), "A", ("192.0.2.1",)), (), False),
        (Rdata(Common("www", monitors=("beat",)), "A", ("192.0.2.1",)), ("beat",), True),
        (Alias(Common("www", monitors=("beat",)), "static."), ("beat",), True),
        (Alias(Common("www"), "static."), (), False),
        (Alias(Common("www"), "other.", pool("other", "eu-west")), (EU,), True),
        (Latency(Common("www", monitors=("beat",)), (("eu-west", pool("www/eu-west", "eu-west")),)), (EU,), False),
    ],
)
def test_nothing_has_a_verdict_only_if_all_of_it_waits(tree, waiting, nothing):
    assert unjudged(tree, an_ask(tree, verdicts=believed(tree, waiting=waiting))) == nothing


def test_what_is_off_or_has_no_such_address_is_not_waited_for():
    ask = an_ask(WEB, verdicts={}, overrides=said("web", Standing.OFF))

    assert not unjudged(WEB, ask)
    assert not unjudged(WEB, an_ask(WEB, verdicts={}, family=Family.V6))


def test_closed_has_a_reason_and_no_leaves():
    tree = pool("www", "eu-west", on_all_down=CLOSED)

    assert choose(tree, an_ask(tree, verdicts=believed(tree, down=(EU,)))) == Constant(
        Outcome((), 0.0, suspect=True, opened="closed")
    )
