"""Plain lines read by the compiled reader: octet for octet what the one in Python makes of them."""

from hypothesis import given
from hypothesis import strategies as st

from gslb.zone.compiled import open_library, plain_names
from gslb.zone.lexer import Place
from gslb.zone.lines import Lines
from kit.plainlines import APEX, HEADS, LARGE, LINES, STEERED, compiled, outcome

TEXTS = st.text('ab.- \t\n019:fAXT"\\$(;é', max_size=60) | st.text(max_size=40)


@given(LINES, HEADS, STEERED)
def test_both_readers_make_the_same_zone_and_find_the_same_faults(lines, head, steered):
    text = head + "\n".join(lines)
    (one, faults), (other, expected) = (outcome(text, steered, LARGE, plain) for plain in (compiled, Lines))

    assert faults == expected
    if one is None or other is None:
        return
    assert one.warnings == other.warnings
    assert dict(one.others) == dict(other.others)
    assert (one.packed is None) == (other.packed is None)
    if one.packed is not None and other.packed is not None:
        assert bytes(one.packed.data) == bytes(other.packed.data)


@given(st.lists(TEXTS, max_size=5).map("".join), st.sampled_from([None, 60]), st.sampled_from([None, 7]))
def test_both_readers_take_the_same_of_any_text(text, default, last):
    one, other = compiled(), Lines(APEX)
    taken = [reader.take(text, 0, 1, Place("zone"), APEX, (default, last), 0) for reader in (one, other)]

    assert taken[0] == taken[1]
    assert [*one] == [*other]


def test_places_are_characters_however_many_octets_those_have():
    text = "; ä\na 60 A 192.0.2.1\n; ö€\nb 60 A 192.0.2.2\n; 🙂\n"
    for reader in (compiled(), Lines(APEX)):
        places = [text.index(owner) for owner in ("a 60", "b 60", "a 60", "b 60")]
        taken = [reader.take(text, place, 1, Place("zone"), APEX, (None, None), 0) for place in places]
        assert [one and one.stop for one in taken] == [text.index("; ö"), text.index("; 🙂")] * 2


def test_a_name_of_the_greatest_length_is_plain_and_one_longer_is_not():
    for owner, plain in ((".".join(["x" * 60] * 3 + ["x" * 62]), 1), (".".join(["x" * 60] * 3 + ["x" * 63]), 0)):
        for reader in (compiled(), Lines(APEX)):
            reader.take(f"{owner} 60 A 192.0.2.1\n", 0, 1, Place("zone"), APEX, (None, None), 0)
            assert len(reader) == plain


def test_thousands_of_names_outgrow_their_first_tables():
    text = "".join(
        f"h{number}.d{number % 97} {number} A 192.0.{number % 13}.{number % 251}\n" for number in range(9_000)
    )
    tables = []
    for reader in (compiled(), Lines(APEX)):
        found = reader.take(text, 0, 1, Place("zone"), APEX, (None, None), 0)
        assert found is not None
        assert (found.stop, found.lines) == (len(text), 9_000)
        tables.append(bytes(reader.pack([]).data))

    assert tables[0] == tables[1]


def test_where_it_was_not_built_python_reads(tmp_path, monkeypatch):
    assert open_library(tmp_path / "library.so") is None
    monkeypatch.setattr("gslb.zone.compiled.open_library", lambda: None)
    assert isinstance(plain_names(APEX), Lines)
