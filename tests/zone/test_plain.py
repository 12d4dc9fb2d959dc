"""What both readers of plain lines do alike: runs, and names that are given back."""

import dns.name
import pytest
from dns.rdatatype import RdataType

from gslb.zone.lexer import Place
from gslb.zone.lines import Lines
from kit.plainlines import APEX, compiled

HERE = Place("zone")
READERS = pytest.mark.parametrize("make", [lambda: Lines(APEX), compiled], ids=["python", "compiled"])


@READERS
def test_a_run_ends_before_the_first_line_that_is_not_plain(make):
    plain = make()
    found = plain.take(
        'a 60 A 192.0.2.1\nb 60 AAAA ::1\nc 60 TXT "x"\nd 60 MX 1 a\n', 0, 1, HERE, APEX, (None, None), 0
    )

    assert found == (44, 3, dns.name.from_text("c.example."), 60)
    assert [*plain] == [b"a", b"b", b"c"]
    packed = plain.pack([])
    assert [packed.content(number) for number in range(3)] == [
        b"\0\1\0\1\0\0\0\x3c\0\4\xc0\0\2\1",
        b"\0\x1c\0\1\0\0\0\x3c\0\x10" + bytes(15) + b"\1",
        b"\0\x10\0\1\0\0\0\x3c\0\2\1x",
    ]


@READERS
@pytest.mark.parametrize("bad", ["a 60 A 192.0.2.256\n", "a. 60 A 192.0.2.1\n", f"{'x.' * 124}x 60 A 1.1.1.1\n"])
def test_lines_before_one_that_looks_plain_and_is_not_are_still_taken_together(make, bad):
    good = "".join(f"h{number} 60 A 192.0.2.1\n" for number in range(99))
    plain = make()
    position = lines = turns = 0
    while found := plain.take(good + bad, position, lines + 1, HERE, APEX, (None, None), 0):
        position, lines, turns = found.stop, lines + found.lines, turns + 1

    assert (lines, len(plain)) == (99, 99)
    assert turns < 20


@READERS
def test_a_name_that_is_given_back_comes_with_its_places_in_the_order_written(make):
    plain = make()
    plain.take("a 60 A 192.0.2.1\nb 60 A 192.0.2.2\n", 0, 5, HERE, APEX, (None, None), 3)
    plain.take('x 60 A 192.0.2.3\na 70 TXT "t"\n', 0, 9, HERE, APEX, (None, None), 4)

    assert [(one.before, str(one.name), one.ttl, str(one.rdata), one.line) for one in plain.give([b"a", b"n"])] == [
        (3, "a.example.", 60, "192.0.2.1", 5),
        (4, "a.example.", 70, '"t"', 10),
    ]
    assert [*plain] == [b"b", b"x"]
    assert (len(plain), b"a" in plain, b"b" in plain) == (2, False, True)


@READERS
def test_names_with_something_to_be_said_against_are_told(make):
    plain = make()
    text = "a 60 A 192.0.2.1\na 60 A 192.0.2.1\nb 60 A 192.0.2.1\nb 70 A 192.0.2.2\nc 60 A 192.0.2.1\nc 70 AAAA ::\n"
    text += "".join(f"d 60 A 192.0.2.{number}\n" for number in range(65))
    text += "".join(f"e 60 A 192.0.2.{number}\n" for number in range(64))
    plain.take(text, 0, 1, HERE, APEX, (None, None), 0)

    assert plain.settle() == {b"a", b"b", b"d"}


@READERS
def test_names_below_others_are_told_at_any_depth(make):
    plain = make()
    plain.take(
        "".join(f"{key} 60 A 192.0.2.1\n" for key in ("a", "x.a", "y.x.a", "xa", "b.c")), 0, 1, HERE, APEX, (1, 1), 0
    )

    assert {*plain.below([b"a"])} == {b"x.a", b"y.x.a"}
    assert {*plain.below([b"x.a", b"q"])} == {b"y.x.a"}
    assert {*plain.below([])} == set()
    assert {*plain.below([b""])} == {*plain}


@READERS
def test_names_between_are_packed_without_records_but_for_those_that_are_known(make):
    plain = make()
    plain.take("x.y.a 60 A 192.0.2.1\nz.y.a 60 A 192.0.2.2\nq.b 60 A 192.0.2.3\n", 0, 1, HERE, APEX, (1, 1), 0)
    packed = plain.pack([(b"b", b"example", b"")])

    assert [b".".join(key[:-2]) for key in [*packed.keys()]] == [b"x.y.a", b"z.y.a", b"q.b", b"y.a", b"a"]
    node = packed.get((b"a", b"example", b""))
    assert node is not None
    assert (node.types, packed.depth) == ((), 4)
    assert packed.get((b"q", b"b", b"example", b"")).types == (RdataType.A,)
