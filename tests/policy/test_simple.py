"""simple: all healthy endpoints, shuffled."""

from collections import Counter
from fractions import Fraction

import pytest

from gslb.image import Constant, Draw
from gslb.model import Alias, Common, Endpoint, Family, Leaf, Rdata, Simple
from gslb.policy import choose
from gslb.policy.simple import stands_alone
from kit.trees import an_ask, answers, leaf, pool

THREE = pool("www", "eu-west", "eu-north", "us-east")


def first(tree: Simple, **known: object) -> dict[str, Fraction]:
    """How often each endpoint comes first."""
    selector = choose(tree, an_ask(tree, **known))
    assert isinstance(selector, Draw)
    total = sum(weight for weight, _ in selector.parts)
    found: Counter[str] = Counter()
    for weight, part in selector.parts:
        found[part.outcome.leaves[0].path] += Fraction(weight, total)
    return dict(found)


def test_all_healthy_endpoints_are_answered():
    assert answers(THREE) == [("web/eu-north", "web/eu-west", "web/us-east")]
    assert answers(THREE, down=("web/eu-west",)) == [("web/eu-north", "web/us-east")]


@pytest.mark.parametrize("count", [2, 3, 5, 6, 9, 40])
def test_each_endpoint_comes_first_exactly_as_often(count):
    tree = Simple(Common("www"), tuple(leaf(f"web/eu-west/{number}", number=number) for number in range(count)))

    assert set(first(tree).values()) == {Fraction(1, count)}
    assert len(first(tree)) == count


def test_orders_are_drawn_anew_with_the_seed():
    tree = Simple(Common("www"), tuple(leaf(f"web/eu-west/{number}", number=number) for number in range(8)))

    assert choose(tree, an_ask(tree, seed=1)) == choose(tree, an_ask(tree, seed=1))
    assert choose(tree, an_ask(tree, seed=1)) != choose(tree, an_ask(tree, seed=2))


def test_one_endpoint_needs_no_draw():
    assert isinstance(choose(pool("www", "eu-west"), an_ask(pool("www", "eu-west"))), Constant)


def test_names_stand_alone_and_take_turns():
    tree = Simple(Common("www"), (leaf("cdn/eu-west", name=True), leaf("cdn/us-east", name=True, number=2)))

    assert answers(tree, family=Family.NAME) == [("cdn/eu-west",), ("cdn/us-east",)]
    assert set(first(tree, family=Family.NAME).values()) == {Fraction(1, 2)}


@pytest.mark.parametrize(
    ("one", "alone"),
    [
        (leaf("web/eu-west"), False),
        (leaf("cdn/eu-west", name=True), True),
        (Leaf("sip/eu-west", Endpoint("sip/eu-west", "sip", target="sip.example.", rdata="1 1 1 sip.example.")), False),
        (Rdata(Common("www/0"), "CNAME", ("other.example.",)), True),
        (Rdata(Common("www/0"), "TXT", ("x",)), False),
        (Alias(Common("www/0"), "static.example."), True),
    ],
)
def test_what_is_answered_as_another_name_stands_alone(one, alone):
    assert stands_alone(one) == alone


def test_an_answer_ends_with_the_first_of_its_endpoints():
    tree = pool("www", "eu-west", "us-east")
    ask = an_ask(tree)
    doubt = {
        check: verdict.__class__(
            check, up=True, since=0.0, reason="", horizon=9.0 if "east" in check.endpoint else 30.0
        )
        for check, verdict in ask.verdicts.items()
    }

    selector = choose(tree, an_ask(tree, verdicts=doubt))

    assert {part.outcome.horizon for _, part in selector.parts} == {9.0}
