"""The writer of zone images: names of a zone, hashed, with what they answer.

bulk    ──┐
entries ──┴─► names, rows, bodies (each stored once) ──► slots ──► zone-<digest>
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple
from operator import sub
from pathlib import Path
from zlib import crc32

from gslb.image import layout
from gslb.image.body import Body
from gslb.image.bulk import Answers, Bulk
from gslb.image.entry import CounterLabel, Entry, Forward, Row, Rows, Shared, Static, Target
from gslb.image.files import content_digest, write_whole

SEEN_LIMIT = 4096


def write_zone(
    folder: Path,
    apex: bytes,
    entries: Iterable[Entry],
    labels: Sequence[CounterLabel] = (),
    shared: Sequence[Body] = (),
    gone: Iterable[bytes] | None = None,
    bulk: Bulk | None = None,
) -> Path:
    """Write `zone-<digest>` into `folder` and return its path; the same content is written once.

    `apex` and every entry's name are wire in lower case; each name stands once. `labels[n]` says what counter n counts,
    `shared[n]` is what `Shared(n)` answers. Without `gone` the image is a whole zone, and the apex must be among the
    entries. With it, it is a layer over others: `entries` take the place of theirs, names in `gone` are there no more.
    `bulk` are more names, none of them among the entries. Raises ValueError for entries that make no zone, OSError
    where it cannot be written.
    """
    draft = _Draft(apex, shared)
    if bulk is not None:
        draft.plant(bulk)
    draft.add(entries)
    if gone is None:
        draft.complete()
    else:
        draft.remove(gone)
    chunks = draft.chunks(labels)
    path = folder / f"zone-{content_digest(chunks)}"
    if not path.exists():
        write_whole(path, chunks)
    return path


class _Draft:
    """The tables as they grow."""

    def __init__(self, apex: bytes, shared: Iterable[Body]) -> None:
        self.apex = apex
        self.entries = array("I")
        self.crcs = array("I")
        self.names = bytearray(apex)
        self.rows = array("I")
        self.bodies = bytearray()
        self.steered = 0
        self.counters = 0
        self.depth = 0
        self._known: set[bytes] = set()
        self._body_at: dict[Body, int] = {}
        self._rows_at: dict[bytes, int] = {}
        self._seen: dict[int, tuple[Rows, int]] = {}  # by id(): most names share an object with others before them
        self._planted = array("Q")  # the hash table of a bulk
        self._count = 0  # names of a bulk
        self.shared = array("I", map(self._body, shared))

    def plant(self, bulk: Bulk) -> None:
        """Take the names of a bulk; before all others, so that its hash table can be gone on with."""
        count = len(bulk.contents)
        answers = Answers(bulk, self._target(bulk.other)[0], self.rows, self.bodies)
        self.counters = max(self.counters, answers.counters + 1)
        starts = array("I", bytes(bulk.starts))
        entries = array("I", bytes(16 * count))
        entries[0::4] = starts[:count]
        entries[1::4] = answers.places()
        entries[2::4] = array("I", (self._rows(bulk.below),)) * count
        entries[3::4] = array("I", map(sub, starts[1:], starts))
        for number, rows in bulk.below_some.items():
            entries[4 * number + 2] = self._rows(rows)
        self.entries = entries
        self.names = bytearray(bulk.names)
        self.depth = bulk.depth
        self._planted = array("Q", bytes(bulk.slots))
        self._count = count

    def add(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            self._add(entry.name, self._rows(entry.here), self._rows(entry.below))

    def complete(self) -> None:
        """Raise ValueError unless this is a whole zone."""
        if self.apex not in self._known:
            raise ValueError(f"the apex {self.apex!r} is not among the names")

    def remove(self, names: Iterable[bytes]) -> None:
        """Say of these that they are gone."""
        for name in names:
            self._add(name, layout.GONE, layout.GONE)

    def _add(self, name: bytes, here: int, below: int) -> None:
        if name in self._known:
            raise ValueError(f"name {name!r} stands twice")
        self._known.add(name)
        self.depth = max(self.depth, _labels(name, self.apex))
        at = 0 if name == self.apex else len(self.names)
        self.crcs.append(crc32(name))
        self.entries.extend((at, here, below, len(name)))
        if at:
            self.names += name

    def chunks(self, labels: Sequence[CounterLabel]) -> list[bytes]:
        """The whole file, in order. Call it after every entry was added."""
        if len(labels) < self.counters:
            raise ValueError(f"{self.counters} counters are used, {len(labels)} have a label")
        slots = self._slots()
        text = json.dumps([astuple(label) for label in labels], separators=(",", ":")).encode()
        tables = (slots, self.entries, self.rows, self.bodies, self.shared, self.names, text)
        sections = [bytes(section) for section in tables]
        starts = [layout.ZONE_HEADER.size]
        for section in sections:
            starts.append(layout.padded(starts[-1] + len(section), 8))
        counts = (len(self.entries) // 4, len(slots), self.steered, len(labels), self.depth, len(self.apex))
        *offsets, length = starts
        header = (layout.ZONE_MAGIC, layout.VERSION, len(self.shared), *counts, *offsets, len(text), length)
        padding = (section.ljust(layout.padded(len(section), 8), b"\0") for section in sections)
        return [layout.ZONE_HEADER.pack(*header), *padding]

    def _slots(self) -> array[int]:
        """Open addressing, at most half full, so that a name that is not there is missed after one or two looks."""
        size = 1 << (2 * (len(self.entries) // 4)).bit_length()
        slots, later = self._planted, enumerate(self.crcs, self._count + 1)
        numbered = [*later] if len(slots) == size else [*_numbered(slots), *later]
        if len(slots) != size:
            slots = array("Q", bytes(8 * size))
        for number, crc in numbered:
            at = crc & (size - 1)
            while slots[at]:
                at = (at + 1) & (size - 1)
            slots[at] = number << layout.SLOT_SHIFT | crc
        return slots

    def _rows(self, rows: Rows) -> int:
        seen = self._seen.get(id(rows))
        if seen is not None:
            return seen[1]
        words = array("I", (*self._target(rows.other), len(rows.by_type)))
        for rdtype, target in sorted(rows.by_type.items()):
            words.extend((rdtype, *self._target(target)))
        packed = words.tobytes()
        at = self._rows_at.setdefault(packed, len(self.rows))
        if at == len(self.rows):
            self.rows.extend(words)
        if len(self._seen) == SEEN_LIMIT:
            self._seen.clear()
        self._seen[id(rows)] = (rows, at)
        return at

    def _target(self, target: Target) -> tuple[int, int]:
        match target:
            case Forward():
                return layout.FORWARD << layout.KIND_SHIFT, 0
            case Row(index, counter):
                self.steered = max(self.steered, index + 1)
                self.counters = max(self.counters, counter + 1)
                return layout.ROW << layout.KIND_SHIFT | index, counter
            case Shared(number, counter):
                if number >= len(self.shared):
                    raise ValueError(f"shared body {number} is meant, there are {len(self.shared)}")
                self.counters = max(self.counters, counter + 1)
                return layout.SHARED << layout.KIND_SHIFT | number, counter
            case Static(body, counter):
                self.counters = max(self.counters, counter + 1)
                return layout.STATIC << layout.KIND_SHIFT | self._body(body), counter

    def _body(self, body: Body) -> int:
        at = self._body_at.get(body)
        if at is None:
            packed = layout.pack_body(body)
            at = self._body_at[body] = len(self.bodies) // 4
            if at > layout.VALUE_MASK:
                raise ValueError("the zone is too large for one image: its records take more than 4 GiB")
            self.bodies += packed.ljust(layout.padded(len(packed), 4), b"\0")
        return at


def _numbered(slots: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Entries and the crc32 of their names, as slots have them."""
    return ((slot >> layout.SLOT_SHIFT, slot & 0xFFFF_FFFF) for slot in slots if slot)


def _labels(name: bytes, apex: bytes) -> int:
    """How many labels a name has (the root: 0). Raises ValueError unless it is a lower-case name at or under `apex`."""
    at = count = 0
    inside = False
    while at < len(name):
        inside = inside or name[at:] == apex
        length = name[at]
        if not length:
            break
        at += length + 1
        count += 1
    if not inside or at + 1 != len(name) or name != name.lower():
        raise ValueError(f"{name!r} is no lower-case name in the zone {apex!r}")
    return count
