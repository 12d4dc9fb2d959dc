"""The builder's step: a world to images and a snapshot on disk, from which every other process starts.

World ─► plain names         ─► names-<digest>     ┐
      ─► layers of each zone ─► zone-<digest>      ├─► Built ─► snapshots/<digest>
      ─► class maps          ─► places-<digest>    │
      ─► rows: what plans are to be filled         ┘
"""

from __future__ import annotations

import hashlib
import os
import pickle
from dataclasses import dataclass, replace
from pathlib import Path

from gslb.control.layers import LEAST, ZoneTable, layered, whole
from gslb.geo import ClassMap
from gslb.image import ExactRanges, Places, Ranges, retire, write_places
from gslb.nameserver import Belief, View, World, touched
from gslb.zone import Packed, Zone, Zones, fold, open_packed

KEPT = 4  # snapshots left on disk with all their images: the one in use, and some to go on from
PAST = 64  # snapshots of the past, left without what only answering needs, so that a moment of then can be explained
PAST_OCTETS = 512 << 20  # that they may take together
NAMES = "names-"  # what a world itself reads; all other images are for answering
IMAGES = ".images"  # the list of a snapshot's images lies beside it


@dataclass(frozen=True, slots=True)
class Built:
    """Everything a process needs to answer, judge or publish; `digest` names its snapshot, "" before it has one.

    `zones` holds the layers of every zone, each zone's together and the newest first.
    """

    world: World
    zones: tuple[ZoneTable, ...]
    places: tuple[str, ...]
    digest: str = ""

    @property
    def files(self) -> tuple[str, ...]:
        """Every file that it stands in besides its snapshot."""
        names = (zone.packed.path for zone in self.world.zones if zone.packed is not None)
        return (*(zone.image for zone in self.zones), *self.places, *names)


def build(world: World, folder: Path, served: Built | None = None, least: int = LEAST) -> Built:
    """Write every image of `world` under `folder`/images; what is there already is not written again.

    With a build that is `served`, made by this same program, zones of `least` names and more get layers over their
    images instead of new ones, with what is other than there.
    """
    images = folder / "images"
    images.mkdir(parents=True, exist_ok=True)
    world = _stored(world, images)
    view = View(world, Belief())
    if served is None:
        zones = [layer for zone in world.zones for layer in whole(zone, view, images)]
    else:
        zones = _layers(view, images, served, least)
    places = tuple(str(write_places(images, _places(classes))) for classes in world.maps.values())
    return Built(world, tuple(zones), places)


def _stored(world: World, images: Path) -> World:
    """The same world with its packed names on disk, where every process maps them instead of having its own."""
    zones = [_mapped(zone, zone.packed, images) if zone.packed is not None else zone for zone in world.zones]
    return world if zones == [*world.zones] else replace(world, zones=Zones(zones))


def _mapped(zone: Zone, packed: Packed, images: Path) -> Zone:
    if packed.path:
        return zone
    path = images / f"{NAMES}{packed.digest()}"
    if not path.exists():
        _write(path, packed.data)
    return zone.keeping(open_packed(str(path), zone.apex))


def _layers(view: View, images: Path, served: Built, least: int) -> list[ZoneTable]:
    world = view.world
    known: dict[str, list[ZoneTable]] = {}
    for layer in served.zones:
        known.setdefault(layer.apex, []).append(layer)
    found = touched(served.world, world)
    by_zone = found.by_zone(world)
    zones: list[ZoneTable] = []
    for zone in world.zones:
        layers, key = tuple(known.get(zone.apex.to_text(), ())), fold(zone.apex)
        zones += layered(zone, view, images, layers, by_zone[key], key in found.negative, least)
    return zones


def _places(classes: ClassMap) -> Places:
    return Places(
        classes.digest,
        Ranges(classes.main4.starts, classes.main4.classes),
        Ranges(classes.main6.starts, classes.main6.classes),
        ExactRanges(classes.fine4.starts, classes.fine4.ends, classes.fine4.classes),
        ExactRanges(classes.fine6.starts, classes.fine6.ends, classes.fine6.classes),
    )


def save(built: Built, folder: Path, in_use: str = "") -> Built:
    """Put a snapshot on disk, whole or not at all, and return what it is called; nothing new is written twice.

    Old snapshots go, but for a few, never the one `in_use`; images go with the last snapshot that has to have them.
    """
    snapshots = folder / "snapshots"
    snapshots.mkdir(parents=True, exist_ok=True)
    data = pickle.dumps(built, protocol=5)
    digest = hashlib.sha256(data).hexdigest()[:32]
    _write(snapshots / f"{digest}{IMAGES}", "\n".join(Path(path).name for path in built.files).encode())
    if not (snapshots / digest).exists():
        _write(snapshots / digest, data)
    _prune(folder, {digest, in_use})
    return replace(built, digest=digest)


def _write(path: Path, data: bytes | memoryview) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _digest(path: Path) -> str:
    """The snapshot that a list of images belongs to."""
    return path.name.removesuffix(IMAGES)


def _prune(folder: Path, kept: set[str]) -> None:
    lists = sorted((folder / "snapshots").glob(f"[0-9a-f]*{IMAGES}"), key=lambda path: path.stat().st_mtime)
    keeping = {*map(_digest, lists[-KEPT:]), *kept}
    images: set[str] = set()
    past, octets = 0, 0
    for path in reversed(lists):
        names = set(path.read_text().split())
        if _digest(path) in keeping:
            images |= names
            continue
        needed = {name for name in names if name.startswith(NAMES)} - images
        past += 1
        octets += sum(map(_size, (path.with_name(_digest(path)), *(folder / "images" / name for name in needed))))
        if past <= PAST and octets <= PAST_OCTETS:
            images |= needed
        else:
            path.with_name(_digest(path)).unlink(missing_ok=True)
            path.unlink()
    written = (folder / "images").glob("[!.]*") if kept - {""} <= {*map(_digest, lists)} else ()
    retire(folder / "run", [path for path in written if path.name not in images])


def _size(path: Path) -> int:
    """Octets of a file, 0 where there is none."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def load(folder: Path, digest: str) -> Built:
    """A snapshot by name. It is our own state directory's: whoever can write there owns this process already."""
    built: Built = pickle.loads((folder / "snapshots" / digest).read_bytes())  # noqa: S301 - see above
    return replace(built, digest=digest)
