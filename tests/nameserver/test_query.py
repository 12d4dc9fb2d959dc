"""Packets read: what is a question, what is an error, what deserves silence."""

import struct

import dns.edns
import dns.message
import pytest
from dns.rcode import Rcode
from hypothesis import given
from hypothesis import strategies as st

from gslb.nameserver.query import Subnet, parse

NAME = b"\x03WwW\x07example\x03com\x00"
A_IN = b"\0\1\0\1"


def packet(flags=0x0100, counts=(1, 0, 0, 0), rest=NAME + A_IN):
    return struct.pack("!HHHHHH", 7, flags, *counts) + rest


def opt(options=b"", payload=1232, ttl=0, owner=b"\0"):
    return owner + struct.pack("!HHIH", 41, payload, ttl, len(options)) + options


def ecs(family, source, scope, address):
    value = struct.pack("!HBB", family, source, scope) + address
    return struct.pack("!HH", 8, len(value)) + value


def with_opt(options=b"", **kwargs):
    return packet(counts=(1, 0, 0, 1), rest=NAME + A_IN + opt(options, **kwargs))


def test_a_question_is_read_and_kept_as_it_came():
    query = parse(packet())

    assert query.rcode is None
    assert query.question.name.to_text() == "WwW.example.com."
    assert query.question.wire == NAME + A_IN
    assert query.edns is None


@pytest.mark.parametrize("data", [b"", b"\0" * 11, packet(flags=0x8100), packet(flags=0x8000)[:12]])
def test_no_header_or_a_response_is_met_with_silence(data):
    assert parse(data) is None


@pytest.mark.parametrize(
    ("data", "rcode"),
    [
        (packet(counts=(0, 0, 0, 0), rest=b""), Rcode.FORMERR),
        (packet(counts=(2, 0, 0, 0), rest=(NAME + A_IN) * 2), Rcode.FORMERR),
        (packet(counts=(1, 1, 0, 0)), Rcode.FORMERR),
        (packet(counts=(1, 0, 1, 0)), Rcode.FORMERR),
        (packet(rest=NAME + A_IN + b"x"), Rcode.FORMERR),
        (packet(rest=NAME), Rcode.FORMERR),
        (packet(rest=b"\x40" + A_IN), Rcode.FORMERR),
        (packet(rest=b"\xc0\x0c" + A_IN), Rcode.FORMERR),
        (packet(rest=b"\x03www\xc0\x00" + A_IN), Rcode.FORMERR),
        (packet(rest=b"\x3f" + b"a" * 63 + NAME[:-1] * 16 + b"\0" + A_IN), Rcode.FORMERR),
        (packet(flags=0x0300), Rcode.FORMERR),
        (packet(flags=0x2000), Rcode.NOTIMP),
        (packet(flags=0x2800), Rcode.NOTIMP),
        (packet(flags=0x7800, counts=(9, 9, 9, 9), rest=b""), Rcode.NOTIMP),
        (packet(rest=NAME + b"\0\xfc\0\1"), Rcode.REFUSED),
        (packet(rest=NAME + b"\0\xfb\0\1"), Rcode.REFUSED),
        (packet(rest=NAME + b"\0\1\0\xff"), Rcode.REFUSED),
        (packet(rest=NAME + b"\0\1\0\4"), Rcode.REFUSED),
        (packet(rest=NAME + b"\0\xfe\0\1"), Rcode.NOTIMP),
        (packet(rest=NAME + b"\0\x29\0\1"), Rcode.FORMERR),
        (packet(rest=NAME + b"\0\xfa\0\1"), Rcode.FORMERR),
        (packet(rest=NAME + b"\0\0\0\1"), Rcode.FORMERR),
        (with_opt(ttl=0x00010000), Rcode.BADVERS),
        (with_opt(b"\0\x08\0", ttl=0x00FF0000), Rcode.BADVERS),
        (with_opt(owner=b"\1a\0"), Rcode.FORMERR),
        (packet(counts=(1, 0, 0, 2), rest=NAME + A_IN + opt() * 2), Rcode.FORMERR),
        (packet(counts=(1, 0, 0, 1)), Rcode.FORMERR),
        (packet(counts=(1, 0, 0, 1), rest=NAME + A_IN + NAME + struct.pack("!HHIH", 250, 255, 0, 0)), Rcode.NOTAUTH),
    ],
)
def test_what_is_not_an_ordinary_question_has_its_code(data, rcode):
    assert parse(data).rcode == rcode


@pytest.mark.parametrize(
    ("option", "subnet"),
    [
        (ecs(1, 24, 0, b"\x51\x02\x45"), Subnet(1, 24, b"\x51\x02\x45")),
        (ecs(1, 0, 0, b""), Subnet(1, 0, b"")),
        (ecs(0, 0, 0, b""), Subnet(0, 0, b"")),
        (ecs(1, 32, 0, b"\1\2\3\4"), Subnet(1, 32, b"\1\2\3\4")),
        (ecs(1, 20, 0, b"\1\2\xf0"), Subnet(1, 20, b"\1\2\xf0")),
        (ecs(2, 56, 0, b"\x20\1\x0d\xb8\0\0\1"), Subnet(2, 56, b"\x20\1\x0d\xb8\0\0\1")),
    ],
)
def test_a_client_subnet_is_read(option, subnet):
    assert parse(with_opt(option)).edns.subnet == subnet


@pytest.mark.parametrize(
    "option",
    [
        ecs(1, 24, 0, b"\1\2"),
        ecs(1, 24, 0, b"\1\2\3\0"),
        ecs(1, 24, 24, b"\1\2\3"),
        ecs(1, 33, 0, b"\1\2\3\4\0"),
        ecs(2, 129, 0, bytes(17)),
        ecs(3, 8, 0, b"\1"),
        ecs(0, 8, 0, b"\1"),
        ecs(1, 20, 0, b"\1\2\xf8"),
        b"\0\x08\0\3\0\1\0",
        ecs(1, 24, 0, b"\1\2\3") * 2,
        b"\0\x08\0\x09\0\1",
        b"\0\x08",
    ],
)
def test_a_malformed_client_subnet_is_a_format_error(option):
    """RFC 7871, section 7.1.2; the OPT itself was read, so the reply carries one."""
    assert parse(with_opt(option)).rcode == Rcode.FORMERR


def test_unknown_options_and_flags_are_ignored():
    query = parse(with_opt(b"\xff\xfe\0\2hi" + b"\0\x0a\0\x08" + bytes(8), ttl=0x00007FFF))

    assert query.rcode is None
    assert not query.edns.do


def test_options_that_are_known_are_seen():
    query = parse(with_opt(b"\0\3\0\0" + b"\0\x0b\0\0", ttl=0x8000, payload=4096))

    assert (query.edns.nsid, query.edns.keepalive, query.edns.do, query.edns.payload) == (True, True, True, 4096)


def test_other_additional_records_are_passed_over():
    record = NAME + struct.pack("!HHIH", 1, 1, 60, 4) + b"\1\2\3\4"

    assert parse(packet(counts=(1, 0, 0, 2), rest=NAME + A_IN + record + opt())).edns is not None


def test_a_real_client_is_understood():
    message = dns.message.make_query(
        "www.example.com", "AAAA", use_edns=0, options=[dns.edns.ECSOption("2001:db8::", 48)]
    )
    query = parse(message.to_wire())

    assert query.rcode is None
    assert query.edns.subnet == Subnet(2, 48, b"\x20\1\x0d\xb8\0\0")


@given(st.binary(max_size=600))
def test_any_bytes_are_read_without_a_fault(data):
    query = parse(data)

    assert query is None or query.question is not None or query.rcode is not None


@given(st.binary(max_size=120), st.integers(0, 65535))
def test_a_response_is_never_taken_for_a_query(data, flags):
    assert parse(struct.pack("!HH", 1, flags | 0x8000) + data) is None
