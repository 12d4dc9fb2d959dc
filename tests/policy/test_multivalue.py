"""multivalue: up to so many healthy endpoints, in random orders."""

from collections import Counter
from fractions import Fraction

import pytest

from gslb.image import Draw, outcomes
from gslb.model import Common, Failover, Family, LastResort, Multivalue, OnAllDown, Simple, Weighted
from gslb.policy import choose
from kit.trees import an_ask, answers, believed, leaf, pool, verdict


def endpoints(count: int) -> tuple:
    return tuple(leaf(f"web/eu-west/{number}", "ready", number=number) for number in range(count))


def paths(*numbers: int) -> tuple[str, ...]:
    return tuple(f"web/eu-west/{number}" for number in numbers)


@pytest.mark.parametrize(("count", "answered"), [(1, 1), (3, 3), (8, 8), (12, 8)])
def test_up_to_eight_are_answered(count, answered):
    found = answers(Multivalue(Common("www"), endpoints(count)))

    assert {len(one) for one in found} == {answered}
    assert set().union(*found) == set(paths(*range(count)))


def test_unhealthy_ones_are_left_out():
    assert answers(Multivalue(Common("www"), endpoints(3)), down=paths(1)) == [paths(0, 2)]


def test_each_endpoint_is_first_and_is_answered_exactly_as_often():
    tree = Multivalue(Common("www"), endpoints(12), 4)
    selector = choose(tree, an_ask(tree))
    assert isinstance(selector, Draw)
    first: Counter[str] = Counter()
    anywhere: Counter[str] = Counter()
    for weight, part in selector.parts:
        first[part.outcome.leaves[0].path] += weight
        anywhere.update({one.path: weight for one in part.outcome.leaves})

    assert len(set(first.values())) == len(set(anywhere.values())) == 1
    assert len(first) == 12


def test_an_answer_that_leaves_a_suspect_out_is_not_suspect():
    tree = Multivalue(Common("www"), endpoints(3), 1)
    verdicts = {check: verdict(check, horizon=5.0, suspect=check.endpoint.endswith("1")) for check in believed(tree)}

    found = {
        outcome.leaves[0].path[-1]: outcome.suspect
        for outcome in outcomes(choose(tree, an_ask(tree, verdicts=verdicts)))
    }

    assert found == {"0": False, "1": True, "2": False}


def test_a_pool_adds_all_of_its_endpoints_and_none_twice():
    tree = Multivalue(Common("www"), (pool("www/a", "eu-west", "us-east"), leaf("web/us-east", "ready", number=3)))

    assert answers(tree) == [("web/eu-west", "web/us-east")]


def test_a_child_with_a_policy_adds_what_that_chooses_in_its_own_shares():
    inner = Weighted(Common("www/a"), tuple((weight, one) for weight, one in zip((1, 3), endpoints(2), strict=True)))
    tree = Multivalue(Common("www"), (inner, leaf("web/us-east")))
    selector = choose(tree, an_ask(tree))
    total = sum(weight for weight, _ in selector.parts)
    shares: Counter[str] = Counter()
    for weight, part in selector.parts:
        shares.update({one.path: Fraction(weight, total) for one in part.outcome.leaves})

    assert shares == {"web/us-east": 1, "web/eu-west/0": Fraction(1, 4), "web/eu-west/1": Fraction(3, 4)}


def test_what_a_child_opens_is_told_of_the_whole_answer():
    opening = pool("www/a", "eu-west", on_all_down=OnAllDown())
    tree = Multivalue(Common("www"), (opening, leaf("web/us-east")))

    found = outcomes(choose(tree, an_ask(tree, verdicts=believed(tree, down=("web/eu-west",)))))

    assert {(outcome.opened, outcome.suspect, outcome.horizon, len(outcome.leaves)) for outcome in found} == {
        ("open", True, 0.0, 2)
    }


def test_children_that_are_closed_add_nothing():
    closed = pool("www/a", "eu-west", on_all_down=OnAllDown(LastResort.CLOSED))
    tree = Multivalue(Common("www"), (closed,))

    assert answers(tree, down=("web/eu-west",)) == [()]
    assert answers(Multivalue(Common("www"), (closed, leaf("web/us-east"))), down=("web/eu-west",)) == [
        ("web/us-east",)
    ]


def test_a_pool_that_needs_several_bounds_the_answer_by_the_soonest_that_would_break_it():
    inner = pool("www/a", "eu-west", "us-east", min_healthy=2)
    tree = Multivalue(Common("www"), (inner,), 1)
    verdicts = {check: verdict(check, horizon=5.0 if "east" in check.endpoint else 60.0) for check in believed(tree)}

    assert {outcome.horizon for outcome in outcomes(choose(tree, an_ask(tree, verdicts=verdicts)))} == {5.0}


def test_names_are_answered_one_at_a_time():
    tree = Multivalue(Common("www"), (leaf("cdn/eu-west", name=True), leaf("cdn/us-east", name=True, number=2)))

    assert answers(tree, family=Family.NAME) == [("cdn/eu-west",), ("cdn/us-east",)]


def test_a_rung_below_is_as_healthy_as_its_own_children():
    first = Multivalue(Common("www/a"), endpoints(2))
    tree = Failover(Common("www"), (first, Simple(Common("www/b"), (leaf("web/us-east"),))))

    assert answers(tree, down=paths(0, 1)) == [("web/us-east",)]
