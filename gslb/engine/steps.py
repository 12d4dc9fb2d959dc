"""The class and scope of every /24 of a class map, one index away: a page for each /16, made when first asked for.

/16 ─► page ─► the third octet ─► number of a pair ─► class, width of the widest prefix of that class around it
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from gslb.image import PlaceImage

MOST_OCTETS = 32 << 20  # of pages: what all pages of the largest map take
SMALL = 256  # so many pairs fit into octets

Pages = list[Sequence[int] | None]
NO_PAGES: Pages = [None] * (1 << 16)


class Steps:
    """Pairs of one class map, by number. A page once made stays, so nothing that is asked can drive others out.

    `pages[first 16 bits][next 8 bits]` is the number for a /24 where there is a page.
    """

    def __init__(self, places: PlaceImage) -> None:
        self.places = places
        self.pairs: list[tuple[int, int]] = []
        self.octets = 0
        self._numbers: dict[tuple[int, int], int] = {}
        self.pages = NO_PAGES.copy()
        self._shared: dict[bytes, bytes] = {}  # whole pages of one pair are many

    def v4(self, network: int) -> int:
        """The number of the pair of a /24, given its 24 bits."""
        page = self.pages[network >> 8]
        if page is None:
            page = self._page(network >> 8)
            if page is None:
                return self._number(self.places.find_v4(network << 8))
        return page[network & 255]

    def v6(self, network: int) -> int:
        """The number of the pair of a /56, given its 56 bits."""
        return self._number(self.places.find_v6(network << 8))

    def _number(self, pair: tuple[int, int]) -> int:
        number = self._numbers.get(pair)
        if number is None:
            number = self._numbers[pair] = len(self.pairs)
            self.pairs.append(pair)
        return number

    def _page(self, first: int) -> Sequence[int] | None:
        """Make the page of a /16, a block of one pair at a time; None when there is no room for more."""
        if self.octets >= MOST_OCTETS:
            return None
        numbers: list[int] = []
        for count, class_, width in self.places.blocks_v4(first):
            numbers += [self._number((class_, width))] * count
        page: bytes | array[int]
        if max(numbers) < SMALL:
            page = bytes(numbers)
            if numbers[0] == numbers[-1] and page.count(page[0]) == len(page):
                page = self._shared.setdefault(page, page)
            else:
                self.octets += len(page)
        else:
            page = array("I", numbers)
            self.octets += 4 * len(page)
        self.pages[first] = page
        return page
