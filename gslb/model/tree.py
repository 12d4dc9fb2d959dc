"""Policy trees with every name resolved: what a steered name chooses from, and how.

    Steered www ── Geo ─┬─ eu ──────── Latency (fence) ─┬─ eu-west ── Weighted ─┬─ 95 Pool web in eu-west ── Leaf
                        └─ default ── Latency            └─ eu-north …           └─  5 Pool canary in eu-west ── Leaf

Leaves carry every monitor of their region, pool and endpoint that applies to them here, and what is probed for the
nodes above; nodes carry only monitors without a target (push, calculated from those), which gate the node as a whole.
An alias and a set of rdata have nothing to connect to: what is probed for the nodes above does not reach them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from gslb.model.mark import Mark
from gslb.model.monitors import Check
from gslb.model.nouns import Endpoint, Family


class LastResort(Enum):
    OPEN = "open"
    FALLBACK = "fallback"
    LAST_GOOD = "last_good"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class OnAllDown:
    """What to answer when nothing is healthy; `fallback` is set for LastResort.FALLBACK only."""

    kind: LastResort = LastResort.OPEN
    fallback: Leaf | None = None


@dataclass(frozen=True, slots=True)
class Common:
    """What any node may carry.

    `path` is unique over all trees, but steered names that are nothing but the same policy share one tree: the root's
    is the steered name, or the word (pool or policy) that alone stands there; a child's adds `/` and its key (place,
    region, rung as written, `#2`). It stays across reloads that leave the tree alone.
    """

    path: str
    monitors: tuple[str, ...] = ()  # without a target; all must pass
    min_healthy: int = 1
    on_all_down: OnAllDown | None = None  # inner node: makes it always healthy to its parent; root: its last resort
    fence: bool = False
    locate: str = "ecs"  # or "resolver"
    mark: Mark | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Leaf:
    """One endpoint as used at one place in a tree, with all monitors that apply to it there; all must pass."""

    path: str  # the endpoint's path
    endpoint: Endpoint
    monitors: tuple[str, ...] = ()  # asked of each of its addresses
    gates: tuple[str, ...] = ()  # without a target
    mark: Mark | None = field(default=None, compare=False)

    def checks(self, family: Family) -> tuple[Check, ...]:
        """What must all be up for this leaf to be up in that family; () where it has no such address or no monitor."""
        address = self.endpoint.address(family)
        if address is None:
            return ()
        asked = (Check(name, self.endpoint.path, address) for name in self.monitors)
        return (*asked, *(Check(name) for name in self.gates))


@dataclass(frozen=True, slots=True)
class Rdata:
    """A fixed set of records as a leaf: `type` ("TXT", "MX", "A" …) and one text an rdata."""

    common: Common
    type: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alias:
    """Another rrset of ours. `tree` is that steered name's tree; None when the name is static zone data."""

    common: Common
    name: str  # absolute, lower case, with its final dot
    tree: Tree | None = None


@dataclass(frozen=True, slots=True)
class Simple:
    """All endpoints, shuffled: what a pool (or a region's part of it) means."""

    common: Common
    children: tuple[Leaf, ...]


@dataclass(frozen=True, slots=True)
class Weighted:
    common: Common
    children: tuple[tuple[int, Tree], ...]
    by_client: bool = False


@dataclass(frozen=True, slots=True)
class Failback:
    """When a better rung is used again: after it was healthy for `after` seconds; None: only by an operator's word."""

    after: float | None = 600.0


@dataclass(frozen=True, slots=True)
class Failover:
    common: Common
    children: tuple[Tree, ...]
    failback: Failback = Failback()
    trickle: float = 0.0  # share 0..1 sent to the next healthy rung


@dataclass(frozen=True, slots=True)
class Latency:
    """`children` is the node restricted to each region it has something in: (region, subtree)."""

    common: Common
    children: tuple[tuple[str, Tree], ...]
    hysteresis: float = 0.15
    switch_after: float = 0.0


@dataclass(frozen=True, slots=True)
class Geo:
    """`children` keys: "default", a continent word, a country ("DE"), a subdivision ("US-CA") or a place set's name."""

    common: Common
    children: tuple[tuple[str, Tree], ...]
    places: tuple[tuple[str, tuple[str, ...]], ...] = ()  # place sets used: name, members
    nodata: bool = False  # no match and no default is meant


@dataclass(frozen=True, slots=True)
class Geoproximity:
    common: Common
    children: tuple[tuple[str, Tree], ...]
    bias: tuple[tuple[str, int], ...] = ()  # region, -99..99


@dataclass(frozen=True, slots=True)
class NetworkMatch:
    """`children` keys: "default", a CIDR, a name under networks, or "AS64500"."""

    common: Common
    children: tuple[tuple[str, Tree], ...]
    asns: tuple[tuple[str, tuple[int, ...]], ...] = ()  # for keys that are or hold AS numbers
    nodata: bool = False


@dataclass(frozen=True, slots=True)
class Multivalue:
    common: Common
    children: tuple[Tree, ...]
    answers: int = 8


@dataclass(frozen=True, slots=True)
class Sticky:
    common: Common
    children: tuple[tuple[int, Tree], ...]  # weight, child


@dataclass(frozen=True, slots=True)
class Load:
    """Weighted, the weights moved by what balancers report: shares of a capacity, above and below which they move.

    `window`: seconds in which a child's share turns at most once; None: as long as caches need, at least a minute.
    """

    common: Common
    children: tuple[tuple[int, Tree], ...]  # weight, child
    high_water: float = 0.8
    low_water: float = 0.6
    window: float | None = None


Tree = (
    Leaf
    | Rdata
    | Alias
    | Simple
    | Weighted
    | Failover
    | Latency
    | Geo
    | Geoproximity
    | NetworkMatch
    | Multivalue
    | Sticky
    | Load
)


def children(tree: Tree) -> tuple[Tree, ...]:
    """A node's children in the order written; () for leaves. An alias's only child is the tree it stands for."""
    match tree:
        case Leaf() | Rdata():
            return ()
        case Alias(tree=target):
            return () if target is None else (target,)
        case Simple() | Failover() | Multivalue():
            return tree.children
        case Weighted() | Latency() | Geo() | Geoproximity() | NetworkMatch() | Sticky() | Load():
            return tuple(child for _, child in tree.children)


def walk(tree: Tree) -> Iterator[Tree]:
    """A node and every node below it, parents first, left to right."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(children(node)))


def leaves(tree: Tree) -> tuple[Leaf, ...]:
    """Every endpoint leaf below, left to right, each once."""
    found: dict[tuple[str, tuple[str, ...], tuple[str, ...]], Leaf] = {}
    for node in walk(tree):
        if isinstance(node, Leaf):
            found.setdefault((node.path, node.monitors, node.gates), node)
    return tuple(found.values())
