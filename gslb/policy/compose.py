"""The algebra of selectors: choices among choices, brought back to at most one bucket over at most one draw.

    mix        one of several, by weight: a draw of draws is a draw; a draw of buckets is a bucket of draws
    divide     one of several, by the client's bucket: a bucket of buckets is one bucket over the pairs that occur
    couple     all of several at once, on the same luck
    bind       an outcome turned into a choice of its own

A level stands only where it is needed: equal parts are one part, one part needs no draw and no bucket. Shares stay
exact: weights are whole numbers over their least common multiple, below 2**63 in sum. Only past that are they rounded,
to parts of 2**62.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import accumulate
from math import gcd, lcm
from typing import TypeVar

from gslb.image import Bucket, Constant, Draw, Selector
from gslb.policy.hashing import packed, unpacked
from gslb.policy.shares import apportion

T = TypeVar("T")
U = TypeVar("U")
Plain = Constant[T] | Draw[T]  # what one bucket may hold
Choice = Constant[T] | Draw[T] | Bucket[T]

LIMIT = 2**63


def plain(selector: Selector[T]) -> Plain[T]:
    """A selector known to have no bucket and no class."""
    if isinstance(selector, Constant | Draw):
        return selector
    raise TypeError("a selector within a bucket is constant or a draw")


def draw(parts: Iterable[tuple[int, T]]) -> Plain[T]:
    """One outcome by weight; equal outcomes add up, weight 0 drops out."""
    weights: dict[T, int] = {}
    for weight, outcome in parts:
        if weight:
            weights[outcome] = weights.get(outcome, 0) + weight
    if len(weights) == 1:
        return Constant(next(iter(weights)))
    divisor = gcd(*weights.values())
    counts = [weight // divisor for weight in weights.values()]
    if sum(counts) >= LIMIT:
        counts = apportion(counts, LIMIT // 2)
    return Draw(tuple((count, Constant(outcome)) for count, outcome in zip(counts, weights, strict=True) if count))


def _parts(selector: Plain[T]) -> Sequence[tuple[int, T]]:
    match selector:
        case Constant(outcome):
            return ((1, outcome),)
        case Draw(parts):
            return [(weight, part.outcome) for weight, part in parts]


def _mix_plain(parts: Sequence[tuple[int, Plain[T]]]) -> Plain[T]:
    listed = [(weight, _parts(part)) for weight, part in parts]
    totals = [sum(weight for weight, _ in inner) for _, inner in listed]
    common = lcm(*totals)
    return draw(
        (weight * share * (common // total), outcome)
        for (weight, inner), total in zip(listed, totals, strict=True)
        for share, outcome in inner
    )


def mix(parts: Sequence[tuple[int, Choice[T]]]) -> Choice[T]:
    """One of the parts by weight (at least one above 0)."""
    used = [(weight, part) for weight, part in parts if weight]
    if len(used) == 1:
        return used[0][1]
    weights = [weight for weight, _ in used]
    return _pointwise([part for _, part in used], lambda plains: _mix_plain(list(zip(weights, plains, strict=True))))


def couple(parts: Sequence[Choice[T]]) -> Choice[tuple[T, ...]]:
    """An outcome of every part at once. Each part's own shares are kept; all parts read the same draw."""
    return _pointwise(parts, _couple_plain)


def _couple_plain(parts: Sequence[Plain[T]]) -> Plain[tuple[T, ...]]:
    listed = [_parts(part) for part in parts]
    totals = [sum(weight for weight, _ in inner) for inner in listed]
    common = lcm(*totals)
    ends = [
        list(accumulate(weight * (common // total) for weight, _ in inner))
        for inner, total in zip(listed, totals, strict=True)
    ]
    at, start = [0] * len(listed), 0
    found: list[tuple[int, tuple[T, ...]]] = []
    while start < common:
        end = min(column[index] for column, index in zip(ends, at, strict=True))
        found.append((end - start, tuple(inner[index][1] for inner, index in zip(listed, at, strict=True))))
        at = [index + (column[index] == end) for column, index in zip(ends, at, strict=True)]
        start = end
    return draw(found)


def bind(selector: Choice[T], change: Callable[[T], Plain[U]]) -> Choice[U]:
    """The choice that follows each outcome, as one choice."""
    match selector:
        case Constant(outcome):
            return change(outcome)
        case Draw():
            return _mix_plain([(weight, change(outcome)) for weight, outcome in _parts(selector)])
        case Bucket(table, parts):
            return _bucket(table, [plain(bind(part, change)) for part in parts])


def shaped(selector: Plain[T], change: Callable[[T], U]) -> Plain[U]:
    """The same draw over changed outcomes."""
    return draw([(weight, change(outcome)) for weight, outcome in _parts(selector)])


def divide(table: bytes, parts: Sequence[Choice[T]]) -> Choice[T]:
    """The part that `table` (65,536 entries of two bytes) names for the client's bucket."""
    tables = tuple(part.table if isinstance(part, Bucket) else b"" for part in parts)
    if not any(tables):
        return _bucket(table, [plain(part) for part in parts])
    joined, pairs = _join_owner(table, tables)
    return _bucket(joined, [_inside(parts[owner], index) for owner, index in pairs])


def _pointwise(parts: Sequence[Choice[T]], combine: Callable[[Sequence[Plain[T]]], Plain[U]]) -> Choice[U]:
    tables = tuple(dict.fromkeys(part.table for part in parts if isinstance(part, Bucket)))
    if not tables:
        return combine([plain(part) for part in parts])
    column = {table: number for number, table in enumerate(tables)}
    joined, rows = _join(tables)
    places = [column[part.table] if isinstance(part, Bucket) else 0 for part in parts]
    return _bucket(
        joined,
        [combine([_inside(part, row[place]) for part, place in zip(parts, places, strict=True)]) for row in rows],
    )


def _inside(part: Choice[T], index: int) -> Plain[T]:
    return part.parts[index] if isinstance(part, Bucket) else part


def _bucket(table: bytes, parts: Sequence[Plain[T]]) -> Choice[T]:
    """Equal parts become one, and a table of one part goes."""
    kept = {part: index for index, part in enumerate(dict.fromkeys(parts))}
    if len(kept) == 1:
        return parts[0]
    if len(kept) < len(parts):
        renumbered = [kept[part] for part in parts]
        table = packed(map(renumbered.__getitem__, unpacked(table)))
    return Bucket(table, tuple(kept))


@lru_cache(maxsize=32)
def _join(tables: tuple[bytes, ...]) -> tuple[bytes, tuple[tuple[int, ...], ...]]:
    """One table over the rows of entries that occur together."""
    if len(tables) == 1:
        return tables[0], tuple((index,) for index in range(max(unpacked(tables[0])) + 1))
    rows = list(zip(*map(unpacked, tables), strict=True))
    numbers = {row: number for number, row in enumerate(dict.fromkeys(rows))}
    return packed(map(numbers.__getitem__, rows)), tuple(numbers)


@lru_cache(maxsize=32)
def _join_owner(owners: bytes, tables: tuple[bytes, ...]) -> tuple[bytes, tuple[tuple[int, int], ...]]:
    """One table over the pairs (owner, the owner's own entry or 0) that occur."""
    columns = [unpacked(table) if table else None for table in tables]
    rows = [
        (owner, column[bucket] if (column := columns[owner]) is not None else 0)
        for bucket, owner in enumerate(unpacked(owners))
    ]
    numbers = {row: number for number, row in enumerate(dict.fromkeys(rows))}
    return packed(map(numbers.__getitem__, rows)), tuple(numbers)
