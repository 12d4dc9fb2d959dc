"""From a model to a world: all of it, or every fault at once."""

from dataclasses import fields, replace
from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gslb.config import load
from gslb.control import world as worlds
from gslb.control.world import assemble, atlas_of, draw_classes, outline
from gslb.geo import Atlas, MeasuredRow, class_map
from gslb.model import Faults, Leaf, leaves
from gslb.policy import classify
from kit.trees import LOCATIONS, SITES, trees
from kit.worlds import LARGE, OVERLAY, WALL, large

DAY = 86_400.0


def files(**extra):
    return {"test.yaml": LARGE, "places.csv": OVERLAY, **extra}


def assembled(text=LARGE, wall=WALL, cache=None, **extra):
    found = files(**{**extra, "test.yaml": text})
    return assemble(load("test.yaml", found.__getitem__), reader(found), wall, cache)


def reader(found):
    """Reads from a mapping as from a disk."""

    def read(path):
        if path not in found:
            raise FileNotFoundError(2, "No such file or directory", path)
        return found[path]

    return read


SMALL = """\
gslb: 1
listen: 127.0.0.1:5300
clients: {overlay: places.csv}
regions: {eu-west: {at: FRA}, us-east: {at: IAD}}
pools: {web: {endpoints: {eu-west: 192.0.2.1, us-east: 192.0.2.2}}}
zones:
  example.com:
    records: |
      @ 1h NS ns1
      ns1 1h A 192.0.2.53
    steer:
      www: {ttl: 30s, latency: web}
"""


def test_a_world_has_the_model_s_zones_regions_and_steered_names():
    world = large()

    assert [zone.apex.to_text() for zone in world.zones] == ["example.com.", "child.example.com."]
    assert set(world.sites) == {"eu-west", "us-east", "ap-south"}
    assert {name.to_text() for name in world.steered} == set(world.model.steered)


def test_only_trees_that_look_at_the_client_s_place_have_a_class_map():
    assert {name.split(".")[0] for name in large().classes} == {"www", "geo", "near", "net", "*"}
    assert set(large().maps) == {drawn.digest for drawn in large().classes.values()}


def test_where_nobody_looks_at_places_no_database_is_read():
    text = SMALL.replace("latency: web", "failover: [web/eu-west]").replace(
        "clients: {overlay: places.csv}\n", "clients: {geodb: {country: gone.mmdb}}\n"
    )

    assert assembled(text).world.maps == {}


def test_every_fault_of_zones_regions_and_files_is_told_at_once():
    text = (
        SMALL.replace("places.csv", "gone.csv")
        .replace("at: FRA", "at: XXX")
        .replace("ns1 1h A 192.0.2.53", "ns1 1h A 192.0.2.530")
        + "  example.org: {file: gone.zone}\n"
    )
    with pytest.raises(Faults) as told:
        assembled(text)

    messages = sorted(str(fault) for fault in told.value.faults)
    assert len(messages) == 4
    for part, message in zip(["gone.csv", "gone.zone", "XXX", "192.0.2.530"], sorted(messages, key=order), strict=True):
        assert part in message


def order(message):
    return next(index for index, part in enumerate(["gone.csv", "gone.zone", "XXX", "192.0.2.530"]) if part in message)


@pytest.mark.parametrize(
    ("problem", "told"),
    [
        (PermissionError(13, "Permission denied"), "cannot read places.csv: Permission denied"),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"), "cannot read places.csv: it is no UTF-8"),
    ],
)
def test_an_overlay_that_cannot_be_read_is_a_fault_at_its_place(problem, told):
    def read(path):
        if path == "places.csv":
            raise problem
        return SMALL

    with pytest.raises(Faults, match=told) as faults:
        assemble(load("test.yaml", read), read, WALL)
    assert faults.value.faults[0].mark.line == 3


def test_what_is_legal_but_unwise_is_told_of_zones_and_of_databases():
    text = SMALL.replace("ns1 1h A", "www2 1h CNAME www.example.com.example.com.\n      ns1 1h A")
    warnings = [str(warning) for warning in assembled(text, wall=WALL + 40 * 365 * DAY).warnings]

    assert any("twice" in warning for warning in warnings)
    assert any("old" in warning or "days" in warning for warning in warnings)


# Classes


def test_trees_that_look_at_clients_alike_are_drawn_once(monkeypatch):
    """Names that go by the least round trip over the same regions cost one class map, however many there are."""
    drawn = []
    monkeypatch.setattr(worlds, "class_map", lambda *given: drawn.append(1) or class_map(*given))
    many = "".join(f"      n{number}: {{ttl: 30s, latency: web}}\n" for number in range(10))
    text = SMALL.replace("pools: {web:", "pools: {shop: {endpoints: {eu-west: 192.0.2.7, us-east: 192.0.2.8}}, web:")
    world = assembled(text + many + "      shop: {ttl: 30s, latency: shop}\n").world

    assert len(drawn) == 1
    assert len(world.classes) == 12
    assert len({id(found) for found in world.classes.values()}) == 1


@pytest.fixture(scope="module")
def atlas():
    return Atlas.build()


@settings(max_examples=200)
@given(trees(), trees(), LOCATIONS, LOCATIONS)
def test_trees_with_equal_outlines_put_the_same_clients_into_the_same_classes(one, other, here, there):
    if outline(one) == outline(other):
        apart = [classify(tree, here, SITES) != classify(tree, there, SITES) for tree in (one, other)]
        assert apart[0] == apart[1]
    if outline(one) is None:
        assert classify(one, here, SITES) == classify(one, there, SITES)


@settings(max_examples=200)
@given(trees(path="one"), st.data())
def test_an_outline_does_not_know_endpoints_nor_paths(tree, data):
    """The same tree over other endpoints: the same outline, and the same classes."""
    other = renamed(tree)
    here, there = data.draw(LOCATIONS), data.draw(LOCATIONS)

    assert outline(other) == outline(tree)
    assert (classify(other, here, SITES) == classify(other, there, SITES)) == (
        classify(tree, here, SITES) == classify(tree, there, SITES)
    )


def renamed(tree):
    """A tree with every path and endpoint called otherwise."""
    if isinstance(tree, Leaf):
        return replace(tree, path=f"x{tree.path}", endpoint=replace(tree.endpoint, path=f"x{tree.endpoint.path}"))
    changes = {"common": replace(tree.common, path=f"x{tree.common.path}")}
    for field in fields(tree):
        if field.name == "children":
            changes["children"] = tuple(
                (child[0], renamed(child[1])) if isinstance(child, tuple) else renamed(child) for child in tree.children
            )
        if field.name == "tree" and tree.tree is not None:
            changes["tree"] = renamed(tree.tree)
    return replace(tree, **changes)


def test_maps_of_other_outlines_that_come_out_equal_are_one(atlas):
    both = {name: large().model.trees[f"{name}.example.com."] for name in ("www", "near", "geo")}
    drawn = draw_classes(both, atlas, {})

    assert len({found.digest for found in drawn.values()}) == len({id(found) for found in drawn.values()})
    assert leaves(both["www"])


# The atlas and its cache


def test_an_atlas_that_was_made_before_is_read_from_the_cache(tmp_path):
    """Put another atlas under its name: that one comes back."""
    digest = assembled(SMALL, cache=tmp_path).world.atlas.digest
    nowhere = Atlas.build()
    (tmp_path / f"atlas-{digest}").write_bytes(nowhere.to_bytes())

    assert assembled(SMALL, cache=tmp_path).world.atlas.digest == nowhere.digest


def test_another_overlay_is_another_atlas_and_takes_the_place_of_the_first(tmp_path):
    assembled(SMALL, cache=tmp_path)
    (before,) = tmp_path.iterdir()
    other = assembled(SMALL, cache=tmp_path, **{"places.csv": OVERLAY + "198.18.0.0/15,FR\n"}).world
    (after,) = tmp_path.iterdir()

    assert before != after
    assert after.name == f"atlas-{other.atlas.digest}"


def test_a_damaged_atlas_in_the_cache_is_made_anew(tmp_path):
    digest = assembled(SMALL, cache=tmp_path).world.atlas.digest
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(kept.read_bytes()[:1000])

    assert assembled(SMALL, cache=tmp_path).world.atlas.digest == digest
    assert Atlas.from_bytes(kept.read_bytes()).digest == digest


def test_networks_that_policies_write_themselves_are_located_too():
    found = files()
    model = load("test.yaml", found.__getitem__)
    atlas, _ = atlas_of(model, reader(found), WALL, None)

    assert "203.0.113.0/24" in atlas.locate(ip_address("203.0.113.7")).networks
    assert "office" in atlas.locate(ip_address("198.51.100.7")).networks


def test_what_was_measured_is_where_clients_are(tmp_path):
    rows = (MeasuredRow(ip_network("198.51.100.0/24"), "eu", 18.0, 0.05, 9),)
    texts = files(**{"test.yaml": SMALL})
    model = load("test.yaml", texts.__getitem__)
    first = assemble(model, reader(texts), WALL, tmp_path).world
    found = assemble(model, reader(texts), WALL, tmp_path, measured=rows).world

    assert found.atlas.digest != first.atlas.digest
    assert [one.region for one in found.atlas.locate(ip_address("198.51.100.7")).measured] == ["eu"]
