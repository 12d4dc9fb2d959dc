"""The tables as the compiled engine wants them: addresses of mapped memory, gathered anew at each refresh.

Tables ─► layers, places   opened once each
       ─► arenas           with a bit for each blob that was found whole
       ─► view             one generation: all of it, swapped at once
"""

from __future__ import annotations

import ctypes
from array import array
from collections.abc import Iterable

from gslb.engine.library import MOST_LAYERS, Arena, Layer, Places, View, Zone, address_of
from gslb.image import ImageError, LiveLayer, LiveZone, PlaceImage, Tables

OCTETS_A_WORD = 512  # of an arena, for each word of its bits: one bit for eight octets


class FlatView:
    """The view of some tables, as C sees it at `address`. Call `refresh` after each refresh of the tables.

    Raises ImageError where an image is not what it should be; the view stays what it was.
    """

    def __init__(self, library: ctypes.CDLL, tables: Tables) -> None:
        self._library = library
        self._tables = tables
        self._images = _Images(library, tables, None)
        self._arenas = _Arenas(tables, {})
        self._view = View()
        self.address = 0
        self._swap(self._images)

    def refresh(self) -> None:
        """Take over what the tables have now; one comparison when that is the same."""
        tables = self._tables
        if tables.rows is not self._rows:
            same = tables.zones is self._images.of
            self._swap(self._images if same else _Images(self._library, tables, self._images))

    def _swap(self, images: _Images) -> None:
        tables = self._tables
        arenas = _Arenas(tables, self._arenas.mapped)
        rows = tables.rows
        view = View.from_buffer_copy(images.view)
        view.arenas, view.arena_count, view.first_arena = (
            ctypes.addressof(arenas.table),
            len(arenas.table),
            arenas.first,
        )
        view.rows, view.row_count = address_of(rows), len(rows)
        view.published = tables.generation != (0, 0)
        self._images, self._arenas, self._rows, self._view = images, arenas, rows, view
        self.address = ctypes.addressof(view)


class _Images:
    """Zones and places, opened; what was opened before is taken from there."""

    def __init__(self, library: ctypes.CDLL, tables: Tables, before: _Images | None) -> None:
        self.of = tables.zones
        zones = list(tables.zones.values())
        layers = [layer for zone in zones for layer in zone.layers]
        opened = before.layers if before else {}
        self.layers: dict[LiveLayer, Layer] = {
            layer: opened.get(layer) or _open_layer(library, layer) for layer in layers
        }
        known = before.zones if before else {}
        self.zones: dict[LiveZone, Zone] = {zone: known.get(zone) or _zone(zone, self.layers) for zone in zones}
        mapped = before.places if before else {}
        images = tables.places.values()
        self.places: dict[PlaceImage, Places] = {one: mapped.get(one) or _open_places(library, one) for one in images}
        spans = array("Q")
        for zone in zones:
            for layer in zone.layers:
                spans.extend((layer.first_row, layer.row_count))
            spans.extend((0, 0) * (MOST_LAYERS - len(zone.layers)))
        self._tables = (_addresses(self.zones.values()), spans, _addresses(self.places.values()))
        self._slots = _slots(len(zones)), _slots(len(self.places))
        self.view = View(zone_count=len(self.zones), places_count=len(self.places))
        self.view.zones, self.view.spans, self.view.places = (one.buffer_info()[0] for one in self._tables)
        self.view.zone_slots, self.view.places_slots = (one.buffer_info()[0] for one in self._slots)
        self.view.zone_mask, self.view.places_mask = (len(one) - 1 for one in self._slots)
        library.gslb_open_view(ctypes.addressof(self.view))


class _Arenas:
    """Mapped arenas by number, each with its bits; the table has a place for every number from `first` on."""

    def __init__(self, tables: Tables, before: dict[int, tuple[memoryview, array[int]]]) -> None:
        self.mapped: dict[int, tuple[memoryview, array[int]]] = {}
        for number, data in tables.arenas().items():
            known = before.get(number)
            if known is None or known[0] is not data:
                known = data, array("Q", bytes(8 * (len(data) // OCTETS_A_WORD + 1)))
            self.mapped[number] = known
        self.first = min(self.mapped, default=0)
        self.table = (Arena * (max(self.mapped, default=-1) + 1 - self.first))()
        for number, (data, bits) in self.mapped.items():
            self.table[number - self.first] = Arena(address_of(data), len(data), bits.buffer_info()[0])


def _open_layer(library: ctypes.CDLL, live: LiveLayer) -> Layer:
    layer = Layer()
    octets, counts = live.image.octets, live.counts
    at = ctypes.addressof(layer)
    if library.gslb_open_layer(at, address_of(octets), len(octets), address_of(counts), len(counts)):
        raise ImageError(f"{live.image.path} is damaged")
    return layer


def _open_places(library: ctypes.CDLL, image: PlaceImage) -> Places:
    places = Places()
    if library.gslb_open_places(ctypes.addressof(places), address_of(image.octets), len(image.octets)):
        raise ImageError(f"{image.path} is damaged")
    return places


def _zone(live: LiveZone, layers: dict[LiveLayer, Layer]) -> Zone:
    if len(live.layers) > MOST_LAYERS:
        raise ImageError(f"{live.layers[0].image.path} is one of {len(live.layers)} layers, of {MOST_LAYERS} at most")
    zone = Zone(layer_count=len(live.layers))
    for number, layer in enumerate(live.layers):
        zone.layers[number] = ctypes.addressof(layers[layer])
    return zone


def _addresses(structures: Iterable[ctypes.Structure]) -> array[int]:
    return array("Q", map(ctypes.addressof, structures))


def _slots(count: int) -> array[int]:
    """An empty hash for so many, at most half full."""
    return array("I", bytes(4 << (2 * count).bit_length()))
