"""What clients at some places are answered, as shares: where each answer sends them, by which endpoint, for how long.

Shares are exact: weights of draws, and the buckets of a table, among which clients are taken to be spread evenly.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

import dns.name

from gslb.caching import Population, load
from gslb.geo import Location
from gslb.image import BUCKETS, Bucket, Constant, Draw
from gslb.model import Family, Leaf, Steered
from gslb.nameserver import View, ask
from gslb.policy import Outcome, choose_each, negative_ttl, ttl

K = TypeVar("K", bound=Hashable)
Choice = Constant[Outcome] | Draw[Outcome] | Bucket[Outcome]

NOBODY = ""  # the place of an answer without anything
RECORDS = "fixed records"  # of one that names no endpoint
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Answer:
    """What an answer does: `place` is the region of the endpoint named first, or its path where it is in none.

    `path` is that endpoint's, "" where none is named; `opened` the last resort that answered, or ""; `ttl` seconds.
    """

    place: str
    path: str
    opened: str
    ttl: int


Portions = Mapping[Answer, float]
"""Answers, each with its share of all; the shares add up to 1."""


def portions(steered: Steered, kind: Family, places: Sequence[Location], view: View) -> Iterator[Portions]:
    """For each place, what clients there are answered of this family."""
    known: dict[int, Portions] = {}
    choices = choose_each(view.world.tree(steered), (ask(view, kind, place) for place in places))
    for choice in choices:
        if id(choice) not in known:
            found: dict[Answer, float] = defaultdict(float)
            for outcome, share in shares(choice):
                found[_answer(outcome, steered, kind, view)] += share
            known[id(choice)] = found
        yield known[id(choice)]


def shares(choice: Choice) -> Iterator[tuple[Outcome, float]]:
    """Every outcome of a choice with its share of the answers."""
    match choice:
        case Constant(outcome):
            yield outcome, 1.0
        case Draw(parts):
            whole = sum(weight for weight, _ in parts)
            yield from ((part.outcome, weight / whole) for weight, part in parts if weight)
        case Bucket(table, parts):
            for index, count in _counted(table):
                yield from ((outcome, share * count / BUCKETS) for outcome, share in shares(parts[index]))


@lru_cache(maxsize=64)
def _counted(table: bytes) -> tuple[tuple[int, int], ...]:
    """How many buckets each entry of a table has."""
    entries = Counter(zip(table[::2], table[1::2], strict=True))
    return tuple((low | high << 8, count) for (low, high), count in entries.items())


def _answer(outcome: Outcome, steered: Steered, kind: Family, view: View) -> Answer:
    if not outcome.leaves:
        zone = view.world.zones.find(dns.name.from_text(steered.name))
        seconds = negative_ttl(steered.ttl, zone.negative_ttl if zone is not None else steered.ttl.minimum)
        return Answer(NOBODY, "", outcome.opened, seconds)
    seconds = ttl(view.world.tree(steered), kind, steered.ttl, outcome, view.belief.memory, steered.name)
    first = outcome.leaves[0]
    if not isinstance(first, Leaf):
        return Answer(RECORDS, "", outcome.opened, seconds)
    return Answer(first.endpoint.region or first.path, first.path, outcome.opened, seconds)


def refreshes(found: Portions, caches: Population = ()) -> float:
    """How often caches with these answers ask again, a second; where none are known, one that is as busy as can be."""
    return sum(share * (load(caches, answer.ttl) or 1 / max(1, answer.ttl)) for answer, share in found.items())


def by_place(found: Portions) -> Mapping[str, float]:
    """The share that each place gets."""
    return _together((answer.place, share) for answer, share in found.items())


def by_path(found: Portions) -> Mapping[tuple[str, str], float]:
    """The share that each endpoint gets, by its place and path."""
    return _together(((answer.place, answer.path), share) for answer, share in found.items())


def by_resort(found: Portions) -> Mapping[str, float]:
    """The share that each last resort answers."""
    return _together((answer.opened, share) for answer, share in found.items() if answer.opened)


def more(was: Mapping[K, float], then: Mapping[K, float]) -> dict[K, float]:
    """What has grown, and by how much."""
    return {key: share - was.get(key, 0.0) for key, share in then.items() if share - was.get(key, 0.0) > ROUNDING}


def _together(parts: Iterator[tuple[K, float]]) -> Mapping[K, float]:
    found: dict[K, float] = defaultdict(float)
    for key, share in parts:
        found[key] += share
    return found
