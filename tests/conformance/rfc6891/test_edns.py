"""RFC 6891: EDNS - who gets an OPT record, what is ignored in one, and how large a reply may be."""

import pytest
from dnslib import RCODE, DNSRecord

from kit.answers import ask, ecs, extended_rcode, opt, option, options, packet, reply, serving

ZONE = serving(
    "@ NS ns1",
    "ns1 A 192.0.2.53",
    "www 60 A 192.0.2.1",
    *(f'kilo 60 TXT "{number:03}{190 * "t"}"' for number in range(5)),
    *(f'two-kilo 60 TXT "{number:03}{190 * "t"}"' for number in range(10)),
)
REFUSED = "www.example.net"


def test_a_query_without_opt_gets_none():
    """Section 6.1.1: no OPT is sent to a client that sent none."""
    assert options(ask(ZONE, "www.example.com")) is None
    assert options(ask(ZONE, REFUSED)) is None


@pytest.mark.parametrize("name", ["www.example.com", "missing.example.com", REFUSED])
def test_a_query_with_opt_gets_one(name):
    """Section 6.1.1: a compliant responder includes OPT in every reply to a query with it."""
    assert options(ask(ZONE, name, edns=opt())) == ({15: b"\0\x14"} if name == REFUSED else {})


@pytest.mark.parametrize(
    ("asked", "rcode"),
    [
        (packet("www.example.com", edns=opt(option(8, b"\0\1"))), RCODE.FORMERR),
        (packet("www.example.com", edns=opt(b"\0\3\0\7\0")), RCODE.FORMERR),
        (packet("www.example.com", edns=opt() + opt()).replace(b"\0\1www", b"\0\2www"), RCODE.FORMERR),
        (packet("www.example.com", 252, opt()), RCODE.REFUSED),
        (packet("www.example.com", 41, opt()), RCODE.FORMERR),
    ],
)
def test_an_error_reply_has_opt_too_once_it_was_read(asked, rcode):
    """Sections 6.1.1 and 7: an error without OPT would tell the client that EDNS is not spoken here."""
    said = DNSRecord.parse(reply(ZONE, asked))

    assert (said.header.rcode, options(said)) == (rcode, {})


def test_two_opt_records_are_a_format_error():
    """Section 6.1.1: at most one; the reply says so in EDNS."""
    asked = packet("www.example.com", edns=opt() + opt())
    said = DNSRecord.parse(reply(ZONE, asked[:10] + b"\0\2" + asked[12:]))

    assert said.header.rcode == RCODE.FORMERR
    assert options(said) == {}


def test_an_opt_record_that_is_not_at_the_root_is_a_format_error():
    """Section 6.1.2: NAME must be 0."""
    assert ask(ZONE, "www.example.com", edns=opt(owner=b"\1x\0")).header.rcode == RCODE.FORMERR


@pytest.mark.parametrize("version", [1, 2, 255])
def test_a_version_that_is_not_spoken_is_badvers(version):
    """Section 6.1.3: extended RCODE 16 and the highest version spoken, which is 0; nothing is answered."""
    said = ask(ZONE, "www.example.com", edns=opt(b"not an option", version=version))

    assert extended_rcode(said) == 16
    assert said.rr == []
    assert [rr.ttl >> 16 & 0xFF for rr in said.ar] == [0]


@pytest.mark.parametrize("code", [4, 5, 9, 10, 12, 65_001, 65_535])
def test_options_that_are_not_known_are_ignored(code):
    """Section 6.1.2: and not echoed."""
    said = ask(ZONE, "www.example.com", edns=opt(option(code, b"whatever")))

    assert (said.header.rcode, len(said.rr), options(said)) == (RCODE.NOERROR, 1, {})


@pytest.mark.parametrize("flags", [0x0000, 0x8000, 0x7FFF, 0xFFFF])
def test_flags_that_are_not_known_are_ignored_and_do_is_copied(flags):
    """Section 6.1.4: Z is ignored and sent as zero; DO is copied (RFC 3225, section 3)."""
    (record,) = ask(ZONE, "www.example.com", edns=opt(flags=flags)).ar

    assert record.ttl == flags & 0x8000


def test_the_extended_rcode_of_a_query_means_nothing():
    """Section 6.1.3: it is the responder's to set."""
    edns = opt()
    said = ask(ZONE, "www.example.com", edns=edns[:5] + b"\x7f" + edns[6:])

    assert (extended_rcode(said), len(said.rr)) == (RCODE.NOERROR, 1)


@pytest.mark.parametrize("payload", [0, 100, 512, 1000, 1232, 1400, 4096, 65_535])
def test_we_offer_1232_octets(payload):
    """Section 6.2.4; DNS flag day 2020."""
    assert [rr.rclass for rr in ask(ZONE, "www.example.com", edns=opt(payload=payload)).ar] == [1232]


@pytest.mark.parametrize(
    ("payload", "name", "whole"),
    [
        (0, "kilo", False),
        (511, "kilo", False),
        (512, "kilo", False),
        (1000, "kilo", False),
        (1232, "kilo", True),
        (4096, "kilo", True),
        (4096, "two-kilo", False),
        (65_535, "two-kilo", False),
    ],
)
def test_a_reply_fits_what_both_sides_take(payload, name, whole):
    """Sections 6.2.3 and 6.2.5: values below 512 are 512, and never more than our own limit."""
    said = reply(ZONE, packet(f"{name}.example.com", "TXT", opt(payload=payload)))

    assert len(said) <= min(max(payload, 512), 1232)
    assert DNSRecord.parse(said).header.tc == (not whole)
    assert bool(DNSRecord.parse(said).rr) == whole


def test_room_is_kept_for_opt_in_a_truncated_reply():
    """Section 7: OPT stays; the reply to a query with EDNS never looks as if EDNS were not spoken."""
    said = ask(ZONE, "two-kilo.example.com", "TXT", opt(ecs("192.0.2.0/24"), payload=512))

    assert said.header.tc == 1
    assert set(options(said)) == {8}


def test_the_payload_does_not_bind_tcp():
    """Section 6.2.3: it is about UDP."""
    assert len(ask(ZONE, "two-kilo.example.com", "TXT", opt(payload=512), tcp=True).rr) == 10
