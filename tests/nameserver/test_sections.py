"""Sections to wire: counts, owners, and names compressed only where it is safe."""

import dns.exception
import dns.name
import dns.rcode
import pytest
from dns.rdatatype import RdataType
from dnslib import DNSRecord
from hypothesis import given
from hypothesis import strategies as st

from gslb.image import Body, Trim
from gslb.nameserver.sections import Record, Sections, rdata, to_body, wire
from gslb.zone import RRset
from kit.answers import data, lines

ZONE = dns.name.from_text("example.com.")
QNAME = dns.name.from_text("www.example.com.")
AA = 0x0400


def record(owner: str | None, kind: str, *texts: str, ttl: int = 60) -> Record:
    rdtype = RdataType.from_text(kind)
    name = None if owner is None else dns.name.from_text(owner, ZONE)
    return Record(name, rdtype, ttl, tuple(rdata(rdtype, text, ZONE) for text in texts))


def message(body: Body, qname: dns.name.Name = QNAME) -> bytes:
    """A whole reply to `qname`/A around a body."""
    counts = b"".join(number.to_bytes(2, "big") for number in (body.answers, body.authorities, body.additionals))
    return b"\0\7" + (0x8000 | body.flags).to_bytes(2, "big") + b"\0\1" + counts + wire(qname) + b"\0\1\0\1" + body.wire


FULL = Sections(
    answer=(record(None, "A", "192.0.2.1", "192.0.2.2"),),
    authority=(record("@", "NS", "ns1", "ns2", ttl=3600),),
    additional=(record("ns1", "A", "192.0.2.53"), record("ns2", "AAAA", "2001:db8::53")),
    ordinal=3,
)


@pytest.mark.parametrize("qname", [QNAME, None], ids=["compressed", "spelled out"])
def test_each_record_is_counted_in_its_section(qname):
    body = to_body(FULL, qname)
    decoded = DNSRecord.parse(message(body))

    assert (body.answers, body.authorities, body.additionals) == (2, 2, 2)
    assert lines(decoded.rr) == ["www.example.com. 60 A 192.0.2.1", "www.example.com. 60 A 192.0.2.2"]
    assert lines(decoded.auth) == [f"example.com. 3600 NS ns{number}.example.com." for number in (1, 2)]
    assert lines(decoded.ar) == ["ns1.example.com. 60 A 192.0.2.53", "ns2.example.com. 60 AAAA 2001:db8::53"]


@pytest.mark.parametrize("qname", [QNAME, None], ids=["compressed", "spelled out"])
def test_the_core_is_all_but_the_additional_records(qname):
    body = to_body(FULL, qname)
    less = to_body(Sections(FULL.answer, FULL.authority), qname)

    assert body.wire[: body.core] == less.wire
    assert less.core == len(less.wire)


def test_a_body_for_any_name_points_to_the_question_and_nowhere_else():
    body = to_body(FULL, None)

    assert body.name_length == 0
    assert body.wire.count(b"\xc0\x0c") == 2
    assert body.wire.count(b"\xc0") == 2 + 3, "and three times as an octet of 192.0.2.x"
    other = dns.name.from_text("another.name.under.example.com.")
    assert str(DNSRecord.parse(message(body, other)).rr[0].rname) == "another.name.under.example.com."


def test_a_body_for_one_name_says_for_which_length_it_is_right():
    assert to_body(FULL, QNAME).name_length == len(wire(QNAME)) == 17


def test_owners_that_are_the_question_point_to_it_whatever_their_case():
    body = to_body(Sections((record("WWW", "A", "192.0.2.1"),)), QNAME)

    assert body.wire.startswith(b"\xc0\x0c\0\1\0\1")


def test_compression_makes_a_body_shorter_and_means_the_same():
    short, long = to_body(FULL, QNAME), to_body(FULL, None)

    assert len(short.wire) < len(long.wire)
    assert str(DNSRecord.parse(message(short))) == str(DNSRecord.parse(message(long)))


@pytest.mark.parametrize(
    ("kind", "text", "compressed"),
    [
        ("NS", "ns1", True),
        ("CNAME", "ns1", True),
        ("PTR", "ns1", True),
        ("MX", "5 ns1", True),
        ("SOA", "ns1 h 1 2 3 4 5", True),
        ("SRV", "0 0 443 ns1", False),
        ("DNAME", "ns1", False),
        ("HTTPS", "1 ns1", False),
        ("SVCB", "1 ns1", False),
        ("NAPTR", '1 1 "s" "x" "" ns1', False),
        ("AFSDB", "1 ns1", False),
        ("RT", "1 ns1", False),
        ("KX", "1 ns1", False),
        ("RP", "ns1 .", False),
        ("IPSECKEY", "1 3 2 ns1 AQID", False),
        ("AMTRELAY", "1 0 3 ns1", False),
        ("LP", "1 ns1", False),
    ],
)
def test_only_the_types_of_rfc_1035_have_names_compressed_in_their_data(kind, text, compressed):
    """RFC 3597, section 4."""
    body = to_body(Sections((record(None, kind, text),)), QNAME)

    assert (b"\x07example\x03com" not in body.wire) == compressed


def test_flags_are_aa_and_the_code():
    assert to_body(Sections(), None).flags == AA
    assert to_body(Sections(rcode=dns.rcode.NXDOMAIN), None).flags == AA | 3
    assert to_body(Sections(authoritative=False), None).flags == 0


def test_what_hangs_on_the_sections_stays_with_the_body():
    body = to_body(Sections(trim=Trim.GLUE, ordinal=5), None)

    assert (body.trim, body.ordinal, body.wire) == (Trim.GLUE, 5, b"")


def test_a_record_of_an_rrset_has_its_ttl_or_another():
    rrset = RRset(QNAME, RdataType.A, 300, (rdata(RdataType.A, "192.0.2.1", ZONE),))

    assert Record.of(rrset) == Record(QNAME, RdataType.A, 300, rrset.rdatas)
    assert Record.of(rrset, ttl=0).ttl == 0


def test_relative_names_in_data_stand_under_the_zone():
    assert rdata(RdataType.CNAME, "www", ZONE).to_text() == "www.example.com."
    assert rdata(RdataType.CNAME, "www.example.net.", ZONE).to_text() == "www.example.net."


def test_text_that_is_no_data_is_said_so():
    with pytest.raises(dns.exception.SyntaxError):
        rdata(RdataType.A, "not an address", ZONE)


LABELS = st.sampled_from(["a", "B", "www", "xn--d", "l" * 63])
NAMES = st.lists(LABELS, max_size=3).map(lambda labels: ".".join([*labels, "example.com."]))
RECORDS = st.one_of(
    st.builds(
        lambda owner, target, ttl: record(owner, "MX", f"5 {target}", ttl=ttl), NAMES, NAMES, st.integers(0, 2**31 - 1)
    ),
    st.builds(lambda owner, target: record(owner, "SRV", f"0 0 1 {target}"), NAMES, NAMES),
    st.builds(lambda owner: record(owner, "A", "192.0.2.1", "192.0.2.2"), st.one_of(st.none(), NAMES)),
)


@given(NAMES.map(dns.name.from_text), st.lists(RECORDS, max_size=6), st.lists(RECORDS, max_size=6))
def test_any_records_come_out_of_the_wire_as_they_went_in(qname, answer, additional):
    """For the one name they may be compressed for, and for any."""
    sections = Sections(tuple(answer), additional=tuple(additional))

    for body in (to_body(sections, qname), to_body(sections, None)):
        decoded = DNSRecord.parse(message(body, qname))
        for section, records in ((decoded.rr, answer), (decoded.ar, additional)):
            expected = [
                (str(each.owner or qname).lower(), each.ttl, each_data.to_text().lower())
                for each in records
                for each_data in each.rdatas
            ]
            found = zip(
                [str(rr.rname).lower() for rr in section], [rr.ttl for rr in section], data(section), strict=True
            )
            assert [(name, ttl, text.lower()) for name, ttl, text in found] == expected
