from itertools import combinations, product
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.health.calculated import Member, combine, margin, reason
from gslb.health.quorum import Margin
from gslb.model import Calculated, CalculatedKind


def rule(kind, count, amount=0, *, inverted=False, weights=()):
    return Calculated(kind, tuple(f"m{number}" for number in range(count)), amount, inverted, weights)


ALL, ANY, COUNT = CalculatedKind.ALL, CalculatedKind.ANY, CalculatedKind.COUNT


@pytest.mark.parametrize(
    ("kind", "amount", "said", "outcome"),
    [
        (ALL, 0, (True, True, True), True),
        (ALL, 0, (True, False, True), False),
        (ALL, 0, (True, None, True), None),
        (ALL, 0, (False, None, True), False),
        (ANY, 0, (False, False, False), False),
        (ANY, 0, (False, True, None), True),
        (ANY, 0, (False, None, False), None),
        (COUNT, 2, (True, True, None), True),
        (COUNT, 2, (True, None, False), None),
        (COUNT, 2, (True, False, False), False),
        (COUNT, 2, (None, False, False), False),
    ],
)
def test_what_follows_from_the_members(kind, amount, said, outcome):
    members = [Member(f"m{number}", up) for number, up in enumerate(said)]

    assert combine(rule(kind, 3, amount), members) is outcome
    assert combine(rule(kind, 3, amount, inverted=True), members) is (None if outcome is None else not outcome)


seconds = st.sampled_from([0.0, 1.0, 3.0, 8.0])
known = st.builds(Member, st.just("m"), st.booleans(), st.builds(Margin, seconds, st.booleans()))
unknown = st.just(Member("m", None))
members_of = st.lists(known | unknown, min_size=1, max_size=5)


@st.composite
def laws(draw):
    """A rule over a few members, and these."""
    members = draw(members_of)
    kind, inverted = draw(st.sampled_from([ALL, ANY, COUNT])), draw(st.booleans())
    sizes = st.lists(st.integers(1, 4), min_size=len(members), max_size=len(members))
    weights = draw(st.just(()) | sizes.map(tuple)) if kind is COUNT else ()
    amount = draw(st.integers(1, sum(weights) or len(members)))
    return rule(kind, len(members), amount, inverted=inverted, weights=weights), members


@given(laws())
def test_the_margin_is_the_soonest_moment_at_which_turning_members_turn_it(drawn):
    law, members = drawn
    outcome = combine(law, members)
    if outcome is None:
        return

    def may_turn_by(moment):
        options = [
            [True, False]
            if member.up is None
            else [member.up, *([not member.up] if member.margin.seconds <= moment else [])]
            for member in members
        ]
        return any(combine(law, [Member("m", up) for up in choice]) is (not outcome) for choice in product(*options))

    expected = next((moment for moment in (0.0, 1.0, 3.0, 8.0) if may_turn_by(moment)), inf)
    assert margin(law, members).seconds == expected


@given(laws())
def test_it_is_turning_when_the_turning_members_together_would_turn_it(drawn):
    law, members = drawn
    outcome = combine(law, members)
    if outcome is None:
        return
    turned = [Member("m", (not m.up) if m.up is not None and m.margin.turning else m.up) for m in members]

    assert margin(law, members).turning is (combine(law, turned) is (not outcome))


@pytest.mark.parametrize(("kind", "amount", "expected"), [(ALL, 0, 3), (ANY, 0, 1), (COUNT, 2, 2)])
def test_how_many_members_it_needs(kind, amount, expected):
    assert rule(kind, 3, amount).needed == expected
    for size in range(4):
        for chosen in combinations(range(3), size):
            members = [Member(f"m{number}", number in chosen) for number in range(3)]
            assert combine(rule(kind, 3, amount), members) is (size >= expected)


@pytest.mark.parametrize("up", list(product([True, False], repeat=3)), ids=str)
def test_members_count_by_what_they_weigh(up):
    members = [Member(f"m{number}", one) for number, one in enumerate(up)]
    weight = sum(size for size, one in zip((3, 1, 1), up, strict=True) if one)

    assert combine(rule(COUNT, 3, 3, weights=(3, 1, 1)), members) is (weight >= 3)


def test_the_reason_says_what_members_weigh_where_they_differ():
    members = [Member("ready", up=True), Member("db", up=False, reason="no heartbeat"), Member("cache", up=True)]

    said = reason(rule(COUNT, 3, 4, weights=(3, 2, 1)), members)

    assert said == "2 of 3 up, weighing 4 of 6, 4 needed; db: no heartbeat"


def test_the_reason_says_how_many_and_names_the_first_that_is_down():
    members = [
        Member("ready", up=True),
        Member("db", up=False, reason="no heartbeat for 35 s"),
        Member("errors", up=False),
    ]

    assert reason(rule(ALL, 3), members) == "1 of 3 up, 3 needed; db: no heartbeat for 35 s"
    assert reason(rule(ANY, 1, inverted=True), members[:1]) == "1 of 1 up, 1 needed not to be"
