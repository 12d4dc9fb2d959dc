"""A reader takes over whole generations, finds names as they are, and keeps what it has if nothing better comes."""

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.image import (
    Constant,
    Entry,
    FlatBody,
    ImageError,
    Places,
    Publication,
    PublishedZone,
    Publisher,
    Rows,
    Scoping,
    Shared,
    Static,
    Tables,
    encode_plan,
    sum_counters,
    write_zone,
)
from gslb.image import tables as tables_module
from gslb.image.arena import Blobs
from gslb.image.tables import label_count
from kit.tables import (
    APEX,
    LABELS,
    NODATA,
    NXDOMAIN,
    A,
    World,
    ZoneContent,
    address,
    labels,
    publish,
    small_world,
    tables_of,
    wire,
    worlds,
)

ONE, TWO = (Constant(address(1)), Scoping()), (Constant(address(2)), Scoping())


def starts(name):
    found, at = [0], 0
    while name[at]:
        at += name[at] + 1
        found.append(at)
    return found


def find(tables, name):
    return tables.find(name, starts(name))


def static_zone(apex, *names):
    entries = [Entry(apex, Rows({}, NODATA), NXDOMAIN)]
    return ZoneContent(
        apex, (*entries, *(Entry(name, Rows({A: Static(address(1), 0)}, NODATA), NXDOMAIN) for name in names))
    )


def naive_rows(world, name):
    """The rows of the longest apex above a name, by the entries as they were written."""
    zone = max(
        (zone for zone in world.zones if any(name[at:] == zone.apex for at in starts(name))),
        key=lambda zone: len(zone.apex),
        default=None,
    )
    if zone is None:
        return None
    by_name = {entry.name: entry for entry in zone.entries}
    if name in by_name:
        return zone, by_name[name].here
    return zone, next(by_name[name[at:]].below for at in starts(name)[1:] if name[at:] in by_name)


@given(worlds(), st.lists(st.tuples(st.lists(labels, max_size=5), st.integers(0, 99)), max_size=8))
def test_a_name_is_found_where_it_is_written(world, asked):
    inside = [entry.name for zone in world.zones for entry in zone.entries]
    with TemporaryDirectory() as folder:
        tables = tables_of(Path(folder), world)
        for parts, pick in asked:
            name = b"".join(bytes([len(part)]) + part for part in parts) + inside[pick % len(inside)]
            found = find(tables, name)
            expected = naive_rows(world, name)
            assert (found is None) == (expected is None)
            if found is not None and expected is not None:
                layer, rows = found
                what, counter = rows.target(A)
                target = expected[0].answered(expected[1], A)
                assert layer.image.apex == expected[0].apex
                assert isinstance(what, FlatBody) == isinstance(target, Static)
                if isinstance(target, Static):
                    assert (what.wire, counter) == (target.body.wire, target.counter)


def test_a_name_outside_all_zones_is_not_found(tmp_path):
    tables = tables_of(tmp_path, small_world())

    assert find(tables, wire("www.example.org")) is None
    assert find(tables, b"\0") is None


def test_names_that_exist_are_remembered_and_others_are_not(tmp_path):
    tables = tables_of(tmp_path, small_world())
    for name in ("www.example.com", "missing.example.com", "x.wild.example.com"):
        find(tables, wire(name))

    assert set(tables.names) == {wire("www.example.com")}


def test_no_more_names_are_remembered_than_a_bound(tmp_path, monkeypatch):
    monkeypatch.setattr(tables_module, "NAMES_LIMIT", 10)
    monkeypatch.setattr(tables_module, "BELOW_LIMIT", 5)
    inside = [wire(f"h{number}.example.com") for number in range(40)]
    tables = tables_of(tmp_path, World((static_zone(APEX, *inside),)))
    for name in inside:
        assert find(tables, name)[1].target(A)[0].wire == address(1).wire
        assert find(tables, b"\1x" + name)[1].target(A)[0].flags == 0x0403
        assert len(tables.names) <= 10
        assert len(tables.zones[APEX]._below) <= 5


def test_a_name_of_a_hundred_labels_costs_as_little_as_its_zone_is_deep(tmp_path):
    tables = tables_of(tmp_path, small_world())
    looked_up = []
    image = tables.zones[APEX].layers[0].image
    find_really = image.find
    image.find = lambda name: looked_up.append(name) or find_really(name)

    assert find(tables, b"\1x" * 100 + wire("wild.example.com"))[1].target(A)[0].wire == address(2).wire
    assert len(looked_up) <= image.depth


def test_the_newest_layer_that_knows_a_name_decides_and_gone_is_gone(tmp_path):
    entries = small_world().zones[0].entries
    www, deep, deeper = wire("www.example.com"), wire("deep.example.com"), wire("deeper.deep.example.com")
    kept = tuple(entry for entry in entries if entry.name not in (deep, deeper))
    stale = tuple(Entry(name, Rows({}, Static(address(9), 0)), Rows({}, Static(address(9), 0))) for name in (deep, www))
    tables = tables_of(tmp_path, World((ZoneContent(APEX, kept, moved={www: 2, deep: 1}, stale=stale),)))
    newest, middle, oldest = tables.zones[APEX].layers

    assert find(tables, www)[0] is newest
    assert find(tables, APEX)[0] is oldest
    for name in (deep, deeper, b"\1x" + deep):
        layer, rows = find(tables, name)
        assert (layer, rows.target(A)[0].flags) == (oldest, 0x0403)
    assert middle.image.find(deep) == 0


def test_a_zone_is_as_deep_as_its_deepest_layer(tmp_path):
    far = wire("a.b.c.d.example.com")
    entries = (*small_world().zones[0].entries, Entry(far, Rows({}, Static(address(7), 0)), NXDOMAIN))
    tables = tables_of(tmp_path, World((ZoneContent(APEX, entries, moved={far: 1}),)))

    assert find(tables, far)[1].target(A)[0].wire == address(7).wire


def test_a_new_layer_leaves_those_below_it_open(tmp_path):
    publisher = Publisher(tmp_path / "run")
    entries = small_world().zones[0].entries
    shared = Rows({}, Shared(0, 5))
    one, two = (ZoneContent(APEX, (*entries, Entry(b"\1s" + APEX, shared, shared)), (), (address(n),)) for n in (1, 2))
    publish(tmp_path, World((one,)), 1, publisher)
    tables = Tables(tmp_path / "run", 0)
    (oldest,) = tables.zones[APEX].layers
    assert find(tables, b"\1s" + APEX)[1].target(A)[0].wire == address(1).wire
    images = [str(write_zone(tmp_path, APEX, [], LABELS, two.shared, [])), oldest.image.path]
    publisher.publish(Publication(1, 2, 0, "m", [PublishedZone(image) for image in images]))
    tables.refresh()

    assert tables.zones[APEX].layers[1] is oldest
    layer, rows = find(tables, b"\1s" + APEX)
    assert (layer, rows.target(A)[0].wire, rows.target(A)[1]) == (oldest, address(2).wire, 5)
    assert find(tables, b"\1x\1s" + APEX)[1].target(A)[0].wire == address(2).wire


def test_each_layer_has_its_own_rows(tmp_path):
    first = small_world(ONE).zones[0]
    steered = wire("steer0.example.com")
    newest = str(
        write_zone(tmp_path, APEX, [entry for entry in first.entries if entry.name == steered], LABELS, (), [])
    )
    (oldest,) = first.write(tmp_path)
    plans = [encode_plan(*plan) for plan in (TWO, ONE)]
    publisher = Publisher(tmp_path / "run")
    publisher.publish(
        Publication(1, 1, 0, "m", [PublishedZone(newest, plans[:1]), PublishedZone(oldest, [b"", plans[1]])])
    )
    tables = Tables(tmp_path / "run")
    layer, rows = find(tables, steered)

    assert tables.plan(layer, rows.target(A)[0]).part(0).wire == address(2).wire
    assert tables.plan(tables.zones[APEX].layers[1], 1).part(0).wire == address(1).wire


@pytest.mark.parametrize(("name", "count"), [(b"\0", 0), (b"\3com\0", 1), (APEX, 2)])
def test_labels_are_counted_without_the_root(name, count):
    assert label_count(name) == count


# Rows and plans


def test_a_row_leads_to_its_plan_and_a_row_without_one_to_none(tmp_path):
    tables = tables_of(tmp_path, small_world(ONE, None, TWO))
    zone = tables.zones[APEX]

    assert tables.plan(zone.layers[0], 0).part(0).wire == address(1).wire
    assert tables.plan(zone.layers[0], 1) is None
    assert tables.plan(zone.layers[0], 2).part(0).wire == address(2).wire
    assert tables.plan(zone.layers[0], 3) is None
    assert tables.plan(zone.layers[0], 0) is tables.plan(zone.layers[0], 0)


def test_each_zone_has_its_own_rows(tmp_path):
    first = small_world(ONE).zones[0]
    org = b"\3org\0"
    entries = tuple(Entry(entry.name[: -len(APEX)] + org, entry.here, entry.below) for entry in first.entries)
    tables = tables_of(tmp_path, World((first, ZoneContent(org, entries, (TWO,)))))

    assert tables.plan(tables.zones[APEX].layers[0], 0).part(0).wire == address(1).wire
    assert tables.plan(tables.zones[org].layers[0], 0).part(0).wire == address(2).wire


# Refreshing


def test_before_the_first_publication_there_is_nothing(tmp_path):
    Publisher(tmp_path)
    tables = Tables(tmp_path, 0)

    assert (tables.generation, tables.zones, tables.state(), tables.refresh()) == ((0, 0), {}, (), False)


def test_a_reader_may_be_there_first(tmp_path):
    (tmp_path / "run").mkdir()
    tables = Tables(tmp_path / "run", 0)
    publish(tmp_path, small_world(ONE))

    assert tables.refresh()
    assert not tables.refresh()
    assert tables.generation == (1, 1)


def test_a_flip_keeps_the_images_and_what_was_read_of_them(tmp_path):
    publisher = Publisher(tmp_path / "run")
    publish(tmp_path, small_world(ONE, TWO), 1, publisher)
    tables = Tables(tmp_path / "run", 0)
    zone = tables.zones[APEX]
    kept = tables.plan(zone.layers[0], 1)
    find(tables, wire("www.example.com"))
    publish(tmp_path, small_world(TWO, TWO), 2, publisher)

    assert tables.refresh()
    assert tables.zones[APEX] is zone
    assert tables.plan(zone.layers[0], 0).part(0).wire == address(2).wire
    assert tables.plan(zone.layers[0], 1) is kept
    assert wire("www.example.com") in tables.names


def test_a_new_zone_does_not_cost_the_others(tmp_path):
    publisher = Publisher(tmp_path / "run")
    org = static_zone(b"\3org\0")
    publish(tmp_path, World((static_zone(APEX, wire("www.example.com")), org), (Places("map"),)), 1, publisher)
    tables = Tables(tmp_path / "run", 0)
    before, places = tables.zones[b"\3org\0"], tables.places["map"]
    find(tables, wire("www.example.com"))
    publish(tmp_path, World((static_zone(APEX), org), (Places("map"),)), 2, publisher)
    tables.refresh()

    assert tables.zones[b"\3org\0"] is before
    assert tables.places["map"] is places
    assert find(tables, wire("www.example.com"))[1].target(A)[0].flags == 0x0403


def test_plans_of_generations_gone_by_are_forgotten(tmp_path):
    publisher = Publisher(tmp_path / "run")
    tables = Tables(tmp_path / "run", 0)
    for number in range(1, 100):
        publish(tmp_path, small_world((Constant(address(number)), Scoping())), number, publisher)
        tables.refresh()
        assert tables.plan(tables.zones[APEX].layers[0], 0).part(0).wire[-1] == number

    assert len(tables._plans) <= 3


def test_what_cannot_be_read_leaves_the_old_generation(tmp_path):
    publisher = Publisher(tmp_path / "run")
    publish(tmp_path, small_world(ONE), 1, publisher)
    tables = Tables(tmp_path / "run", 0)
    publisher.publish(Publication(1, 2, 0, "m", [PublishedZone(str(tmp_path / "missing"))]))

    for _ in range(2):
        with pytest.raises(FileNotFoundError):
            tables.refresh()
    assert tables.generation == (1, 1)
    assert tables.plan(tables.zones[APEX].layers[0], 0).part(0).wire == address(1).wire
    publish(tmp_path, small_world(TWO), 3, publisher)
    assert tables.refresh()
    assert tables.plan(tables.zones[APEX].layers[0], 0).part(0).wire == address(2).wire


def test_a_generation_that_went_while_it_was_read_is_skipped(tmp_path, monkeypatch):
    """The publisher cleans up between a reader's look at the root word and its look at the arena."""
    publisher = Publisher(tmp_path / "run", 1_024)
    publish(tmp_path, small_world(ONE), 1, publisher)
    overtaken = Blobs.read
    late = []

    def read(blobs, reference):
        if not late:
            late.append(reference)
            for number in range(2, 12):
                publish(tmp_path, small_world((Constant(address(number)), Scoping())), number, publisher)
        return overtaken(blobs, reference)

    monkeypatch.setattr(Blobs, "read", read)
    tables = Tables(tmp_path / "run")

    assert not (tmp_path / "run" / "arena-1").exists()
    assert tables.generation == (1, 11)


def test_a_damaged_plan_is_an_error_when_it_is_asked_for(tmp_path):
    tables = tables_of(tmp_path, small_world(ONE))
    (path,) = (tmp_path / "run").glob("arena-*")
    path.write_bytes(path.read_bytes().replace(address(1).wire, address(9).wire))

    with pytest.raises(ImageError, match="damaged"):
        tables.plan(tables.zones[APEX].layers[0], 0)


# Counting


def test_a_worker_counts_in_its_own_slot_and_an_onlooker_for_nobody(tmp_path):
    publish(tmp_path, small_world())
    readers = [Tables(tmp_path / "run", slot) for slot in (0, 1, None)]
    for tables in readers:
        tables.zones[APEX].layers[0].counts[3] += 5
        tables.close()

    digest = readers[0].zones[APEX].layers[0].image.digest
    assert sum_counters(tmp_path / "run", digest, len(LABELS))[3] == 10


def test_without_room_for_counters_answers_go_on(tmp_path):
    publish(tmp_path, small_world())
    digest = Path(write_zone(tmp_path, APEX, small_world().zones[0].entries, LABELS)).name.removeprefix("zone-")
    (tmp_path / "run" / f"counters-{digest}-0").mkdir()
    tables = Tables(tmp_path / "run", 0)

    tables.zones[APEX].layers[0].counts[0] += 1
    assert find(tables, wire("www.example.com")) is not None


# Starting quickly


def test_reading_tables_needs_no_heavy_module():
    script = (
        "import sys, gslb.image; print(sorted({'dns', 'asyncio', 'threading', 'logging', 'ssl'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=os.environ)

    assert done.stdout.strip() == "[]"
