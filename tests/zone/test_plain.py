"""Plain lines read by runs: the same zone, the same faults and the same warnings as line by line."""

import dns.name
import pytest
from dns.rdatatype import RdataType
from hypothesis import given
from hypothesis import strategies as st

from gslb.model import Faults, ZoneSource
from gslb.zone import load
from gslb.zone.lexer import Place
from gslb.zone.plain import Plain
from kit.zonetext import HEAD

APEX = dns.name.from_text("example.")
HERE = Place("zone")
TYPES = [RdataType.A, RdataType.AAAA, RdataType.TXT, RdataType.NS, RdataType.CNAME, RdataType.MX, RdataType.ANY]

OWNERS = st.sampled_from(
    [
        "a",
        "b",
        "x.a",
        "y.x.a",
        "c",
        "sub",
        "h.sub",
        "d",
        "k.d",
        "e.f.g",
        "@",
        "*",
        "*.a",
        "a.example.",
        "q.w.example.",
        "A",
        "example.",
        "out.side.",
        ".",
        "b..c",
        "in",
        "300",
        "-",
        "_t",
        "x" * 63,
        "x" * 64,
        ".".join(4 * ["x" * 60]),
    ]
)
TIMES = st.sampled_from(["", "", "", "60 ", "300 ", "IN ", "60 IN ", "in 60 ", "60\tin\t", "1h ", "4294967295 ", "07 "])
ADDRESSES = ["192.0.2.1", "192.0.2.2", "192.0.2.256", "192.0.02.1", "1.2.3", "1.2.3.4.5", "::1"]
LONG = [
    "2001:db8::1",
    "::",
    "2001:DB8:0::1",
    "1:2:3:4:5:6:7:8",
    "1:2:3:4:5:6:7::",
    "1::2::3",
    "::ffff:192.0.2.1",
    "12345::",
    ":::",
    "1:2:3:4:5:6:7",
]
STRINGS = ['"v=spf1 -all"', '"; ( ) $"', '""', "bare", '"a" "b"', r'"\"a\\"', f'"{"t" * 256}"', '"é"']
DATA = st.sampled_from(
    [f"A {address}" for address in (ADDRESSES[0], *ADDRESSES)]
    + [f"AAAA {address}" for address in (*LONG, ":1:2:3:4:5:6:7", "::2:3:4:5:6:7:8")]
    + [f"TXT {string}" for string in STRINGS]
    + ["a 192.0.2.1", "CNAME a", "CNAME x.a", "NS a", "NS ns.elsewhere.", "MX 10 a", "DNAME other.", "TYPE731 \\# 1 00"]
    + ["HINFO a b", "A", ""]
)
RECORDS = st.builds("{} {}{}".format, OWNERS, TIMES, DATA)
OTHERS = st.sampled_from(
    """ A 192.0.2.9|\tTXT more|; a comment||   |$TTL 5|$TTL x|$ORIGIN a|$ORIGIN example.|$ORIGIN out.side.|$ORIGIN k.D
|$INCLUDE other|$INCLUDE other in.a|$INCLUDE zone|$GENERATE 1-3 g$ A 192.0.2.$|c TXT ( one| two )|a 60 A 192.0.2.7 ; why
|a 60 A 192.0.2.7 |c TXT "open|)|b\\046c A 192.0.2.1|a\tA\t192.0.2.3|a. A 192.0.2.3""".replace("\n", "").split("|")
)
LINES = st.lists(RECORDS | RECORDS | OTHERS, max_size=14)


def outcome(text, head, steered, large):
    """The zone, or what it is refused for."""
    texts = {"zone": head + text, "other": "o A 192.0.2.77\na AAAA ::7\n IN A 192.0.2.78\n"}

    def read(path):
        if path not in texts:
            raise FileNotFoundError(2, "No such file or directory", path)
        return texts[path]

    names = {dns.name.from_text(owner, APEX): frozenset({RdataType.A}) for owner in steered}
    try:
        return load(ZoneSource("example.", file="zone"), read, names, large=large, many=0), ()
    except Faults as faults:
        return None, faults.faults


@given(
    LINES,
    st.sampled_from([HEAD, HEAD[10:], HEAD[10:].replace("@ SOA", "@ 50 SOA")]),
    st.sets(st.sampled_from(["a", "z"])),
)
def test_plain_lines_mean_the_same_read_by_runs_as_one_by_one(lines, head, steered):
    text = "\n".join(lines)
    (plain, faults), (slow, expected) = (outcome(text, head, steered, large) for large in (0, 1 << 30))

    assert faults == expected
    if plain is None or slow is None:
        return
    assert plain.warnings == slow.warnings
    assert [name.to_text().lower() for name in plain.nodes] == [name.to_text().lower() for name in slow.nodes]
    assert len(plain.nodes) == len(slow.nodes)
    assert all(node.same(slow.nodes[name]) and node.name == name for name, node in plain.nodes.items())
    assert all(node.same(slow.below_cuts[name]) for name, node in plain.below_cuts.items())
    for name in [*slow.nodes, *slow.below_cuts]:
        below = [dns.name.Name((label, *name.labels)) for label in (b"n", b"*") if len(name.to_wire()) < 254]
        for asked in (name, *below):
            for rdtype in TYPES:
                assert told(plain.lookup(asked, rdtype)) == told(slow.lookup(asked, rdtype))


def told(result):
    """A result as text: the order of records counts, the case of the names of empty non-terminals does not."""
    return repr(result).lower()


def taken(text, **more):
    """What is taken of a text, and the plain names then."""
    plain = Plain(APEX, **more)
    return plain.take(text, 0, 1, HERE, APEX, (None, None), 0), plain.names


def test_a_run_ends_before_the_first_line_that_is_not_plain():
    found, names = taken('a 60 A 192.0.2.1\nb 60 AAAA ::1\nc 60 TXT "x"\nd 60 MX 1 a\n')

    assert found == (44, 3, dns.name.from_text("c.example."), 60)
    assert names == {
        b"a": b"\0\1\0\1\0\0\0\x3c\0\4\xc0\0\2\1",
        b"b": b"\0\x1c\0\1\0\0\0\x3c\0\x10" + bytes(15) + b"\1",
        b"c": b"\0\x10\0\1\0\0\0\x3c\0\2\1x",
    }


@pytest.mark.parametrize("bad", ["a 60 A 192.0.2.256\n", "a. 60 A 192.0.2.1\n", f"{'x.' * 124}x 60 A 1.1.1.1\n"])
def test_lines_before_one_that_looks_plain_and_is_not_are_still_taken_together(bad):
    good = "".join(f"h{number} 60 A 192.0.2.1\n" for number in range(99))
    plain = Plain(APEX)
    position = lines = turns = 0
    while found := plain.take(good + bad, position, lines + 1, HERE, APEX, (None, None), 0):
        position, lines, turns = found.stop, lines + found.lines, turns + 1

    assert (lines, len(plain.names)) == (99, 99)
    assert turns < 20


def test_a_name_that_is_given_back_comes_with_its_places_in_the_order_written():
    plain = Plain(APEX)
    plain.take("a 60 A 192.0.2.1\nb 60 A 192.0.2.2\n", 0, 5, HERE, APEX, (None, None), 3)
    plain.take('x 60 A 192.0.2.3\na 70 TXT "t"\n', 0, 9, HERE, APEX, (None, None), 4)

    given_back = [
        (before, str(name), ttl, str(data), line) for before, name, ttl, data, _, line in plain.give([b"a", b"n"])
    ]
    assert given_back == [(3, "a.example.", 60, "192.0.2.1", 5), (4, "a.example.", 70, '"t"', 10)]
    assert {*plain.names} == {b"b", b"x"}
