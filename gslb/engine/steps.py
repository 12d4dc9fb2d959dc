"""The class and scope of every /24 of a class map, one index away once it was looked up.

/16 ─► page ─► the third octet ─► number of a pair ─► class, width of the widest prefix of that class around it
                       └─► 0: look it up in the map, and write the number down for all of that prefix

Pages fill as they are asked for, and, once any was, in order while there is nothing else to do.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from gslb.image import PlaceImage

MOST_OCTETS = 32 << 20  # of pages: what the pages of a map take in which every /16 is divided
PAGES_AT_ONCE = 32  # less than a millisecond's work
UNKNOWN = 0
EMPTY = bytes(256)
SMALL = 256  # so many numbers fit into octets

Pages = list[Sequence[int]]
NO_PAGES: Pages = [EMPTY] * (1 << 16)


class Steps:
    """Pairs of one class map, by number. A page once there stays, so nothing that is asked can drive others out.

    `pages[first 16 bits][next 8 bits]` is the number for a /24 that was asked for before, else UNKNOWN.
    """

    def __init__(self, places: PlaceImage) -> None:
        self.places = places
        self.pairs: list[tuple[int, int]] = [(0, 0)]  # the first stands for UNKNOWN
        self.pages = NO_PAGES.copy()
        self.octets = 0
        self._numbers: dict[tuple[int, int], int] = {}
        self._whole: dict[int, bytes] = {}  # pages of a single small number
        self._filled = 0  # so many /16s

    def v4(self, network: int) -> int:
        """The number of the pair of a /24, given its 24 bits."""
        pair = self.places.find_v4(network << 8)
        number = self._numbers.get(pair) or self._add(pair)
        page = self.pages[network >> 8]
        if pair[1] == 24 and type(page) is bytearray and number < SMALL:  # as most are, and quickly
            page[network & 255] = number
        else:
            self._write_down(network, number, pair[1])
        return number

    def v6(self, network: int) -> int:
        """The number of the pair of a /56, given its 56 bits."""
        pair = self.places.find_v6(network << 8)
        return self._numbers.get(pair) or self._add(pair)

    def fill(self) -> bool:
        """Make some more pages, before anybody asks; whether there are more to make."""
        for first in range(self._filled, min(self._filled + PAGES_AT_ONCE, 1 << 16)):
            numbers: list[int] = []
            for count, class_, width in self.places.blocks_v4(first):
                pair = (class_, width)
                numbers += [self._numbers.get(pair) or self._add(pair)] * count
            page = bytes(numbers) if max(numbers) < SMALL else array("I", numbers)
            if len(numbers) == count and isinstance(page, bytes):
                page = self._whole.setdefault(numbers[0], page)
            else:
                self.octets += memoryview(page).nbytes
            self.pages[first] = page
        self._filled += PAGES_AT_ONCE
        return self._filled < 1 << 16 and self.octets < MOST_OCTETS

    def _add(self, pair: tuple[int, int]) -> int:
        self._numbers[pair] = len(self.pairs)
        self.pairs.append(pair)
        return len(self.pairs) - 1

    def _write_down(self, network: int, number: int, width: int) -> None:
        first = network >> 8
        if width <= 16:
            if number < SMALL:
                self.pages[first] = self._whole.setdefault(number, bytes((number,)) * 256)
            return
        size = 1 << 24 - width
        start = network & 255 & -size
        page = self._page(first, number)
        if isinstance(page, bytearray):
            page[start : start + size] = bytes((number,)) * size
        elif page is not None:
            page[start : start + size] = array("I", (number,)) * size

    def _page(self, first: int, number: int) -> bytearray | array[int] | None:
        """The page of a /16, for this number to be written into; None when there is no room for another."""
        page = self.pages[first]
        if isinstance(page, array) or (isinstance(page, bytearray) and number < SMALL):
            return page
        if self.octets >= MOST_OCTETS:
            return None
        made = bytearray(page) if number < SMALL else array("I", page)
        self.octets += memoryview(made).nbytes
        self.pages[first] = made
        return made
