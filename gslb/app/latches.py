"""Which names stay with a second choice, and what lets them go back, as people want to read it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from gslb.control import root
from gslb.model import Alias, Failover, Latency, Leaf, Model, Tree, children
from gslb.policy import Latch, Memory


@dataclass(frozen=True, slots=True)
class Latched:
    """A node of a name's tree that stays with `child` for some of its clients.

    `node` is its path below the name, "" for the root. `kind` is "failover", or "latency" where a better region is not
    better by enough. `after`: seconds that a better child has to be healthy, None: only an operator lets it go back.
    `returns`: when the first of these clients go back (wall seconds), None where nothing better is healthy.
    """

    name: str
    node: str
    child: str
    kind: str
    after: float | None
    returns: float | None = None


def latches(model: Model, memory: Memory) -> list[Latched]:
    """All that stand, by name in the order of the configuration."""
    standing: dict[str, list[Latch]] = defaultdict(list)
    for key, latch in memory.latches.items():
        standing[key.partition("|")[0]].append(latch)
    found: dict[Latched, list[float]] = {}
    for name, tree in model.trees.items() if standing else ():
        for node in _own(tree):
            path, after = node.common.path, _after(node)
            below = path.removeprefix(root(tree)).lstrip("/")
            for latch in standing.get(path, ()):
                one = Latched(name, below, latch.child, type(node).__name__.lower(), after)
                since = (moment for _, moment in latch.better_since)
                found.setdefault(one, []).extend(moment + after for moment in since if after is not None)
    return [replace(one, returns=min(moments, default=None)) for one, moments in found.items()]


def _own(tree: Tree) -> Iterator[Failover | Latency]:
    """The nodes of a tree that may stay with a child; those behind an alias are another name's."""
    if isinstance(tree, Failover | Latency):
        yield tree
    for child in () if isinstance(tree, Alias | Leaf) else children(tree):
        yield from _own(child)


def _after(node: Failover | Latency) -> float | None:
    return node.failback.after if isinstance(node, Failover) else node.switch_after
