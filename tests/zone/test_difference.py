"""What changed between two versions of a zone."""

import pytest

from gslb.zone import difference
from kit.zonetext import HEAD, zone

OLD = HEAD + "a A 192.0.2.1\na A 192.0.2.2\nb.c TXT x\nsub NS ns.sub\nns.sub A 192.0.2.9\n"


@pytest.mark.parametrize(
    ("new", "added", "removed", "changed"),
    [
        (OLD, "", "", ""),
        (OLD.replace("a A", "A A").replace("NS ns.sub", "NS NS.sub"), "", "", ""),
        (OLD.replace("a A 192.0.2.1\na A 192.0.2.2", "a A 192.0.2.2\na A 192.0.2.1"), "", "", ""),
        (OLD.replace("a A 192.0.2.1\n", ""), "", "", "a"),
        (OLD.replace("a A", "a 60 A"), "", "", "a"),
        (OLD + "d.e A 192.0.2.1\n", "e d.e", "", ""),
        (OLD.replace("b.c TXT x\n", ""), "", "c b.c", ""),
        (OLD.replace("b.c TXT x", "c TXT x"), "", "b.c", "c"),
        (OLD.replace("192.0.2.9", "192.0.2.8"), "", "", "ns.sub"),
        (OLD.replace("sub NS ns.sub\n", ""), "", "", "sub"),
        (OLD + "sub AAAA ::1\n", "", "", "sub"),
        (OLD + "idle.sub TXT x\n", "", "", ""),
        (OLD.replace(" 7 ", " 8 "), "", "", "@"),
    ],
)
def test_names_are_told_by_what_became_of_them(new, added, removed, changed):
    found = difference(zone(OLD), zone(new))

    def names(text: str) -> list[str]:
        return ["example." if label == "@" else f"{label}.example." for label in text.split()]

    assert [str(name) for name in found.added] == names(added)
    assert [str(name) for name in found.removed] == names(removed)
    assert [str(name) for name in found.changed] == names(changed)
    assert bool(found) is bool(added or removed or changed)


def test_steering_a_name_changes_it():
    found = difference(zone(HEAD + "a TXT x\n"), zone(HEAD + "a TXT x\n", steered={"a": {1}, "b": {1}}))

    assert [str(name) for name in found.changed] == ["a.example."]
    assert [str(name) for name in found.added] == ["b.example."]
