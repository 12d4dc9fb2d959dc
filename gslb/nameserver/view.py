"""The view: all that an answer may read, one frozen value with a generation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import dns.name

from gslb.geo import Atlas, ClassMap
from gslb.health import Override, Verdict
from gslb.model import Check, Model, Steered, Tree
from gslb.policy import Memory
from gslb.zone import Zones


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
    """What changes with health: verdicts, an operator's words, what earlier choices left behind.

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


@dataclass(frozen=True, slots=True)
class View:
    """Everything an answer is a function of, besides the question, the client and a draw."""

    world: World
    belief: Belief
