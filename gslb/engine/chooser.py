"""An endless choice among a few things, by weight, that runs no bytecode: iterators that the interpreter has in C.

draws (64 bits each) ─► bisect among thresholds ─► one of the things
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import TypeVar

from gslb.image import FlatDraw

Thing = TypeVar("Thing")


def chooser(things: Sequence[Thing], draw: FlatDraw | None, draws: Iterator[int]) -> Iterator[Thing]:
    """Gives the only one of `things`, or at each step the one that a draw picks; a draw is taken only then."""
    if draw is None:
        return repeat(things[0])
    return map(things.__getitem__, map(bisect_right, repeat(thresholds(draw)), draws))


def thresholds(draw: FlatDraw) -> list[int]:
    """The draws of 64 bits from which on each next body is picked.

    A draw picks by the first cumulative weight that passes draw * total >> 64. One is passed exactly by the draws from
    weight * 2^64 / total on, rounded up.
    """
    return [-(-(weight << 64) // draw.total) for weight in draw.cumulative]
