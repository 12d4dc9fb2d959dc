"""A body's headers say what a reply with it says."""

from hypothesis import given
from hypothesis import strategies as st

from gslb.image import HAS_CD, HAS_OPT, HAS_RD, FlatBody, Trim, heads
from gslb.image.layout import pack_body
from kit.tables import bodies


@given(bodies(), st.sampled_from(range(8)))
def test_a_head_has_the_flags_and_counts_of_its_mix(body, mix):
    head = FlatBody(memoryview(pack_body(body)), 0).heads[mix]

    flags, *counts = (int.from_bytes(head[at : at + 2], "big") for at in range(0, 10, 2))
    assert flags == (0x8000 | body.flags | (0x0100 if mix & HAS_RD else 0) | (0x0010 if mix & HAS_CD else 0))
    assert counts == [1, body.answers, body.authorities, body.additionals + bool(mix & HAS_OPT)]


@given(bodies())
def test_a_flat_body_is_the_body(body):
    flat = FlatBody(memoryview(b"...." + pack_body(body)), 4)

    assert (flat.wire, flat.core, flat.flags, flat.name_length, flat.ordinal) == (
        body.wire,
        body.core,
        body.flags,
        body.name_length,
        body.ordinal,
    )
    assert (flat.answers, flat.glue) == (body.answers > 0, Trim.GLUE in body.trim)


def test_bodies_that_agree_share_their_heads():
    assert heads(0x0400, bytes(6)) is heads(0x0400, bytes(6))
