"""What a zone image holds are values that a round trip can be compared by."""

from gslb.image import CounterLabel, Entry, Forward, Row, Rows, Static
from kit.tables import address


def test_entries_are_equal_by_what_they_answer():
    def entry(last):
        return Entry(b"\0", Rows({1: Static(address(last), 0), 28: Row(0, 1)}, Forward()), Rows({}, Forward()))

    assert entry(1) == entry(1)
    assert entry(1) != entry(2)


def test_a_label_without_a_leaf_counts_static_answers():
    assert CounterLabel("example.com.", "A", "NOERROR") == CounterLabel("example.com.", "A", "NOERROR", "", "")
