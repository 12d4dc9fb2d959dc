"""The model: everything an operator wrote, frozen, by section and name, with the trees that follow from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar, get_args

from gslb.model.balancers import Balancer
from gslb.model.monitors import Monitor, MonitorKind, Probes
from gslb.model.notices import Notify
from gslb.model.nouns import (
    Clients,
    Listen,
    Log,
    NetworkSet,
    Node,
    PlaceSet,
    Pool,
    Region,
    Ttl,
    Vantage,
    ZoneSource,
)
from gslb.model.operations import Drain, RoutingControl, Safety, Windows
from gslb.model.spec import NodeSpec, OnAllDownSpec, Steered
from gslb.model.tree import Failback, Tree

T = TypeVar("T")

Broken = frozenset[
    tuple[str, str]
]  # section and name of what is written but could not be read: nobody complains of it twice


class Section(Mapping[str, T]):
    """Names and what they name, in the order written; it cannot be changed, and can be pickled."""

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[str, T] | None = None) -> None:
        self._items = dict(items or {})

    def __getitem__(self, name: str) -> T:
        return self._items[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __repr__(self) -> str:
        return f"Section({self._items!r})"


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a steered name's tree takes where nothing is written (monitors and TTLs are filled in when read)."""

    ttl: Ttl = field(default_factory=Ttl)
    failback: Failback = field(default_factory=Failback)
    on_all_down: OnAllDownSpec = field(default_factory=OnAllDownSpec)


@dataclass(frozen=True, slots=True)
class Model:
    """One consistent configuration. Equal models mean the same; `generation` counts changes and takes no part in it."""

    node: Node = field(default_factory=Node)
    listen: Listen = field(default_factory=Listen)
    clients: Clients = field(default_factory=Clients)
    probes: Probes = field(default_factory=Probes)
    defaults: Defaults = field(default_factory=Defaults)
    notify: Notify = field(default_factory=Notify)
    drain: Drain = field(default_factory=Drain)
    safety: Safety = field(default_factory=Safety)
    windows: Windows = field(default_factory=Windows)
    log: Log = field(default_factory=Log)
    networks: Mapping[str, NetworkSet] = field(default_factory=Section)
    places: Mapping[str, PlaceSet] = field(default_factory=Section)
    regions: Mapping[str, Region] = field(default_factory=Section)
    vantages: Mapping[str, Vantage] = field(default_factory=Section)
    sentinels: Mapping[str, Monitor] = field(default_factory=Section)  # by URL
    monitors: Mapping[str, Monitor] = field(default_factory=Section)
    pools: Mapping[str, Pool] = field(default_factory=Section)
    balancers: Mapping[str, Balancer] = field(default_factory=Section)
    routing_controls: Mapping[str, RoutingControl] = field(default_factory=Section)
    policies: Mapping[str, NodeSpec] = field(default_factory=Section)
    zones: Mapping[str, ZoneSource] = field(default_factory=Section)
    steered: Mapping[str, Steered] = field(default_factory=Section)
    trees: Mapping[str, Tree] = field(default_factory=Section)  # by steered name
    generation: int = field(default=0, compare=False)

    def targeted(self, monitor: str) -> bool:
        """Whether it is asked of each endpoint it hangs on: a probe, or calculated from one (unknown names are not)."""
        return self._targeted(monitor, frozenset())

    def _targeted(self, name: str, above: frozenset[str]) -> bool:
        monitor = self.monitors.get(name)
        if monitor is None or name in above:
            return False
        if monitor.kind is MonitorKind.CALCULATED and monitor.calculated:
            return any(self._targeted(member, above | {name}) for member in monitor.calculated.members)
        return monitor.kind.has_target


NAMED: Mapping[str, tuple[type, ...]] = {
    "networks": (NetworkSet,),
    "places": (PlaceSet,),
    "regions": (Region,),
    "vantages": (Vantage,),
    "sentinels": (Monitor,),
    "monitors": (Monitor,),
    "pools": (Pool,),
    "balancers": (Balancer,),
    "routing_controls": (RoutingControl,),
    "policies": get_args(NodeSpec),
    "zones": (ZoneSource,),
    "steered": (Steered,),
}
"""Sections of nouns by name, and what may stand there."""

SINGLE: Mapping[str, tuple[type, ...]] = {
    "node": (Node,),
    "listen": (Listen,),
    "clients": (Clients,),
    "probes": (Probes,),
    "defaults": (Defaults,),
    "notify": (Notify,),
    "drain": (Drain,),
    "safety": (Safety,),
    "windows": (Windows,),
    "log": (Log,),
}
"""Sections that are one noun."""
