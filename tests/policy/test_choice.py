"""What a tree chooses, against a naive reading of its definition; what that depends on; how far it varies."""

from dataclasses import replace
from math import gcd

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gslb.geo import NOWHERE, Location
from gslb.health import Standing
from gslb.image import Bucket, Constant, Draw, Scoping, Selector, outcomes
from gslb.model import (
    Alias,
    Common,
    Family,
    Geo,
    LastResort,
    Latency,
    OnAllDown,
    Rdata,
    Simple,
    Sticky,
    Tree,
    Weighted,
    walk,
)
from gslb.policy import Outcome, choose, choose_each, classify, has_family, varies
from gslb.policy.kind import label
from kit.steering import chances, spread, word_in_force
from kit.trees import (
    CLIENTS,
    LOCATIONS,
    REGIONS,
    SITES,
    an_ask,
    answers,
    asks,
    leaf,
    pool,
    trees,
)

BUCKETS = (0, 1, 777, 32_768, 50_001, 65_535)
thoroughly = settings(max_examples=200)


@thoroughly
@given(st.data())
def test_choices_at_many_places_are_the_choices_at_each(data):
    """Whatever was shared between places; and clients that share a choice share the object."""
    tree = data.draw(trees())
    ask = data.draw(asks(tree))
    there = [replace(ask, location=place) for place in (NOWHERE, *CLIENTS, NOWHERE)]

    together = choose_each(tree, there)

    assert together == [choose(tree, one) for one in there]


def test_what_no_place_changes_is_chosen_once():
    tree = Latency(Common("www"), (("eu-west", pool("web/eu-west", "a", "b")), ("us-east", pool("web/us-east", "c"))))
    ask = an_ask(tree, sites=SITES)

    together = choose_each(tree, (replace(ask, location=place) for place in CLIENTS))

    assert len(set(map(id, together))) <= 2
    assert all(outcome.why == () for choice in together for outcome in outcomes(choice))


@thoroughly
@given(st.data())
def test_a_choice_is_what_its_definition_says(data):
    tree = data.draw(trees())
    ask = data.draw(asks(tree))

    selector = choose(tree, ask)

    for bucket in BUCKETS:
        assert spread(selector, bucket) == chances(tree, ask, bucket)


@thoroughly
@given(st.data())
def test_a_choice_is_a_bucket_over_a_draw_over_outcomes_each_only_where_needed(data):
    tree = data.draw(trees(depth=3))

    assert_normal(choose(tree, data.draw(asks(tree))))


def assert_normal(selector: Selector[Outcome]) -> None:
    match selector:
        case Bucket(table, parts):
            assert len(table) == 131_072
            assert len(set(parts)) == len(parts) > 1
            entries = {int.from_bytes(table[at : at + 2], "little") for at in range(0, len(table), 2)}
            assert max(entries) < len(parts)
            for part in parts:
                assert not isinstance(part, Bucket)
                assert_normal(part)
        case Draw(parts):
            weights = [weight for weight, _ in parts]
            assert len({part.outcome for _, part in parts}) == len(parts) > 1
            assert min(weights) > 0
            assert sum(weights) < 2**63
            assert gcd(*weights) == 1
        case Constant(outcome):
            assert isinstance(outcome, Outcome)
        case _:
            pytest.fail(f"{selector} is no choice")


@thoroughly
@given(st.data())
def test_places_of_one_class_are_answered_alike_in_every_state_of_the_world(data):
    tree = data.draw(trees())
    here, there = data.draw(LOCATIONS), data.draw(LOCATIONS)
    assume(here != there and classify(tree, here, SITES) == classify(tree, there, SITES))
    ask = replace(data.draw(asks(tree)), location=here)

    assert choose(tree, ask) == choose(tree, replace(ask, location=there))


@given(st.data())
def test_a_tree_that_does_not_look_at_the_place_has_one_class(data):
    tree = data.draw(trees(kinds=(Simple, Weighted, Sticky, Alias, Rdata)))

    assert classify(tree, data.draw(LOCATIONS), SITES) == ()


@thoroughly
@given(st.data())
def test_what_does_not_vary_by_class_is_one_answer_everywhere(data):
    tree = data.draw(trees(kinds=(Geo, Latency, Weighted, Simple)))
    ask = data.draw(asks(tree, remembered=False))
    assume(not varies(tree, ask.family).by_class)

    nowhere = choose(tree, replace(ask, location=NOWHERE))

    for bucket in BUCKETS:
        assert spread(choose(tree, ask), bucket) == spread(nowhere, bucket)


@thoroughly
@given(st.data())
def test_what_does_not_vary_by_prefix_names_the_same_in_every_bucket(data):
    tree = data.draw(trees())
    ask = data.draw(asks(tree))

    selector = choose(tree, ask)

    if isinstance(selector, Bucket) and not varies(tree, ask.family).by_prefix:
        assert len({frozenset(map(label, outcome.leaves)) for outcome in outcomes(selector)}) == 1
    assert varies(tree).by_prefix >= varies(tree, ask.family).by_prefix


@thoroughly
@given(st.data())
def test_no_answer_is_empty_by_health_alone(data):
    tree = data.draw(trees(resorts=False, fences=False))
    assume(not any(isinstance(node, Geo) or type(node).__name__ == "NetworkMatch" for node in walk(tree)))
    ask = replace(data.draw(asks(tree)), overrides={})

    empty = any(not outcome.leaves for outcome in outcomes(choose(tree, ask)))

    assert empty == (not has_family(tree, ask.family))


@thoroughly
@given(st.data())
def test_what_is_off_is_never_answered(data):
    tree = data.draw(trees())
    ask = data.draw(asks(tree))

    for outcome in outcomes(choose(tree, ask)):
        for one in outcome.leaves:
            if hasattr(one, "endpoint"):
                assert word_in_force(one.endpoint, ask) is not Standing.OFF
                assert ask.family in one.endpoint.families


@thoroughly
@given(st.data())
def test_every_outcome_says_why_from_the_root_to_each_leaf(data):
    tree = data.draw(trees())
    ask = data.draw(asks(tree))

    for outcome in outcomes(choose(tree, ask)):
        assert outcome.why
        assert outcome.why[0].path == tree.common.path
        assert all(reason.text or reason.kind in ("rdata", "alias") for reason in outcome.why)
        paths = {reason.path for reason in outcome.why}
        if outcome.opened != "fallback":
            assert {one.path for one in outcome.leaves if hasattr(one, "endpoint")} <= paths


@given(st.data())
def test_a_choice_is_a_function_of_the_ask_alone(data):
    tree = data.draw(trees())
    ask = data.draw(asks(tree))

    assert choose(tree, ask) == choose(tree, ask)


EVERYWHERE = pool("www", "eu-west", "us-east")


def test_without_a_match_and_a_default_there_is_no_data():
    tree = Geo(Common("www"), (("DE", pool("www/DE", "eu-west")),), nodata=True)

    (outcome,) = outcomes(choose(tree, an_ask(tree, location=Location("europe", "FR"))))

    assert outcome.leaves == ()
    assert outcome.opened == ""
    assert "A" in outcome.why[0].text


def test_a_fence_without_the_family_is_no_data_for_its_clients_and_an_answer_for_others():
    inside = Simple(Common("www/DE", fence=True), (leaf("web/eu-west"),))
    outside = Simple(Common("www/default"), (leaf("web/us-east", v6=True),))
    tree = Geo(Common("www"), (("DE", inside), ("default", outside)))

    def answered(country: str) -> int:
        ask = an_ask(tree, family=Family.V6, location=Location(None, country))
        return len(outcomes(choose(tree, ask))[0].leaves)

    assert (answered("DE"), answered("FR")) == (0, 1)


def test_a_place_without_the_family_is_answered_from_elsewhere_rather_than_not_at_all():
    """NODATA is cached for everybody, so it is given to some only behind a fence."""
    german = Simple(Common("www/DE"), (leaf("web/eu-west", v6=True),))
    default = Simple(Common("www/default"), (leaf("web/us-east"),))
    tree = Geo(Common("www"), (("DE", german), ("default", default)))

    def answered(family: Family) -> list[tuple[str, ...]]:
        return answers(tree, family=family, location=Location(None, "FR"))

    assert answered(Family.V4) == [("web/us-east",)]
    assert answered(Family.V6) == [("web/eu-west",)]
    assert varies(tree, Family.V4).by_class
    assert not varies(tree, Family.V6).by_class
    text = choose(tree, an_ask(tree, family=Family.V6, location=Location(None, "FR"))).outcome.why[0].text
    assert text == "default without AAAA, then DE in their stead"


def test_nothing_varies_where_one_answer_is_left():
    one = Geo(Common("www"), (("DE", pool("www/DE", "eu-west")), ("default", pool("www/default", "eu-west"))))

    assert varies(one, Family.V4) == Scoping()
    assert varies(EVERYWHERE, Family.V4) == Scoping()
    assert varies(one, Family.V6) == Scoping()


@pytest.mark.parametrize(
    "tree",
    [
        Geo(Common("www"), (("DE", pool("www/DE", "eu-west")),), nodata=True),
        Geo(Common("www"), (("DE", pool("www/DE", "eu-west")), ("default", pool("www/default", "us-east")))),
        Latency(Common("www"), tuple((region, pool(f"www/{region}", region)) for region in REGIONS)),
        Geo(
            Common("www", on_all_down=OnAllDown(LastResort.FALLBACK, leaf("sorry/us-east"))),
            (("DE", pool("www/DE", "eu-west")), ("default", pool("www/default", "eu-west"))),
        ),
        Geo(
            Common("www", on_all_down=OnAllDown(LastResort.CLOSED)),
            (("DE", pool("www/DE", "eu-west")), ("default", pool("www/default", "eu-west"))),
        ),
    ],
)
def test_two_possible_answers_by_place_vary_by_class(tree: Tree):
    assert varies(tree, Family.V4) == Scoping(by_class=True)
    assert varies(tree).by_class


def test_the_scope_of_a_family_follows_what_has_that_family():
    v4_only = Simple(Common("www/DE"), (leaf("web/eu-west"),))
    both = Simple(Common("www/default"), (leaf("web/us-east", v6=True),))
    tree = Geo(Common("www"), (("DE", v4_only), ("default", both)))

    assert varies(tree, Family.V4).by_class
    assert not varies(tree, Family.V6).by_class


def test_a_fence_without_the_family_answers_nothing_even_where_all_others_get_the_same():
    """IPv6 has one endpoint, outside: the fence's clients are not answered with it."""
    fenced = Simple(Common("www/DE", fence=True), (leaf("web/eu-west"),))
    others = Simple(Common("www/default"), (leaf("web/us-east", v6=True),))

    assert varies(Geo(Common("www"), (("DE", fenced), ("default", others))), Family.V6) == Scoping(by_class=True)


@pytest.mark.parametrize(
    ("weights", "by_client", "divided"),
    [
        ((1, 1), True, True),
        ((1, 1), False, False),
        ((1, 0), True, False),  # only one is in play at a time
        ((0, 0), True, True),
        ((0, 0, 1), True, True),  # the two of weight 0, when the other is down
    ],
)
def test_shares_by_client_vary_by_prefix_when_two_children_are_in_play_at_once(weights, by_client, divided):
    children = tuple((weight, leaf(f"web/eu-west/{at}", number=at)) for at, weight in enumerate(weights))

    assert varies(Weighted(Common("www"), children, by_client), Family.V4).by_prefix == divided
    assert not varies(Weighted(Common("www"), children, by_client), Family.V6).by_prefix


def test_the_sender_is_located_when_all_that_looks_at_the_client_says_so():
    def tree(outer: str, inner: str) -> Tree:
        regions = tuple((region, pool(f"www/default/{region}", region)) for region in REGIONS)
        nearest = Latency(Common("www/default", locate=inner), regions)
        return Geo(Common("www", locate=outer), (("DE", pool("www/DE", "eu-west")), ("default", nearest)))

    assert varies(tree("resolver", "resolver"), Family.V4) == Scoping(by_class=True, locate_resolver=True)
    assert varies(tree("resolver", "resolver")) == Scoping(by_class=True, locate_resolver=True)
    assert not varies(tree("resolver", "ecs"), Family.V4).locate_resolver
    assert not varies(tree("ecs", "ecs")).locate_resolver
