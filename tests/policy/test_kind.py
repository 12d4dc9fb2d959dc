"""What a policy is, and how health is counted."""

from math import inf

import pytest

from gslb.model import Common, Failover, Family, Simple
from gslb.policy.kind import Health, common_of, counted, keys, label, word
from gslb.policy.kinds import KINDS
from gslb.policy.look import Look
from kit.trees import an_ask, believed, leaf, pool, verdict

EU, NORTH, US = "web/eu-west", "web/eu-north", "web/us-east"
THREE = ("eu-west", "eu-north", "us-east")


def health(tree: Simple, down: tuple[str, ...] = (), family: Family = Family.V4) -> bool:
    return counted(tree, Look(an_ask(tree, family=family, verdicts=believed(tree, down=down)), KINDS)).healthy


@pytest.mark.parametrize(
    ("need", "down", "healthy"),
    [
        (1, (EU, NORTH), True),
        (1, (EU, NORTH, US), False),
        (2, (EU,), True),
        (2, (EU, NORTH), False),
        (3, (), True),
        (3, (EU,), False),
        (9, (), True),  # all of them, where there are fewer
    ],
)
def test_a_node_is_healthy_when_enough_of_its_children_are(need, down, healthy):
    assert health(pool("www", *THREE, min_healthy=need), down) == healthy


def test_what_lacks_the_family_is_not_counted_on():
    tree = Simple(Common("www", min_healthy=2), (leaf(EU, "ready"), leaf(US, "ready", number=2, v6=True)))

    assert health(tree, family=Family.V6)
    assert not health(tree, (EU,))


def test_a_node_is_healthy_only_while_its_monitors_pass():
    assert not health(pool("www", *THREE, monitors=("beat",)), ("beat",))
    assert health(pool("www", *THREE, monitors=("beat",)))


@pytest.mark.parametrize(
    ("need", "horizons", "ends"),
    [
        (1, (5, 30, 60), 60),  # the last of them to go
        (2, (5, 30, 60), 30),
        (3, (5, 30, 60), 5),
        (1, (5, 30, inf), inf),
    ],
)
def test_a_node_ends_when_one_too_many_of_its_children_can_have_gone(need, horizons, ends):
    tree = pool("www", *THREE, min_healthy=need)
    of = dict(zip((EU, NORTH, US), horizons, strict=True))
    verdicts = {check: verdict(check, horizon=of[check.endpoint]) for check in believed(tree)}

    assert counted(tree, Look(an_ask(tree, verdicts=verdicts), KINDS)).horizon == ends


@pytest.mark.parametrize(("need", "suspects", "suspect"), [(1, 1, False), (1, 3, True), (2, 1, False), (2, 2, True)])
def test_a_node_is_suspect_when_too_few_are_above_suspicion(need, suspects, suspect):
    tree = pool("www", *THREE, min_healthy=need)
    verdicts = {
        check: verdict(check, horizon=9.0, suspect=number < suspects) for number, check in enumerate(believed(tree))
    }

    assert counted(tree, Look(an_ask(tree, verdicts=verdicts), KINDS)).suspect == suspect


def test_a_nodes_monitors_bound_it_too():
    tree = pool("www", "eu-west", monitors=("beat",))
    verdicts = {check: verdict(check, horizon=3.0 if check.monitor == "beat" else 60.0) for check in believed(tree)}

    assert counted(tree, Look(an_ask(tree, verdicts=verdicts), KINDS)) == Health(healthy=True, horizon=3.0)


def test_nodes_have_names_among_their_siblings():
    tree = Failover(Common("www"), (pool("www/#1", "eu-west"), leaf("web/us-east")))

    assert [label(child) for child in tree.children] == ["www/#1", "web/us-east"]
    assert [word(tree, child) for child in tree.children] == ["#1", "web/us-east"]
    assert common_of(tree.children[1]) == Common("web/us-east")


def test_keys_that_are_all_empty_are_one_empty_key():
    look = Look(an_ask(), KINDS)

    assert keys(look, [leaf(EU), leaf(US)]) == ()
