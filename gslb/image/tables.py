"""The reader's side of a publication: what is answered now, as one process sees it.

root word changed? ──► record ──► arenas, images, rows mapped ──► all of it in use at once

name ──► zone ──► the newest layer that knows it, rows ──► target ──► row ──► plan
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Mapping
from pathlib import Path

from gslb.image.arena import Blobs
from gslb.image.counters import open_counters
from gslb.image.files import ImageError, map_words
from gslb.image.layout import GONE, ROOT_SIZE, SLOTS
from gslb.image.places import PlaceImage
from gslb.image.plans import Plan
from gslb.image.publication import read_record
from gslb.image.reader import FlatRows, ZoneImage

NAMES_LIMIT = 16_384  # existing names whose rows are kept read
BELOW_LIMIT = 4_096


class LiveLayer:
    """An image of a zone that is answered now: its counters in this process, and where its rows start among all."""

    __slots__ = ("counts", "first_row", "image", "row_count")

    def __init__(self, image: ZoneImage, counts: memoryview[int]) -> None:
        self.image = image
        self.counts = counts
        self.first_row = 0
        self.row_count = 0


Found = tuple[LiveLayer, FlatRows]


class LiveZone:
    """A zone that is answered now: its layers, the newest first. `depth` is the most labels a name in it has."""

    __slots__ = ("_below", "_newest", "depth", "layers")

    def __init__(self, layers: tuple[LiveLayer, ...]) -> None:
        self.layers = layers
        self.depth = max(layer.image.depth for layer in layers)
        self._newest = layers[0].image
        self._below: dict[bytes, Found] = {}

    def here(self, name: bytes) -> Found | None:
        """What a name answers, and the layer that says so; None when the name does not exist."""
        found = self._entry(name)
        if found is None:
            return None
        layer, entry = found
        return layer, FlatRows(layer.image, layer.image.here(entry), self._newest)

    def below(self, name: bytes) -> Found | None:
        """What names under an existing one answer when they do not exist; None when `name` does not exist either.

        Remembers only names that do exist, so that a flood of others takes no memory.
        """
        known = self._below.get(name)
        if known is not None:
            return known
        found = self._entry(name)
        if found is None:
            return None
        layer, entry = found
        if len(self._below) >= BELOW_LIMIT:
            self._below.clear()
        rows = FlatRows(layer.image, layer.image.below(entry), self._newest)
        known = self._below[name] = (layer, rows)
        return known

    def _entry(self, name: bytes) -> tuple[LiveLayer, int] | None:
        """The entry of a name in the newest layer that has one, unless that says that the name is gone."""
        for layer in self.layers:
            entry = layer.image.find(name)
            if entry >= 0:
                return None if layer.image.here(entry) == GONE else (layer, entry)
        return None


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
        self.names: dict[bytes, Found] = {}  # existing names asked for lately; never grows past a bound
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
        open_layers = {layer.image.path: layer for zone in self.zones.values() for layer in zone.layers}
        open_places = {image.path: image for image in self.places.values()}
        layers = [open_layers.get(path) or self._open_layer(path) for path, _ in named["zones"]]
        places = [open_places.get(path) or PlaceImage(path) for path in named["places"]]
        first = 0
        by_apex: dict[bytes, list[LiveLayer]] = {}
        for layer, (_, count) in zip(layers, named["zones"], strict=True):
            layer.first_row, layer.row_count = first, count
            first += count
            by_apex.setdefault(layer.image.apex, []).append(layer)
        self.zones = {apex: self._zone(apex, tuple(found)) for apex, found in by_apex.items()}
        self.places = {image.digest: image for image in places}
        self.names = {}
        self._apex_labels = max((label_count(apex) for apex in self.zones), default=0)
        self._directory = directory

    def _zone(self, apex: bytes, layers: tuple[LiveLayer, ...]) -> LiveZone:
        """The zone of these layers: the one in use, with what was read of it, where it is the same."""
        zone = self.zones.get(apex)
        return zone if zone is not None and zone.layers == layers else LiveZone(layers)

    def _open_layer(self, path: str) -> LiveLayer:
        image = ZoneImage(path)
        try:
            if self.slot is not None:
                return LiveLayer(image, open_counters(self.folder, image.digest, self.slot, image.counter_count))
        except OSError:  # a full disk: answering matters more than counting
            pass
        return LiveLayer(image, memoryview(array("Q", bytes(8 * max(image.counter_count, 1)))))

    def find(self, name: bytes, starts: list[int]) -> Found | None:
        """The rows that answer a name (wire, lower case) and the layer they stand in; None outside all zones.

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
        excess = count - zone.depth  # so many labels have to go before a name can be one of the zone's
        found = None if excess > 0 else zone.here(name)
        if found is not None:
            if len(self.names) >= NAMES_LIMIT:
                self.names.clear()
            self.names[name] = found
            return found
        for at in starts[max(1, excess) :]:
            found = zone.below(name[at:])
            if found is not None:  # at the apex at the latest
                return found
        raise ImageError(f"{zone.layers[-1].image.path}: the zone's own name is not in it")

    def plan(self, layer: LiveLayer, row: int) -> Plan | None:
        """The plan now published for a row of a layer, None when it has none. Raises ImageError where it is damaged."""
        if row >= layer.row_count:
            return None
        reference = self._rows[layer.first_row + row]
        if not reference:
            return None
        plan = self._plans.get(reference)
        if plan is None:
            plan = self._plans[reference] = Plan(self._blobs.read(reference))
        return plan

    @property
    def rows(self) -> memoryview[int]:
        """A reference for each row of all layers, 0 where there is no plan; another object once refreshed."""
        return self._rows

    def arenas(self) -> Mapping[int, memoryview]:
        """The arenas in use, whole, by their number."""
        return self._blobs.mapped

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
