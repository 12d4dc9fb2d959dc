"""The builder's step: a world to images and a snapshot on disk, from which every other process starts.

World ─► Table of each zone ─► zone-<digest>      ┐
      ─► class maps         ─► places-<digest>    ├─► Built ─► snapshots/<digest>
      ─► rows: what plans are to be filled        ┘
"""

from __future__ import annotations

import hashlib
import os
import pickle
from dataclasses import dataclass, replace
from pathlib import Path

from gslb.geo import ClassMap
from gslb.image import ExactRanges, Places, Ranges, write_places, write_zone
from gslb.nameserver import Belief, Slot, Table, View, World

KEPT = 4  # snapshots left on disk: the one in use, and some to look back at


@dataclass(frozen=True, slots=True)
class ZoneTable:
    """A zone's image file and, by index, what each of its rows asks."""

    apex: str
    image: str
    rows: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Built:
    """Everything a process needs to answer, judge or publish; `digest` names its snapshot, "" before it has one."""

    world: World
    zones: tuple[ZoneTable, ...]
    places: tuple[str, ...]
    digest: str = ""


def build(world: World, folder: Path) -> Built:
    """Write every image of `world` under `folder`/images; what is there already is not written again."""
    images = folder / "images"
    images.mkdir(parents=True, exist_ok=True)
    view = View(world, Belief())
    zones = []
    for zone in world.zones:
        table = Table(zone, view)
        path = write_zone(images, table.apex, table.entries, table.labels)
        zones.append(ZoneTable(zone.apex.to_text(), str(path), tuple(table.rows)))
    places = tuple(str(write_places(images, _places(classes))) for classes in world.maps.values())
    return Built(world, tuple(zones), places)


def _places(classes: ClassMap) -> Places:
    return Places(
        classes.digest,
        Ranges(classes.main4.starts, classes.main4.classes),
        Ranges(classes.main6.starts, classes.main6.classes),
        ExactRanges(classes.fine4.starts, classes.fine4.ends, classes.fine4.classes),
        ExactRanges(classes.fine6.starts, classes.fine6.ends, classes.fine6.classes),
    )


def save(built: Built, folder: Path) -> Built:
    """Put a snapshot on disk, whole or not at all, and return what it is called; old ones beyond a few are removed."""
    snapshots = folder / "snapshots"
    snapshots.mkdir(parents=True, exist_ok=True)
    data = pickle.dumps(built, protocol=5)
    digest = hashlib.sha256(data).hexdigest()[:32]
    draft = snapshots / f".{digest}.{os.getpid()}"
    with draft.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(snapshots / digest)
    oldest_first = sorted(snapshots.glob("[0-9a-f]*"), key=lambda path: path.stat().st_mtime)
    for path in oldest_first[:-KEPT]:
        path.unlink(missing_ok=True)
    return replace(built, digest=digest)


def load(folder: Path, digest: str) -> Built:
    """A snapshot by name. It is our own state directory's: whoever can write there owns this process already."""
    built: Built = pickle.loads((folder / "snapshots" / digest).read_bytes())  # noqa: S301 - see above
    return replace(built, digest=digest)
