"""Builds: images named by content, snapshots whole or not at all, old ones pruned, and nothing lost on the way back."""

from gslb.control import build, load, save
from kit.worlds import large, world

TINY = """\
gslb: 1
listen: 127.0.0.1:5300
pools: {web: {endpoints: {a: 192.0.2.1}}}
zones:
  example.com:
    records: |
      @ 1h NS ns1
      ns1 1h A 192.0.2.53
    steer: {www: {failover: [web/a]}}
"""


def test_building_the_same_world_again_writes_nothing_new(tmp_path):
    first = build(large(), tmp_path)
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "images").iterdir()}

    again = build(large(), tmp_path)

    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "images").iterdir()} == before
    assert again.zones == first.zones


def test_a_snapshot_comes_back_as_it_was(tmp_path):
    built = save(build(large(), tmp_path), tmp_path)
    back = load(tmp_path, built.digest)

    assert back.digest == built.digest
    assert back.zones == built.zones
    assert back.world.model == built.world.model
    assert set(back.world.classes) == set(built.world.classes)


def test_rows_are_the_steered_questions(tmp_path):
    (zone,) = build(world(TINY), tmp_path).zones

    assert {slot.steered for slot in zone.rows} == {"www.example.com."}
    assert {"A", "AAAA"} <= {slot.rdtype.name for slot in zone.rows}


def test_old_snapshots_are_removed_and_the_newest_stays(tmp_path):
    digests = []
    for last in range(1, 9):
        made = world(TINY.replace("192.0.2.1}", f"192.0.2.{last}}}"))
        digests.append(save(build(made, tmp_path), tmp_path).digest)

    left = {path.name for path in (tmp_path / "snapshots").iterdir()}
    assert digests[-1] in left
    assert len(left) < len(digests)
    assert not [name for name in left if name.startswith(".")], "no drafts are left"
