"""The reader of zone images: a name to what it answers, straight from the mapped file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

from gslb.image import layout
from gslb.image.body import Body
from gslb.image.entry import CounterLabel, Entry, Forward, Row, Rows, Shared, Static, Target
from gslb.image.files import ImageError, map_whole
from gslb.image.flat import FlatBody, FlatTarget


class ZoneImage:
    """A mapped zone image. Nothing is read until it is asked for, so opening one costs the same at any size.

    `depth` is the most labels a name in it has, `octets` the whole file. Raises ImageError where the file is no image
    of this version.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = str(path)
        mapped = map_whole(path, layout.ZONE_MAGIC, layout.ZONE_HEADER.size)
        header = layout.ZoneHeader._make(layout.ZONE_HEADER.unpack_from(mapped))
        if header.version != layout.VERSION or header.length != len(mapped):
            raise ImageError(f"{path} is of version {header.version} and {header.length} octets, not what it should be")
        data = memoryview(mapped)
        self.digest = Path(path).name.removeprefix("zone-")
        self.depth = header.depth
        self.row_count = header.rows
        self.counter_count = header.counters
        self.entry_count = header.entries
        self.octets = data
        self._data = data
        self._mapped = mapped  # slicing it gives bytes at once, without a view between
        self._labels = data[header.labels_at : header.labels_at + header.labels_length]
        self._slots = data[header.slots_at : header.entries_at].cast("Q")
        self._mask = header.slots - 1
        self._entries = data[header.entries_at : header.rows_at].cast("I")
        self._rows = data[header.rows_at : header.bodies_at].cast("I")
        self._bodies_at = header.bodies_at
        self._shared = data[header.shared_at : header.shared_at + 4 * header.shared].cast("I")
        self._flat_shared: dict[int, FlatBody] = {}
        self._names_at = header.names_at
        self.apex = self._name(0, header.apex)

    def _name(self, at: int, length: int) -> bytes:
        at += self._names_at
        return self._mapped[at : at + length]

    def find(self, name: bytes) -> int:
        """The number of the entry of this name (wire, lower case), or -1."""
        crc = crc32(name)
        slots, mask = self._slots, self._mask
        at = crc & mask
        while slot := slots[at]:
            if slot & 0xFFFF_FFFF == crc:
                entry = (slot >> layout.SLOT_SHIFT) - 1
                if self._name(self._entries[4 * entry], len(name)) == name:
                    return int(entry)
            at = (at + 1) & mask
        return -1

    def may_have(self, crc: int) -> bool:
        """Whether there may be an entry for a name, by its crc32: False is sure, and quickly said."""
        slots, mask = self._slots, self._mask
        at = crc & mask
        while slot := slots[at]:
            if slot & 0xFFFF_FFFF == crc:
                return True
            at = (at + 1) & mask
        return False

    def crcs(self) -> list[int]:
        """The crc32 of every name that it has an entry for, in no order, and zeros."""
        return self._slots.cast("B").cast("I")[::2].tolist()

    def here(self, entry: int) -> int:
        """The rows (by their place) that the name itself answers; GONE: there is no such name any more."""
        return int(self._entries[4 * entry + 1])

    def below(self, entry: int) -> int:
        """The rows (by their place) that names under it answer when they do not exist."""
        return int(self._entries[4 * entry + 2])

    def lookup(self, name: bytes) -> int:
        """In a whole zone: a name's own rows, or those below its closest encloser (RFC 4592, section 3.3.1)."""
        entry = self.find(name)
        if entry >= 0:
            return self.here(entry)
        while entry < 0:
            name = name[name[0] + 1 :]
            entry = self.find(name)
        return self.below(entry)

    def listed(self, at: int, rdtype: int) -> int:
        """The place of the target that the rows at a place list for a type; -1 when they do not."""
        rows = self._rows
        for word in range(at + 3, at + 3 + 3 * rows[at + 2], 3):
            if rows[word] == rdtype:
                return word + 1
        return -1

    def flat_target(self, at: int, newest: ZoneImage) -> FlatTarget:
        """The target at a place, its body read. The place of rows is that of their target for all other types.

        `newest` is the newest layer of the zone, which has the shared bodies.
        """
        reference, counter = self._rows[at], self._rows[at + 1]
        value = reference & layout.VALUE_MASK
        match reference >> layout.KIND_SHIFT:
            case layout.STATIC:
                return FlatBody(self._data, self._bodies_at + 4 * value), counter
            case layout.SHARED:
                return newest.flat_shared(value), counter
            case layout.ROW:
                return value, counter
            case _:
                return None, counter

    def flat_shared(self, number: int) -> FlatBody:
        """A shared body. Raises ImageError where there is none of this number."""
        body = self._flat_shared.get(number)
        if body is None:
            if number >= len(self._shared):
                raise ImageError(f"{self.path} has {len(self._shared)} shared bodies, and no {number}")
            body = FlatBody(self._data, self._bodies_at + 4 * self._shared[number])
            self._flat_shared[number] = body
        return body

    def shared(self) -> list[Body]:
        """The shared bodies, as they were written."""
        return [layout.unpack_body(self._data, self._bodies_at + 4 * at) for at in self._shared]

    def labels(self) -> list[CounterLabel]:
        """What each counter counts, in order."""
        return [CounterLabel(*row) for row in json.loads(bytes(self._labels))]

    def entries(self) -> Iterator[Entry]:
        """Every name in it with its rows, as it was written."""
        for at in range(0, 4 * self.entry_count, 4):
            name, here, below, length = self._entries[at : at + 4]
            if here != layout.GONE:
                yield Entry(self._name(name, length), self.rows(here), self.rows(below))

    def names(self) -> Iterator[bytes]:
        """Every name that it has an entry for, those that are gone too."""
        for at in range(0, 4 * self.entry_count, 4):
            yield self._name(self._entries[at], self._entries[at + 3])

    def gone(self) -> Iterator[bytes]:
        """The names that are gone, as they were written."""
        return (name for number, name in enumerate(self.names()) if self.here(number) == layout.GONE)

    def rows(self, at: int) -> Rows:
        """The rows at a place, as they were written."""
        words = self._rows[at : at + 3 + 3 * self._rows[at + 2]]
        by_type = {words[word]: self._target(words[word + 1], words[word + 2]) for word in range(3, len(words), 3)}
        return Rows(by_type, self._target(words[0], words[1]))

    def _target(self, reference: int, counter: int) -> Target:
        value = reference & layout.VALUE_MASK
        match reference >> layout.KIND_SHIFT:
            case layout.STATIC:
                return Static(layout.unpack_body(self._data, self._bodies_at + 4 * value), counter)
            case layout.SHARED:
                return Shared(value, counter)
            case layout.ROW:
                return Row(value, counter)
            case _:
                return Forward()


class FlatRows:
    """Rows as a worker holds them: `known` has the targets of listed types that were asked for so far.

    `newest` is the newest layer of the zone; the image itself where there is no other.
    """

    __slots__ = ("_at", "_image", "_newest", "_other", "known")

    def __init__(self, image: ZoneImage, at: int, newest: ZoneImage | None = None) -> None:
        self._image = image
        self._newest = newest or image
        self._at = at
        self._other: FlatTarget | None = None
        self.known: dict[int, FlatTarget] = {}

    def target(self, rdtype: int) -> FlatTarget:
        """What is answered for a type. Types not listed share one target: asking for them takes no memory."""
        known = self.known.get(rdtype)
        if known is not None:
            return known
        place = self._image.listed(self._at, rdtype)
        if place >= 0:
            target = self.known[rdtype] = self._image.flat_target(place, self._newest)
            return target
        if self._other is None:
            self._other = self._image.flat_target(self._at, self._newest)
        return self._other
