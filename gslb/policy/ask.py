"""What a policy may read, and what it says: the whole vocabulary between policies and the rest.

Ask(who asks, what is believed) ──► choose(tree, ask) ──► Selector[Outcome]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from math import inf

from gslb.geo import Location
from gslb.health import Override, Verdict
from gslb.model import Alias, Check, Family, Leaf, Rdata


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of the path through the tree, for `explain`: the node, its kind, the child it took, why, how deep."""

    path: str
    kind: str
    text: str
    depth: int = 0
    chosen: str = ""  # the child's name as written: "eu", "eu-west", "web/eu-west"; "" where no single child is taken


class Resort(Enum):
    """The last resorts, in the order in which they are tried when nothing is healthy; four are up to `on_all_down`."""

    HELD = "held"  # what is up again, but held back by damping
    MIN_HEALTHY = "min_healthy"  # what is up, however few
    DRAIN = "drain"  # what is up but drains
    UNJUDGED = "unjudged"  # everything, because nothing has a verdict yet
    OPEN = "open"
    FALLBACK = "fallback"
    LAST_GOOD = "last_good"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one client is answered: leaves in order (none: NODATA).

    An endpoint that is a name, and an `Alias` (always one to static data: answer what that name has), stand alone.
    `Rdata` leaves are never mixed with others, and there are several only where the tree lists several (multivalue).
    `horizon`: seconds before which no endpoint of this answer can be taken away (docs/ttl.md); `suspect`: one of
    them is suspect, draining or about to move, so that the TTL must not pass the horizon. `moves`: wall time of the
    next planned move of one of them, the past while it moves. `why` takes no part in equality.
    """

    leaves: tuple[Leaf | Rdata | Alias, ...]
    horizon: float = inf
    suspect: bool = False
    opened: str = ""  # "", or which last resort answered: a value of `Resort`
    why: tuple[Reason, ...] = field(default=(), compare=False)
    moves: float = field(default=inf, compare=False)  # follows from the leaves

    def __hash__(self) -> int:
        """By the leaves' names: outcomes are hashed far more often than they meet an equal one."""
        return hash((*map(name_of, self.leaves), self.horizon, self.opened))


def name_of(node: Leaf | Rdata | Alias) -> str:
    """The path of a leaf."""
    return node.path if isinstance(node, Leaf) else node.common.path


@dataclass(frozen=True, slots=True)
class Latch:
    """The child that a failover or latency node stays with, and since when (wall) each better one has been healthy.

    Children are named as written among their siblings (a region under latency). No latch while the best is used.
    """

    child: str
    better_since: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Settled:
    """The TTL (seconds) of answers naming one endpoint, as it is since `since` (wall), on its way to `goal`."""

    seconds: int
    goal: int
    since: float


@dataclass(frozen=True, slots=True)
class Carried:
    """What a child of a load node takes: `factor` (0..1) of its weight, settled when `used` of its capacity was used.

    None: nothing was heard of that.
    """

    factor: float
    used: float | None


@dataclass(frozen=True, slots=True)
class Memory:
    """What earlier choices left behind, for every tree at once; made by `remember` only, which knows the keys."""

    latches: Mapping[str, Latch] = field(default_factory=dict)
    last_good: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # last healthy answer's endpoint paths
    ttls: Mapping[str, Settled] = field(default_factory=dict)
    advice: Mapping[str, int] = field(default_factory=dict)  # by steered name: seconds that `ttl: auto` settled on
    loads: Mapping[str, Carried] = field(default_factory=dict)  # by load node and child: `load.carry_key`


@dataclass(frozen=True, slots=True)
class Ask:
    """Everything a choice is a function of. `wall` is the wall clock in seconds, frozen with the view.

    `seed` redraws orders. `threshold` is where these clients stand among all: words count whose share is above it.
    `sites` tells where regions are (latitude, longitude in degrees). `told_at`: when reasons are read, for what they
    say of times (wall; None: as the view is); no choice follows from it.
    """

    family: Family
    location: Location
    verdicts: Mapping[Check, Verdict]
    overrides: Mapping[str, Override]
    memory: Memory
    wall: float
    seed: int
    sites: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    threshold: float = 0.0
    told_at: float | None = None
