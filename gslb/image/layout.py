"""The binary layout of zone images, place images, plans and publications, in one place.

Numbers are little-endian and naturally aligned; offsets count octets, from the start of the file unless said otherwise.
Every section starts at a multiple of eight. Every table is an array of one C type, so that C reads the same octets
through plain pointers. "4 u32[]" is an array of four u32s an item.

    zone image    header 128 | slots u64[] | entries 4 u32[] | rows u32[] | bodies | shared u32[] | names
                  | labels (JSON)

      slot        0: free; else entry number + 1 in the upper, crc32 of the name in the lower half. A name's slot is
                  crc32 & (slots - 1), then the next, round the end; at most half of them are taken.
      entry       name (offset in names), here, below (offsets in rows, in u32s), length of the name. Both GONE: there
                  is no such name any more
      rows        other (target), count, then by ascending type: type, target
      target      2 u32: reference, counter. The reference's top two bits: 0 forward, 1 static (below them a body's
                  offset in bodies, in u32s), 2 row (below them its number), 3 shared (below them a number in shared)
      body        header 20, wire, padded to u32
      shared      offsets in bodies, in u32s: bodies that targets name by number
      names       the apex first

    A zone is answered from one to four layers, each a zone image with its own counters and rows; the oldest has every
    name, the others those that changed since. The newest layer with an entry for a name decides, also when the entry
    says that it is gone. A shared body is always the newest layer's, wherever the target that names it stands: what
    many names say that do not change otherwise (the SOA record of negative answers) is changed in one place. Counter
    and row are those of the layer that the target stands in.

    place image   header 256 | first ranges u32[65537]
                  | v4 starts u32[], classes u16[] | v6 starts u64[], classes u16[]
                  | exact v4 starts u32[], ends u32[], classes u16[]
                  | exact v6 starts 2 u64[], ends 2 u64[], classes u16[]

      first range for each value of an IPv4 address's upper 16 bits, the v4 range that the lowest such address is in;
                  then the last range

    plan          header 16 | nodes and bodies, shared by content; offsets from the start of the plan
      node        kind u32, count u32, then
        constant  (count is the body's offset)
        draw      cumulative weights u64[count], bodies u32[count]
        bucket    table (offset) u32, parts u32[count]; the table is u16[65536]
        by class  digest of the class map char[64], parts u32[count]

    root          word u64: the reference of the newest record. Stored last, at once.
    arena         header 64 | blobs: length u32, crc32 u32 (started from 1), payload, padded to u64
      reference   arena << 40 | offset of the payload
    record        a blob: header 136 | numbers of the arenas in use u32[], the one that grows last
    readers       u64[512]: the serial of the record that each slot's reader has mapped; 0: nobody
"""

from __future__ import annotations

from struct import Struct
from typing import NamedTuple

from gslb.image.body import Body, Trim

VERSION = 2

ZONE_MAGIC = b"GSLBZONE"
ZONE_HEADER = Struct("<8s8I9Q16x")
SLOT_SHIFT = 32
KIND_SHIFT = 30
FORWARD, STATIC, ROW, SHARED = 0, 1, 2, 3
VALUE_MASK = (1 << KIND_SHIFT) - 1
GONE = 0xFFFF_FFFF
MOST_LAYERS = 4

BODY = Struct("<HBx6sHHBxI")  # flags, trim, counts as in a header, core, length, name length, ordinal

PLACES_MAGIC = b"GSLBPLAC"
PLACES_HEADER = Struct("<8s2I64s4I12Q64x")
FIRST_BITS = 16

PLAN_HEADER = Struct("<4I")  # length, scoping, root node, 0
BY_CLASS, BY_PREFIX, LOCATE_RESOLVER = 1, 2, 4  # scoping
NODE = Struct("<2I")
NODE_CONSTANT, NODE_DRAW, NODE_BUCKET, NODE_BY_CLASS = 0, 1, 2, 3
DIGEST_LENGTH = 64

ROOT_SIZE = 4096
ARENA_MAGIC = b"GSLBAREN"
ARENA_HEADER = Struct("<8s2IQ40x")  # magic, version, number, size
ARENA_SHIFT = 40
OFFSET_MASK = (1 << ARENA_SHIFT) - 1
BLOB = Struct("<2I")
CRC_START = 1  # so that eight zeros are no blob
RECORD_MAGIC = b"GSLBREC2"
RECORD = Struct("<8s4Q64s3Q2I")
SLOTS = 512  # readers


class ZoneHeader(NamedTuple):
    """`rows` counts steered rows, `counters` the labels. `depth`: most labels of a name. `apex`: the length of its
    name. `shared` counts shared bodies."""

    magic: bytes
    version: int
    shared: int
    entries: int
    slots: int
    rows: int
    counters: int
    depth: int
    apex: int
    slots_at: int
    entries_at: int
    rows_at: int
    bodies_at: int
    shared_at: int
    names_at: int
    labels_at: int
    labels_length: int
    length: int


class PlacesHeader(NamedTuple):
    """`digest` is the class map's own; counts of ranges, then where each array stands."""

    magic: bytes
    version: int
    zero: int
    digest: bytes
    main4: int
    main6: int
    fine4: int
    fine6: int
    index4_at: int
    starts4_at: int
    classes4_at: int
    starts6_at: int
    classes6_at: int
    fine_starts4_at: int
    fine_ends4_at: int
    fine_classes4_at: int
    fine_starts6_at: int
    fine_ends6_at: int
    fine_classes6_at: int
    length: int


class RecordHeader(NamedTuple):
    """One publication. `directory`, `rows`, `state` are references, the last two to u64[] of references: of the plans,
    and of the state's parts, 0 where there is none. `arenas` is a count."""

    magic: bytes
    serial: int
    epoch: int
    generation: int
    published_at: int
    model: bytes
    directory: int
    rows: int
    state: int
    arenas: int
    zero: int


def pack_body(body: Body) -> bytes:
    """A body as stored, without the padding after it. Raises ValueError where a length passes a DNS message's."""
    if len(body.wire) > 0xFFFF or body.core > len(body.wire):
        raise ValueError(f"a body of {len(body.wire)} octets with a core of {body.core} fits no DNS message")
    counts = b"".join(count.to_bytes(2, "big") for count in (body.answers, body.authorities, body.additionals))
    return (
        BODY.pack(body.flags, body.trim, counts, body.core, len(body.wire), body.name_length, body.ordinal) + body.wire
    )


def unpack_body(data: memoryview, offset: int) -> Body:
    """The body stored at `offset`."""
    flags, trim, counts, core, length, name_length, ordinal = BODY.unpack_from(data, offset)
    start = offset + BODY.size
    answers, authorities, additionals = (int.from_bytes(counts[at : at + 2], "big") for at in (0, 2, 4))
    wire = bytes(data[start : start + length])
    return Body(wire, flags, answers, authorities, additionals, core, Trim(trim), name_length, ordinal)


def padded(length: int, to: int) -> int:
    """The next multiple of `to` (a power of two)."""
    return (length + to - 1) & -to
