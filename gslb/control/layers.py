"""A zone's images: all of it in one, or what an edit touched in a small one over those that are served.

Touched ─┬─ nothing here ─► the layers that are served
         ├─ a few names  ─► a new layer over them; layers that are no larger are folded into it
         └─ many         ─► a whole image
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import dns.name

from gslb.image import MOST_LAYERS, ImageError, ZoneImage, write_zone
from gslb.nameserver import Slot, Table, View
from gslb.zone import Key, Zone, fold, from_wire

LEAST = 1_000  # names of a zone that is worth layers: a smaller one is written as fast
SHARE = 8  # a layer holds at most this part of the whole image's names
FOLDED = 2  # a layer up to so many times as large as what is new is folded into it


@dataclass(frozen=True, slots=True)
class ZoneTable:
    """One layer of a zone: its image file and, by index, what each of its rows asks; None: nobody asks any more."""

    apex: str
    image: str
    rows: tuple[Slot | None, ...]


def whole(zone: Zone, view: View, images: Path) -> tuple[ZoneTable, ...]:
    """Write all of a zone into one image in the folder `images`."""
    table = Table(zone, view)
    path = write_zone(images, table.apex, table.entries, table.labels, table.shared, bulk=table.bulk)
    return (ZoneTable(zone.apex.to_text(), str(path), tuple(table.rows)),)


def layered(
    zone: Zone,
    view: View,
    images: Path,
    served: tuple[ZoneTable, ...],
    names: Iterable[Key],
    negative: bool,
    least: int = LEAST,
) -> tuple[ZoneTable, ...]:
    """The layers of a zone in which `names` may answer otherwise than they do in the layers `served`, newest first.

    `negative`: so do names that do not exist. Writes at most one image, into the folder `images`; a zone of fewer names
    than `least` is always written whole. Raises OSError.
    """
    names = set(names)
    if not served:
        return whole(zone, view, images)
    try:
        opened = [ZoneImage(table.image) for table in served]
    except (ImageError, OSError):
        return whole(zone, view, images)
    if not names and not negative:
        return served
    while len(opened) > 1 and (len(opened) == MOST_LAYERS or opened[0].entry_count <= FOLDED * len(names)):
        names.update(map(from_wire, opened[0].names()))
        opened, served = opened[1:], served[1:]
    if len(zone.nodes) < least or len(names) * SHARE > opened[-1].entry_count:
        return whole(zone, view, images)
    nodes = {name: zone.nodes.get(dns.name.Name(name)) for name in sorted(names)}
    table = Table(zone, view, [node.name for node in nodes.values() if node is not None])
    gone = [wire for wire in (_wire(name) for name, node in nodes.items() if node is None) if _known(wire, opened)]
    path = write_zone(images, table.apex, table.entries, table.labels, table.shared, gone)
    newest = ZoneTable(zone.apex.to_text(), str(path), tuple(table.rows))
    return newest, *(replace(one, rows=tuple(_left(one.rows, names))) for one in served)


def _left(rows: Iterable[Slot | None], names: set[Key]) -> Iterator[Slot | None]:
    """Rows of an older layer, without those of `names`."""
    for slot in rows:
        yield None if slot is None or _owner(slot) in names else slot


def _owner(slot: Slot) -> Key:
    """The name in whose entry a row stands: what a wildcard answers for others stands in the entry above it."""
    name = fold(slot.name)
    return name[1:] if slot.wildcard else name


def _known(name: bytes, layers: Iterable[ZoneImage]) -> bool:
    """Whether a layer has an entry for a name."""
    return any(layer.find(name) >= 0 for layer in layers)


def _wire(name: Key) -> bytes:
    return b"".join(bytes([len(label)]) + label for label in name)
