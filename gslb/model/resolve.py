"""Policies as written to trees: every name looked up, latency and geoproximity spread over regions, circles refused.

Steered.policy ── build(spec, here) ──► Tree        None: nothing of it stands here, or a fault says why not
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from gslb.model.branches import DEFAULT, canonical, network_asns, place_sets
from gslb.model.ground import Ground, Here, absolute
from gslb.model.mark import Collector, Mark, mark_of
from gslb.model.model import Broken, Model
from gslb.model.spec import (
    AliasSpec,
    FailoverSpec,
    GeoproximitySpec,
    GeoSpec,
    LatencySpec,
    LoadSpec,
    MultivalueSpec,
    NetworkSpec,
    NodeSpec,
    Options,
    PolicySpec,
    RdataSpec,
    Reference,
    Share,
    SimpleSpec,
    StickySpec,
    WeightedSpec,
)
from gslb.model.suggest import did_you_mean
from gslb.model.tree import (
    Alias,
    Failover,
    Geo,
    Geoproximity,
    Latency,
    Leaf,
    Load,
    Multivalue,
    NetworkMatch,
    Rdata,
    Simple,
    Sticky,
    Tree,
    Weighted,
)


class Part(NamedTuple):
    """A child as built: what stood before it (a place, a region, a rung's word) and its weight, where it has one."""

    key: str
    tree: Tree
    weight: int = 1


class Resolver:
    """Builds the trees of one model."""

    def __init__(self, model: Model, broken: Broken, faults: Collector) -> None:
        self._model = model
        self._ground = Ground(model, broken, faults)
        self._steered: dict[str, Tree | None] = {}
        self._shared: dict[tuple[str, str], Tree | None] = {}  # whole trees that are one word, by it and zone
        self._open: list[str] = []  # what is being built, outermost first
        self._circles: set[frozenset[str]] = set()

    def trees(self) -> dict[str, Tree]:
        """The tree of every steered name that has a sound one; policies are looked at even if nobody uses them."""
        for name in self._model.policies:
            self.policy(name)
        return {name: tree for name in self._model.steered if (tree := self._tree(name, None)) is not None}

    def policy(self, name: str) -> Tree | None:
        """The tree of a policy on its own, in no zone."""
        spec = self._model.policies[name]
        return self._root(Reference(name, spec.mark if isinstance(spec, Reference) else spec.options.mark), name, "")

    def _tree(self, name: str, mark: Mark | None) -> Tree | None:
        if name not in self._steered:
            steered = self._model.steered[name]
            with self._opened(name, mark) as fresh:
                if not fresh:
                    return None
                self._steered[name] = self._root(steered.policy, name, steered.zone)
        return self._steered[name]

    def _root(self, spec: NodeSpec, name: str, zone: str) -> Tree | None:
        locate = self._model.clients.locate
        if not isinstance(spec, Reference):
            return self._build(spec, Here(name, zone, locate))
        if (spec.path, zone) not in self._shared:
            self._shared[spec.path, zone] = self._build(spec, Here(spec.path, zone, locate))
        return self._shared[spec.path, zone]

    def _build(self, spec: NodeSpec, here: Here) -> Tree | None:
        match spec:
            case Reference():
                return self._reference(spec, here)
            case AliasSpec():
                return self._alias(spec, here)
            case RdataSpec():
                return self._rdata(spec, here)
            case _:
                return self._policy(spec, here)

    def _policy(self, spec: PolicySpec, here: Here) -> Tree | None:
        inside, gates = self._ground.enter(spec.options, here)
        parts = self._parts(spec, inside)
        if not parts:
            return None
        common = self._ground.common(spec.options, here, gates, len(parts))
        trees = tuple(part.tree for part in parts)
        keyed = tuple((part.key, part.tree) for part in parts)
        weighted = tuple((part.weight, part.tree) for part in parts)
        lost_default = here.region is not None and all(part.key != DEFAULT for part in parts)
        match spec:
            case SimpleSpec():
                leaves = tuple(tree for tree in trees if isinstance(tree, Leaf))
                if len(leaves) < len(trees):
                    self._ground.spoil("simple is of pools and endpoints, not of policies", common.mark)
                return Simple(common, leaves)
            case MultivalueSpec(answers=answers):
                return Multivalue(common, trees, answers)
            case WeightedSpec(by_client=by_client):
                return Weighted(common, weighted, by_client)
            case StickySpec():
                return Sticky(common, weighted)
            case LoadSpec(high_water=high, low_water=low, window=window):
                return Load(common, weighted, high, low, window)
            case FailoverSpec(failback=failback, trickle=trickle):
                return Failover(common, trees, failback or self._model.defaults.failback, trickle)
            case LatencySpec(hysteresis=hysteresis, switch_after=switch_after):
                return Latency(common, keyed, hysteresis, switch_after)
            case GeoproximitySpec(bias=bias):
                return Geoproximity(common, keyed, tuple((str(region), amount) for region, amount in bias))
            case GeoSpec(nodata=nodata):
                return Geo(common, keyed, place_sets((key for key, _ in keyed), self._model), nodata or lost_default)
            case NetworkSpec(nodata=nodata):
                named = ((canonical(key, self._model), tree) for key, tree in keyed)
                known = tuple((key, tree) for key, tree in named if key is not None)
                asns = network_asns((key for key, _ in known), self._model)
                return NetworkMatch(common, known, asns, nodata or lost_default)

    def _parts(self, spec: PolicySpec, here: Here) -> list[Part]:
        match spec:
            case SimpleSpec(children=nodes) | MultivalueSpec(children=nodes):
                return list(self._spread(nodes, here))
            case WeightedSpec(children=shares) | StickySpec(children=shares) | LoadSpec(children=shares):
                return list(self._shares(shares, here))
            case FailoverSpec(children=nodes):
                return list(self._each(self._named(nodes), here))
            case LatencySpec() | GeoproximitySpec():
                return self._by_region(spec, here)
            case GeoSpec(branches=branches) | NetworkSpec(branches=branches):
                self._ground.check_branches(spec)
                return list(self._each(branches, here))

    def _each(self, nodes: Iterable[tuple[str, NodeSpec]], here: Here) -> Iterator[Part]:
        for key, node in nodes:
            if (tree := self._build(node, here.below(key))) is not None:
                yield Part(str(key), tree)

    def _named(self, nodes: Iterable[NodeSpec]) -> Iterator[tuple[str, NodeSpec]]:
        """Children of a list, each with the last word of its path: as written, or its number."""
        seen: set[str] = set()
        for number, node in enumerate(nodes, 1):
            key = node.path if isinstance(node, Reference) else f"#{number}"
            if key in seen:
                self._ground.spoil(f"{key} stands here twice", mark_of(key))
            else:
                seen.add(key)
                yield key, node

    def _spread(self, nodes: Iterable[NodeSpec], here: Here) -> Iterator[Part]:
        """Endpoints one by one, each with its own weight, where a pool is named; other nodes whole."""
        for key, node in self._named(nodes):
            if isinstance(node, Reference) and node.path in self._ground.paths:
                leaves = self._ground.leaves(self._ground.paths[node.path], here, node.mark)
                yield from (Part(leaf.path, leaf, leaf.endpoint.weight) for leaf in leaves)
            else:
                yield from self._each([(key, node)], here)

    def _shares(self, shares: Iterable[Share], here: Here) -> Iterator[Part]:
        for share in shares:
            if share.weight is None:
                yield from self._spread([share.node], here)
            else:
                built = self._each(self._named([share.node]), here)
                yield from (part._replace(weight=share.weight) for part in built)

    def _by_region(self, spec: LatencySpec | GeoproximitySpec, here: Here) -> list[Part]:
        before = self._ground.spoiled
        regions = self._ground.regions(spec, here)
        found: list[Part] = []
        for region in regions:
            if (tree := self._build(spec.child, here.below(region, region))) is not None:
                found.append(Part(region, tree))
                self._ground.needs_place(region, spec)
        if not found and here.region is None and self._ground.spoiled == before:
            self._ground.spoil(f"nothing stands in {', '.join(regions)}", spec.options.mark)
        return found

    def _reference(self, spec: Reference, here: Here) -> Tree | None:
        name, ground = spec.path, self._ground
        if name in self._model.policies:
            with self._opened(name, spec.mark) as fresh:
                return self._build(self._model.policies[name], here) if fresh else None
        found = ground.find(name, spec.mark)
        leaves = ground.leaves(found, here, spec.mark) if found else ()
        if not found or not leaves:
            return None
        if found.exact and not here.root:
            return leaves[0]
        healthy = min(found.pool.min_healthy, len(leaves))
        return Simple(ground.common(Options(min_healthy=healthy, mark=spec.mark), here, (), len(leaves)), leaves)

    def _rdata(self, spec: RdataSpec, here: Here) -> Rdata | None:
        if here.region is not None:
            self._ground.spoil("a set of rdata stands in no region", spec.options.mark, "keep it outside of latency")
            return None
        gates = self._ground.gates(spec.options, "a set of rdata")
        return Rdata(self._ground.common(spec.options, here, gates), spec.type, spec.texts)

    def _alias(self, spec: AliasSpec, here: Here) -> Alias | None:
        ground, mark = self._ground, mark_of(spec.name, spec.options.mark)
        if here.region is not None:
            ground.spoil("an alias stands in no region", mark, "keep it outside of latency")
            return None
        common = ground.common(spec.options, here, ground.gates(spec.options, "an alias"))
        name = absolute(spec.name, here.zone)
        if name in self._model.steered:
            tree = self._tree(name, mark)
            return Alias(common, name, tree) if tree is not None else None
        ours = any(name == zone or name.endswith("." + zone) for zone in self._model.zones)
        if not ours and here.zone:
            ground.spoil(f"{name} is in none of our zones", mark, did_you_mean(name, self._model.steered))
        if not ours or ("steered", name) in ground.broken:
            ground.spoiled += 1
            return None
        return Alias(common, name)

    @contextmanager
    def _opened(self, name: str, mark: Mark | None) -> Iterator[bool]:
        """Keeps `name` among what is being built; False, and a fault, when it already is."""
        fresh = name not in self._open
        if not fresh:
            circle = self._open[self._open.index(name) :]
            if frozenset(circle) not in self._circles:
                self._ground.faults.add(f"goes round in a circle: {' -> '.join([*circle, name])}", mark)
            self._circles.add(frozenset(circle))
            self._ground.spoiled += 1
        self._open.append(name)
        yield fresh
        self._open.pop()


def policy_tree(model: Model, name: str) -> Tree | None:
    """The tree of a policy by itself; None where it cannot stand outside of a zone."""
    return Resolver(model, frozenset(), Collector()).policy(name)
