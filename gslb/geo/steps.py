"""Step functions over an address space: sorted starts, each with a number that holds up to the next start."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import compress


@dataclass(frozen=True, slots=True)
class Steps:
    """`starts` begin with 0; `values` are parallel."""

    starts: Sequence[int]
    values: Sequence[int]

    def at(self, number: int) -> int:
        """The value that holds at `number`."""
        return self.values[bisect_right(self.starts, number) - 1]


def packed(
    typecode: str, starts: Sequence[int], values: Sequence[int], borders: Collection[int] = (), width: str = "I"
) -> tuple[array[int], array[int]]:
    """Starts and values as arrays, with neighbours of one value made one, except where a start is among `borders`.

    `typecode` is that of the starts, `width` that of the values.
    """
    last = [-1, *values]
    if borders:
        kept = [this != that or start in borders for start, this, that in zip(starts, values, last, strict=False)]
    else:
        kept = [this != that for this, that in zip(values, last, strict=False)]
    return array(typecode, compress(starts, kept)), array(width, compress(values, kept))


def combined(
    typecode: str, outer: Steps, inner: Steps, join: Callable[[int, int], int], borders: Collection[int] = ()
) -> Steps:
    """Two step functions as one: where they have `a` and `b`, the result has `join(a, b)`.

    It is quick when `outer` has the fewer steps: between two of its starts everything is done by slices.
    """
    starts, values = array(typecode), array("I")
    first = 0  # of inner's steps that reach into the one of outer at hand
    stops: list[int | None] = [*outer.starts[1:], None]
    for start, stop, value in zip(outer.starts, stops, outer.values, strict=True):
        first = bisect_right(inner.starts, start, first) - 1
        after = len(inner.starts) if stop is None else bisect_left(inner.starts, stop, first)
        starts.append(start)
        if after - first == 1:
            values.append(join(value, inner.values[first]))
        else:
            starts.extend(inner.starts[first + 1 : after])
            part = inner.values[first:after]
            values.extend(map({number: join(value, number) for number in dict.fromkeys(part)}.__getitem__, part))
        first = after - 1
    return Steps(*packed(typecode, starts, values, borders))
