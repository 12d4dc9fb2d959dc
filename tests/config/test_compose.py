"""YAML to words with places: scalars stay text, and what would surprise is a fault."""

import pytest

from gslb.config.compose import Block, Literal, Row, compose, place
from gslb.model import Collector, Mark, Word
from kit.language import expect, told


def block(text):
    faults = Collector()
    found = compose("f", text, faults)

    assert faults.faults == ()
    return found


def faults(text):
    collector = Collector()
    compose("f", text, collector)
    return [str(fault) for fault in collector.faults]


def test_a_scalar_stays_text():
    found = block("a: NO\nb: 12:30\nc: 0x10\nd: 2026-01-01\ne: ~\nf: 1_000\ng: yes\n")

    assert dict(found) == {"a": "NO", "b": "12:30", "c": "0x10", "d": "2026-01-01", "e": "~", "f": "1_000", "g": "yes"}


def test_every_value_and_key_knows_its_place():
    found = block("a:\n  - x\n  - {b: y}\n")

    assert found.words["a"].mark == Mark("f", 1, 1)
    assert place(found["a"]) == Mark("f", 2, 3)
    assert [place(each) for each in found["a"]] == [Mark("f", 2, 5), Mark("f", 3, 5)]
    assert found["a"][1].words["b"].mark == Mark("f", 3, 6)
    assert found["a"][1].mark_of("b") == Mark("f", 3, 9)
    assert found.mark_of("nothing") == Mark("f", 1, 1)


def test_columns_count_characters():
    assert block("a: [ü, b]\n")["a"][1].mark == Mark("f", 1, 8)


def test_a_block_of_text_is_placed_at_its_first_character():
    found = block("r: |   # comment\n\n    www 1d A 192.0.2.1\n      indented\n")["r"]

    assert isinstance(found, Literal)
    assert found == "\nwww 1d A 192.0.2.1\n  indented\n"
    assert found.mark == Mark("f", 2, 5)


def test_an_empty_block_of_text_has_a_place_too():
    assert block("r: |\nb: 1\n")["r"].mark == Mark("f", 2, 1)


def test_a_block_of_text_with_windows_line_ends_keeps_its_column():
    assert block("r: |\r\n  www\r\n  ftp\r\n")["r"].mark == Mark("f", 2, 3)


def test_anchors_and_merges_spread_what_is_written_once():
    found = block("x: &base {a: 1, b: 2}\ny: {<<: *base, b: 3}\nz: {<<: [*base, {c: 4}]}\nw: *base\n")

    assert dict(found["y"]) == {"b": "3", "a": "1"}
    assert dict(found["z"]) == {"a": "1", "b": "2", "c": "4"}
    assert found["w"] is found["x"]
    assert found["y"].words["a"].mark == Mark("f", 1, 11)


def test_a_map_without_some_keys_keeps_its_place():
    found = block("a: 1\nb: 2\n")

    assert dict(found.without("a")) == {"b": "2"}
    assert found.without("a").mark == Mark("f", 1, 1)
    assert isinstance(found.without("a"), Block)
    assert isinstance(block("a: [1]")["a"], Row)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: 1\nb: 2\na: 3\n", "f:3:1  a is written twice (first in line 1)"),
        ("a: [1, 2\nb: 3\n", "f:2:2  did not find expected ',' or ']' (close the list with ])"),
        ("a: 1\n  b: 2\n", "f:2:4  mapping values are not allowed in this context"),
        ("\ta: 1\n", "f:1:1  found character that cannot start any token (indent with spaces"),
        ("a: !!int 1\n", "f:1:4  tags (tag:yaml.org,2002:int) have no meaning here (leave it out)"),
        ("? [a]\n: 1\n", "f:1:3  a key is text"),
        ("a: &a [*a]\n", "f:1:4  this stands inside itself"),
        ("a: {<<: 1}\n", "f:1:9  << takes maps (write <<: *anchor)"),
        ("- a\n", "f:1:1  a configuration is a map: key: value (start with gslb: 1)"),
        ("", "f:1:1  a configuration is a map: key: value (start with gslb: 1)"),
        ("a: 1\n---\nb: 2\n", "f:2:1  but found another document"),
        ("a: \x07\n", "f:1:1  unacceptable character"),
        ("a: " + "[" * 60 + "]" * 60, "f:1:54  more than 50 levels deep"),
    ],
)
def test_what_would_surprise_is_a_fault(text, fault):
    (found,) = faults(text)

    assert found.startswith(fault)


def test_aliases_cannot_stand_for_billions():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]

    assert faults("\n".join(lines))[0].endswith("anchors make more than a million values of this")


def test_only_the_first_syntax_fault_of_a_file_is_told():
    assert len(told("gslb: 1\na: [\nb: ]]\n")[1]) == 1


def test_a_key_written_twice_in_a_configuration_points_at_the_second():
    expect("gslb: 1\nworkers: 2\n§workers: 3\n", "workers is written twice | first in line 2")


def test_a_word_is_plain_text_with_a_place():
    assert Word("a", Mark("f", 1, 1)) == "a"
