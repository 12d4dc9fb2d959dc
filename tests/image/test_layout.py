"""Tables have the sizes that are written down, and bodies come back as they went."""

import pytest
from hypothesis import given

from gslb.image import Body, Trim, layout
from gslb.image.layout import pack_body, padded, unpack_body
from kit.tables import bodies


@pytest.mark.parametrize(
    ("struct", "size"),
    [
        (layout.ZONE_HEADER, 128),
        (layout.PLACES_HEADER, 256),
        (layout.PLAN_HEADER, 16),
        (layout.ARENA_HEADER, 64),
        (layout.RECORD, 136),
        (layout.BODY, 20),
        (layout.BLOB, 8),
    ],
)
def test_a_header_is_as_long_as_documented(struct, size):
    assert struct.size == size


def test_a_body_is_laid_out_as_documented():
    body = Body(b"\xaa\xbb\xcc", 0x0403, 1, 2, 3, core=2, trim=Trim.GLUE, name_length=17, ordinal=5)

    assert pack_body(body) == bytes.fromhex("0304 01 00 0001 0002 0003 0200 0300 11 00 05000000 aabbcc")


@given(bodies())
def test_a_body_comes_back_as_it_went(body):
    assert unpack_body(memoryview(b"before" + pack_body(body) + b"after"), 6) == body


@pytest.mark.parametrize("body", [Body(bytes(65_536), 0), Body(b"ab", 0, core=3)])
def test_a_body_that_fits_no_message_is_refused(body):
    with pytest.raises(ValueError, match="fits no DNS message"):
        pack_body(body)


@pytest.mark.parametrize(("length", "result"), [(0, 0), (1, 8), (8, 8), (9, 16)])
def test_padding_reaches_the_next_multiple(length, result):
    assert padded(length, 8) == result
