"""$GENERATE gives what dnspython's own reader gives."""

import dns.rdatatype
import dns.zone
import pytest

from gslb.model import Faults
from gslb.zone.generate import MOST, expand
from gslb.zone.lexer import Entry, Place, entries
from kit.zonetext import HEAD, faults, zone


def lines(text: str) -> list[str]:
    (entry,) = entries(text, Place("zone"))
    assert isinstance(entry, Entry)
    return [" ".join(word.text for word in made.words) for made in expand(entry.words, Place("zone"))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1-3 h$ A 192.0.2.$", ["h1 A 192.0.2.1", "h2 A 192.0.2.2", "h3 A 192.0.2.3"]),
        ("0-10/5 $ 1h IN NS n$.x.", ["0 1h IN NS n0.x.", "5 1h IN NS n5.x.", "10 1h IN NS n10.x."]),
        ("7-7 a${1} TXT ${-7,3,d}", ["a8 TXT 000"]),
        ("10-10 ${0,0,x} TXT ${0,4,X} ${0,3,o}", ["a TXT 000A 012"]),
        ("1-1 $$ TXT \\$ a$$b", ["$ TXT \\$ a$b"]),
        ("1-1 ${0,8,n} PTR x", ["1.0.0.0. PTR x"]),
        ("171-171 ${0,4,N} PTR ${0,3,n}", ["B.A. PTR b.a"]),
    ],
)
def test_a_line_stands_for_many(text, expected):
    assert lines(text) == expected


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("1-3 h$ A", "zone:1:8", "ends too early"),
        ("3-1 h$ A 1", "zone:1:1", "no range"),
        ("1 h$ A 1", "zone:1:1", "no range"),
        ("1-2/0 h$ A 1", "zone:1:1", "no range"),
        ("x h$ A 1", "zone:1:1", "no range"),
        (f"0-{MOST} h$ A 1", "zone:1:1", "100,001 records"),
        ("1-3 h${ A 1", "zone:1:6", "not a step"),
        ("1-3 h A ab${0,1,q}", "zone:1:11", "not a step"),
        ("1-3 h A ${0,128}", "zone:1:9", "too wide"),
        ("1-3 h A ${-2,1,n}", "zone:1:9", "no nibbles"),
    ],
)
def test_what_cannot_be_generated_is_refused_at_its_word(text, place, message):
    with pytest.raises(Faults, match=message) as caught:
        lines(text)

    assert [str(fault.mark) for fault in caught.value.faults] == [place]


@pytest.mark.parametrize(
    "line",
    [
        "$GENERATE 1-20 host$ A 192.0.2.$",
        "$GENERATE 1-20/3 host${-1,4,x} 5m IN CNAME x${5,2,o}.example.",
        "$GENERATE 0-40/8 ${0,6,n}rev PTR p${0,5,N}",
        "$GENERATE 1-2 a.w$ CNAME n$$.example.net.",
    ],
)
def test_it_makes_the_records_that_dnspython_makes(line):
    text = HEAD + line + "\n"
    expected = dns.zone.from_text(text, "example.", relativize=False)

    ours = zone(text)

    theirs = {
        (owner, rdataset.rdtype, rdataset.ttl, rdata)
        for owner, rdataset in expected.iterate_rdatasets()
        for rdata in rdataset
    }
    assert {(r.name, r.rdtype, r.ttl, rdata) for n in ours.nodes.values() for r in n.rrsets for rdata in r} == theirs


def test_a_fault_in_what_is_generated_is_said_once():
    (fault,) = faults(HEAD + "$GENERATE 250-260 h$ A 192.0.2.$\n")

    assert str(fault.mark) == "zone:5:24"
    assert "192.0.2.256" in fault.message


def test_nothing_after_generate_is_refused():
    (fault,) = faults(HEAD + "$GENERATE\n")

    assert "ends too early" in fault.message
