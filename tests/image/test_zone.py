"""The writer of zone images: what it refuses, and what it stores once."""

import pytest

from gslb.image import CounterLabel, Entry, Forward, Row, Rows, Shared, Static, ZoneImage, layout, write_zone
from kit.tables import APEX, LABELS, NODATA, NXDOMAIN, A, address, wire

EMPTY = Rows({}, Forward())


def apex_and(*entries):
    return [Entry(APEX, EMPTY, EMPTY), *entries]


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ([], "apex .* is not among the names"),
        (apex_and(Entry(APEX, EMPTY, EMPTY)), "stands twice"),
        (apex_and(Entry(wire("www.example.org"), EMPTY, EMPTY)), "no lower-case name in the zone"),
        (apex_and(Entry(wire("Www.example.com"), EMPTY, EMPTY)), "no lower-case name in the zone"),
        (apex_and(Entry(b"\3www" + APEX + b"\0", EMPTY, EMPTY)), "no lower-case name in the zone"),
        (apex_and(Entry(b"\3www" + APEX[:-1], EMPTY, EMPTY)), "no lower-case name in the zone"),
        (apex_and(Entry(b"\x0eww" + APEX, EMPTY, EMPTY)), "no lower-case name in the zone"),
        (apex_and(Entry(wire("a.example.com"), Rows({}, Shared(0, 0)), EMPTY)), "shared body 0 is meant, there are 0"),
        (apex_and(Entry(wire("a.example.com"), Rows({}, Row(0, 64)), EMPTY)), "65 counters are used, 64 have a label"),
    ],
)
def test_entries_that_make_no_zone_are_refused(tmp_path, entries, message):
    with pytest.raises(ValueError, match=message):
        write_zone(tmp_path, APEX, entries, LABELS)

    assert list(tmp_path.iterdir()) == []


def test_the_apex_may_stand_anywhere(tmp_path):
    path = write_zone(tmp_path, APEX, [Entry(wire("a.example.com"), EMPTY, EMPTY), *apex_and()])

    assert ZoneImage(path).apex == APEX


def test_the_same_content_has_the_same_name_and_is_written_once(tmp_path):
    one = write_zone(tmp_path, APEX, apex_and())
    before = one.stat()
    other = write_zone(tmp_path, APEX, apex_and())
    third = write_zone(tmp_path, APEX, apex_and(Entry(wire("a.example.com"), EMPTY, EMPTY)))

    assert one == other != third
    assert other.stat().st_ino == before.st_ino
    assert len(list(tmp_path.iterdir())) == 2


def test_a_thousand_names_with_one_answer_take_little_more_than_their_names(tmp_path):
    here = Rows({A: Static(address(1), 0)}, NODATA)
    path = write_zone(
        tmp_path, APEX, apex_and(*(Entry(wire(f"h{n}.example.com"), here, NXDOMAIN) for n in range(1_000))), LABELS
    )

    assert path.stat().st_size / 1_000 < 60  # 18 of name, 16 of entry, 16 of slots, and the labels of the counters


def test_equal_rows_are_shared_though_they_are_different_objects(tmp_path):
    def entry(number):
        return Entry(wire(f"h{number}.example.com"), Rows({A: Static(address(1), 0)}, NODATA), NXDOMAIN)

    image = ZoneImage(write_zone(tmp_path, APEX, apex_and(*map(entry, range(5_000))), LABELS))

    assert len({image.here(image.find(wire(f"h{number}.example.com"))) for number in range(5_000)}) == 1


def test_a_name_with_its_own_address_takes_at_most_250_octets(tmp_path):
    names = 20_000

    def entry(number):
        body = address(0)
        own = Static(type(body)(body.wire[:-3] + number.to_bytes(3, "big"), body.flags, 1, core=body.core), 0)
        return Entry(wire(f"host-{number}.example.com"), Rows({A: own, 255: own}, NODATA), NXDOMAIN)

    path = write_zone(tmp_path, APEX, apex_and(*map(entry, range(names))), LABELS)

    assert path.stat().st_size / names < 250


def test_bodies_past_what_a_reference_can_reach_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(layout, "VALUE_MASK", 15)  # 4 GiB would take long to write
    rows = [Rows({}, Static(address(n), 0)) for n in range(4)]

    with pytest.raises(ValueError, match="more than 4 GiB"):
        write_zone(tmp_path, APEX, [Entry(bytes([1, 97 + n]) + APEX, own, own) for n, own in enumerate(rows)], LABELS)


def test_labels_are_kept_in_order(tmp_path):
    labels = [CounterLabel("example.com.", "A", "NOERROR", "www.example.com.", "web/eu \u00fc"), *LABELS]

    assert ZoneImage(write_zone(tmp_path, APEX, apex_and(), labels)).labels() == labels


def test_a_layer_has_the_names_that_changed_and_those_that_are_gone(tmp_path):
    changed = Entry(wire("a.example.com"), Rows({}, Shared(1, 0)), EMPTY)
    path = write_zone(tmp_path, APEX, [changed], LABELS, (address(1), address(2)), [wire("b.c.example.com")])
    image = ZoneImage(path)

    assert (image.apex, image.depth, image.find(APEX)) == (APEX, 4, -1)
    assert list(image.entries()) == [changed]
    assert list(image.gone()) == [wire("b.c.example.com")]
    assert image.here(image.find(wire("b.c.example.com"))) == layout.GONE
    assert image.shared() == [address(1), address(2)]


def test_a_layer_may_say_that_all_is_as_it_was(tmp_path):
    """Only the shared bodies are others."""
    image = ZoneImage(write_zone(tmp_path, APEX, [], (), (address(2),), []))

    assert (image.apex, image.entry_count, image.shared()) == (APEX, 0, [address(2)])


def test_a_name_that_changed_and_is_gone_is_refused(tmp_path):
    with pytest.raises(ValueError, match="stands twice"):
        write_zone(tmp_path, APEX, [Entry(wire("a.example.com"), EMPTY, EMPTY)], LABELS, (), [wire("a.example.com")])
