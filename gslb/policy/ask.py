"""What a policy may read, and what it says: the whole vocabulary between policies and the rest.

    Ask(who asks, what is believed) ──► choose(node, ask) ──► Selector[Outcome]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import inf

from gslb.geo import Location
from gslb.health import Override, Verdict
from gslb.model import Check, Family, Leaf, Rdata


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of the path through the tree, for `explain`: the node's path, its kind, what it said, and how deep."""

    path: str
    kind: str
    text: str
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one client is answered: leaves in order (none: NODATA). An `Rdata` leaf stands alone.

    `horizon`: seconds before which no endpoint of this answer can be taken away (PRODUCT.md, TTL); `suspect` when one of them
    is suspect, draining or about to move, so that the TTL must not pass the horizon. `why` does not take part in equality.
    """

    leaves: tuple[Leaf | Rdata, ...]
    horizon: float = inf
    suspect: bool = False
    opened: str = ""  # which last resort answered: "", "min_healthy", "open", "fallback", "last_good", "closed"
    why: tuple[Reason, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Latch:
    """Fail-back memory of one failover node: the rung in use, and since when (wall seconds) each better rung has been healthy."""

    rung: int
    better_since: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Memory:
    """What earlier choices left behind, written by the judge only. Keys: node path plus family or class as the policy says."""

    latches: Mapping[str, Latch] = field(default_factory=dict)
    winners: Mapping[str, str] = field(default_factory=dict)  # latency: last winner by node and class
    last_good: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # root: last healthy answer's endpoint paths


@dataclass(frozen=True, slots=True)
class Ask:
    """Everything a choice is a function of. `wall` is the wall clock in seconds, frozen with the view; `seed` redraws orders."""

    family: Family
    location: Location
    verdicts: Mapping[Check, Verdict]
    overrides: Mapping[str, Override]
    memory: Memory
    wall: float
    seed: int
    distance: Callable[[str, Location], float | None] = lambda region, location: None  # kilometres from a region
    round_trip: Callable[[str, Location], float | None] = lambda region, location: None  # milliseconds to a region
