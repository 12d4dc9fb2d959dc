"""The reader's side of a publication: what is answered now, as one process sees it.

root word changed? ──► record ──► arenas, images, rows mapped ──► all of it in use at once

name ──► zone, rows ──► target ──► row ──► plan
"""

from __future__ import annotations

import json
from array import array
from pathlib import Path

from gslb.image.arena import Blobs
from gslb.image.counters import open_counters
from gslb.image.files import ImageError, map_words
from gslb.image.layout import ROOT_SIZE, SLOTS
from gslb.image.places import PlaceImage
from gslb.image.plans import Plan
from gslb.image.publication import read_record
from gslb.image.reader import FlatRows, ZoneImage

NAMES_LIMIT = 16_384  # existing names whose rows are kept read
BELOW_LIMIT = 4_096


class LiveZone:
    """A zone that is answered now: its image, its counters in this process, and where its rows start among all rows."""

    __slots__ = ("_below", "counts", "first_row", "image", "row_count")

    def __init__(self, image: ZoneImage, counts: memoryview[int]) -> None:
        self.image = image
        self.counts = counts
        self.first_row = 0
        self.row_count = 0
        self._below: dict[bytes, FlatRows] = {}

    def below(self, name: bytes) -> FlatRows | None:
        """What names under an existing one answer when they do not exist; None when `name` does not exist either.

        Remembers only names that do exist, so that a flood of others takes no memory.
        """
        rows = self._below.get(name)
        if rows is None:
            entry = self.image.find(name)
            if entry < 0:
                return None
            if len(self._below) >= BELOW_LIMIT:
                self._below.clear()
            rows = self._below[name] = FlatRows(self.image, self.image.below(entry))
        return rows


class Tables:
    """The newest publication in `folder`, as last refreshed. `slot` None: only looks on, and counts for nobody.

    Before the first publication `generation` is (0, 0) and there are no zones. `published_at` is monotonic nanoseconds.
    """

    def __init__(self, folder: Path, slot: int | None = None) -> None:
        self.folder = folder
        self.slot = slot
        self.generation = (0, 0)
        self.published_at = 0
        self.model = ""
        self.zones: dict[bytes, LiveZone] = {}  # by apex
        self.places: dict[str, PlaceImage] = {}  # by digest
        self.names: dict[
            bytes, tuple[LiveZone, FlatRows]
        ] = {}  # existing names asked for lately; never grows past a bound
        self._word = 0
        self._state: memoryview[int] = memoryview(b"").cast("Q")
        self._blobs = Blobs(folder)
        self._rows: memoryview[int] = memoryview(b"").cast("Q")
        self._plans: dict[int, Plan] = {}
        self._directory = b""
        self._apex_labels = 0
        self._root = map_words(folder / "root", ROOT_SIZE // 8)
        self._readers = map_words(folder / "readers", SLOTS)
        self.refresh()

    def refresh(self) -> bool:
        """Take over a new publication, if there is one: True then. Otherwise it costs one comparison.

        Raises ImageError or OSError when it cannot be read; the tables in use stay, and the next call tries again.
        """
        while (word := self._root[0]) not in (self._word, 0):
            try:
                self._adopt(word)
            except (ImageError, OSError):
                if self._root[0] == word:
                    raise
                continue  # it went because the next one is out
            return True
        return False

    def _adopt(self, word: int) -> None:
        """Map everything a publication needs, then use all of it."""
        blobs = self._blobs
        header, numbers = read_record(blobs, word)
        rows = blobs.read(header.rows).cast("Q")
        state = blobs.read(header.state).cast("Q")
        directory = bytes(blobs.read(header.directory))
        for number in numbers:
            blobs.open(number)
        if directory != self._directory:
            self._adopt_directory(directory)
        blobs.keep(numbers)
        if len(self._plans) > 2 * len(rows):  # most are of generations gone by
            self._plans.clear()
        self._word, self._rows, self._state = word, rows, state
        self.generation = (header.epoch, header.generation)
        self.published_at = header.published_at
        self.model = header.model.rstrip(b"\0").decode()
        if self.slot is not None:
            self._readers[self.slot] = header.serial

    def _adopt_directory(self, directory: bytes) -> None:
        named = json.loads(directory)
        open_zones = {zone.image.path: zone for zone in self.zones.values()}
        open_places = {image.path: image for image in self.places.values()}
        zones = [open_zones.get(path) or self._open_zone(path) for path, _ in named["zones"]]
        places = [open_places.get(path) or PlaceImage(path) for path in named["places"]]
        first = 0
        for zone, (_, count) in zip(zones, named["zones"], strict=True):
            zone.first_row, zone.row_count = first, count
            first += count
        self.zones = {zone.image.apex: zone for zone in zones}
        self.places = {image.digest: image for image in places}
        self.names = {}
        self._apex_labels = max((label_count(apex) for apex in self.zones), default=0)
        self._directory = directory

    def _open_zone(self, path: str) -> LiveZone:
        image = ZoneImage(path)
        try:
            if self.slot is not None:
                return LiveZone(image, open_counters(self.folder, image.digest, self.slot, image.counter_count))
        except OSError:  # a full disk: answering matters more than counting
            pass
        return LiveZone(image, memoryview(array("Q", bytes(8 * max(image.counter_count, 1)))))

    def find(self, name: bytes, starts: list[int]) -> tuple[LiveZone, FlatRows] | None:
        """The zone of a name (wire, lower case) and the rows that answer it; None outside all zones.

        `starts` tells where each of its labels starts, the root's last. A name that exists goes into `names`. Raises
        ImageError for a zone that has not even its apex.
        """
        count = len(starts) - 1
        spare = count - self._apex_labels
        for at in starts[spare:] if spare > 0 else starts:
            zone = self.zones.get(name[at:])
            if zone is not None:
                break
        else:
            return None
        image = zone.image
        excess = count - image.depth  # so many labels have to go before a name can be one of the image's
        entry = -1 if excess > 0 else image.find(name)
        if entry >= 0:
            if len(self.names) >= NAMES_LIMIT:
                self.names.clear()
            found = self.names[name] = (zone, FlatRows(image, image.here(entry)))
            return found
        for at in starts[max(1, excess) :]:
            rows = zone.below(name[at:])
            if rows is not None:  # at the apex at the latest
                return zone, rows
        raise ImageError(f"{zone.image.path}: the zone's own name is not in it")

    def plan(self, zone: LiveZone, row: int) -> Plan | None:
        """The plan now published for a row of a zone, None when it has none. Raises ImageError where it is damaged."""
        if row >= zone.row_count:
            return None
        reference = self._rows[zone.first_row + row]
        if not reference:
            return None
        plan = self._plans.get(reference)
        if plan is None:
            plan = self._plans[reference] = Plan(self._blobs.read(reference))
        return plan

    def state(self) -> tuple[int, ...]:
        """References to the parts of what the publisher wrote down for other readers than workers.

        A reference stands for the same octets for as long as it is published.
        """
        return tuple(reference for reference in self._state if reference)

    def part(self, reference: int) -> bytes:
        """A part of the state. Raises ImageError where it is damaged."""
        return bytes(self._blobs.read(reference))

    def close(self) -> None:
        """Give the slot back: nothing has to be kept for it any more."""
        if self.slot is not None:
            self._readers[self.slot] = 0


def label_count(name: bytes) -> int:
    """How many labels a name (wire) has; the root has none."""
    count = at = 0
    while name[at]:
        at += name[at] + 1
        count += 1
    return count
