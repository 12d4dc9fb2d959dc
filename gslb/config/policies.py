"""Policy nodes as written - one policy key, its options beside it - to the specs that the model resolves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Discriminator, Field, Tag

from gslb.config.monitors import hang
from gslb.config.names import address_type, rdata
from gslb.config.reading import Reading
from gslb.config.scalars import Wrong, share_text
from gslb.config.shape import Kinds, OneOrMany, Shape, form
from gslb.config.steering import FailbackShape, OnAllDownShape, TtlShape, failback, on_all_down
from gslb.config.words import (
    Allow,
    Answers,
    Bias,
    ByClient,
    Count,
    Flag,
    Fraction,
    Locate,
    PositiveSeconds,
    Seconds,
    Text,
    Texts,
    TypeWord,
    Weight,
)
from gslb.model import (
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
    RdataSpec,
    Reference,
    Share,
    SimpleSpec,
    StickySpec,
    WeightedSpec,
    Word,
)

POLICIES = (
    "simple", "weighted", "failover", "latency", "geo", "geoproximity", "network", "multivalue", "sticky", "load",
)  # fmt: skip
LEAVES = ("alias", "rdata", "policy")
KINDS = Kinds("policy", {key: f"<{key}>" for key in (*POLICIES, *LEAVES)})


class NodeShape(Shape):
    """What any node may carry. `ttl`, `runbook` and `owner` are a steered name's, not those of a node inside."""

    spare: ClassVar[frozenset[str]] = frozenset(
        {
            *("monitor", "min_healthy", "on_all_down", "fence", "locate", "ttl", "runbook", "owner"),
            *("by", "failback", "trickle", "in", "hysteresis", "switch_after", "bias", "answers"),
            *("high_water", "low_water", "window"),
        }
    )

    monitor: Texts | None = None
    min_healthy: Count | None = None
    on_all_down: OnAllDownShape | None = None
    fence: Flag = False
    locate: Locate | None = None
    ttl: TtlShape | None = None
    runbook: Text | None = None
    owner: Text | None = None

    def options(self, reading: Reading) -> Options:
        return Options(
            monitors=hang(self.monitor, reading),
            min_healthy=self.min_healthy,
            on_all_down=on_all_down(self.on_all_down),
            fence=self.fence,
            locate=self.locate,
            mark=next(self.key_mark(key) for key in KINDS.keys if self.wrote(key)),
        )


class SimpleShape(NodeShape):
    simple: Texts

    def spec(self, reading: Reading) -> NodeSpec:
        return SimpleSpec(self.options(reading), tuple(Reference(word, word.mark) for word in self.simple))


class WeightedShape(NodeShape):
    weighted: Shares
    by: ByClient | None = None

    def spec(self, reading: Reading) -> NodeSpec:
        return WeightedSpec(self.options(reading), shares(self.weighted), by_client=self.by is not None)


class FailoverShape(NodeShape):
    failover: Annotated[list[Node], Field(min_length=1)]
    failback: FailbackShape | None = None
    trickle: Fraction = 0.0

    def spec(self, reading: Reading) -> NodeSpec:
        rungs = tuple(node_spec(node, reading) for node in self.failover)
        return FailoverSpec(self.options(reading), rungs, failback(self.failback), self.trickle)


class OverRegionsShape(NodeShape):
    regions: Annotated[Texts | None, Field(alias="in")] = None


class LatencyShape(OverRegionsShape):
    latency: Node
    hysteresis: Fraction = 0.15
    switch_after: Seconds = 0.0

    def spec(self, reading: Reading) -> NodeSpec:
        child = node_spec(self.latency, reading)
        regions = tuple(self.regions or ())
        return LatencySpec(self.options(reading), child, regions, self.hysteresis, self.switch_after)


class GeoproximityShape(OverRegionsShape):
    geoproximity: Node
    bias: dict[Text, Bias] | None = None

    def spec(self, reading: Reading) -> NodeSpec:
        child = node_spec(self.geoproximity, reading)
        return GeoproximitySpec(
            self.options(reading), child, tuple(self.regions or ()), tuple((self.bias or {}).items())
        )


class GeoShape(NodeShape):
    geo: Annotated[dict[Text, Node], Field(min_length=1)]
    nodata: Allow | None = None

    def spec(self, reading: Reading) -> NodeSpec:
        return GeoSpec(self.options(reading), branches(self.geo, reading), nodata=self.nodata is not None)


class NetworkShape(NodeShape):
    network: Annotated[dict[Text, Node], Field(min_length=1)]
    nodata: Allow | None = None

    def spec(self, reading: Reading) -> NodeSpec:
        return NetworkSpec(self.options(reading), branches(self.network, reading), nodata=self.nodata is not None)


class MultivalueShape(NodeShape):
    multivalue: Annotated[list[Node], OneOrMany(), Field(min_length=1)]
    answers: Answers = 8

    def spec(self, reading: Reading) -> NodeSpec:
        children = tuple(node_spec(node, reading) for node in self.multivalue)
        return MultivalueSpec(self.options(reading), children, self.answers)


class StickyShape(NodeShape):
    sticky: Shares

    def spec(self, reading: Reading) -> NodeSpec:
        return StickySpec(self.options(reading), shares(self.sticky))


class LoadShape(NodeShape):
    load: Shares
    high_water: Fraction = 0.8
    low_water: Fraction = 0.6
    window: PositiveSeconds | None = None

    def spec(self, reading: Reading) -> NodeSpec:
        if not 0 < self.low_water < self.high_water:
            mark = self.where("low_water" if self.wrote("low_water") else "high_water")
            message = f"low_water: {share_text(self.low_water)} is not below high_water: {share_text(self.high_water)}"
            reading.faults.add(message, mark, "write high_water: 80%, low_water: 60%")
        return LoadSpec(self.options(reading), shares(self.load), self.high_water, self.low_water, self.window)


class AliasShape(NodeShape):
    alias: Text

    def spec(self, reading: Reading) -> NodeSpec:
        return AliasSpec(self.options(reading), self.alias)


class RdataShape(NodeShape):
    rdata: Annotated[Texts, Field(min_length=1)]
    type: TypeWord | None = None

    def spec(self, reading: Reading) -> NodeSpec:
        type_ = self.type or address_type(self.rdata[0])
        if type_ is None:
            reading.faults.add("type: is missing", self.mark, "write type: TXT, for example")
            return RdataSpec(self.options(reading), "", tuple(self.rdata))
        for word in self.rdata:
            try:
                rdata(word, type_)
            except Wrong as wrong:
                reading.faults.add(wrong.message, word.mark, wrong.hint)
        return RdataSpec(self.options(reading), type_, tuple(map(str, self.rdata)))


class PolicyShape(Shape):
    """A path or a policy's name, with what a steered name says of itself beside it."""

    spare: ClassVar[frozenset[str]] = frozenset({"ttl", "runbook", "owner"})

    policy: Text
    ttl: TtlShape | None = None
    runbook: Text | None = None
    owner: Text | None = None

    def spec(self, _: Reading) -> NodeSpec:
        return Reference(self.policy, self.policy.mark)


NodeMap = (
    SimpleShape
    | WeightedShape
    | FailoverShape
    | LatencyShape
    | GeoShape
    | GeoproximityShape
    | NetworkShape
    | MultivalueShape
    | StickyShape
    | LoadShape
    | AliasShape
    | RdataShape
    | PolicyShape
)
Node = Annotated[
    Annotated[Text, Tag("<text>")]
    | Annotated[SimpleShape, Tag("<simple>")]
    | Annotated[WeightedShape, Tag("<weighted>")]
    | Annotated[FailoverShape, Tag("<failover>")]
    | Annotated[LatencyShape, Tag("<latency>")]
    | Annotated[GeoShape, Tag("<geo>")]
    | Annotated[GeoproximityShape, Tag("<geoproximity>")]
    | Annotated[NetworkShape, Tag("<network>")]
    | Annotated[MultivalueShape, Tag("<multivalue>")]
    | Annotated[StickyShape, Tag("<sticky>")]
    | Annotated[LoadShape, Tag("<load>")]
    | Annotated[AliasShape, Tag("<alias>")]
    | Annotated[RdataShape, Tag("<rdata>")]
    | Annotated[PolicyShape, Tag("<policy>")],
    Discriminator(KINDS.tag),
    BeforeValidator(KINDS.check),
]
Shares = Annotated[
    Annotated[Text, Tag("<text>")]
    | Annotated[Annotated[list[Text], Field(min_length=1)], Tag("<list>")]
    | Annotated[Annotated[dict[Text, Weight], Field(min_length=1)], Tag("<map>")],
    Discriminator(form),
]


def node_spec(node: Word | NodeMap, reading: Reading, *, root: bool = False) -> NodeSpec:
    """The spec of a node; what only a steered name may carry is refused below the root."""
    if isinstance(node, Word):
        return Reference(node, node.mark)
    for key in () if root else ("ttl", "runbook", "owner"):
        if node.wrote(key):
            reading.faults.add(f"{key}: belongs to a steered name, not to a node inside", node.where(key))
    return node.spec(reading)


def branches(nodes: Mapping[Word, Any], reading: Reading) -> tuple[tuple[str, NodeSpec], ...]:
    return tuple((key, node_spec(node, reading)) for key, node in nodes.items())


def shares(written: Word | Sequence[Word] | Mapping[Word, int]) -> tuple[Share, ...]:
    """A pool by its endpoints' own weights, or children each with a weight."""
    if isinstance(written, Mapping):
        return tuple(Share(weight, Reference(word, word.mark)) for word, weight in written.items())
    words = [written] if isinstance(written, Word) else written
    return tuple(Share(None, Reference(word, word.mark)) for word in words)
