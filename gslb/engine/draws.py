"""Random draws from the system's generator, a page at a time."""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import chain
from struct import Struct

_PAGE = Struct("=512Q")


def system_draws() -> Callable[[], int]:
    """A function that gives 64 fresh random bits at each call, at the cost of an iterator step."""
    pages = iter(lambda: _PAGE.unpack(os.urandom(_PAGE.size)), None)
    return chain.from_iterable(pages).__next__
