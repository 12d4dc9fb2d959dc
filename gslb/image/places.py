"""Place images: a client's address to its class, and the widest prefix around it that is of one class.

ECS prefix ──► main ranges (/24 and /56 steps) ──────────────────► class, scope
sender     ──► exact ranges inside mixed steps, then main ranges ─► class
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Literal

from gslb.image import layout
from gslb.image.files import ImageError, map_whole, write_whole

LOW = (1 << 64) - 1
STEP4, STEP6 = 0xFF, 0xFF  # a main range starts where these low bits are zero: /24 of 32, /56 of 64


@dataclass(frozen=True, slots=True)
class Ranges:
    """Ranges that cover a whole family: each from `starts[n]` to before the next, of class `classes[n]` (0..65535).

    `starts` ascend from 0: IPv4 addresses at /24 steps, or the upper 64 bits of IPv6 addresses at /56 steps.
    """

    starts: Sequence[int] = (0,)
    classes: Sequence[int] = (0,)


@dataclass(frozen=True, slots=True)
class ExactRanges:
    """Ranges inside steps that are of several classes: full addresses, both ends included, ascending and apart."""

    starts: Sequence[int] = ()
    ends: Sequence[int] = ()
    classes: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Places:
    """One class map as it is written; `digest` is its name in plans."""

    digest: str
    main4: Ranges = field(default_factory=Ranges)
    main6: Ranges = field(default_factory=Ranges)
    fine4: ExactRanges = field(default_factory=ExactRanges)
    fine6: ExactRanges = field(default_factory=ExactRanges)


def write_places(folder: Path, places: Places) -> Path:
    """Write `places-<digest>` into `folder`, unless it is there, and return its path.

    Raises ValueError for ranges out of order, OSError where the file cannot be written.
    """
    path = folder / f"places-{places.digest}"
    if not path.exists():
        write_whole(path, _chunks(places))
    return path


def _chunks(places: Places) -> list[bytes]:
    digest = places.digest.encode()
    if not 0 < len(digest) <= layout.DIGEST_LENGTH:
        raise ValueError(f"a digest has 1 to {layout.DIGEST_LENGTH} octets: {places.digest!r}")
    _check_main(places.main4, 1 << 32, STEP4)
    _check_main(places.main6, 1 << 64, STEP6)
    _check_fine(places.fine4, 1 << 32)
    _check_fine(places.fine6, 1 << 128)
    starts4 = places.main4.starts
    shift = 32 - layout.FIRST_BITS
    index4 = [bisect_right(starts4, first << shift) - 1 for first in range(1 << layout.FIRST_BITS)]
    fine6 = places.fine6
    sections = [
        array("I", [*index4, len(starts4) - 1]),
        array("I", starts4),
        array("H", places.main4.classes),
        array("Q", places.main6.starts),
        array("H", places.main6.classes),
        array("I", places.fine4.starts),
        array("I", places.fine4.ends),
        array("H", places.fine4.classes),
        array("Q", [half for start in fine6.starts for half in (start >> 64, start & LOW)]),
        array("Q", [half for end in fine6.ends for half in (end >> 64, end & LOW)]),
        array("H", fine6.classes),
    ]
    packed = [section.tobytes() for section in sections]
    padded = [section.ljust(layout.padded(len(section), 8), b"\0") for section in packed]
    offsets = [layout.PLACES_HEADER.size]
    for section in padded:
        offsets.append(offsets[-1] + len(section))
    counts = (len(starts4), len(places.main6.starts), len(places.fine4.starts), len(fine6.starts))
    header = layout.PlacesHeader(layout.PLACES_MAGIC, layout.VERSION, 0, digest, *counts, *offsets)
    return [layout.PLACES_HEADER.pack(*header), *padded]


def _check_main(ranges: Ranges, end: int, step: int) -> None:
    starts = ranges.starts
    ascending = all(before < after for before, after in pairwise(starts))
    if not starts or starts[0] or not ascending or starts[-1] >= end or any(start & step for start in starts):
        raise ValueError("main ranges start at 0 and ascend in whole steps")
    if len(starts) != len(ranges.classes):
        raise ValueError(f"{len(starts)} ranges, {len(ranges.classes)} classes")


def _check_fine(ranges: ExactRanges, end: int) -> None:
    if not len(ranges.starts) == len(ranges.ends) == len(ranges.classes):
        raise ValueError(f"{len(ranges.starts)} starts, {len(ranges.ends)} ends, {len(ranges.classes)} classes")
    edges = [edge for pair in zip(ranges.starts, ranges.ends, strict=True) for edge in (2 * pair[0], 2 * pair[1] + 1)]
    if any(before >= after for before, after in pairwise(edges)) or (edges and edges[-1] >= 2 * end):
        raise ValueError("exact ranges ascend and do not meet")


class PlaceImage:
    """A mapped place image, `octets` the whole file. Raises ImageError where the file is no image of this version."""

    def __init__(self, path: str | Path) -> None:
        self.path = str(path)
        mapped = map_whole(path, layout.PLACES_MAGIC, layout.PLACES_HEADER.size)
        header = layout.PlacesHeader._make(layout.PLACES_HEADER.unpack_from(mapped))
        if header.version != layout.VERSION or header.length != len(mapped):
            raise ImageError(f"{path} is of version {header.version} and {header.length} octets, not what it should be")
        self.octets = data = memoryview(mapped)

        def section(start: int, code: Literal["H", "I", "Q"], count: int) -> memoryview[int]:
            return data[start : start + count * array(code).itemsize].cast(code)

        self.digest = header.digest.rstrip(b"\0").decode()
        self._index4 = section(header.index4_at, "I", (1 << layout.FIRST_BITS) + 1)
        self._starts4 = section(header.starts4_at, "I", header.main4)
        self._classes4 = section(header.classes4_at, "H", header.main4)
        self._starts6 = section(header.starts6_at, "Q", header.main6)
        self._classes6 = section(header.classes6_at, "H", header.main6)
        self._fine_starts4 = section(header.fine_starts4_at, "I", header.fine4)
        self._fine_ends4 = section(header.fine_ends4_at, "I", header.fine4)
        self._fine_classes4 = section(header.fine_classes4_at, "H", header.fine4)
        self._fine_starts6 = section(header.fine_starts6_at, "Q", 2 * header.fine6)
        self._fine_ends6 = section(header.fine_ends6_at, "Q", 2 * header.fine6)
        self._fine_classes6 = section(header.fine_classes6_at, "H", header.fine6)

    def find_v4(self, address: int) -> tuple[int, int]:
        """Class, and length of the widest prefix of that class, around an IPv4 address cut to /24 or shorter."""
        first = address >> 16
        index, starts = self._index4, self._starts4
        after = bisect_right(starts, address, index[first], index[first + 1] + 1)
        return self._classes4[after - 1], _scope(starts, after, address, 32)

    def blocks_v4(self, first: int) -> list[tuple[int, int, int]]:
        """What `find_v4` says of every /24 of a /16, given its 16 bits: how many in turn, their class and width."""
        at, end = first << 16, (first + 1) << 16
        found: list[tuple[int, int, int]] = []
        after = bisect_right(self._starts4, at, self._index4[first], self._index4[first + 1] + 1)
        last = bisect_right(self._starts4, end - 1, after, self._index4[first + 1] + 1)
        edges = [*self._starts4[after:last], end]
        classes = self._classes4[after - 1 : last].tolist()
        width = self.find_v4(at)[1]
        if width <= 16:
            return [(256, classes[0], width)]
        for class_, edge in zip(classes, edges, strict=True):
            while at < edge:  # the widest block of addresses that starts here and ends within the range
                size = min(at & -at or 1 << 16, 1 << (edge - at).bit_length() - 1)
                found.append((size >> 8, class_, 33 - size.bit_length()))
                at += size
        return found

    def find_v6(self, upper: int) -> tuple[int, int]:
        """The same for the upper 64 bits of an IPv6 address cut to /56 or shorter."""
        starts = self._starts6
        after = bisect_right(starts, upper)
        return self._classes6[after - 1], _scope(starts, after, upper, 64)

    def sender_v4(self, address: int) -> int:
        """The class of one IPv4 address."""
        at = bisect_right(self._fine_starts4, address) - 1
        if at >= 0 and address <= self._fine_ends4[at]:
            return self._fine_classes4[at]
        return self.find_v4(address)[0]

    def sender_v6(self, address: int) -> int:
        """The class of one IPv6 address (128 bits)."""
        starts, ends = self._fine_starts6, self._fine_ends6

        def start(at: int) -> int:
            return starts[2 * at] << 64 | starts[2 * at + 1]

        at = bisect_right(range(len(self._fine_classes6)), address, key=start) - 1
        if at >= 0 and address <= ends[2 * at] << 64 | ends[2 * at + 1]:
            return self._fine_classes6[at]
        return self.find_v6(address >> 64)[0]


def _scope(starts: memoryview, after: int, address: int, bits: int) -> int:
    """One bit more than `address` shares with the nearest address outside its range; range `after` begins past it.

    What it shares is as long as the XOR has leading zeros; the whole space is of scope 0. Ranges start at /24 or /56
    steps, so the scope is never longer.
    """
    start = starts[after - 1]
    scope = bits + 1 - (address ^ (start - 1)).bit_length() if start else 0
    if after < len(starts):
        return max(scope, bits + 1 - (address ^ starts[after]).bit_length())
    return scope
