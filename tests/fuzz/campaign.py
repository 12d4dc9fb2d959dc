"""What a fuzz run does, chunk by chunk: worlds, generations, packets, and tables on the heap, whole or damaged."""

import ctypes
from array import array
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from random import Random
from zlib import crc32

from conformance.generate import cases
from conformance.generate import query as asked_by

from gslb.engine import CompiledAnswers, CompiledStreams
from gslb.engine.library import open_library
from gslb.geo import Atlas
from gslb.image import EngineCounter, ImageError, Tables
from gslb.image.layout import ARENA_HEADER, BLOB, CRC_START, padded
from gslb.model import Model, ZoneSource
from gslb.nameserver import Belief, World
from gslb.zone import Zones, load
from kit.engines import Engines
from kit.mixed import Mixture
from kit.worlds import Published, all_up, large

RESPOND_EVERY, STREAMED, GENERATION, DAMAGED = 100, 5, 2, 4  # one packet or chunk in so many
HEADERS, PAST_HEADERS = 0.01, 256  # a damaged header is refused when it is opened, and tells little
DAMAGES, DAMAGED_EACH = 10, 1_000
ENDPOINTS = ["web/eu-west", "web/us-east", "web/ap-south", "many/eu-west/a", "many/us-east/e"]


class Campaign:
    """A run: `step` takes the next packets. `library` has sanitizers; then tables lie on the heap."""

    def __init__(self, folder: Path, seed: str, library: Path | None) -> None:
        self._random = Random(f"campaign {seed}")
        made = cases(seed=self._random.getrandbits(32), zones=60, questions=60)
        zones = Zones(load(ZoneSource(case.zone, records=case.text), lambda path: "") for case in made)
        questions = tuple(asked_by(one, number) for case in made for number, one in enumerate(case.questions))
        generated = World(Model(), zones, Atlas.build(), {}, {})
        self._large = Published(folder / "large", large())
        self._sites = [
            (self._large, Mixture(f"large {seed}")),
            (Published(folder / "zones", generated, Belief()), Mixture(f"zones {seed}", questions)),
        ]
        self._library = open_library(library) if library else None
        self._engines = [Engines(site.folder / "run", self._library) for site, _ in self._sites]
        if self._library:
            for engines in self._engines:
                engines.compiled = CompiledAnswers(OnHeap(engines.other), self._library)
        self.packets = self.damaged = self.chunks = self.generations = 0

    def step(self, count: int) -> None:
        """One chunk of so many packets."""
        self.chunks += 1
        number = self._random.randrange(2)
        (site, mixture), engines = self._sites[number], self._engines[number]
        if site is self._large and not self.chunks % GENERATION:
            down = frozenset(self._random.sample(ENDPOINTS, self._random.randrange(4)))
            site.believe(all_up(site.built.world, down))
            engines.refresh()
            self.generations += 1
        stream = not self.chunks % STREAMED
        asked = mixture.take(count)
        engines.compare(asked, stream=stream)
        engines.compare(asked[::RESPOND_EVERY], stream=stream, view=site.view)
        engines.assert_same_counts()
        if stream:
            self._stream(OnHeap(engines.other, counted=False), asked)
        self.packets += count
        if self._library and not self.chunks % DAMAGED:
            self._damage(engines.other, mixture)

    def _damage(self, tables: Tables, mixture: Mixture) -> None:
        """No matter what a table holds: what comes back is a reply or none, and memory outside stays untouched."""
        for _ in range(DAMAGES):
            try:
                answers = CompiledAnswers(OnHeap(tables, self._random), self._library)
            except ImageError:
                continue
            answers.answer_many(mixture.take(DAMAGED_EACH))
            self.damaged += DAMAGED_EACH
        with suppress(ImageError):
            self._stream(OnHeap(tables, self._random), mixture.take(DAMAGED_EACH))

    def _stream(self, tables: "OnHeap", asked: Sequence[tuple[bytes, bytes, int]]) -> None:
        """The packets as connections send them: in pieces of some, the last cut off; each takes whole messages."""
        counters = memoryview(array("Q", bytes(8 * EngineCounter.END)))
        streams = CompiledStreams(tables, counters, self._library)
        framed = [len(packet).to_bytes(2) + packet for packet, _, _ in asked]
        at = 0
        while at < len(framed):
            some = self._random.randrange(1, 64)
            octets = b"".join(framed[at : at + some])
            octets = octets[: len(octets) - self._random.choice((0, 0, 1, 2, 5))]
            replies, used, count = streams.answer(octets, asked[at][1])
            assert octets[:used] == b"".join(framed[at : at + count])
            assert len(replies) >= 2 + 12 or not replies
            at += count + 1

    def summary(self) -> str:
        """What was done, in words."""
        said = sum((engines.said for engines in self._engines), start=type(self._engines[0].said)())
        outcomes = ", ".join(f"{name} {said[name]:,}" for name in sorted(said))
        damaged = f"; {self.damaged:,} packets to damaged tables" if self._library else ""
        how = " under sanitizers" if self._library else ""
        return f"{self.packets:,} packets{how} ({outcomes}) over {self.generations:,} generations{damaged}"


class OnHeap:
    """Tables whose mapped memory is copied to the heap, each part alone: a step past its end is a fault there.

    Unless `counted`, answers count nowhere. With `chance` some octets are others; blobs get a checksum that fits, so
    that it is the bounds that are met.
    """

    def __init__(self, tables: Tables, chance: Random | None = None, *, counted: bool = True) -> None:
        self._tables = tables
        self._counted = counted and not chance
        self._chance = chance
        self._rows_of: object = None
        self._zones_of: object = None

    def refresh(self) -> bool:
        return False

    def _follow(self) -> None:
        tables = self._tables
        if tables.rows is self._rows_of:
            return
        if tables.zones is not self._zones_of:
            self._zones = {
                apex: _Zone([self._layer(one) for one in zone.layers]) for apex, zone in tables.zones.items()
            }
            self._places = {name: _Image(self._copy(one.octets), one.path) for name, one in tables.places.items()}
        self._rows = _copy(bytes(tables.rows)).cast("Q") if len(tables.rows) else tables.rows
        self._arenas = {number: self._copy(data, blobs=True) for number, data in tables.arenas().items()}
        self._rows_of, self._zones_of = tables.rows, tables.zones

    def _layer(self, live: object) -> object:
        counts = live.counts
        if not self._counted:
            counts = _copy(bytes(8 * len(counts))).cast("Q")
        return _Layer(_Image(self._copy(live.image.octets), live.image.path), counts, live.first_row, live.row_count)

    def _copy(self, octets: memoryview, blobs: bool = False) -> memoryview:
        bent = bytearray(octets)
        if self._chance:
            used = len(bytes(octets).rstrip(b"\0"))
            for _ in range(self._chance.choice((0, 1, 2, 16))):
                first = 0 if self._chance.random() < HEADERS else PAST_HEADERS
                at = self._chance.randrange(min(first, used - 1), used)
                bent[at] = self._chance.choice((0, 1, 4, 0x7F, 0xFF, self._chance.randrange(256)))
            if blobs:
                _mend(bent)
        return _copy(bytes(bent))

    @property
    def rows(self) -> memoryview:
        self._follow()
        return self._rows

    @property
    def zones(self) -> Mapping[bytes, object]:
        self._follow()
        return self._zones

    @property
    def places(self) -> Mapping[str, object]:
        self._follow()
        return self._places

    @property
    def generation(self) -> tuple[int, int]:
        return self._tables.generation

    def arenas(self) -> Mapping[int, memoryview]:
        self._follow()
        return self._arenas


class _Image:
    def __init__(self, octets: memoryview, path: str) -> None:
        self.octets, self.path = octets, path


class _Layer:
    def __init__(self, image: _Image, counts: memoryview, first_row: int, row_count: int) -> None:
        self.image, self.counts, self.first_row, self.row_count = image, counts, first_row, row_count


class _Zone:
    def __init__(self, layers: list[object]) -> None:
        self.layers = tuple(layers)


def _copy(octets: bytes) -> memoryview:
    """The same octets in memory of their own from the system's allocator, which the sanitizer watches."""
    return memoryview((ctypes.c_char * len(octets)).from_buffer_copy(octets)).cast("B")


def _mend(arena: bytearray) -> None:
    at = ARENA_HEADER.size
    while at + BLOB.size < len(arena):
        length, _ = BLOB.unpack_from(arena, at)
        if not length:
            break
        payload = bytes(arena[at + BLOB.size : at + BLOB.size + length])
        BLOB.pack_into(arena, at, length, crc32(payload, CRC_START))
        at = padded(at + BLOB.size + length, 8)
