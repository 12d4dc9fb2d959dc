"""A plan's blob says what its selector said, and picks what it would pick."""

from bisect import bisect_right

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.image import (
    BUCKETS,
    Body,
    Bucket,
    ByClass,
    Constant,
    Draw,
    FlatBody,
    FlatBucket,
    FlatDraw,
    Plan,
    Scoping,
    decode_plan,
    encode_plan,
    pick,
)
from kit.tables import CLASSES, address, scopings, selectors

ONE, TWO = Constant(address(1)), Constant(address(2))


@given(selectors("map"), scopings)
def test_a_plan_decodes_to_what_was_encoded(selector, scoping):
    assert decode_plan(encode_plan(selector, scoping)) == (selector, scoping)


@given(
    selectors("map"),
    scopings,
    st.integers(0, CLASSES - 1),
    st.integers(0, BUCKETS - 1),
    st.integers(0, 2**64 - 1),
)
def test_a_stored_plan_picks_what_its_selector_picks(selector, scoping, class_, bucket, draw):
    plan = Plan(memoryview(encode_plan(selector, scoping)))
    if not plan.places:
        class_ = 0
    if not plan.located:
        bucket = 0

    node = plan.part(class_)
    if isinstance(node, FlatBucket):
        node = node.parts[node.table[bucket]]
    if isinstance(node, FlatDraw):
        node = node.bodies[bisect_right(node.cumulative, draw * node.total >> 64)]

    expected: Body = pick(selector, class_, bucket, draw)
    assert isinstance(node, FlatBody)
    assert (node.wire, node.flags, node.ordinal) == (expected.wire, expected.flags, expected.ordinal)


def test_where_nothing_is_located_everybody_is_of_the_first_class_and_bucket():
    selector = ByClass("map", (Bucket(b"\1\0" * BUCKETS, (ONE, TWO)), ONE))
    plan = Plan(memoryview(encode_plan(selector, Scoping())))

    node = plan.part(0)
    assert isinstance(node, FlatBody)
    assert (plan.places, plan.located, node.wire) == ("", False, TWO.outcome.wire)


def test_equal_parts_are_stored_once():
    tables = Bucket(b"\0\0\1\0" * (BUCKETS // 2), (ONE, TWO))

    once = encode_plan(ByClass("map", (tables,)))
    often = encode_plan(ByClass("map", (tables,) * 250))

    assert len(often) - len(once) <= 4 * 250


def test_equal_plans_are_equal_octets():
    assert encode_plan(Draw(((1, ONE), (3, TWO)))) == encode_plan(Draw(((1, Constant(address(1))), (3, TWO))))


@pytest.mark.parametrize(
    "selector",
    [
        Draw(()),
        Draw(((0, ONE),)),
        Draw(((2, ONE), (-1, TWO))),
        Draw(((2**63, ONE),)),
        Bucket(b"\0\0", (ONE,)),
        Bucket(b"\2\0" * BUCKETS, (ONE, TWO)),
        ByClass("map", ()),
        ByClass("x" * 65, (ONE,)),
    ],
)
def test_a_selector_that_could_pick_nothing_is_refused(selector):
    with pytest.raises(ValueError):
        encode_plan(selector)


def test_a_class_that_the_map_did_not_have_is_an_error():
    plan = Plan(memoryview(encode_plan(ByClass("map", (ONE, TWO)), Scoping(by_class=True))))

    with pytest.raises(IndexError):
        plan.part(2)
