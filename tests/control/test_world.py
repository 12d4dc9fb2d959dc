"""Worlds assembled whole or not at all: every fault at once; classes of clients shared; atlases kept."""

import pytest

from gslb.config import load
from gslb.control import assemble
from gslb.model import Faults
from kit.worlds import LARGE, OVERLAY, WALL, large, world


def made(text, cache=None, **files):
    known = {"test.yaml": text, "places.csv": OVERLAY, **files}
    return assemble(load("test.yaml", known.__getitem__), known.__getitem__, WALL, cache)


def test_faults_of_several_zones_and_files_come_at_once():
    broken = """\
gslb: 1
listen: 127.0.0.1:5300
regions: {eu: {at: FRX}, us: {at: IAD}}
pools: {web: {endpoints: {eu: 192.0.2.1, us: 192.0.2.2}}}
zones:
  one.example:
    records: |
      @ 1h NS ns1
      ns1 1h A 192.0.2.999
    steer: {www: {latency: web}}
  two.example:
    records: |
      @ 1h NS ns1.elsewhere.example.
      www 1h CNAME a
      www 1h A 192.0.2.1
"""
    with pytest.raises(Faults) as caught:
        made(broken)

    told = "\n".join(map(str, caught.value.faults))
    assert "test.yaml:9" in told, "the bad address, at its place in the YAML file"
    assert "CNAME" in told
    assert "FRX" in told


def test_an_alias_to_a_name_without_addresses_is_a_fault():
    text = """\
gslb: 1
zones:
  one.example:
    records: |
      @ 1h NS ns1
      ns1 1h A 192.0.2.53
      far 1h CNAME www.example.org.
      six 1h AAAA 2001:db8::6
    steer: {a: {alias: ns1}, b: {alias: six}, c: {alias: missing}, d: {alias: far}, e: {alias: a}}
"""
    with pytest.raises(Faults) as caught:
        made(text)

    assert [(fault.message, fault.mark.line) for fault in caught.value.faults] == [
        ("alias: missing.one.example. has no address in our zones", 9),
        ("alias: far.one.example. has no address in our zones", 9),
    ]


def test_trees_that_tell_the_same_clients_apart_share_a_class_map():
    text = LARGE.replace(
        "www: {ttl: 30s, latency: web}", "www: {ttl: 30s, latency: web}\n      www3: {ttl: 30s, latency: web}"
    )
    classes = world(text).classes

    assert classes["www.example.com."] is classes["www3.example.com."]
    assert classes["www.example.com."] is not classes["net.example.com."]


def test_only_trees_that_vary_by_place_have_classes():
    assert {"www.example.com.", "geo.example.com.", "near.example.com.", "net.example.com."} <= set(large().classes)
    assert "weighted.example.com." not in large().classes
    assert set(large().maps) == {drawn.digest for drawn in large().classes.values()}


def test_an_atlas_is_kept_and_found_again(tmp_path):
    first = made(LARGE, tmp_path).world.atlas
    (kept,) = tmp_path.glob("atlas-*")
    before = kept.stat().st_mtime_ns

    again = made(LARGE, tmp_path).world.atlas

    assert again.digest == first.digest
    assert kept.stat().st_mtime_ns == before
    other = made(LARGE, tmp_path, **{"places.csv": OVERLAY + "127.9.0.0/16,FR\n"}).world.atlas
    assert other.digest != first.digest


def test_an_old_database_is_a_warning():
    years_later = WALL + 10 * 365 * 86_400
    known = {"test.yaml": LARGE, "places.csv": OVERLAY}
    warnings = assemble(load("test.yaml", known.__getitem__), known.__getitem__, years_later).warnings

    assert any("fetch a newer one" in str(warning) for warning in warnings)


def test_an_overlay_that_cannot_be_read_is_a_fault():
    files = {"test.yaml": LARGE}

    def read(path):
        if path not in files:
            raise FileNotFoundError(2, "No such file or directory", path)
        return files[path]

    with pytest.raises(Faults, match=r"cannot read places\.csv"):
        assemble(load("test.yaml", read), read, WALL)
