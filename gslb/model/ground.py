"""What policy nodes stand on while trees are built: the monitors they hang, what they carry, what they reach."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from gslb.model.branches import DEFAULT, check_networks, check_places
from gslb.model.mark import Collector, Mark, mark_of
from gslb.model.model import Broken, Model
from gslb.model.nouns import Endpoint
from gslb.model.paths import Found, Paths, paths_of
from gslb.model.spec import GeoproximitySpec, GeoSpec, LatencySpec, NetworkSpec, OnAllDownSpec, Options
from gslb.model.suggest import did_you_mean
from gslb.model.tree import Common, LastResort, Leaf, OnAllDown


@dataclass(frozen=True, slots=True)
class Here:
    """Where in a tree a node is built: its path, the zone it answers in ("": none), and what the nodes above say."""

    path: str
    zone: str
    locate: str
    region: str | None = None  # only what stands in this region
    probes: tuple[str, ...] = ()  # hung on the nodes above, to be asked of every endpoint below
    root: bool = True

    def below(self, key: str, region: str | None = None) -> Here:
        return replace(self, path=f"{self.path}/{key}", region=region or self.region, root=False)


class Ground:
    """A model to build on. Faults go to `faults`; what depends on something broken is passed over in silence.

    `spoiled` counts what could not be built, so that nothing is blamed for being empty when something else made it so.
    """

    def __init__(self, model: Model, broken: Broken, faults: Collector) -> None:
        self.model = model
        self.broken = broken
        self.faults = faults
        self.paths = Paths(model)
        self.spoiled = 0

    def spoil(self, message: str, mark: Mark | None, hint: str = "") -> None:
        self.spoiled += 1
        self.faults.add(message, mark, hint)

    def enter(self, options: Options, here: Here) -> tuple[Here, tuple[str, ...]]:
        """Where the children of a node stand, and the node's own monitors that have no target."""
        probes, gates = self.hang(options.monitors, here.probes)
        return replace(here, probes=probes, locate=options.locate or here.locate, root=False), gates

    def hang(
        self, words: Iterable[str], probes: tuple[str, ...] = (), gates: tuple[str, ...] = ()
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Monitors added to those that hang there already: what is asked of endpoints, and what has no target."""
        for word in words:
            name = str(word)
            if name == "none":
                probes, gates = (), ()
            elif self.model.targeted(name):
                probes = (*probes, name) if name not in probes else probes
            elif name in self.model.monitors:
                gates = (*gates, name) if name not in gates else gates
            elif ("monitors", name) in self.broken:
                self.spoiled += 1
            else:
                self.spoil(f"unknown monitor {name}", mark_of(word), did_you_mean(name, self.model.monitors))
        return probes, gates

    def gates(self, options: Options, what: str) -> tuple[str, ...]:
        """The monitors of a leaf that has nothing to connect to."""
        probes, gates = self.hang(options.monitors)
        if probes:
            mark = mark_of(options.monitors[0], options.mark)
            self.spoil(f"{probes[0]} asks an endpoint, and {what} has none", mark, "hang a push monitor on it")
        return gates

    def common(self, options: Options, here: Here, gates: tuple[str, ...] = (), children: int = 1) -> Common:
        """What a node of so many children carries."""
        healthy = options.min_healthy or 1
        if healthy > children and here.region is None:
            self.spoil(f"min_healthy: {healthy} of {children} can never be", options.mark)
        written = options.on_all_down or (self.model.defaults.on_all_down if here.root else None)
        return Common(
            path=str(here.path),
            monitors=gates,
            min_healthy=min(healthy, children),
            on_all_down=self._last_resort(written) if written else None,
            fence=options.fence,
            locate=options.locate or here.locate,
            mark=options.mark,
        )

    def _last_resort(self, written: OnAllDownSpec) -> OnAllDown:
        if written.kind is not LastResort.FALLBACK:
            return OnAllDown(written.kind)
        mark = mark_of(written.fallback, written.mark)
        found = self.find(written.fallback, mark)
        if found is None:
            return OnAllDown()
        first = found.endpoints[0]
        if len(found.endpoints) > 1:
            message = f"fallback is one endpoint, and {written.fallback} has {len(found.endpoints)}"
            self.spoil(message, mark, f"write {first.path}")
        return OnAllDown(LastResort.FALLBACK, Leaf(first.path, first, mark=mark))

    def find(self, path: str, mark: Mark | None) -> Found | None:
        """What a path stands for; None, with a fault, when it stands for nothing."""
        if path in self.paths:
            return self.paths[path]
        self.spoiled += 1
        if not {("pools", path.split("/", maxsplit=1)[0]), ("policies", path)} & self.broken:
            self.faults.add(*self.paths.unknown(path, mark))
        return None

    def leaves(self, found: Found, here: Here, mark: Mark | None) -> tuple[Leaf, ...]:
        """The endpoints found, as far as they stand in the region wanted."""
        return tuple(
            self._leaf(found, endpoint, here, mark)
            for endpoint in found.endpoints
            if here.region is None or endpoint.region == here.region
        )

    def _leaf(self, found: Found, endpoint: Endpoint, here: Here, mark: Mark | None) -> Leaf:
        region = self.model.regions.get(endpoint.region or "")
        probes, gates = here.probes, tuple[str, ...]()
        for words in (region.monitors if region else (), found.pool.monitors, endpoint.monitors):
            probes, gates = self.hang(words, probes, gates)
        controls = self.model.routing_controls
        gates += tuple(controls[path].monitor for path in paths_of(endpoint) if path in controls)
        if probes and endpoint.rdata is not None and endpoint.target is None:
            hint = "hang a push monitor on it, or monitor: none"
            self.spoil(f"{endpoint.path} names no host that {probes[0]} could ask", endpoint.mark, hint)
        if endpoint.target is not None and here.zone:
            endpoint = replace(endpoint, target=absolute(endpoint.target, here.zone))
        return Leaf(endpoint.path, endpoint, probes, gates, mark or endpoint.mark)

    def regions(self, spec: LatencySpec | GeoproximitySpec, here: Here) -> tuple[str, ...]:
        """The regions that a node over regions looks at, by name: their order in the text means nothing."""
        known = self.model.regions
        if not known:
            hint = "write regions:, each with at:"
            self.spoil("regions: is needed here, to know where endpoints are", spec.options.mark, hint)
        bias = spec.bias if isinstance(spec, GeoproximitySpec) else ()
        for name in (*spec.regions, *(region for region, _ in bias)) if known else ():
            if name not in known and ("regions", name) not in self.broken:
                self.spoil(f"unknown region {name}", mark_of(name), did_you_mean(name, known))
        wanted = (name for name in sorted(known) if name in (spec.regions or known))
        return tuple(str(name) for name in wanted if here.region in (None, name))

    def needs_place(self, name: str, spec: LatencySpec | GeoproximitySpec) -> None:
        """A region chosen by distance has a place, or else rows in the operator's latency table."""
        region = self.model.regions[name]
        told = isinstance(spec, LatencySpec) and any(row.region == name for row in self.model.clients.latency)
        if not (region.at or told):
            hint = "write at: with an airport's code (FRA) or LAT,LON"
            self.faults.add(f"{name} is chosen by distance, but has no at:", region.mark, hint)

    def check_branches(self, spec: GeoSpec | NetworkSpec) -> None:
        """The keys of a geo or network node are known, and every client finds one."""
        keys = [key for key, _ in spec.branches]
        kind, check = ("geo", check_places) if isinstance(spec, GeoSpec) else ("network", check_networks)
        before = len(self.faults)
        check(keys, self.model, self.broken, self.faults)
        if not spec.nodata and DEFAULT not in keys:
            hint = "add default:, or nodata: allow"
            self.faults.add(f"{kind} has no default: other clients would get no answer", spec.options.mark, hint)
        self.spoiled += len(self.faults) - before


def absolute(name: str, zone: str) -> str:
    """A name as written under a zone, lower case, with its final dot; "@" is the zone itself."""
    name = name.lower()
    if name.endswith("."):
        return name
    return zone if name == "@" else f"{name}.{zone}"
