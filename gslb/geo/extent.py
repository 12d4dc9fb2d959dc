"""How far classes of clients reach: which places they are made of, and how many addresses each of these has.

class map (ranges of classes) ┐
atlas (ranges of locations) ──┴─► side by side ─► (class, place) ─► Extent
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from gslb.geo.atlas import Atlas
from gslb.geo.classes import ClassMap, Ranges
from gslb.geo.flattened import Layer
from gslb.geo.location import Location
from gslb.geo.space import V4, V6


@dataclass(frozen=True, slots=True)
class Extent:
    """So many IPv4 addresses, and so many IPv6 prefixes of 56 bits."""

    addresses: int = 0
    prefixes: int = 0

    def __add__(self, other: Extent) -> Extent:
        return Extent(self.addresses + other.addresses, self.prefixes + other.prefixes)


EVERYWHERE = Extent(1 << 32, 1 << 56)


def extents(
    atlas: Atlas, classes: ClassMap, wanted: Collection[int], name: Callable[[Location], str]
) -> dict[int, dict[str, Extent]]:
    """What each class in `wanted` is made of: places, as `name` calls them, with their extents."""
    found: dict[int, dict[str, Extent]] = {number: {} for number in wanted}
    names = [name(location) for location in atlas.flat.locations]
    for space, ranges, layer in ((V4, classes.main4, atlas.flat.v4), (V6, classes.main6, atlas.flat.v6)):
        sizes: dict[tuple[int, str], int] = {}
        for number, location, size in _side_by_side(ranges, layer, 1 << space.unit):
            if number in found:
                key = number, names[location]
                sizes[key] = sizes.get(key, 0) + size
        for (number, place), size in sizes.items():
            extent = Extent(addresses=size) if space is V4 else Extent(prefixes=size // space.block)
            found[number][place] = found[number].get(place, Extent()) + extent
    return found


def _side_by_side(ranges: Ranges, layer: Layer, end: int) -> Iterator[tuple[int, int, int]]:
    """Class, location and size of each stretch in which neither changes."""
    one: array[int] = ranges.starts
    other: Sequence[int] = layer.main.starts
    here = there = at = 0
    while at < end:
        next_one = one[here + 1] if here + 1 < len(one) else end
        next_other = other[there + 1] if there + 1 < len(other) else end
        stop = min(next_one, next_other)
        yield ranges.classes[here], layer.main.values[there], stop - at
        here += next_one == stop
        there += next_other == stop
        at = stop
