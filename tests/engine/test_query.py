"""Names and options are read as the RFCs write them, and everything odd is left to the responder."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.engine.query import cut, label_starts, read_options
from kit.packets import name_of, option, subnet

HEADER = bytes(12)


@pytest.mark.parametrize(
    ("name", "starts"),
    [
        (b"\0", [0]),
        (name_of("www.example.com"), [0, 4, 12, 16]),
        (b"\3a\0b\0", [0, 4]),  # a zero octet in a label ends nothing
        (b"\x3f" + bytes(63) + b"\0", [0, 64]),
        (
            b"\x3f" + b"x" * 63 + b"\x3f" + b"x" * 63 + b"\x3f" + b"x" * 63 + b"\x3d" + b"x" * 61 + b"\0",
            [0, 64, 128, 192, 254],
        ),
        (b"\1a" * 127 + b"\0", [*range(0, 255, 2)]),
    ],
)
def test_labels_start_where_they_start(name, starts):
    assert label_starts(HEADER + name + b"\0\1\0\1") == starts


@pytest.mark.parametrize(
    "name",
    [
        b"",
        b"\3ww",
        b"\3www",
        b"\xc0\x0c",  # a pointer
        b"\3www\xc0\x0c",
        b"\x40" + b"x" * 64 + b"\0",  # a label type that was never used
        b"\x80" + b"x" * 128 + b"\0",
        b"\x3f" + b"x" * 63 + b"\x3f" + b"x" * 63 + b"\x3f" + b"x" * 63 + b"\x3e" + b"x" * 62 + b"\0",  # 256 octets
        b"\1a" * 128 + b"\0",
    ],
)
def test_what_is_no_plain_name_has_no_labels(name):
    assert label_starts(HEADER + name) is None


FOUR, SIX = bytes([192, 0, 2]), bytes.fromhex("20010db8000001")


@pytest.mark.parametrize(
    ("options", "family", "bits", "number"),
    [
        (subnet(FOUR, 24), 4, 24, 0xC0000200),
        (subnet(bytes([192, 0, 2, 129]), 32), 4, 24, 0xC0000200),
        (subnet(bytes([192, 0, 2, 128]), 25), 4, 24, 0xC0000200),
        (subnet(bytes([192, 0]), 16), 4, 16, 0xC0000000),
        (subnet(bytes([0x80]), 1), 4, 1, 0x80000000),
        (subnet(b"", 0), 4, 0, 0),
        (subnet(SIX, 56, 2), 6, 56, 0x20010DB8_00000100 << 64),
        (subnet(bytes(range(16)), 128, 2), 6, 56, 0x00010203_04050600 << 64),
        (subnet(b"", 0, 2), 6, 0, 0),
        (subnet(b"", 0, 0), 4, 0, 0),  # a family for "locate nobody"
    ],
)
def test_a_subnet_is_read_and_cut(options, family, bits, number):
    read, alone = read_options(b"before" + options, 6)

    assert (read.family, read.bits, read.number, alone) == (family, bits, number, True)
    assert read.head + b"\0" + read.address == options


@pytest.mark.parametrize(
    "options",
    [
        subnet(FOUR, 24, scope=24),  # RFC 7871, section 7.1.2: must be 0 in a query
        subnet(FOUR, 24, family=0),
        subnet(FOUR, 24, family=3),
        subnet(bytes(5), 33),
        subnet(bytes(17), 129, 2),
        subnet(FOUR, 16),  # too long for its source
        subnet(FOUR, 25),  # too short
        subnet(bytes([192, 0, 2]), 23)[:-1] + b"\1",  # a bit past the source
        subnet(b"\1", 0),
        subnet(FOUR, 24) * 2,
        option(8),
        option(8, b"\0\1\0"),
        option(3),  # NSID
        subnet(FOUR, 24) + option(3),
        b"\0",
        b"\0\x0a\0",
        b"\0\x0a\0\1",
        option(10, b"cookie")[:-1],
    ],
)
def test_options_that_are_unsound_or_the_responders_are_not_read(options):
    assert read_options(options, 0) is None


def test_keepalive_means_something_on_a_stream_only():
    assert read_options(option(11), 0) == (None, False)
    assert read_options(option(11), 0, stream=True) is None


@pytest.mark.parametrize(
    ("options", "has_subnet", "alone"),
    [
        (b"", False, True),
        (option(10, bytes(8)), False, False),
        (option(65_001, bytes(100)) + option(12), False, False),
        (option(10, bytes(8)) + subnet(FOUR, 24), True, False),
        (subnet(FOUR, 24) + option(11), True, False),
        (subnet(FOUR, 24), True, True),
    ],
)
def test_other_options_are_passed_over(options, has_subnet, alone):
    read, told = read_options(options, 0)

    assert (read is not None, told) == (has_subnet, alone)


@given(st.integers(0, 2**32 - 1), st.integers(0, 24))
def test_cutting_keeps_the_leading_bits_only(number, bits):
    left = cut(number.to_bytes(4, "big"), 4, bits)

    assert f"{left:032b}" == f"{number:032b}"[:bits].ljust(32, "0")
