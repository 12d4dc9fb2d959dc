"""The view: all that an answer may read, one frozen value with a generation."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import dns.name

from gslb.geo import Atlas, ClassMap
from gslb.health import Absence, Override, Verdict
from gslb.model import Check, Model, Steered, Tree
from gslb.policy import Memory
from gslb.zone import Zones

T = TypeVar("T")
MEMO_LIMIT = 16_384


@dataclass(frozen=True, slots=True)
class World:
    """What changes only with the configuration: the model, its zones, where clients are, each tree's client classes."""

    model: Model
    zones: Zones
    atlas: Atlas
    classes: Mapping[str, ClassMap]  # by steered name; only trees that vary by place
    sites: Mapping[str, tuple[float, float]]  # region to latitude and longitude
    steered: Mapping[dns.name.Name, Steered] = field(default_factory=dict)
    maps: Mapping[str, ClassMap] = field(default_factory=dict)  # the same class maps by digest

    def tree(self, steered: Steered) -> Tree:
        return self.model.trees[steered.name]


@dataclass(frozen=True, slots=True)
class Belief:
    """What changes with health: verdicts, operators' words, vantages without a say, what earlier choices left behind.

    `wall` is the wall clock (seconds) it is frozen at, `seed` redraws orders at each publication; (epoch, generation)
    only grows.
    """

    epoch: int = 0
    generation: int = 0
    verdicts: Mapping[Check, Verdict] = field(default_factory=dict)
    overrides: Mapping[str, Override] = field(default_factory=dict)
    memory: Memory = field(default_factory=Memory)
    wall: float = 0.0
    seed: int = 0
    absences: Mapping[str, Absence] = field(default_factory=dict)


class Memo:
    """What follows from a world alone, worked out once for all views of it; keys may hold the ids of its nouns."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[Hashable, Any] = {}

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` returned when it was first asked under this key. Bounded: all of it is forgotten now and then."""
        try:
            found: T = self._known[key]
        except KeyError:
            if len(self._known) >= MEMO_LIMIT:
                self._known.clear()
            found = self._known[key] = make()
        return found


@dataclass(frozen=True, slots=True)
class View:
    """Everything an answer is a function of, besides the question, the client and a draw.

    Whoever makes many views of one world hands each the same `memo`; it changes no answer.
    """

    world: World
    belief: Belief
    memo: Memo = field(default_factory=Memo, compare=False, repr=False)
