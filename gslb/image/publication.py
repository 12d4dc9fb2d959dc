"""The publisher: makes a new generation of tables visible to every worker with one store of eight octets.

    blobs that are new ──► arena     references, record ──► arena     reference of the record ──► root word

What is published together becomes visible together. Killed at any point, the last complete generation stays, and the
next publisher goes on from it.
"""

from __future__ import annotations

import fcntl
import json
import os
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, compress
from operator import is_not
from pathlib import Path

from gslb.image.arena import Arena, Blobs, arena_numbers, arena_path, room_for
from gslb.image.files import ImageError, map_words
from gslb.image.layout import (
    ARENA_HEADER,
    DIGEST_LENGTH,
    OFFSET_MASK,
    RECORD,
    RECORD_MAGIC,
    ROOT_SIZE,
    SLOTS,
    RecordHeader,
)

ARENA_SIZE = 4 << 20


class PublishRefused(Exception):  # noqa: N818 - a refusal, not a failure
    """The generation is not newer than the last, or another publisher holds the tables."""


@dataclass(frozen=True, slots=True)
class PublishedZone:
    """A zone image and the encoded plan of each of its rows; b"": none, its questions are forwarded.

    Images of the same zone are its layers, the newest first.
    """

    image: str
    plans: Sequence[bytes] = ()


@dataclass(frozen=True, slots=True)
class Publication:
    """One generation of everything that is answered.

    `published_at` is monotonic nanoseconds; `model` the digest (at most 64 octets) of the model it comes from; `zones`
    and `places` name image files; `state` is for other readers than workers (verdicts, memory), in parts: like a plan,
    a part of which the octets are what they were costs nothing; b"" is none.
    """

    epoch: int
    generation: int
    published_at: int
    model: str
    zones: Sequence[PublishedZone] = ()
    places: Sequence[str] = ()
    state: Sequence[bytes] = ()


class Publisher:
    """The single writer of the tables in `folder`; goes on from what stands there.

    `generation` is the (epoch, generation) last published, (0, 0) before the first. Raises PublishRefused when another
    publisher is alive.
    """

    def __init__(self, folder: Path, arena_size: int = ARENA_SIZE) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.arena_size = arena_size
        self.generation = (0, 0)
        self._lock = os.open(folder / "publisher.lock", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            raise PublishRefused(f"another process publishes to {folder}") from None
        self._root = map_words(folder / "root", ROOT_SIZE // 8)
        self._readers = map_words(folder / "readers", SLOTS)
        for slot in range(SLOTS):  # who is alive shows itself at the next publication, and what it reads stays mapped
            self._readers[slot] = 0
        self._serial = 0
        self._word = self._root[0]
        self._known: dict[bytes, int] = {b"": 0}  # blobs in the arenas in use; no reference is 0
        self._plans, self._state = _Shown(), _Shown()
        self._used: dict[int, int] = {}  # octets taken in each arena in use
        self._retired: list[tuple[int, int]] = []  # (serial from which on nobody needs it, arena)
        self._arena: Arena | None = None
        self._last_number = max(arena_numbers(folder), default=0)
        self._resume()

    def _resume(self) -> None:
        """Take over what is published. What cannot be read (the machine lost power) is as good as nothing."""
        numbers: tuple[int, ...] = ()
        try:
            if self._word:
                numbers = self._read_record()
        except (ImageError, OSError):
            self._known = {b"": 0}
            self._used.clear()
            self._arena = None
            self._root[0] = self._word = 0
        for number in arena_numbers(self.folder) - set(numbers):
            arena_path(self.folder, number).unlink(missing_ok=True)

    def _read_record(self) -> tuple[int, ...]:
        blobs = Blobs(self.folder)
        header, numbers = read_record(blobs, self._word)
        lists = [blobs.read(reference).cast("Q") for reference in (header.rows, header.state)]
        for reference in {header.directory, *lists[0], *lists[1]} - {0}:
            self._known[bytes(blobs.read(reference))] = reference
        for number in numbers:
            self._used[number] = arena_path(self.folder, number).stat().st_size
        end = (self._word & OFFSET_MASK) + RECORD.size + 4 * len(numbers)
        self._arena = Arena(arena_path(self.folder, numbers[-1]), numbers[-1], end)
        self._used[numbers[-1]] = self._arena.used
        self._serial = header.serial
        self.generation = (header.epoch, header.generation)
        return numbers

    def publish(self, publication: Publication) -> None:
        """Make `publication` what is answered.

        Work is in proportion to the plans and parts of the state that are other objects than the last time: a blob that
        stays is best handed over as the same `bytes` again. Each row besides costs eight octets to copy.

        Raises PublishRefused unless (epoch, generation) is newer than the last; OSError when there is no room for a new
        arena, and then the last generation stays.
        """
        generation = (publication.epoch, publication.generation)
        if generation <= self.generation:
            raise PublishRefused(f"generation {generation} is not newer than {self.generation}")
        if len(publication.model.encode()) > DIGEST_LENGTH:
            raise ValueError(f"the model's digest has more than {DIGEST_LENGTH} octets: {publication.model!r}")
        if self._root[0] != self._word:
            raise PublishRefused(f"another process has published to {self.folder}")
        plans = list(chain.from_iterable(zone.plans for zone in publication.zones))
        state = list(publication.state)
        directory = _directory(publication)
        rows, parts = self._plans.changes(plans), self._state.changes(state)
        changed = {
            id(blob): blob for blob in (directory, *map(plans.__getitem__, rows), *map(state.__getitem__, parts))
        }
        arena, retiring = self._arena_for(changed.values(), plans, state, directory)
        if retiring:
            rows, parts = range(len(plans)), range(len(state))
            changed = {id(blob): blob for blob in (directory, *plans, *state)}
        places: dict[int, int] = {}
        for key, blob in changed.items():
            place = self._known.get(blob)
            if place is None:
                place = self._known[blob] = arena.append(blob)
            places[key] = place
        numbers = array("I", self._used)
        header = RecordHeader(
            RECORD_MAGIC,
            self._serial + 1,
            *generation,
            publication.published_at,
            publication.model.encode(),
            places[id(directory)],
            arena.append(self._plans.show(plans, rows, places)),
            arena.append(self._state.show(state, parts, places)),
            len(numbers),
            0,
        )
        word = arena.append(RECORD.pack(*header) + numbers.tobytes())
        self._used[arena.number] = arena.used
        self._root[0] = self._word = word  # one aligned store: a reader sees the old generation or the new one
        self._serial += 1
        self.generation = generation
        self._retired += [(self._serial, number) for number in retiring]
        self.sweep()

    def _arena_for(
        self, changed: Iterable[bytes], plans: Sequence[bytes], state: Sequence[bytes], directory: bytes
    ) -> tuple[Arena, list[int]]:
        """An arena with room for what is new, and the arenas that are done with once this publication is out.

        A full arena is followed by another; when less than half of all that is in use would be alive, everything alive
        moves to a fresh one instead.
        """
        references = 8 * (len(plans) + len(state))
        fixed = room_for((bytes(references), b"", bytes(RECORD.size + 4 * (len(self._used) + 1))))
        needed = fixed + room_for({blob for blob in changed if blob not in self._known})
        if self._arena is not None and needed <= self._arena.room:
            return self._arena, []
        retiring: list[int] = []
        alive = fixed + room_for({*plans, directory, *state})
        if 2 * alive < sum(self._used.values()) + needed:
            needed, retiring = alive, list(self._used)
        size = ARENA_HEADER.size + needed
        size = self.arena_size if size <= self.arena_size else size + self.arena_size  # room for what comes next
        arena = Arena.create(self.folder, self._last_number + 1, size)
        if self._arena is not None:
            self._arena.close()
        if retiring:
            self._known = {b"": 0}
            self._used.clear()
        self._last_number = arena.number
        self._used[arena.number] = arena.used
        self._arena = arena
        return arena, retiring

    def sweep(self) -> None:
        """Remove arenas that every reader has left behind; one that was killed counts until its successor reads.

        A reader has mapped all that it needs, so this only tells when the memory is free, not when it is safe.
        """
        seen = min((serial for serial in self._readers if serial), default=self._serial)
        for serial, number in self._retired:
            if serial <= seen:
                arena_path(self.folder, number).unlink(missing_ok=True)
        self._retired = [(serial, number) for serial, number in self._retired if serial > seen]

    def close(self) -> None:
        """Let another publisher follow. What is published stays."""
        if self._arena is not None:
            self._arena.close()
            self._arena = None
        os.close(self._lock)


class _Shown:
    """A list of blobs as it was shown last, and where each of them is."""

    def __init__(self) -> None:
        self._blobs: list[bytes] = []
        self._references = array("Q")

    def changes(self, blobs: list[bytes]) -> Sequence[int]:
        """The places where `blobs` holds another object than it did."""
        places = range(len(blobs))
        return list(compress(places, map(is_not, blobs, self._blobs))) if len(blobs) == len(self._blobs) else places

    def show(self, blobs: list[bytes], changes: Sequence[int], places: dict[int, int]) -> bytes:
        """Note `blobs`, which changed here, and return where they are; `places` tells that of these by their ids."""
        found = map(places.__getitem__, map(id, map(blobs.__getitem__, changes)))
        if len(changes) == len(blobs):
            self._references = array("Q", found)
        else:
            for at, reference in zip(changes, found, strict=True):
                self._references[at] = reference
        self._blobs = blobs
        return self._references.tobytes()


def read_record(blobs: Blobs, word: int) -> tuple[RecordHeader, tuple[int, ...]]:
    """The record that a root word names, and the numbers of its arenas."""
    data = blobs.read(word)
    if data[: len(RECORD_MAGIC)] != RECORD_MAGIC:
        raise ImageError(f"there is no record at {word:#x}")
    return RecordHeader._make(RECORD.unpack_from(data)), tuple(data[RECORD.size :].cast("I"))


def _directory(publication: Publication) -> bytes:
    """Which images there are, and how many rows each has: the same octets as long as only plans change."""
    zones = [(str(zone.image), len(zone.plans)) for zone in publication.zones]
    return json.dumps({"zones": zones, "places": list(map(str, publication.places))}).encode()
