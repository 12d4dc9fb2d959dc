"""Samples of queries in shared memory: each worker notes a few of those it takes, whoever watches reads them.

samples-<slot>   head: written u64, every u64, traced u64, free u64 | records of 256 octets, written over the oldest

What to note is the watcher's word, in the head: of `every` packets one, by chance; and all packets of some senders,
from which the gaps between one resolver's queries can be read: of those whose mark (the last octet of an IPv4 address,
the eighth of an IPv6 one) is `traced` - 1 in all bits that are not `free`. With no bit free that is one sender in 256.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from struct import Struct

from gslb.image.files import map_own_words, map_words

RECORDS = 1_024
HEAD = 32  # octets
RECORD = Struct("<QQIHBx16s216s")  # serial, at, weight, packet's length, kind << 7 | sender's length, sender, packet
PACKET = 216  # octets that are kept of a packet: header, all but the longest names, and a client subnet
_WORDS = (HEAD + RECORDS * RECORD.size) // 8
WRITTEN, EVERY, TRACED, FREE = range(4)
PREFIX = "samples-"


class SampleKind(IntEnum):
    """How a packet came to be noted."""

    CHANCE = 0
    TRACED = 1


@dataclass(frozen=True, slots=True)
class Sample:
    """One packet of those that came: it stands for `weight`. `at`: monotonic nanoseconds; `sender`: 4 or 16 octets.

    `packet` is cut after PACKET octets.
    """

    kind: SampleKind
    at: int
    weight: int
    sender: bytes
    packet: bytes


class SampleWriter:
    """A worker's own ring; where the disk is full, one that nobody reads. Raises OSError where it cannot be opened."""

    def __init__(self, folder: Path, slot: int) -> None:
        self._head = map_own_words(folder / f"{PREFIX}{slot}", _WORDS)
        self._octets = self._head.cast("B")

    @property
    def memory(self) -> memoryview:
        """All of it, as the head says."""
        return self._octets

    @property
    def every(self) -> int:
        """Of how many packets one is wanted; 0: none."""
        return self._head[EVERY]

    @property
    def traced(self) -> int:
        """The mark of traced senders, -1: nobody is traced."""
        return self._head[TRACED] - 1

    @property
    def free(self) -> int:
        """The bits in which a mark may differ from that."""
        return self._head[FREE]

    def note(self, sample: Sample) -> None:
        """Write one down over the oldest."""
        written = self._head[WRITTEN]
        record = (written + 1, sample.at, sample.weight, min(len(sample.packet), PACKET))
        origin = sample.kind << 7 | len(sample.sender)
        at = HEAD + written % RECORDS * RECORD.size
        RECORD.pack_into(self._octets, at, *record, origin, sample.sender, sample.packet)
        self._head[WRITTEN] = written + 1


class SampleReader:
    """The rings of all workers, each read on from where it was left."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._rings: dict[str, tuple[memoryview[int], memoryview[int]]] = {}
        self._read: dict[str, int] = {}

    def ask(self, every: int, traced: int = -1, free: int = 0) -> None:
        """Say what workers are to note from now on; see the head. `every` 0: nothing."""
        for head, _ in self._open():
            head[EVERY], head[TRACED], head[FREE] = every, traced + 1, free

    def read(self) -> tuple[list[Sample], int]:
        """What was noted since the last call, worker by worker, and how many were overwritten before they were read."""
        samples: list[Sample] = []
        lost = 0
        for name, (head, octets) in zip(self._names(), self._open(), strict=True):
            written = head[WRITTEN]
            known = self._read.get(name, 0)
            first = max(known, written - RECORDS)
            found = [*_records(octets, first, written)]
            samples += found
            lost += written - known - len(found)
            self._read[name] = written
        return samples, lost

    def _names(self) -> list[str]:
        return sorted(path.name for path in self._folder.glob(f"{PREFIX}*"))

    def _open(self) -> list[tuple[memoryview[int], memoryview[int]]]:
        for name in self._names():
            if name not in self._rings:
                head = map_words(self._folder / name, _WORDS)
                self._rings[name] = head, head.cast("B")
        return [self._rings[name] for name in self._names()]


def _records(octets: memoryview[int], first: int, written: int) -> Iterator[Sample]:
    """Those that still stand where they were written: a busy worker may have come round meanwhile."""
    for index in range(first, written):
        place = HEAD + index % RECORDS * RECORD.size
        serial, at, weight, length, origin, sender, packet = RECORD.unpack_from(octets, place)
        if serial == index + 1:
            yield Sample(SampleKind(origin >> 7), at, weight, sender[: origin & 0x7F], packet[: min(length, PACKET)])
