"""Layers over what is served answer like a new image of everything, whatever was edited, and in whatever order."""

from pathlib import Path
from tempfile import TemporaryDirectory

import dns.name
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gslb.control import build, layers
from gslb.image import FlatBody, LiveLayer, LiveZone, ZoneImage
from gslb.model import Faults
from kit.worlds import world

NAMES = ("a", "b", "*.a", "x.a", "w", "*.w", "y.x.w", "c", "ns.c", "d", "e.d", "A.Deep.b")
TARGETS = (*NAMES, "q.w", "q.x.w", "z.d", "z.c", "@", "a.child.example.com.", "q.child.example.com.", "b.example.org.")
LINES = (
    *(f"{name} A 192.0.2.{number}" for number, name in enumerate(NAMES)),
    *(f"{name} A 198.51.100.{number}" for number, name in enumerate(NAMES)),
    *(f"{name} TXT {number}" for number, name in enumerate(NAMES)),
    *(
        f"{name} CNAME {target}"
        for name in ("a", "b", "*.w", "f", "g", "*.h")
        for target in (*TARGETS, "g", "f", "r.h")
    ),
    *(f"{name} MX 10 {target}" for name in ("@", "m", "*.a") for target in TARGETS),
    *(
        f"{name} HTTPS {priority} {target}"
        for name in ("a", "s", "t")
        for priority in (0, 1)
        for target in ("s", "t", "b")
    ),
    *(f"c NS {target}" for target in ("ns.c", "a", "q.w", "ns.example.net.")),
    *(f"{name} NS ns" for name in ("w", "child")),
    *(f"d DNAME {target}" for target in ("w", "a", "child.example.com.", "example.org.")),
    "@ SOA ns hostmaster 1 2h 15m 2w 60",
    "@ SOA ns hostmaster 2 2h 15m 2w 60",
    "@ SOA ns Hostmaster 2 2h 15m 2w 30",
    "@ NS a",
)
ZONES = ("example.com", "child.example.com", "example.org")
STEERED = ("www", "b", "x.a", "*.w")
TREES = (
    "{failover: [web/eu]}",
    "{failover: [web/eu, web/us]}",
    "{multivalue: web}",
    "{failover: [{rdata: [q], type: TXT}]}",
)

# What is edited: a line of a zone comes or goes, a steered name gets another tree or none, a zone goes or comes back.
edits = st.lists(
    st.one_of(
        st.tuples(st.just("line"), st.integers(0, 2), st.integers(0, len(LINES) - 1)),
        st.tuples(st.just("line"), st.just(0), st.integers(0, len(LINES) - 1)),
        st.tuples(st.just("tree"), st.integers(0, len(STEERED) - 1), st.integers(0, len(TREES))),
        st.tuples(st.just("zone"), st.integers(1, 2), st.just(0)),
    ),
    min_size=1,
    max_size=3,
)


class Written:
    """What is configured, and how it is edited."""

    def __init__(self):
        self.lines = [set() for _ in ZONES]
        self.trees = {}
        self.served = set(ZONES)

    def edit(self, kind, where, what):
        if kind == "line":
            self.lines[where] ^= {what}
        elif kind == "tree":
            self.trees[STEERED[where]] = what
        else:
            self.served ^= {ZONES[where]}

    def world(self):
        text = "gslb: 1\nlisten: 127.0.0.1:5300\nregions: {eu: {at: FRA}, us: {at: IAD}}\n"
        text += "pools: {web: {endpoints: {eu: 192.0.2.1, us: [192.0.2.2, '2001:db8::2']}}}\nzones:\n"
        for apex, lines in zip(ZONES, self.lines, strict=True):
            if apex in self.served:
                text += f"  {apex}:\n    records: |\n      $TTL 300\n      @ NS ns\n      ns A 192.0.2.53\n"
                text += "".join(f"      {LINES[line]}\n" for line in sorted(lines))
            if apex == ZONES[0]:
                text += "    steer:\n      own: {failover: [web/eu]}\n"
                text += "".join(f"      {name!r}: {TREES[n]}\n" for name, n in self.trees.items() if n < len(TREES))
        return world(text)


def said(built):
    """All that a build answers, with what counts it: every name, here and below, by zone."""
    return {
        apex: _zone([table for table in built.zones if table.apex == apex]) for apex in {z.apex for z in built.zones}
    }


def _zone(tables):
    images = [ZoneImage(table.image) for table in tables]
    live = LiveZone(tuple(LiveLayer(image, memoryview(b"")) for image in images))
    rows = {id(layer): (table.rows, layer.image.labels()) for layer, table in zip(live.layers, tables, strict=True)}
    told = {}
    for name in {name for image in images for name in image.names()}:
        for kind, found in (("here", live.here(name)), ("below", live.below(name))):
            if found is not None:
                layer, flat = found
                types = layer.image.rows(flat._at).by_type
                told[name, kind] = {
                    rdtype: _target(*flat.target(rdtype), *rows[id(layer)]) for rdtype in (*types, 65_280)
                }
    return told


def _target(what, counter, rows, labels):
    if isinstance(what, FlatBody):
        return what.wire, what.flags, what.counts, what.core, what.glue, what.name_length, labels[counter]
    if what is None:
        return None
    slot = rows[what]
    assert slot is not None, "a row that is nobody's is answered from"
    leaves = [label.leaf for label in labels[counter:]]
    return slot, labels[counter], leaves[: leaves.index("") + 1]


@settings(max_examples=20)
@given(st.lists(edits, min_size=2, max_size=6))
def test_whatever_is_edited_layers_answer_like_a_new_image(changes):
    written = Written()
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(layers, "SHARE", 0)
        served = build(written.world(), Path(folder))
        for batch in changes:
            for edit in batch:
                written.edit(*edit)
            try:
                new = written.world()
            except Faults:
                for edit in batch:
                    if edit[0] != "tree":
                        written.edit(*edit)
                continue
            served = build(new, Path(folder), served, least=0)
            assert said(served) == said(build(new, Path(folder)))
            assert max(sum(table.apex == zone.apex for table in served.zones) for zone in served.zones) <= 4


HOSTS = 240


def edited(new, folder, served):
    return build(new, folder, served, least=100)


def many(*more, steer="www: {failover: [web/eu]}"):
    """A world with a zone of many names, and a small one."""
    hosts = "".join(f"      h{number} 300 A 192.0.2.{number % 250}\n" for number in range(HOSTS))
    return world(
        "gslb: 1\nlisten: 127.0.0.1:5300\nregions: {eu: {at: FRA}, us: {at: IAD}}\n"
        "pools: {web: {endpoints: {eu: 192.0.2.1, us: 192.0.2.2}}}\nzones:\n"
        f"  example.com:\n    records: |\n      @ 300 NS ns\n      ns 300 A 192.0.2.53\n{hosts}"
        + "".join(f"      {line}\n" for line in more)
        + f"    steer:\n      {steer}\n"
        + "  example.org:\n    records: |\n      @ 300 NS ns\n      ns 300 A 192.0.2.53\n"
    )


def zone_tables(built, apex="example.com."):
    return [table for table in built.zones if table.apex == apex]


def test_one_record_more_is_a_small_image_over_the_one_that_stays(tmp_path):
    first = build(many(), tmp_path)
    second = edited(many("new 300 A 192.0.2.99"), tmp_path, first)
    (oldest,), (newest, same) = zone_tables(first), zone_tables(second)

    assert same == oldest
    assert [*ZoneImage(newest.image).names()] == [b"\3new\7example\3com\0"]
    assert Path(newest.image).stat().st_size < 1_500 < Path(oldest.image).stat().st_size / 8
    assert zone_tables(second, "example.org.") == zone_tables(first, "example.org.")


def test_building_what_is_served_changes_nothing(tmp_path):
    first = build(many(), tmp_path)
    second = edited(many("new 300 A 192.0.2.99"), tmp_path, first)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}

    assert edited(many("new 300 A 192.0.2.99"), tmp_path, second).zones == second.zones
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_a_name_that_goes_is_said_to_be_gone_only_while_an_older_layer_knows_it(tmp_path):
    first = build(many("old 300 A 192.0.2.98"), tmp_path)
    second = edited(many("new 300 A 192.0.2.99"), tmp_path, first)
    third = edited(many(), tmp_path, second)

    assert [*ZoneImage(zone_tables(second)[0].image).gone()] == [b"\3old\7example\3com\0"]
    assert [*ZoneImage(zone_tables(third)[0].image).gone()] == [b"\3old\7example\3com\0"]
    assert len(zone_tables(third)) == 2


def test_rows_of_an_older_layer_keep_their_numbers_and_those_told_anew_are_nobodys(tmp_path):
    steer = "one: {failover: [web/eu]}\n      two: {failover: [web/eu]}"
    first = build(many(steer=steer), tmp_path)
    second = edited(many(steer=steer.replace("two: {failover: [web/eu]}", "two: {multivalue: web}")), tmp_path, first)
    (oldest,), (newest, left) = zone_tables(first), zone_tables(second)

    told_anew = {slot.name.to_text() for slot in newest.rows}
    assert told_anew == {"two.example.com."}
    assert left.rows == tuple(None if slot.name.to_text() in told_anew else slot for slot in oldest.rows)


def test_a_layer_over_packed_names_answers_like_a_new_image(tmp_path):
    """A zone large enough for its plain names to be kept packed."""
    hosts = [f"h{number}.x 300 {60 * ' '}A 192.0.2.{number % 250}" for number in range(1_100)]
    first = build(many(*hosts, "m 300 MX 1 h7.x", "b 300 CNAME q.h9.x"), tmp_path)
    assert first.world.zones.get(dns.name.from_text("example.com.")).packed is not None
    after = many(
        *hosts[:9], *hosts[10:], "h7.x 300 TXT more", "*.h8.x 300 A 192.0.2.9", "m 300 MX 1 h7.x", "b 300 CNAME q.h9.x"
    )
    second = build(after, tmp_path, first)

    assert len(zone_tables(second)) == 2
    assert {name[1:].split(b"\7example")[0] for name in ZoneImage(second.zones[0].image).names()} == {
        *(b"h7\1x", b"m", b"h8\1x", b"*\2h8\1x", b"h9\1x", b"b", b"x"),
    }
    assert said(second) == said(build(after, tmp_path))


def test_a_small_zone_is_written_whole(tmp_path):
    first = build(world(SMALL.format(1)), tmp_path)
    second = build(world(SMALL.format(2)), tmp_path, first)

    assert len(second.zones) == 1


SMALL = """\
gslb: 1
listen: 127.0.0.1:5300
zones:
  example.com:
    records: |
      @ 300 NS ns
      ns 300 A 192.0.2.{}
"""


def test_layers_that_hold_much_of_a_zone_become_one_image_again(tmp_path):
    built = build(many(), tmp_path)
    counts = []
    for number in range(4, HOSTS // 3, 4):
        built = edited(many(*(f"n{each} 300 TXT {each}" for each in range(number))), tmp_path, built)
        counts.append(len(zone_tables(built)))

    assert set(counts[:5]) <= {2, 3, 4}
    assert 1 in counts[5:]


def test_where_a_layer_is_missing_the_zone_is_written_whole(tmp_path):
    first = build(many(), tmp_path)
    Path(zone_tables(first)[0].image).unlink()
    again = edited(many(), tmp_path, first)

    assert again.zones == first.zones
    assert all(Path(table.image).exists() for table in again.zones)
