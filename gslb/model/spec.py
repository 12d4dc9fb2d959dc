"""Policy nodes as written: names not yet looked up, what was left out still missing; resolution makes trees of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from gslb.model.mark import Mark
from gslb.model.nouns import Ttl
from gslb.model.tree import Failback, LastResort


@dataclass(frozen=True, slots=True)
class OnAllDownSpec:
    """`fallback` is an endpoint's path, or that of a pool with one endpoint; set for LastResort.FALLBACK only."""

    kind: LastResort = LastResort.OPEN
    fallback: str = ""
    mark: Mark | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Options:
    """What any node may carry beside its policy key; None: not written."""

    monitors: tuple[str, ...] = ()
    min_healthy: int | None = None
    on_all_down: OnAllDownSpec | None = None
    fence: bool = False
    locate: str | None = None
    mark: Mark | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Reference:
    """A path (`pool`, `pool/region`, `pool/region/name`) or a policy's name."""

    path: str
    mark: Mark | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class AliasSpec:
    """Another rrset of ours; `name` is relative to the zone it is used in unless it ends with a dot."""

    options: Options
    name: str


@dataclass(frozen=True, slots=True)
class RdataSpec:
    options: Options
    type: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SimpleSpec:
    options: Options
    children: tuple[NodeSpec, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """A child and its weight; None: each endpoint under it by its own weight."""

    weight: int | None
    node: NodeSpec


@dataclass(frozen=True, slots=True)
class WeightedSpec:
    options: Options
    children: tuple[Share, ...]
    by_client: bool = False


@dataclass(frozen=True, slots=True)
class FailoverSpec:
    options: Options
    children: tuple[NodeSpec, ...]
    failback: Failback | None = None
    trickle: float = 0.0


@dataclass(frozen=True, slots=True)
class LatencySpec:
    """`regions` (in:) limits where the child is looked for; () is everywhere."""

    options: Options
    child: NodeSpec
    regions: tuple[str, ...] = ()
    hysteresis: float = 0.15
    switch_after: float = 0.0


@dataclass(frozen=True, slots=True)
class GeoproximitySpec:
    options: Options
    child: NodeSpec
    regions: tuple[str, ...] = ()
    bias: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class GeoSpec:
    """`branches`: place and child; `nodata`: that some clients get no answer is meant."""

    options: Options
    branches: tuple[tuple[str, NodeSpec], ...]
    nodata: bool = False


@dataclass(frozen=True, slots=True)
class NetworkSpec:
    """`branches`: "default", CIDR, name under networks, or AS number, and child."""

    options: Options
    branches: tuple[tuple[str, NodeSpec], ...]
    nodata: bool = False


@dataclass(frozen=True, slots=True)
class MultivalueSpec:
    options: Options
    children: tuple[NodeSpec, ...]
    answers: int = 8


@dataclass(frozen=True, slots=True)
class StickySpec:
    options: Options
    children: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class LoadSpec:
    options: Options
    children: tuple[Share, ...]
    high_water: float = 0.8
    low_water: float = 0.6
    window: float | None = None


PolicySpec = (
    SimpleSpec
    | WeightedSpec
    | FailoverSpec
    | LatencySpec
    | GeoproximitySpec
    | GeoSpec
    | NetworkSpec
    | MultivalueSpec
    | StickySpec
    | LoadSpec
)
NodeSpec = Reference | AliasSpec | RdataSpec | PolicySpec


@dataclass(frozen=True, slots=True)
class Steered:
    """A name whose answers a policy chooses, as written; its tree is `Model.trees[name]`."""

    name: str  # absolute, lower case, with its final dot; may start with "*."
    zone: str
    policy: NodeSpec
    ttl: Ttl = field(default_factory=Ttl)
    runbook: str = ""
    owner: str = ""
    mark: Mark | None = field(default=None, compare=False)
