"""What was written is found again, name by name and type by type."""

import random
from pathlib import Path
from tempfile import TemporaryDirectory
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.image import Entry, Forward, ImageError, Row, Rows, Shared, Static, ZoneImage, write_zone
from gslb.image.reader import FlatRows
from gslb.image.tables import label_count
from kit.tables import APEX, LABELS, NODATA, NXDOMAIN, TXT, A, address, names, wire, zones


def image_of(entries, folder, shared=()):
    return ZoneImage(write_zone(Path(folder), APEX, entries, LABELS, shared))


def naive_lookup(entries, name):
    by_name = {entry.name: entry for entry in entries}
    if name in by_name:
        return by_name[name].here
    while name not in by_name:
        name = name[name[0] + 1 :]
    return by_name[name].below


@given(zones(APEX))
def test_the_reader_reads_what_the_writer_wrote(zone):
    with TemporaryDirectory() as folder:
        image = image_of(zone.entries, folder, zone.shared)

        assert list(image.entries()) == list(zone.entries)
        assert image.shared() == list(zone.shared)
        assert (image.apex, image.entry_count) == (APEX, len(zone.entries))
        assert image.depth == max(label_count(entry.name) for entry in zone.entries)


@given(zones(APEX), st.lists(names, max_size=8))
def test_a_name_is_answered_by_itself_or_by_its_closest_encloser(zone, asked):
    with TemporaryDirectory() as folder:
        image = image_of(zone.entries, folder, zone.shared)

        for name in [part + APEX for part in asked]:
            assert image.rows(image.lookup(name)) == naive_lookup(zone.entries, name)


@given(zones(APEX), st.sampled_from(range(70)))
def test_flat_rows_have_the_targets_of_rows(zone, rdtype):
    with TemporaryDirectory() as folder:
        image = image_of(zone.entries, folder, zone.shared)
        for entry in zone.entries:
            what, counter = FlatRows(image, image.here(image.find(entry.name))).target(rdtype)
            match entry.here.by_type.get(rdtype, entry.here.other):
                case Static(body, counted):
                    assert (what.wire, what.flags, counter) == (body.wire, body.flags, counted)
                case Shared(number, counted):
                    assert (what.wire, counter) == (zone.shared[number].wire, counted)
                case Row(index, counted):
                    assert (what, counter) == (index, counted)
                case Forward():
                    assert what is None


def test_flat_rows_remember_listed_types_and_share_the_rest(tmp_path):
    image = image_of([Entry(APEX, Rows({A: Static(address(1), 0)}, NODATA), NXDOMAIN)], tmp_path)
    rows = FlatRows(image, image.here(0))

    assert rows.target(A) is rows.target(A) is rows.known[A]
    assert rows.target(TXT) is rows.target(65_535)
    assert set(rows.known) == {A}


def test_a_shared_body_is_that_of_the_newest_layer(tmp_path):
    here = Rows({A: Shared(0, 3)}, NODATA)
    image = image_of([Entry(APEX, here, NXDOMAIN)], tmp_path, [address(1)])
    newest = ZoneImage(write_zone(tmp_path, APEX, [], LABELS, [address(2)], []))

    assert [FlatRows(image, image.here(0), layer).target(A)[0].wire for layer in (None, newest)] == [
        address(1).wire,
        address(2).wire,
    ]


def test_a_shared_body_that_the_newest_layer_lacks_is_an_error(tmp_path):
    image = image_of([Entry(APEX, Rows({}, Shared(0, 3)), NXDOMAIN)], tmp_path, [address(1)])
    newest = ZoneImage(write_zone(tmp_path, APEX, [], LABELS, [], []))

    with pytest.raises(ImageError, match="0 shared bodies, and no 0"):
        FlatRows(image, image.here(0), newest).target(A)


def test_names_with_the_same_hash_are_told_apart(tmp_path):
    chance = random.Random(32)
    by_hash: dict[int, bytes] = {}
    one = other = b""
    while one == other:
        other = wire(f"{chance.getrandbits(64):016x}.example.com")
        one = by_hash.setdefault(crc32(other), other)
    image = image_of([Entry(APEX, NXDOMAIN, NXDOMAIN), Entry(one, Rows({}, Row(3, 8)), NXDOMAIN)], tmp_path)
    both = image_of([*image.entries(), Entry(other, NXDOMAIN, NXDOMAIN)], tmp_path)

    assert (image.find(one), image.find(other)) == (1, -1)
    assert (both.find(one), both.find(other)) == (1, 2)


def test_ten_thousand_names_are_all_found_and_no_others(tmp_path):
    inside = [wire(f"h{number}.example.com") for number in range(10_000)]
    image = image_of([Entry(APEX, NXDOMAIN, NXDOMAIN), *(Entry(name, NXDOMAIN, NXDOMAIN) for name in inside)], tmp_path)

    assert len({image.find(name) for name in inside}) == 10_000
    assert {image.find(wire(f"x{number}.example.com")) for number in range(10_000)} == {-1}


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[:-8],
        lambda data: data + bytes(8),
        lambda data: data[:8] + b"\1" + data[9:],
        lambda data: b"GSLBPLAC" + data[8:],
    ],
)
def test_a_file_of_another_version_or_length_is_refused(tmp_path, damage):
    path = write_zone(tmp_path, APEX, [Entry(APEX, NXDOMAIN, NXDOMAIN)], LABELS)
    path.write_bytes(damage(path.read_bytes()))

    with pytest.raises(ImageError):
        ZoneImage(path)


@given(zones(APEX), st.lists(names, max_size=8))
def test_a_name_is_missing_for_sure_when_its_crc_is(zone, asked):
    with TemporaryDirectory() as folder:
        image = image_of(zone.entries, folder, zone.shared)
        for name in (*(entry.name for entry in zone.entries), *(name + APEX for name in asked)):
            crc = crc32(name)
            assert image.may_have(crc) == (crc in {crc32(entry.name) for entry in zone.entries})
        assert set(image.crcs()) - {0} == {crc32(entry.name) for entry in zone.entries}
