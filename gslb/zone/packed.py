"""Plain names packed: flat tables that are mapped as they stand on disk; a name costs some 60 octets and no object.

    header 64 | slots u64[] | name offsets u32[n + 1] | contents u32[n] | content offsets u32[m + 1] | names | records

    slot       0: free; else the name's number + 1 in the upper, crc32 of the name in the lower half. A name's slot is
               crc32 & (slots - 1), then the next, round the end; at most half of them are taken.
    name       wire in lower case, whole; before the first stands the apex
    contents   for each name the number of its content; names with the same records share one
    content    records in order of type, each from its type on: type, class, TTL, length, data. Empty:
               a name that only leads to others.

Numbers are little-endian; sections start at multiples of eight.
"""

from __future__ import annotations

import mmap
from array import array
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from itertools import accumulate, groupby
from pathlib import Path
from struct import Struct
from zlib import crc32

from dns.name import Name
from dns.rdatatype import RdataType

from gslb.zone.records import kind, read_record, split_records
from gslb.zone.rrset import Key, Node, RRset

MAGIC = b"GSLBNAME"
VERSION = 1
_HEADER = Struct("<8s2I4Q16x")  # magic, version, most labels of a name, slots, names, contents, octets of the names
_LENGTHS = [bytes([length]) for length in range(64)]


class PackedError(Exception):
    """A file is no table of names of this version."""


class Packed:
    """Plain names of a zone, numbered from 0. `path` is where they stand on disk, "" before they do.

    Made by `pack` or `open_packed`. The sections: `slots`, `starts` and `names`, `contents`, `offsets` and `records`.
    `depth` is the most labels that a name has.
    """

    __slots__ = ("_apex", "_data", "contents", "depth", "names", "offsets", "path", "records", "slots", "starts")

    def __init__(self, data: bytes | bytearray | mmap.mmap, apex: Name, path: str = "") -> None:
        view = memoryview(data)
        if len(view) < _HEADER.size or view[:8] != MAGIC:
            raise PackedError(f"{path} is no table of names")
        _, version, depth, slots, names, contents, octets = _HEADER.unpack_from(view)
        if version != VERSION:
            raise PackedError(f"{path} is a table of names of version {version}, not {VERSION}")
        at, sizes = _HEADER.size, (8 * slots, 4 * names + 4, 4 * names, 4 * contents + 4)
        if len(view) < at + sum(map(_padded, (*sizes, octets))):
            raise PackedError(f"{path} is shorter than a table of its names")
        sections = []
        for size in sizes:
            sections.append(view[at : at + size])
            at += _padded(size)
        self.slots = sections[0].cast("Q")
        self.starts, self.contents, self.offsets = (section.cast("I") for section in sections[1:])
        self.names = view[at : at + octets]
        at += _padded(octets)
        if len(view) < at + self.offsets[-1]:
            raise PackedError(f"{path} is shorter than its records")
        self.records = view[at : at + self.offsets[-1]]
        self.depth = depth
        self.path = path
        self._apex = apex
        self._data = view

    def __len__(self) -> int:
        return len(self.contents)

    def __reduce__(self) -> tuple[object, ...]:
        if self.path:
            return open_packed, (self.path, self._apex)
        return Packed, (bytes(self._data), self._apex)

    @property
    def data(self) -> memoryview:
        """All of it, as it stands on disk."""
        return self._data

    def digest(self) -> str:
        """32 hex digits that name this content."""
        return blake2b(self._data, digest_size=16).hexdigest()

    def find(self, key: Key) -> int:
        """The number of a folded name; -1 when it is not here."""
        name = b"".join([bytes((len(label),)) + label for label in key])
        crc = crc32(name)
        slots, mask = self.slots, len(self.slots) - 1
        at = crc & mask
        while slot := slots[at]:
            if slot & 0xFFFF_FFFF == crc:
                number: int = (slot >> 32) - 1
                if self.names[self.starts[number] : self.starts[number + 1]] == name:
                    return number
            at = (at + 1) & mask
        return -1

    def get(self, key: Key) -> Node | None:
        """The node of a folded name."""
        number = self.find(key)
        return None if number < 0 else self._node(number)

    def content(self, number: int) -> bytes:
        """The records of a name, as wire."""
        content = self.contents[number]
        return bytes(self.records[self.offsets[content] : self.offsets[content + 1]])

    def key(self, number: int) -> Key:
        """The folded name of a number."""
        wire = bytes(self.names[self.starts[number] : self.starts[number + 1]])
        labels, at = [], 0
        while length := wire[at]:
            labels.append(wire[at + 1 : at + 1 + length])
            at += 1 + length
        return (*labels, b"")

    def keys(self) -> Iterator[Key]:
        """Every folded name, as numbered."""
        return map(self.key, range(len(self)))

    def _node(self, number: int) -> Node:
        own = self.key(number)[: -len(self._apex.labels)]
        name = Name((*own, *self._apex.labels))
        rrsets = []
        for octets, found in groupby(split_records(self.content(number)), key=kind):
            rows = [read_record(record) for record in found]
            rdtype = RdataType(int.from_bytes(octets, "big"))
            rrsets.append(RRset(name, rdtype, rows[0][0], tuple(rdata for _, rdata in rows)))
        return Node(name, tuple(rrsets))


def pack(names: Mapping[bytes, bytes], apex: Name) -> Packed:
    """The tables of plain names: `names` has the content of each by key (labels below the apex, dots between)."""
    end = b"".join(bytes([len(label)]) + label.lower() for label in apex.labels)
    wires = [_LENGTHS[len(key)] + key + end if b"." not in key else _wire(key) + end for key in names]
    contents = [*dict.fromkeys(names.values())]
    numbers = dict(zip(contents, range(len(contents)), strict=True))
    octets = b"".join((end, *wires))
    slots = fill_slots(map(crc32, wires), len(wires))
    depth = max((key.count(b".") for key in names), default=0) + len(apex.labels)
    sections = (
        slots,
        array("I", accumulate(map(len, wires), initial=len(end))),
        array("I", map(numbers.__getitem__, names.values())),
        array("I", accumulate(map(len, contents), initial=0)),
        octets,
        b"".join(contents),
    )
    header = _HEADER.pack(MAGIC, VERSION, depth, len(slots), len(wires), len(contents), len(octets))
    padded = (_section(section) for section in sections)
    return Packed(b"".join((header, *padded)), apex)


def blank(depth: int, names: int, contents: int, octets: int, records: int) -> tuple[bytearray, list[int]]:
    """Tables of these sizes with nothing in them but the header, and where each section stands."""
    slots = 1 << (2 * names).bit_length()
    places = [_HEADER.size]
    for size in (8 * slots, 4 * names + 4, 4 * names, 4 * contents + 4, octets, records):
        places.append(places[-1] + _padded(size))
    data = bytearray(places.pop())
    _HEADER.pack_into(data, 0, MAGIC, VERSION, depth, slots, names, contents, octets)
    return data, places


def fill_slots(crcs: Iterable[int], count: int) -> array[int]:
    """A hash table of numbers from 0 to `count`, by the crc32 of their names."""
    mask = (1 << (2 * count).bit_length()) - 1
    slots = [0] * (mask + 1)
    number = 0
    for crc in crcs:
        number += 1 << 32
        at = crc & mask
        while slots[at]:
            at = (at + 1) & mask
        slots[at] = number | crc
    return array("Q", slots)


def open_packed(path: str, apex: Name) -> Packed:
    """Map a table of names. Raises OSError, or PackedError where it is none."""
    with Path(path).open("rb") as file:
        return Packed(mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ), apex, path)


def _wire(key: bytes) -> bytes:
    return b"".join([_LENGTHS[len(label)] + label for label in key.split(b".")])


def _section(section: bytes | array[int]) -> bytes:
    data = bytes(section)
    return data.ljust(_padded(len(data)), b"\0")


def _padded(size: int) -> int:
    return (size + 7) & -8
