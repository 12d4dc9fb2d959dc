"""Words, and where they stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.model import Fault
from gslb.zone.lexer import Entry, Place, Word, entries


def word(text: str, line: int, column: int, *, quoted: bool = False) -> Word:
    return Word(text, quoted, line, column)


def split(text: str) -> list[list[str]]:
    return [[found.text for found in entry.words] for entry in entries(text, Place("zone")) if isinstance(entry, Entry)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("www A 1", [["www", "A", "1"]]),
        ("a 1\nb 2\n", [["a", "1"], ["b", "2"]]),
        ("a 1\r\nb 2\rc 3", [["a", "1"], ["b", "2"], ["c", "3"]]),
        ("\ufeffa 1", [["a", "1"]]),
        ("a\t\t1 ; why\n; a whole line\n\n  \nb 2;x", [["a", "1"], ["b", "2"]]),
        ("a ( 1 ; one\n  2 ) 3\nb", [["a", "1", "2", "3"], ["b"]]),
        ("a (1(2\n)3)4", [["a", "1", "2", "3", "4"]]),
        ("(a\n1)\nb", [["a", "1"], ["b"]]),
        ('a "x y" "" "(;)"', [["a", "x y", "", "(;)"]]),
        ('a k="v w"x', [["a", "k=", "v w", "x"]]),
        (r'a "say \"hi\"" b\;c d\ e \(', [["a", r"say \"hi\"", r"b\;c", r"d\ e", r"\("]]),
        ("a\u00a0b c", [["a\u00a0b", "c"]]),
        ("", []),
        ("\n\n", []),
        ("( ; nothing\n)\na", [["a"]]),
    ],
)
def test_a_text_is_split_as_master_files_are(text, expected):
    assert split(text) == expected


def test_every_word_knows_its_line_and_column():
    (entry,) = entries('\n www ( A\n\t"1"\n) x', Place("zone"))

    assert isinstance(entry, Entry)
    assert entry.words == (
        word("www", 2, 2),
        word("A", 2, 8),
        word("1", 3, 2, quoted=True),
        word("x", 4, 3),
    )


@pytest.mark.parametrize(
    ("text", "inherits"),
    [("a 1", False), (" a", True), ("\ta", True), ("( \n a)", False), ("\n  \n a", True), ("a\nb", False)],
)
def test_an_entry_that_starts_with_white_space_inherits_its_owner(text, inherits):
    first = next(entries(text, Place("zone")))

    assert isinstance(first, Entry)
    assert first.inherits is inherits


def test_white_space_inside_parentheses_starts_no_entry():
    _, second = entries("a (1\n  2)\nb 3", Place("zone"))

    assert isinstance(second, Entry)
    assert not second.inherits


@pytest.mark.parametrize(
    ("text", "place", "message", "rest"),
    [
        ("a 1\nb ) 2\nc 3", "zone:2:3", "closes nothing", [["a", "1"], ["c", "3"]]),
        ('a "x\nb 2', "zone:1:3", "not closed", [["b", "2"]]),
        ("a x\\\nb 2", "zone:1:4", "backslash", [["b", "2"]]),
        ("a x\\", "zone:1:4", "backslash", []),
        ("a ( 1\n  2\n; x\nb 3\nc 4", "zone:1:3", "never closed", [["b", "3"], ["c", "4"]]),
        ("a (", "zone:1:3", "never closed", []),
        ("b 1\na ( (1\n  2) ; end", "zone:2:3", "never closed", [["b", "1"]]),
        ('a ( "x\n 2 )\nb 3', "zone:1:5", "not closed", [["b", "3"]]),
    ],
)
def test_what_cannot_be_split_is_a_fault_and_costs_its_own_record_only(text, place, message, rest):
    (fault,) = [found for found in entries(text, Place("zone")) if isinstance(found, Fault)]

    assert str(fault.mark) == place
    assert message in fault.message
    assert fault.hint
    assert split(text) == rest


def test_lines_are_counted_on_after_a_fault():
    found = [*entries('a ( "x\n 2 )\nb "\nc', Place("zone"))]

    assert [str(fault.mark) for fault in found if isinstance(fault, Fault)] == ["zone:1:5", "zone:3:3"]
    assert found[-1] == Entry(inherits=False, words=(word("c", 4, 1),))


def test_a_block_of_text_in_another_file_is_marked_there():
    place = Place("gslb.yaml", 20, 7)

    assert str(place.mark(1, 1)) == "gslb.yaml:20:7"
    assert str(place.mark(3, 5)) == "gslb.yaml:22:11"


@given(st.text(alphabet=' \t\n\r;()"\\ab0\ufeff', max_size=60))
def test_any_text_is_read_to_its_end(text):
    for found in entries(text, Place("zone")):
        assert isinstance(found, Fault) or found.words


WORD = st.text(alphabet="ab.@*$-0", min_size=1, max_size=5)


@given(st.lists(st.lists(WORD, min_size=1, max_size=4), max_size=6), st.data())
def test_words_are_found_where_they_were_put(rows, data):
    text = ""
    expected = []
    for row in rows:
        for piece in row:
            text += data.draw(st.sampled_from(["", " ", "\t ", " ; c\n" if text.endswith("\n") else " "]))
            if text and text[-1] not in " \t\n":
                text += " "
            before = text.rsplit("\n", 1)[-1]
            expected.append((piece, text.count("\n") + 1, len(before) + 1))
            text += piece
        text += "\n"

    found = [each for entry in entries(text, Place("z")) if isinstance(entry, Entry) for each in entry.words]

    assert [(each.text, each.line, each.column) for each in found] == expected
