"""RFC 1035: the header, the question as it came, names compressed, and what fits into which transport."""

import struct

import pytest
from conformance.generate import cases, query
from conformance.ours import responder
from dnslib import OPCODE, RCODE, DNSRecord

from kit.answers import ask, data, opt, packet, reply, serving, wire_name

ZONE = serving(
    "@ 1h SOA ns1 hostmaster 1 7200 900 1209600 300",
    "@ 1h NS ns1",
    "@ 1h MX 10 mail",
    "ns1 1h A 192.0.2.53",
    "WwW 60 A 192.0.2.1",
    "mail 60 A 192.0.2.25",
    "alias 60 CNAME www",
    *(f'big 60 TXT "{number:03}{200 * "t"}"' for number in range(9)),
    *(f'huge 60 TXT "{number:04}{250 * "t"}"' for number in range(300)),
)
MAY_BE_COMPRESSED = {2: (0, 1), 5: (0, 1), 6: (0, 2), 12: (0, 1), 15: (2, 1)}  # type: where names begin, how many


@pytest.mark.parametrize("flags", [0x0000, 0x0100, 0x0110, 0x0010])
def test_the_header_is_a_reply_to_this_query(flags):
    """Section 4.1.1: the id and RD are copied, QR is set, RA is not: nothing is recursive here."""
    said = reply(ZONE, packet("www.example.com", id_=0xBEEF, flags=flags))
    header = DNSRecord.parse(said).header

    assert (header.id, header.qr, header.aa, header.tc, header.ra) == (0xBEEF, 1, 1, 0, 0)
    assert header.rd == flags >> 8 & 1
    assert said[3] & 0xF0 == flags & 0x10


@pytest.mark.parametrize("name", ["WWW.EXAMPLE.COM", "www.example.com", "wWw.eXaMpLe.CoM"])
def test_case_is_ignored_in_looking_up_and_kept_in_the_reply(name):
    """Section 2.3.3; resolvers that mix the case of a question (0x20) drop a reply that lost it."""
    said = reply(ZONE, packet(name))

    assert said[12 : 12 + len(wire_name(name))] == wire_name(name)
    assert str(DNSRecord.parse(said).rr[0].rname) == f"{name}."
    assert data(DNSRecord.parse(said).rr) == ["192.0.2.1"]


def test_names_in_a_reply_point_back_to_where_they_were_written():
    """Section 4.1.4: the owner points to the question, the target's parent too, later owners to earlier targets."""
    said = reply(ZONE, packet("example.com", "MX"))

    assert said.count(b"\x07example") == 1
    assert said.count(b"\x04mail") == 1
    assert data(DNSRecord.parse(said).rr) == ["10 mail.example.com."]
    assert data(DNSRecord.parse(said).ar) == ["192.0.2.25"]


def _read(message: bytes, at: int, starts: set[int], *, compressed: bool) -> int:
    """The end of the name at `at`; every pointer must be allowed, and lead to a label written before it."""
    while message[at]:
        if message[at] >= 0xC0:
            assert compressed, "a pointer where none may stand"
            target = struct.unpack_from("!H", message, at)[0] & 0x3FFF
            assert target in starts, f"a pointer into nowhere: {target}"
            return at + 2
        assert message[at] < 64
        starts.add(at)
        at += 1 + message[at]
    return at + 1


def _check_names(message: bytes) -> None:
    """Walk a whole reply; raises AssertionError where a name or a length is wrong."""
    _, _, questions, *sections = struct.unpack_from("!HHHHHH", message)
    starts: set[int] = set()
    at = 12
    for _ in range(questions):
        at = _read(message, at, starts, compressed=False) + 4
    for _ in range(sum(sections)):
        at = _read(message, at, starts, compressed=True)
        rdtype, length = struct.unpack_from("!H6xH", message, at)
        end = at + 10 + length
        if rdtype in MAY_BE_COMPRESSED:
            skipped, names = MAY_BE_COMPRESSED[rdtype]
            at += 10 + skipped
            for _ in range(names):
                at = _read(message, at, starts, compressed=True)
            assert at + (20 if rdtype == 6 else 0) == end
        elif rdtype in (33, 39, 64, 65):
            assert _read(message, at + 10 + {33: 6, 39: 0}.get(rdtype, 2), set(), compressed=False) <= end
        at = end
    assert at == len(message)


def test_no_pointer_in_any_reply_leads_into_nowhere():
    """Section 4.1.4, for 1,200 questions to generated zones; RFC 3597, section 4, says where one may stand."""
    made = cases(seed=1035, zones=20, questions=60)
    respond = responder(made)
    for case in made:
        for number, question in enumerate(case.questions):
            said = respond(query(question, number))
            assert said is not None
            _check_names(said)


def test_a_pointer_beyond_16383_is_never_written():
    """Section 4.1.4: an offset has 14 bits; a name that only stands further on is spelled out."""
    pad = 'pad 60 TXT "' + 250 * "p" + '" ' + " ".join(f'"{number:03}{247 * "p"}"' for number in range(70))
    crowd = serving(
        "@ 1h NS ns1",
        "ns1 60 A 192.0.2.1",
        pad,
        *(f"many 60 MX {number} host{number}.under.example.com." for number in range(600)),
        *(f"host{number}.under 60 A 192.0.2.3" for number in range(600)),
    )
    said = reply(crowd, packet("many.example.com", "MX"), tcp=True)

    assert len(said) > 0x4000
    _check_names(said)
    assert len(DNSRecord.parse(said).ar) == 600


def test_a_reply_over_udp_keeps_to_512_octets_without_edns():
    """Section 4.2.1: longer messages are truncated and TC is set."""
    said = reply(ZONE, packet("big.example.com", "TXT"))

    assert len(said) <= 512
    assert DNSRecord.parse(said).header.tc == 1
    assert DNSRecord.parse(said).rr == []


def test_a_reply_over_tcp_is_whole():
    """Section 4.2.2: what was truncated is asked again over TCP."""
    record = ask(ZONE, "big.example.com", "TXT", tcp=True)

    assert (len(record.rr), record.header.tc) == (9, 0)


def test_what_not_even_tcp_can_carry_is_truncated():
    """Section 4.2.2: the length prefix has 16 bits."""
    said = reply(ZONE, packet("huge.example.com", "TXT", opt()), tcp=True)

    assert len(said) < 65_536
    assert DNSRecord.parse(said).header.tc == 1


@pytest.mark.parametrize("opcode", [1, 2, 3, 4, 5, 6, 15])
def test_other_operations_are_not_implemented(opcode):
    """Section 4.1.1: RCODE 4, and the opcode is copied."""
    header = DNSRecord.parse(reply(ZONE, packet("www.example.com", flags=opcode << 11))).header

    assert (header.rcode, header.opcode, header.qr) == (RCODE.NOTIMP, opcode, 1)
    assert OPCODE.QUERY == 0


@pytest.mark.parametrize(
    "cut", [pytest.param(slice(0, 12), id="no question"), pytest.param(slice(0, -1), id="half a class")]
)
def test_a_query_that_breaks_off_is_a_format_error(cut):
    """Section 4.1.1: RCODE 1; the header is all that can be relied on."""
    header = DNSRecord.parse(reply(ZONE, packet("www.example.com", id_=99)[cut])).header

    assert (header.id, header.qr, header.rcode) == (99, 1, RCODE.FORMERR)


def test_two_questions_are_a_format_error():
    """Section 4.1.2 (RFC 9619): QDCOUNT of a query is one."""
    one = packet("www.example.com")
    two = one[:4] + b"\0\2" + one[6:] + one[12:]

    assert DNSRecord.parse(reply(ZONE, two)).header.rcode == RCODE.FORMERR


def test_a_name_of_255_octets_is_answered_and_one_of_256_is_not():
    """Section 2.3.4."""
    labels = [b"\x3f" + 63 * b"a"] * 3
    room = 255 - 3 * 64 - len(wire_name("example.com"))
    whole = b"".join((*labels, bytes([room - 1]) + (room - 1) * b"b")) + wire_name("example.com")
    long = b"".join((*labels, bytes([room]) + room * b"b")) + wire_name("example.com")
    asked = packet("www.example.com")
    codes = [
        DNSRecord.parse(reply(ZONE, asked[:12] + name + b"\0\1\0\1")).header.rcode if len(name) < 256 else None
        for name in (whole,)
    ]

    assert len(whole) == 255
    assert codes == [RCODE.NXDOMAIN]
    assert reply(ZONE, asked[:12] + long + b"\0\1\0\1")[3] & 15 == RCODE.FORMERR
