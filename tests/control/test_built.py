"""What a builder leaves on disk: images and snapshots named by their content, none of them twice, none for ever."""

import os
import pickle
from collections import Counter
from dataclasses import replace
from pathlib import Path

import dns.name
import pytest
from dns.rcode import Rcode

from gslb.control import Publishing
from gslb.control import built as module
from gslb.control.built import KEPT, build, load, save
from gslb.engine import answer
from gslb.image import PlaceImage, Publisher, Row, Tables, Totals, ZoneImage, open_counters
from gslb.nameserver import View, fill
from kit.judging import REGIONAL
from kit.worlds import all_up, large, query, world


def files(folder):
    """Every file below a folder, with what changes when it is written again."""
    return {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}


def numbered(tmp_path, number, in_use=""):
    """A build that differs from those of other numbers, in its zone's image too."""
    text = REGIONAL.replace("192.0.2.200", f"192.0.2.{number}")
    return save(build(world(text), tmp_path), tmp_path, in_use)


def test_building_again_writes_nothing_new(tmp_path):
    first = save(build(large(), tmp_path), tmp_path)
    before = {path: signed for path, signed in files(tmp_path).items() if path.suffix != ".images"}
    second = save(build(large(), tmp_path), tmp_path)

    assert first == second
    assert {path: signed for path, signed in files(tmp_path).items() if path.suffix != ".images"} == before


def test_every_zone_and_every_class_map_has_an_image_that_can_be_read(tmp_path):
    built = build(large(), tmp_path)

    assert [ZoneImage(zone.image).apex for zone in built.zones] == [b"\7example\3com\0", b"\5child\7example\3com\0"]
    assert {PlaceImage(path).digest for path in built.places} == set(built.world.maps)


def test_rows_of_the_table_are_rows_of_the_image(tmp_path):
    (table, _) = build(large(), tmp_path).zones
    image = ZoneImage(table.image)
    steered = {
        (entry.name, rdtype): target
        for entry in image.entries()
        for rows in (entry.here, entry.below)
        for rdtype, target in rows.by_type.items()
        if isinstance(target, Row)
    }

    assert {target.index for target in steered.values()} <= set(range(len(table.rows)))
    assert steered[b"\3www\7example\3com\0", 1].index == next(
        index for index, slot in enumerate(table.rows) if (slot.name.to_text(), slot.rdtype) == ("www.example.com.", 1)
    )


def test_trees_that_tell_the_same_clients_apart_share_one_place_image(tmp_path):
    """www and *.shop both go by the least round trip, but to other regions; geo, near and net look at other things."""
    built = build(large(), tmp_path)

    assert len(built.places) == len(set(built.places)) == len(built.world.maps)
    assert len(built.places) < len(built.world.classes) + 1


def test_a_snapshot_comes_back_and_means_the_same(tmp_path):
    saved = save(build(large(), tmp_path), tmp_path)
    back = load(tmp_path, saved.digest)

    assert back.digest == saved.digest
    assert (back.zones, back.places, back.world.model) == (saved.zones, saved.places, saved.world.model)
    slot = saved.zones[0].rows[0]
    plans = [fill(slot, one.world.zones.find(slot.name), view_of(one)) for one in (saved, back)]
    assert plans[0] == plans[1]


def view_of(built):
    return View(built.world, all_up(built.world))


def test_names_that_are_one_policy_still_share_their_tree_when_it_comes_back(tmp_path):
    back = load(tmp_path, save(build(world(REGIONAL), tmp_path), tmp_path).digest)

    assert back.world.model.trees["one.example.com."] is back.world.model.trees["two.example.com."]


def plain(*more):
    """A world whose zone has so many plain names that they are packed."""
    hosts = "".join(f"h{number} 60 A 192.0.2.{number % 250}\n" for number in range(4_000))
    head = "@ 60 SOA ns.x. me 1 1h 1h 1w 60\n@ 60 NS ns.x.\n"
    text = "gslb: 1\nlisten: 127.0.0.1:5300\nzones: {example.com: {file: hosts}}\n"
    return world(text, {"hosts": head + hosts + "".join(f"{line}\n" for line in more)})


def test_plain_names_are_mapped_from_a_file_of_the_build_and_no_part_of_its_snapshot(tmp_path):
    saved = save(build(plain(), tmp_path), tmp_path)
    back = load(tmp_path, saved.digest)
    (zone,) = back.world.zones
    (names,) = (tmp_path / "images").glob("names-*")

    assert zone.packed.path == str(names)
    assert (tmp_path / "snapshots" / saved.digest).stat().st_size < 20_000
    assert str(names) in saved.files
    found = zone.lookup(dns.name.from_text("h7.example.com."), 1)
    assert found == plain().zones.get(zone.apex).lookup(dns.name.from_text("h7.example.com."), 1)
    assert ZoneImage(saved.zones[0].image).entry_count == 4_001


def test_plain_names_go_with_the_last_build_that_has_them(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "PAST", 0)
    first = save(build(plain(), tmp_path), tmp_path)
    again = save(build(plain("a 60 MX 1 h1"), tmp_path), tmp_path)
    for number in range(KEPT):
        last = save(build(plain(f"h9999 60 A 192.0.2.{number}"), tmp_path), tmp_path)

    assert [path for path in first.files if "names-" in path] == [path for path in again.files if "names-" in path]
    assert not [path for path in first.files if Path(path).exists()]
    assert all(Path(path).exists() for path in last.files)


def test_of_many_snapshots_some_stay_with_their_images_and_counters(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "PAST", 1)
    saved = [numbered(tmp_path, number) for number in range(KEPT + 3)]
    (tmp_path / "run").mkdir()
    for built in saved:
        for zone in built.zones:
            open_counters(tmp_path / "run", zone.image.rpartition("-")[2], 0, 4)
    last = numbered(tmp_path, 99)
    kept = [*saved[-KEPT + 1 :], last]

    snapshots = {path.name for path in (tmp_path / "snapshots").iterdir() if not path.suffix}
    assert snapshots == {built.digest for built in (saved[-KEPT], *kept)}
    images = {str(path) for path in (tmp_path / "images").iterdir()}
    assert images == {image for built in kept for image in (*(zone.image for zone in built.zones), *built.places)}
    counted = {path.name.split("-")[1] for path in (tmp_path / "run").iterdir()}
    assert counted >= {zone.image.rpartition("-")[2] for built in saved[-KEPT + 1 :] for zone in built.zones}
    assert saved[-KEPT].zones[0].image.rpartition("-")[2] not in counted


def test_snapshots_of_the_past_can_be_explained_from_and_no_longer_answered_from(tmp_path):
    first = save(build(plain(), tmp_path), tmp_path)
    for number in range(KEPT):
        save(build(plain(f"h9999 60 A 192.0.2.{number}"), tmp_path), tmp_path)

    (zone,) = load(tmp_path, first.digest).world.zones
    assert zone.lookup(dns.name.from_text("h7.example.com."), 1).rrsets
    assert [Path(path).name[:6] for path in first.files if Path(path).exists()] == ["names-"]


def test_the_past_is_bounded_by_what_it_takes_on_the_disk(tmp_path, monkeypatch):
    sizes = {
        number: (tmp_path / "snapshots" / numbered(tmp_path, number).digest).stat().st_size
        for number in range(KEPT + 4)
    }
    monkeypatch.setattr(module, "PAST_OCTETS", 2 * max(sizes.values()))
    numbered(tmp_path, 99)

    assert len(list((tmp_path / "snapshots").glob("*.images"))) == KEPT + 2


COUNTED = """\
gslb: 1
listen: 127.0.0.1:5300
regions: {eu: {at: FRA}}
pools: {web: {endpoints: {eu: 192.0.2.1}}}
zones:
  example.com:
    records: |
      @ 300 NS ns
      ns 300 A 192.0.2.53
      a 300 CNAME www
"""


def counted(number: int) -> str:
    hosts = "".join(f"      h{each} 300 A 192.0.2.{each}\n" for each in range(30 + number % 3))
    steer = "    steer:\n      www: {failover: [web/eu]}\n"
    return f"{COUNTED}      own 300 TXT {number % 7}\n{hosts}{steer if number % 4 else ''}"


def test_what_was_answered_stays_counted_through_every_change(tmp_path):
    """Layers, whole images, images that go, the same zone again, steering that comes and goes, another worker."""
    expected: Counter[tuple[str, str]] = Counter()
    publisher, served = Publisher(tmp_path / "run"), None
    totals = Totals(tmp_path / "run", tmp_path / "images")
    layers = set()
    for number in range(24):
        served = save(build(world(counted(number)), tmp_path, served, least=0), tmp_path)
        layers.add(len(served.zones))
        belief = replace(all_up(served.world), generation=number + 1)
        publisher.publish(Publishing(served).publication(belief, None, 1.0))
        workers = [Tables(tmp_path / "run", slot) for slot in (0, 1)]
        for name, kind in (("own", "TXT"), ("h3", "A"), ("www", "A"), ("a", "A"), ("none", "A"), ("q.none", "A")):
            for tables in workers:
                reply = answer(tables, query(f"{name}.example.com", kind), b"\x7f\0\0\1", lambda: 0)
                assert isinstance(reply, bytes)
                expected[name, Rcode.to_text(Rcode(reply[3] & 15))] += 1
        told: Counter[tuple[str, str]] = Counter()
        leaves = 0
        for labels, counts in totals.read(layer.image for zone in tables.zones.values() for layer in zone.layers):
            for label, count in zip(labels, counts, strict=False):
                told[label.rdtype, label.rcode] += count
                leaves += count if label.leaf == "web/eu" else 0
        assert told["TXT", "NOERROR"] == expected["own", "NOERROR"]
        assert told["other", "NXDOMAIN"] == sum(times for (_, rcode), times in expected.items() if rcode == "NXDOMAIN")
        assert told.total() == expected.total()
        assert leaves == 4 * sum(1 for before in range(number + 1) if before % 4)

    assert layers >= {1, 2}
    assert len(list((tmp_path / "images").glob("zone-*"))) < 20, "images went on the way"


def test_the_snapshot_in_use_stays_however_old_it_is(tmp_path):
    used = numbered(tmp_path, 0)
    for number in range(1, KEPT + 3):
        numbered(tmp_path, number, in_use=used.digest)

    back = load(tmp_path, used.digest)
    assert all(Path(zone.image).exists() for zone in back.zones)


def test_images_of_a_snapshot_in_use_that_told_nobody_of_them_stay(tmp_path):
    """One that another release wrote, without a list of its images."""
    used = numbered(tmp_path, 0)
    (tmp_path / "snapshots" / f"{used.digest}.images").unlink()
    for number in range(1, KEPT + 3):
        numbered(tmp_path, number, in_use=used.digest)

    assert all(Path(zone.image).exists() for zone in used.zones)


def test_a_write_that_fails_leaves_what_was_there(tmp_path, monkeypatch):
    saved = numbered(tmp_path, 0)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="full"):
        numbered(tmp_path, 1)

    assert load(tmp_path, saved.digest).digest == saved.digest


def full(_):
    raise OSError("full")


def test_a_snapshot_tells_whose_it_is_only_by_its_name(tmp_path):
    saved = numbered(tmp_path, 0)

    assert pickle.loads((tmp_path / "snapshots" / saved.digest).read_bytes()).digest == ""
