"""Many names that answer their own records and nothing else, written column by column instead of name by name.

contents: records as wire ─┬─ one record, all of one type and length ─► one template, then each octet's column
                           └─ several                                 ─► one by one
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import sub
from struct import Struct

from gslb.image import layout
from gslb.image.body import Body
from gslb.image.entry import Rows, Shared

ANY = 255
AUTHORITATIVE = 0x0400
POINTER = b"\xc0\x0c"  # to the question name
_FIXED = 10  # octets of a record between its owner and its data
_STATIC = layout.STATIC << layout.KIND_SHIFT
_LENGTH = Struct(">8xH")


@dataclass(frozen=True, slots=True)
class Bulk:
    """Names, numbered from 0. Each asks for one of the `contents`: for each type with records these, for ANY the first
    type's, for all others `other`.

    `names` are wire in lower case, the apex and then one behind the other, name n from `starts[n]` to `starts[n + 1]`;
    `depth` is the most labels of one. `slots` is their hash table, as in an image. `contents[n]` is the number of name
    n's content; content m stands in `records` from `offsets[m]` to `offsets[m + 1]`: records in order of type without
    their owners, none in an empty non-terminal. `counter` tells what an answer of a type counts. Names below these that
    do not exist say `below`, or what `below_some` has by the number of the name above.
    """

    names: memoryview
    starts: memoryview[int]
    slots: memoryview[int]
    depth: int
    contents: memoryview[int]
    offsets: memoryview[int]
    records: bytes
    counter: Callable[[int], int]
    other: Shared
    below: Rows
    below_some: Mapping[int, Rows]


class Answers:
    """Rows and bodies as they grow; `at` is where the rows of each content begin in `rows`."""

    def __init__(self, bulk: Bulk, other: int, rows: array[int], bodies: bytearray) -> None:
        self.bulk, self.rows, self.bodies = bulk, rows, bodies
        self.at = array("I", bytes(4 * (len(bulk.offsets) - 1)))
        self.counters = bulk.other.counter
        self._other = other
        self._known: dict[bytes, int] = {}  # packed bodies of types that share a name with others
        self._contents()

    def _contents(self) -> None:
        records, offsets = self.bulk.records, array("I", bytes(self.bulk.offsets))
        count = len(offsets) - 1
        size = offsets[1] if count else 0
        if size > _FIXED and offsets == array("I", range(0, size * count + 1, size)) and _uniform(records, size):
            self._single(range(count), records, size)
            return
        lengths = array("I", map(sub, offsets[1:], offsets))
        groups: dict[bytes, list[int]] = {}
        for number, (at, length) in enumerate(zip(offsets, lengths, strict=False)):
            if length > _FIXED and _LENGTH.unpack_from(records, at)[0] == length - _FIXED:
                groups.setdefault(records[at : at + 2] + records[at + 8 : at + 10], []).append(number)
            else:
                self._several(number, records[at : at + length])
        for members in groups.values():
            size = lengths[members[0]]
            self._single(members, b"".join([records[offsets[one] : offsets[one] + size] for one in members]), size)

    def places(self) -> array[int]:
        """Where the rows of each name begin."""
        contents = array("I", bytes(self.bulk.contents))
        if len(contents) == len(self.at) and contents == array("I", range(len(contents))):
            return self.at
        return array("I", map(self.at.__getitem__, contents))

    def _single(self, members: Sequence[int], block: bytes, size: int) -> None:
        """Contents of one record each, all of the same type and length; `block` has all of them."""
        rdtype, count = int.from_bytes(block[:2], "big"), len(members)
        body = _body(block[:size], 1)
        bodies = bytearray(body * count)
        start = layout.BODY.size + len(POINTER)
        for column in (*range(4, 8), *range(_FIXED, size)):  # TTL and data; all else is alike
            bodies[start + column :: len(body)] = block[column::size]
        first = self._append(bodies)
        references = array("I", range(_STATIC | first, _STATIC | first + count * len(body) // 4, len(body) // 4))
        words = array("I", (self._other, self.bulk.other.counter, 2, *self._row(rdtype), *self._row(ANY)))
        width, at = len(words), len(self.rows)
        rows = words * count
        rows[4::width] = rows[7::width] = references
        self.rows.extend(rows)
        places = range(at, at + count * width, width)
        if isinstance(members, range):
            self.at = array("I", places)
        else:
            for number, place in zip(members, places, strict=True):
                self.at[number] = place

    def _several(self, number: int, content: bytes) -> None:
        words = [self._other, self.bulk.other.counter, 0]
        by_type: dict[bytes, list[bytes]] = {}
        at = 0
        while at < len(content):
            end = at + _FIXED + _LENGTH.unpack_from(content, at)[0]
            by_type.setdefault(content[at : at + 2], []).append(content[at:end])
            at = end
        references = []
        for kind, records in by_type.items():
            packed = _body(POINTER.join(records), len(records))
            reference = self._known.get(packed)
            if reference is None:
                reference = self._known[packed] = _STATIC | self._append(packed)
            references.append(reference)
            words += self._row(int.from_bytes(kind, "big"), reference)
        words += self._row(ANY, references[0] if references else self._other)
        words[2] = len(by_type) + 1
        self.at[number] = len(self.rows)
        self.rows.extend(words)

    def _row(self, rdtype: int, reference: int = 0) -> tuple[int, int, int]:
        counter = self.bulk.counter(rdtype)
        self.counters = max(self.counters, counter)
        return rdtype, reference, counter

    def _append(self, bodies: bytes | bytearray) -> int:
        """Where bodies come to stand, in u32s."""
        first = len(self.bodies) // 4
        if first + len(bodies) // 4 > layout.VALUE_MASK:
            raise ValueError("the zone is too large for one image: its records take more than 4 GiB")
        self.bodies += bodies
        return first


def _uniform(records: bytes, size: int) -> bool:
    """Whether records of this length, one behind the other, are single ones of one type."""
    count = len(records) // size
    head = records[:_FIXED]
    return _LENGTH.unpack_from(head)[0] == size - _FIXED and all(
        records[column::size] == head[column : column + 1] * count for column in (0, 1, 2, 3, 8, 9)
    )


def _body(records: bytes, count: int) -> bytes:
    """The body that answers `count` records, whose owner, left out before the first, is the question name; padded."""
    wire = POINTER + records
    packed = layout.pack_body(Body(wire, AUTHORITATIVE, answers=count, core=len(wire)))
    return packed.ljust(layout.padded(len(packed), 4), b"\0")
