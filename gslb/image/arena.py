"""Arenas: files of blobs that only grow, written by one process and mapped by many.

A blob is found by its reference, which says the arena and the place in it, and is never changed once written. What was
appended but not yet published is overwritten by the next publisher: nobody can know a reference to it.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterable
from pathlib import Path
from zlib import crc32

from gslb.image.files import ImageError, map_whole
from gslb.image.layout import (
    ARENA_HEADER,
    ARENA_MAGIC,
    ARENA_SHIFT,
    BLOB,
    CRC_START,
    OFFSET_MASK,
    VERSION,
    padded,
)

PREFIX = "arena-"


def arena_path(folder: Path, number: int) -> Path:
    return folder / f"{PREFIX}{number}"


def arena_numbers(folder: Path) -> set[int]:
    """The arenas that have a file."""
    return {int(path.name.removeprefix(PREFIX)) for path in folder.glob(f"{PREFIX}*")}


def room_for(payloads: Iterable[bytes]) -> int:
    """How many octets these blobs take in an arena."""
    return sum(padded(BLOB.size + len(payload), 8) for payload in payloads)


class Arena:
    """An arena as its only writer sees it: mapped whole, `used` octets from the start are taken."""

    def __init__(self, path: Path, number: int, used: int = ARENA_HEADER.size) -> None:
        """Map an existing file; what lies past `used` is free."""
        self.number = number
        self.used = padded(used, 8)
        with path.open("r+b") as file:
            self._mapped = mmap.mmap(file.fileno(), 0)
        self.size = len(self._mapped)

    @classmethod
    def create(cls, folder: Path, number: int, size: int) -> Arena:
        """A fresh arena. It is filled with zeros first: a full disk is an OSError here and not a SIGBUS later."""
        path = arena_path(folder, number)
        header = ARENA_HEADER.pack(ARENA_MAGIC, VERSION, number, size)
        try:
            with path.open("wb") as file:
                file.write(header)
                file.write(bytes(size - len(header)))
        except OSError:
            path.unlink(missing_ok=True)
            raise
        return cls(path, number)

    @property
    def room(self) -> int:
        return self.size - self.used

    def append(self, payload: bytes) -> int:
        """Store a blob and return its reference. The caller has seen that there is room."""
        at = self.used
        BLOB.pack_into(self._mapped, at, len(payload), crc32(payload, CRC_START))
        at += BLOB.size
        self._mapped[at : at + len(payload)] = payload
        self.used = padded(at + len(payload), 8)
        return self.number << ARENA_SHIFT | at

    def close(self) -> None:
        self._mapped.close()


class Blobs:
    """Blobs as readers see them: arenas are mapped when a reference first leads there, and stay mapped until `keep`.

    `mapped` has them by number.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.mapped: dict[int, memoryview] = {}

    def read(self, reference: int) -> memoryview:
        """The blob's payload. Raises FileNotFoundError when its arena is gone, ImageError when there is no blob."""
        data = self.open(reference >> ARENA_SHIFT)
        at = reference & OFFSET_MASK
        if not ARENA_HEADER.size <= at - BLOB.size <= len(data) - BLOB.size:
            raise ImageError(f"reference {reference:#x} leads out of its arena")
        length, crc = BLOB.unpack_from(data, at - BLOB.size)
        payload = data[at : at + length]
        if len(payload) != length or crc32(payload, CRC_START) != crc:
            raise ImageError(f"the blob at {reference:#x} is damaged")
        return payload

    def open(self, number: int) -> memoryview:
        """The whole arena, mapped."""
        data = self.mapped.get(number)
        if data is None:
            data = memoryview(map_whole(arena_path(self._folder, number), ARENA_MAGIC, ARENA_HEADER.size))
            self.mapped[number] = data
        return data

    def keep(self, numbers: Iterable[int]) -> None:
        """Let go of every other arena. Its memory is freed when the last blob read from it goes."""
        wanted = set(numbers)
        self.mapped = {number: data for number, data in self.mapped.items() if number in wanted}
