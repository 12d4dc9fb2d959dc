"""Class maps: the address space cut into classes of clients that a tree cannot tell apart, and the scope of each."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from hashlib import blake2b

from gslb.geo.atlas import Atlas
from gslb.geo.flattened import Layer
from gslb.geo.location import Location
from gslb.geo.space import V4, V6, Space
from gslb.geo.steps import packed
from gslb.model import Address


@dataclass(frozen=True, slots=True)
class Ranges:
    """Classes of clients known by prefix, or by address where no fine range says more.

    `starts` are sorted, the first is 0, each holds up to the next: IPv4 addresses as 32-bit numbers (array "I"), or the
    upper 64 bits of IPv6 addresses (array "Q"); all are multiples of 256, a /24 or /56. `classes` is an array "H", or
    "I" where there are more than 65,536. Neighbours may have one class: then their border only limits scopes.
    """

    starts: array[int]
    classes: array[int]


@dataclass(frozen=True, slots=True)
class FineRanges:
    """Classes of senders where they are not what `Ranges` says: sorted ranges of whole addresses, `ends` inclusive."""

    starts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()
    classes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ClassMap:
    """Classes 0, 1, ... of both families. `representatives[class]` is a location of it; `digest` names the ranges."""

    main4: Ranges
    main6: Ranges
    fine4: FineRanges
    fine6: FineRanges
    representatives: tuple[Location, ...]
    digest: str

    def find(self, address: Address, bits: int | None = None) -> tuple[int, int]:
        """The class of a client and the scope that goes with it: the reference for every engine.

        `bits` is the ECS source length, cut to 24 or 56 here; None is for a sender. Scope (RFC 7871, section 7.2.1) is
        the length of the widest prefix around the client in which every client prefix, of that length or longer, has
        this class. Where it is longer than `bits` the class does not hold for the whole of the client's prefix: what
        does, `Atlas.locate` says. A sender in a fine range has a class of its own; its scope is that of its block.
        """
        space, main, fine = (V4, self.main4, self.fine4) if address.version == 4 else (V6, self.main6, self.fine6)
        value = int(address)
        masked = value if bits is None else space.mask(value, min(bits, space.cap))
        number = masked >> space.shift
        index = bisect_right(main.starts, number) - 1
        stop = main.starts[index + 1] if index + 1 < len(main.starts) else None
        scope = _scope(space, number, main.starts[index], stop)
        if bits is None:
            inside = bisect_right(fine.starts, value) - 1
            if inside >= 0 and value <= fine.ends[inside]:
                return fine.classes[inside], scope
        return main.classes[index], scope


def _scope(space: Space, number: int, start: int, stop: int | None) -> int:
    """The length of the widest prefix of `number` inside [start, stop): a bit more than it shares with a neighbour."""
    scope = 0
    if start:
        scope = space.unit - (number ^ start - 1).bit_length() + 1
    if stop is not None:
        scope = max(scope, space.unit - (number ^ stop).bit_length() + 1)
    return min(scope, space.cap)


def class_map(atlas: Atlas, key: Callable[[Location], Hashable]) -> ClassMap:
    """Put into one class all that `key` does not tell apart. `key` is asked once for each distinct location.

    Classes are numbered as they turn up, so equal atlases and keys give equal maps.
    """
    flat = atlas.flat
    classes: dict[Hashable, int] = {}
    of: list[int] = []  # location → class
    representatives: list[Location] = []
    for index, location in enumerate(flat.locations):
        number = classes.setdefault(key(location), len(classes))
        of.append(number)
        if number == len(representatives) and index < flat.reachable:
            representatives.append(location)
    typecode = "H" if len(representatives) <= 1 << 16 else "I"
    main4, main6 = _main(V4, flat.v4, of, typecode), _main(V6, flat.v6, of, typecode)
    fine4, fine6 = _fine(flat.v4, of), _fine(flat.v6, of)
    content = blake2b(digest_size=16)
    for part in (main4.starts, main4.classes, main6.starts, main6.classes):
        content.update(f"{part.typecode}{len(part)} ".encode())
        content.update(part.tobytes())
    content.update(repr((fine4, fine6)).encode())
    return ClassMap(main4, main6, fine4, fine6, tuple(representatives), content.hexdigest())


def _main(space: Space, layer: Layer, of: list[int], typecode: str) -> Ranges:
    """Ranges of one class each, neighbours merged except at the borders that this key must keep."""
    borders = {start for border in layer.borders if of[border.inside] != of[border.outside] for start in border[:2]}
    classes = [of[location] for location in layer.main.values]
    return Ranges(*packed(space.typecode, layer.main.starts, classes, borders, typecode))


def _fine(layer: Layer, of: list[int]) -> FineRanges:
    """The ranges that still differ from their block, neighbours of one class made one."""
    starts: list[int] = []
    ends: list[int] = []
    classes: list[int] = []
    for fine in layer.fine:
        number = of[fine.location]
        if number == of[fine.main]:
            continue
        if ends and ends[-1] + 1 == fine.start and classes[-1] == number:
            ends[-1] = fine.end
        else:
            starts.append(fine.start)
            ends.append(fine.end)
            classes.append(number)
    return FineRanges(tuple(starts), tuple(ends), tuple(classes))
