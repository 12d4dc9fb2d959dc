"""Selectors: how one outcome is picked for one query. At most three deep - class, bucket, draw - then the outcome.

ByClass ──► Bucket ──► Draw ──► outcome          (each level optional, always in this order)
client's    client's    64 random
class       prefix hash  bits
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate
from typing import Generic, TypeVar

T = TypeVar("T")
U = TypeVar("U")

BUCKETS = 65_536


@dataclass(frozen=True, slots=True)
class Constant(Generic[T]):
    outcome: T


@dataclass(frozen=True, slots=True)
class Draw(Generic[T]):
    """One outcome by exact integer weight; the sum of the weights is below 2**63."""

    parts: tuple[tuple[int, Constant[T]], ...]


@dataclass(frozen=True, slots=True)
class Bucket(Generic[T]):
    """`table[bucket]` is an index into `parts`; table has 65,536 entries of two bytes, little-endian."""

    table: bytes
    parts: tuple[Constant[T] | Draw[T], ...]


@dataclass(frozen=True, slots=True)
class ByClass(Generic[T]):
    """`parts[class]`, the class found in the class map named `places` (a digest)."""

    places: str
    parts: tuple[Constant[T] | Draw[T] | Bucket[T], ...]


Selector = Constant[T] | Draw[T] | Bucket[T] | ByClass[T]


def pick(selector: Selector[T], class_: int, bucket: int, draw: int) -> T:
    """The outcome for a client in `class_` and `bucket` (0..65535) under 64 random bits `draw`."""
    match selector:
        case Constant(outcome):
            return outcome
        case Draw(parts):
            cumulative = list(accumulate(weight for weight, _ in parts))
            return parts[bisect_right(cumulative, (draw * cumulative[-1]) >> 64)][1].outcome
        case Bucket(table, parts):
            return pick(parts[int.from_bytes(table[2 * bucket : 2 * bucket + 2], "little")], class_, bucket, draw)
        case ByClass(parts=parts):
            return pick(parts[class_], class_, bucket, draw)


def outcomes(selector: Selector[T]) -> tuple[T, ...]:
    """Every outcome it can pick, each once, in order."""
    match selector:
        case Constant(outcome):
            return (outcome,)
        case Draw(parts):
            nested = [part for weight, part in parts if weight]
            return tuple(dict.fromkeys(part.outcome for part in nested))
        case Bucket(parts=parts) | ByClass(parts=parts):
            return tuple(dict.fromkeys(outcome for part in parts for outcome in outcomes(part)))


def transform(selector: Selector[T], change: Callable[[T], U]) -> Selector[U]:
    """The same selector over changed outcomes; `change` is called once for each distinct outcome."""
    changed = {outcome: change(outcome) for outcome in outcomes(selector)}

    def walk(node: Selector[T]) -> Selector[U]:
        match node:
            case Constant(outcome):
                return Constant(changed[outcome])
            case Draw(parts):
                return Draw(tuple((weight, Constant(changed[part.outcome])) for weight, part in parts if weight))
            case Bucket(table, parts):
                return Bucket(table, tuple(walk(part) for part in parts))  # type: ignore[misc]  # no ByClass inside
            case ByClass(places, parts):
                return ByClass(places, tuple(walk(part) for part in parts))  # type: ignore[misc]  # no ByClass inside

    return walk(selector)


def client_bucket(prefix: int, bits: int) -> int:
    """The bucket 0..65535 of a client prefix: `prefix` is the top `bits` bits of its address as a number (bits <= 56).

    Multiply, fold, multiply: the same on every node and in every engine, and four instructions in C.
    """
    mixed = ((prefix ^ (bits << 57)) * 0x9E3779B97F4A7C15) & 0xFFFF_FFFF_FFFF_FFFF
    mixed ^= mixed >> 32
    return ((mixed * 0xD6E8FEB86659FD93) & 0xFFFF_FFFF_FFFF_FFFF) >> 48
