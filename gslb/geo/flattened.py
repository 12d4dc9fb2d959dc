"""The atlas as flat ranges, before any key: made once, then the class map of every tree is quickly made from it.

What is hard: an ECS client is known by a prefix only, and a rule longer than that prefix does not count for it. So:

    main     for every /24 (/56) the location of an ECS client of just that length: rules up to it, databases at its
             first address
    fine     inside blocks where whole addresses differ from that: their exact ranges, for senders
    borders  where ranges stay apart though both sides may look alike: a shorter prefix over the border begins where a
             rule begins, and is somewhere else without that rule. Also around a block that has longer rules in it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import compress
from typing import NamedTuple

from gslb.geo.location import Location
from gslb.geo.merged import Merged
from gslb.geo.prefixes import Prefixes
from gslb.geo.rules import Rulebook
from gslb.geo.space import V4, V6, Space
from gslb.geo.steps import Steps, combined


class Border(NamedTuple):
    """`start` and `stop` (exclusive) must be starts of ranges if locations `inside` and `outside` are told apart."""

    start: int
    stop: int
    inside: int
    outside: int


class Fine(NamedTuple):
    """Whole addresses `start` to `end` (inclusive) that are not where the `main` of their block says."""

    start: int
    end: int
    location: int
    main: int


@dataclass(frozen=True, slots=True)
class Layer:
    """One family. Starts in `main` and `borders` are numbers of `Space.unit` bits; locations are numbers, too."""

    main: Steps
    fine: tuple[Fine, ...]
    borders: tuple[Border, ...]


@dataclass(frozen=True, slots=True)
class Flattened:
    """Both families, and every distinct location by its number; only the first `reachable` of them stand in ranges."""

    v4: Layer
    v6: Layer
    locations: tuple[Location, ...]
    reachable: int


class _Locations:
    """Distinct locations, numbered as they turn up, of what rules and databases say together."""

    def __init__(self, book: Rulebook, merged: Merged) -> None:
        self.found: dict[Location, int] = {}
        self._book, self._places = book, merged.places
        self._known: dict[tuple[int, int], int] = {}

    def number(self, state: int, place: int) -> int:
        """The number of the location under a state of the rules where the databases say `place`."""
        known = self._known.get((state, place))
        if known is None:
            location = self._book.locate(state, self._places[place])
            known = self._known[state, place] = self.found.setdefault(location, len(self.found))
        return known


class _Family:
    """One family on its way to a layer."""

    def __init__(self, space: Space, prefixes: Prefixes, places: Steps, found: _Locations) -> None:
        self.space, self.prefixes, self.places, self.found = space, prefixes, places, found
        self.main = self._main()
        self.fine = tuple(self._fine())

    def _main(self) -> Steps:
        space = self.space
        rules = self.prefixes.steps(space.cap)
        short = Steps([start >> space.shift for start in rules.starts], rules.values)
        # A range of the databases counts from the first block that begins in it; where several would, the last.
        block = space.block
        rounded = [(start + block - 1) & -block for start in self.places.starts]
        counts = [start != after for start, after in zip(rounded, [*rounded[1:], 1 << space.unit], strict=True)]
        blocks = Steps(list(compress(rounded, counts)), list(compress(self.places.values, counts)))
        return combined(space.typecode, short, blocks, self.found.number)

    def _mixed(self) -> list[int]:
        """Blocks (their first numbers) in which whole addresses may differ: with rules or database ranges inside."""
        block = self.space.block
        inside = {start & -block for start in self.places.starts if start & (block - 1)}
        inside.update(
            (start >> self.space.shift) & -block for start, length, _, _ in self.prefixes if length > self.space.cap
        )
        return sorted(inside)

    def _fine(self) -> Iterator[Fine]:
        space, places, number = self.space, self.places, self.found.number
        mixed = self._mixed()
        rules = self.prefixes.steps(space.width) if mixed else Steps([0], [0])
        for block in mixed:
            main = self.main.at(block)
            first, after = block << space.shift, (block + space.block) << space.shift
            points = {first, *rules.starts[bisect_left(rules.starts, first) : bisect_left(rules.starts, after)]}
            low, high = bisect_left(places.starts, block), bisect_left(places.starts, block + space.block)
            points.update(start << space.shift for start in places.starts[low:high])
            ordered = sorted(points)
            for start, stop in zip(ordered, [*ordered[1:], after], strict=True):
                location = number(rules.at(start), places.at(start >> space.shift))
                if location != main:
                    yield Fine(start, stop - 1, location, main)

    def borders(self) -> Iterator[Border]:
        """Every border that the ranges of main do not already have by themselves."""
        space, number = self.space, self.found.number
        for address, length, state, around in self.prefixes:
            start = address >> space.shift
            if length > space.cap:
                block = start & -space.block
                inside, outside = number(state, self.places.at(start)), self.main.at(block)
                if inside != outside:
                    yield Border(block, block + space.block, inside, outside)
            elif length and state != around and not (address >> (space.width - length)) & 1:
                # Only a rule that begins where a shorter prefix begins can be missing from a client's prefix there.
                place = self.places.at(start)
                inside, outside = number(state, place), number(around, place)
                border = Border(start, start + (1 << (space.unit - length)), inside, outside)
                if inside != outside and not self._drawn(border):
                    yield border

    def _drawn(self, border: Border) -> bool:
        """Whether main itself goes from outside to inside and back just there."""
        at = self.main.at
        return (
            at(border.stop - 1) == border.inside
            and at(border.stop) == border.outside
            and (not border.start or (at(border.start - 1) == border.outside and at(border.start) == border.inside))
        )

    def layer(self) -> Layer:
        borders = tuple(dict.fromkeys(self.borders()))
        wanted = {start for border in borders for start in border[:2]} - {1 << self.space.unit}
        main = self.main
        if wanted:
            cuts = sorted(wanted | {0})
            main = combined(self.space.typecode, Steps(cuts, cuts), main, lambda _, location: location, wanted)
        return Layer(main, self.fine, borders)


def flatten(book: Rulebook, merged: Merged) -> Flattened:
    """Flatten rules and databases together."""
    found = _Locations(book, merged)
    v4, v6 = _Family(V4, book.v4, merged.v4, found), _Family(V6, book.v6, merged.v6, found)
    reachable = len(found.found)
    layers = v4.layer(), v6.layer()
    return Flattened(*layers, tuple(found.found), reachable)
