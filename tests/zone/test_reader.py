"""Directives, and what a line inherits from those before it."""

import pytest

from gslb.model import Faults, Mark, ZoneSource
from gslb.zone import load
from gslb.zone.reader import DEEPEST, Reader
from kit.zonetext import HEAD, faults, name, zone


def read(text: str, origin: str = "example.", files: dict[str, str] | None = None) -> list[str]:
    """Every record of a text as "owner ttl type data", with faults as "!" lines."""
    texts = {"zone": text, **(files or {})}

    def reading(path: str) -> str:
        if path not in texts:
            raise FileNotFoundError(2, "No such file or directory")
        return texts[path]

    reader = Reader(reading)
    reader.file("zone", name(origin), None)
    found = [f"{r.name} {r.ttl} {r.rdata.rdtype.name} {r.rdata}" for r in reader.records]
    return [*found, *(f"! {fault.mark} {fault.message}" for fault in reader.faults)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a 5 IN A 1.1.1.1", ["a.example. 5 A 1.1.1.1"]),
        ("a IN 5 A 1.1.1.1", ["a.example. 5 A 1.1.1.1"]),
        ("a 5 A 1.1.1.1", ["a.example. 5 A 1.1.1.1"]),
        ("a in A 1.1.1.1", ["a.example. None A 1.1.1.1"]),
        ("a class1 1h2m3s a 1.1.1.1", ["a.example. 3723 A 1.1.1.1"]),
        ("@ 5 A 1.1.1.1\n 6 A 2.2.2.2", ["example. 5 A 1.1.1.1", "example. 6 A 2.2.2.2"]),
        ("A.b. 5 A 1.1.1.1", ["A.b. 5 A 1.1.1.1"]),
        (r"a\.b\@\065 5 A 1.1.1.1", [r"a\.b\@A.example. 5 A 1.1.1.1"]),
        (r"\$x 5 A 1.1.1.1", [r"\$x.example. 5 A 1.1.1.1"]),
        ("* 5 A 1.1.1.1", ["*.example. 5 A 1.1.1.1"]),
        ("in 5 A 1.1.1.1\nA 5 A 1.1.1.1\n5 5 A 1.1.1.1", [f"{n}.example. 5 A 1.1.1.1" for n in ("in", "A", "5")]),
        ("bücher 5 A 1.1.1.1", ["xn--bcher-kva.example. 5 A 1.1.1.1"]),
        (
            "a 5 MX 1 @\n 5 MX 2 b\n\n ; x\n 5 MX 3 c.",
            [f"a.example. 5 MX {d}" for d in ("1 example.", "2 b.example.", "3 c.")],
        ),
        ("a 0 A 1.1.1.1\nb 2147483647 A 1.1.1.1", ["a.example. 0 A 1.1.1.1", "b.example. 2147483647 A 1.1.1.1"]),
        ("a ( 5\n IN\n A ) 1.1.1.1", ["a.example. 5 A 1.1.1.1"]),
    ],
)
def test_a_record_may_leave_out_owner_ttl_and_class(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "ttls"),
    [
        ("a A 1.1.1.1", [None]),
        ("a 5 A 1.1.1.1\nb A 1.1.1.1", [5, 5]),
        ("$TTL 9\na A 1.1.1.1\nb 5 A 1.1.1.1\nc A 1.1.1.1", [9, 5, 9]),
        ("a 5 A 1.1.1.1\n$ttl 1m\nb A 1.1.1.1\n$TTL 2m\nc A 1.1.1.1", [5, 60, 120]),
    ],
)
def test_a_ttl_comes_from_the_line_then_the_directive_then_the_last_one_stated(text, ttls):
    """RFC 2308, section 4, and RFC 1035, section 5.1."""
    reader = Reader(lambda _: text)
    reader.file("zone", name("example."), None)

    assert [record.ttl for record in reader.records] == ttls


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$ORIGIN b\na 5 NS c", ["a.b.example. 5 NS c.b.example."]),
        ("$ORIGIN b\n$origin c.\na 5 NS d", ["a.c. 5 NS d.c."]),
        ("a 5 NS x\n$ORIGIN b\n 5 NS x", ["a.example. 5 NS x.example.", "a.example. 5 NS x.b.example."]),
        ("$ORIGIN . ; the root\na 5 NS @", ["a. 5 NS ."]),
    ],
)
def test_an_origin_holds_for_relative_names_after_it(text, expected):
    assert read(text) == expected


def test_an_included_file_changes_nothing_for_the_lines_after_it():
    """RFC 1035, section 5.1: neither origin nor owner; here not the TTL either."""
    inner = "$ORIGIN deep\n$TTL 1\nx NS y\n"

    found = read("$TTL 9\na NS b\n$INCLUDE inner\n NS c\n", files={"inner": inner})

    assert found == ["a.example. 9 NS b.example.", "x.deep.example. 1 NS y.deep.example.", "a.example. 9 NS c.example."]


@pytest.mark.parametrize(
    ("before", "ttl"),
    [("$TTL 9\n", 9), ("a 8 NS b\n", 8), ("$TTL 9\na 8 NS b\n", 9)],
    ids=["from $TTL", "from the last record", "$TTL first"],
)
def test_an_included_file_starts_with_the_ttl_that_holds_where_it_is_included(before, ttl):
    """RFC 2308, section 4: $TTL holds for the records after it. NSD, Knot and dnspython read it so."""
    *_, found = read(f"{before}$INCLUDE inner\n", files={"inner": "x NS y\n"})

    assert found == f"x.example. {ttl} NS y.example."


def test_an_include_may_set_the_origin_of_its_file():
    assert read("$ORIGIN b\n$INCLUDE inner c\n$INCLUDE inner d.", files={"inner": "x 5 NS y"}) == [
        "x.c.b.example. 5 NS y.c.b.example.",
        "x.d. 5 NS y.d.",
    ]


def test_an_include_starts_from_the_folder_of_its_file():
    files = {
        "parts/one": "$INCLUDE more/two\n$INCLUDE /etc/three",
        "parts/more/two": "b 5 NS b",
        "/etc/three": "c 5 NS c",
    }

    assert read('$INCLUDE "parts/one"', files=files) == ["b.example. 5 NS b.example.", "c.example. 5 NS c.example."]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$INCLUDE nowhere", "! zone:1:10 cannot read nowhere: No such file or directory"),
        ("$INCLUDE inner", "! inner:2:5 'FOO' is no record type"),
        ("$INCLUDE ring", "! ring:1:10 ring includes itself"),
        ("$INCLUDE zone", "! zone:1:10 zone includes itself"),
        ("$INCLUDE", "! zone:1:1 $INCLUDE takes a file and perhaps an origin"),
        ("$INCLUDE inner a..b", "! zone:1:16 'a..b' is no domain name: A DNS label is empty"),
    ],
)
def test_an_include_that_fails_is_marked_where_it_fails(text, expected):
    assert read(text, files={"inner": "\na 5 FOO 1\n", "ring": "$INCLUDE ring"}) == [expected]


def test_files_are_included_only_so_deep():
    files = {f"f{n}": f"$INCLUDE f{n + 1}" for n in range(2 * DEEPEST)}

    (found,) = read("$INCLUDE f0", files=files)

    assert f"more than {DEEPEST} deep" in found


def test_a_file_that_is_no_text_is_refused():
    def reading(path: str) -> str:
        return b"\xff".decode()

    with pytest.raises(Faults, match=r"gslb.yaml:3:1  cannot read zone: it is not UTF-8 text"):
        load(ZoneSource("example.", file="zone", mark=Mark("gslb.yaml", 3, 1)), reading)


def test_an_error_without_words_is_still_said():
    def reading(path: str) -> str:
        raise PermissionError("not yours")

    with pytest.raises(Faults, match="cannot read zone: not yours"):
        load(ZoneSource("example.", file="zone"), reading)


FAULTS = [
    ("www 1x A 1.1.1.1", "1:5", "'1x' is no time to live"),
    ("www 2147483648 A 1.1.1.1", "1:5", "too long"),
    ("www 5 6 A 1.1.1.1", "1:7", "'6' is no record type"),
    ("www IN IN A 1.1.1.1", "1:8", "'IN' is no record type"),
    ("www CH TXT a", "1:5", "class CH"),
    ("www CLASS32 A 1.1.1.1", "1:5", "class CLASS32"),
    ("www CLASS99999 A 1.1.1.1", "1:5", "'CLASS99999' is no record type"),
    ("www HS A 1.1.1.1", "1:5", "class HS"),
    ("www 5 FOO 1.1.1.1", "1:7", "'FOO' is no record type"),
    ("www 5 A 1.1.1", "1:9", "'1.1.1' is wrong"),
    ("www 5", "1:5", "no type"),
    ("www", "1:1", "no type"),
    ("  5 A 1.1.1.1", "1:3", "no owner"),
    ("a..b 5 A 1.1.1.1", "1:1", "'a..b' is no domain name"),
    (f"{'x' * 64} 5 A 1.1.1.1", "1:1", "63 octets"),
    (f"{'x.' * 130} 5 A 1.1.1.1", "1:1", "255 octets"),
    ("a\\300 5 A 1.1.1.1", "1:1", "escaped code"),
    ('"www" 5 A 1.1.1.1', "1:1", '"www" is no name'),
    ("$TTL x", "1:6", "'x' is no time to live"),
    ("$TTL 1 2", "1:1", "$TTL takes one time"),
    ("$ORIGIN", "1:1", "$ORIGIN takes one name"),
    ("$ORIGIN a..b", "1:9", "is no domain name"),
    ("$ORIGN a.", "1:1", "there is no directive $ORIGN"),
    ("$x 5 A 1.1.1.1", "1:1", "there is no directive $x"),
    ("$GENERATE 1-2 a$ FOO 1.1.1.$", "1:18", "'FOO' is no record type"),
]


@pytest.mark.parametrize(("text", "place", "message"), FAULTS)
def test_a_fault_is_marked_at_its_word(text, place, message):
    (found,) = [line for line in read(text) if line.startswith("!")]

    assert found.startswith(f"! zone:{place} ")
    assert message in found


def test_a_bad_line_hides_no_other():
    text = "".join(f"{line}\n" for line, *_ in FAULTS if not line.startswith(" ")) + "end 5 A 9.9.9.9\n"

    found = read(text)

    assert len([line for line in found if line.startswith("!")]) == len(FAULTS) - 1
    assert "end.example. 5 A 9.9.9.9" in found


def test_lines_that_inherit_an_owner_that_was_wrong_are_checked_but_not_kept():
    assert read("a 5 A 1.1.1.1\nb..c 5 A 1.1.1.1\n 5 A 2.2.2.2\n 5 FOO\nd 5 A 3.3.3.3") == [
        "a.example. 5 A 1.1.1.1",
        "d.example. 5 A 3.3.3.3",
        "! zone:2:1 'b..c' is no domain name: A DNS label is empty",
        "! zone:4:4 'FOO' is no record type",
    ]


def test_text_in_another_file_is_marked_there():
    source = ZoneSource("example.", records="@ 5 NS ns\nns 5 AA 1.1.1.1\n", records_mark=Mark("gslb.yaml", 20, 7))

    with pytest.raises(Faults) as caught:
        load(source, lambda path: "")

    assert [str(fault.mark) for fault in caught.value.faults] == ["gslb.yaml:21:12"]


def test_an_include_from_text_in_another_file_starts_from_its_folder():
    source = ZoneSource("example.", records="$INCLUDE ns.zone", records_mark=Mark("/etc/gslb/gslb.yaml", 20, 7))
    asked = []

    def reading(path: str) -> str:
        asked.append(path)
        return "@ 5 NS ns.example.net."

    load(source, reading)

    assert asked == ["/etc/gslb/ns.zone"]


def test_unknown_types_are_kept_as_they_are():
    """RFC 3597, section 5: its examples of class IN."""
    text = HEAD + "a CLASS1 TYPE731 \\# 6 abcd (\n ef 01 23 45 )\nb TYPE62347 \\# 0\n"
    text += "e IN A \\# 4 0A000001\nf CLASS1 TYPE1 10.0.0.2\n"

    made = zone(text)

    assert [rrset.to_text() for owner in "abef" for rrset in made.nodes[name(f"{owner}.example.")].rrsets] == [
        "a.example. 3600 IN TYPE731 \\# 6 abcdef012345\n",
        "b.example. 3600 IN TYPE62347 \\# 0 \n",
        "e.example. 3600 IN A 10.0.0.1\n",
        "f.example. 3600 IN A 10.0.0.2\n",
    ]
    assert not faults(text)
