"""Tables out of thin air: strategies for everything an image can hold, and one way to publish it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import strategies as st

from gslb.image import (
    BUCKETS,
    Body,
    Bucket,
    ByClass,
    Constant,
    CounterLabel,
    Draw,
    Entry,
    ExactRanges,
    Forward,
    Places,
    Publication,
    PublishedZone,
    Publisher,
    Ranges,
    Row,
    Rows,
    Scoping,
    Selector,
    Shared,
    Static,
    Tables,
    Target,
    Trim,
    encode_plan,
    write_places,
    write_zone,
)

A, NS, SOA, TXT, AAAA, ANY = 1, 2, 6, 16, 28, 255
APEX = b"\7example\3com\0"
COUNTERS = 64
LEAVES = 4

Planned = tuple[Selector[Body], Scoping]


def wire(text: str) -> bytes:
    """`www.example.com.` as wire; the case stays."""
    labels = [label.encode() for label in text.split(".") if label]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def address(last: int, ordinal: int = 0) -> Body:
    """A body of one A record 192.0.2.`last`."""
    record = bytes.fromhex("c00c000100010000001e0004c00002") + bytes([last])
    return Body(record, 0x0400, answers=1, core=len(record), ordinal=ordinal)


def negative(rcode: int = 0) -> Body:
    """A body with an SOA in its authority section (what it says does not matter here)."""
    record = b"\xc0\x0c\0\6\0\1\0\0\0\x3c\0\x16" + bytes(22)
    return Body(record, 0x0400 | rcode, authorities=1, core=len(record))


NODATA = Static(negative(), 1)
NXDOMAIN = Rows({}, Static(negative(3), 2))


@dataclass(frozen=True)
class ZoneContent:
    """A zone as it is answered, and the plan of each of its rows.

    It is written in layers: each name of `moved` stands in that one (1 is the next over the oldest, 0), all others in
    the oldest. The oldest also has `stale` entries, where newer ones know better: another, or that the name is gone.
    """

    apex: bytes
    entries: tuple[Entry, ...]
    plans: tuple[Planned | None, ...] = ()
    shared: tuple[Body, ...] = ()
    moved: Mapping[bytes, int] = field(default_factory=dict)
    stale: tuple[Entry, ...] = ()

    def answered(self, rows: Rows, rdtype: int) -> Target:
        """The target of rows for a type; a shared body as if it stood there."""
        target = rows.by_type.get(rdtype, rows.other)
        return Static(self.shared[target.number], target.counter) if isinstance(target, Shared) else target

    def write(self, folder: Path) -> list[str]:
        """Its images, the newest first."""
        newest = max(self.moved.values(), default=0)
        names = {entry.name for entry in self.entries}
        paths = []
        for layer in range(newest, -1, -1):
            entries = [entry for entry in self.entries if self.moved.get(entry.name, 0) == layer]
            gone = [entry.name for entry in self.stale if entry.name not in names and self.moved[entry.name] == layer]
            shared = self.shared if layer == newest else tuple(address(99) for _ in self.shared)
            older = gone if layer else None
            if not layer:
                entries += self.stale
            paths.append(str(write_zone(folder, self.apex, entries, LABELS, shared, older)))
        return paths


@dataclass(frozen=True)
class World:
    """Everything that is published together."""

    zones: tuple[ZoneContent, ...]
    places: tuple[Places, ...] = field(default_factory=tuple)


LABELS = tuple(CounterLabel("example.com.", "A", "NOERROR", leaf=str(number)) for number in range(COUNTERS))


def publish(folder: Path, world: World, generation: int = 1, publisher: Publisher | None = None) -> None:
    """Write the images of a world and publish it."""
    zones = [
        PublishedZone(image, tuple(encode_plan(*plan) if plan else b"" for plan in zone.plans))
        for zone in world.zones
        for image in zone.write(folder)
    ]
    places = [str(write_places(folder, one)) for one in world.places]
    writer = publisher or Publisher(folder / "run", 1 << 16)
    writer.publish(Publication(1, generation, 0, "model", zones, places, (b"state",)))
    if publisher is None:
        writer.close()


def tables_of(folder: Path, world: World, slot: int | None = 0) -> Tables:
    """The published tables of a world, as a worker reads them."""
    publish(folder, world)
    return Tables(folder / "run", slot)


def small_world(*plans: Planned | None, places: Sequence[Places] = ()) -> World:
    """example.com with a static `www`, a wildcard `*.wild`, an empty `deep`, and `steer0`, `steer1` … by plan."""
    here = Static(address(1), 0)
    entries = [
        Entry(APEX, Rows({SOA: here, ANY: here}, NODATA), NXDOMAIN),
        Entry(wire("www.example.com"), Rows({A: here, ANY: here}, NODATA), NXDOMAIN),
        Entry(wire("wild.example.com"), Rows({}, NODATA), Rows({A: Static(address(2), 0)}, NODATA)),
        Entry(wire("deep.example.com"), Rows({}, NODATA), NXDOMAIN),
        Entry(wire("deeper.deep.example.com"), Rows({A: here}, Forward()), Rows({}, Forward())),
    ]
    entries += [
        Entry(wire(f"steer{index}.example.com"), Rows({A: Row(index, 8 + LEAVES * index)}, NODATA), NXDOMAIN)
        for index in range(len(plans))
    ]
    return World((ZoneContent(APEX, tuple(entries), plans),), tuple(places))


# Strategies. Bodies of up to 1,600 octets fall on both sides of every limit.

labels = st.binary(min_size=1, max_size=12).map(bytes.lower)
names = st.lists(labels, max_size=3).map(lambda parts: b"".join(bytes([len(part)]) + part for part in parts))


@st.composite
def bodies(draw: st.DrawFn, longest: int = 1_600) -> Body:
    octets = draw(st.integers(0, longest))
    core = draw(st.integers(0, octets))
    counts = [draw(st.integers(0, 3)) for _ in range(3)]
    fill = draw(st.integers(1, 255))
    return Body(
        bytes([fill]) * octets,
        draw(st.sampled_from((0, 0x0400, 0x0403, 0x0405))),
        *counts,
        core=core,
        trim=draw(st.sampled_from(Trim)),
        name_length=draw(st.sampled_from((0, 0, 0, len(APEX), 17))),
        ordinal=draw(st.integers(0, LEAVES - 1)),
    )


def constants(body: st.SearchStrategy[Body]) -> st.SearchStrategy[Constant[Body]]:
    return st.builds(Constant, body)


def draws(body: st.SearchStrategy[Body]) -> st.SearchStrategy[Draw[Body]]:
    parts = st.lists(st.tuples(st.integers(0, 1 << 40), constants(body)), min_size=1, max_size=4)
    return parts.filter(lambda some: sum(weight for weight, _ in some) > 0).map(lambda some: Draw(tuple(some)))


@st.composite
def buckets(draw: st.DrawFn, body: st.SearchStrategy[Body]) -> Bucket[Body]:
    parts = draw(st.lists(constants(body) | draws(body), min_size=1, max_size=4))
    seed = draw(st.binary(min_size=1, max_size=16))
    return Bucket(bucket_table([pick % len(parts) for pick in seed]), tuple(parts))


def bucket_table(picks: Sequence[int]) -> bytes:
    """A table of buckets that repeats `picks`."""
    pattern = b"".join(pick.to_bytes(2, "little") for pick in picks)
    return (pattern * (BUCKETS // len(picks) + 1))[: 2 * BUCKETS]


CLASSES = 5


@st.composite
def selectors(draw: st.DrawFn, places: str = "") -> Selector[Body]:
    """A selector as deep as they go; by class only if there is a class map named `places`."""
    body = st.sampled_from(draw(st.lists(bodies(), min_size=1, max_size=4)))
    inner = constants(body) | draws(body) | buckets(body)
    if not places or draw(st.booleans()):
        return draw(inner)
    return ByClass(places, tuple(draw(inner) for _ in range(CLASSES)))


scopings = st.builds(Scoping, st.booleans(), st.booleans(), st.booleans())


@st.composite
def ranges(draw: st.DrawFn, bits: int, step: int) -> Ranges:
    """Main ranges over a space of `bits` bits; starts crowd at small numbers so that neighbours are often close."""
    steps = st.integers(1, (1 << bits - step) - 1) | st.integers(1, 8)
    starts = sorted({0, *(draw(st.lists(steps, max_size=8)))})
    return Ranges([start << step for start in starts], [draw(st.integers(0, CLASSES - 1)) for _ in starts])


@st.composite
def exact_ranges(draw: st.DrawFn, bits: int) -> ExactRanges:
    edges = sorted(draw(st.sets(st.integers(0, (1 << bits) - 1) | st.integers(0, 4_096), max_size=8)))
    pairs = list(zip(edges[::2], edges[1::2], strict=False))
    classes = [draw(st.integers(0, CLASSES - 1)) for _ in pairs]
    return ExactRanges([start for start, _ in pairs], [end for _, end in pairs], classes)


@st.composite
def class_maps(draw: st.DrawFn, digest: str = "map") -> Places:
    return Places(digest, draw(ranges(32, 8)), draw(ranges(64, 8)), draw(exact_ranges(32)), draw(exact_ranges(128)))


@st.composite
def zones(draw: st.DrawFn, apex: bytes, places: str = "") -> ZoneContent:
    """A zone of a few names with every kind of target, in up to four layers."""
    plans = tuple(draw(st.lists(st.none() | st.tuples(selectors(places), scopings), max_size=3)))
    shared = tuple(draw(st.lists(bodies(), max_size=2)))
    statics = st.builds(Static, bodies(), st.integers(0, 7))
    targets = statics | st.just(Forward())
    if plans:
        targets |= st.integers(0, len(plans) - 1).map(lambda index: Row(index, 8 + LEAVES * index))
    if shared:
        targets |= st.builds(Shared, st.integers(0, len(shared) - 1), st.integers(0, 7))
    rows = st.builds(Rows, st.dictionaries(st.sampled_from((A, NS, TXT, AAAA, ANY)), targets, max_size=3), targets)
    inside = draw(st.lists(names, max_size=5, unique=True))
    entries = [Entry(name + apex, draw(rows), draw(rows)) for name in {b"", *inside}]
    moved = {entry.name: draw(st.integers(0, 3)) for entry in entries if draw(st.booleans())}
    gone = {name + apex: draw(st.integers(1, 3)) for name in draw(st.lists(names, max_size=2)) if name not in inside}
    gone.pop(apex, None)
    was = {name for name, layer in moved.items() if layer and (name == apex or draw(st.booleans()))} | gone.keys()
    stale = tuple(Entry(name, NXDOMAIN, NXDOMAIN) for name in sorted(was))
    return ZoneContent(apex, tuple(entries), plans, shared, moved | gone, stale)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    places = (draw(class_maps()),)
    apexes = draw(st.lists(st.sampled_from((APEX, b"\3sub" + APEX, b"\3org\0", b"\0")), min_size=1, unique=True))
    return World(tuple(draw(zones(apex, "map")) for apex in apexes), places)
