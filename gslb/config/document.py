"""The whole file: its sections in the order they are read, and the JSON Schema of it for editors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import TypeAdapter

from gslb.config.balancers import BalancerShape, balancer
from gslb.config.log import LogShape
from gslb.config.monitors import MonitorShape, monitor
from gslb.config.node import ListenShape, NodeShape, Workers
from gslb.config.notices import NotifyShape
from gslb.config.operations import ControlsShape, DrainShape, SafetyShape, WindowsShape
from gslb.config.places import (
    ClientsShape,
    NetworkShape,
    PlaceShape,
    RegionShape,
    VantageShape,
    network_set,
    place_set,
    region,
    vantage,
)
from gslb.config.policies import Node, node_spec
from gslb.config.pools import PoolShape
from gslb.config.probes import ProbesShape
from gslb.config.reading import Reading
from gslb.config.sentinels import SentinelsShape
from gslb.config.shape import FREE, OneOrMany, Shape
from gslb.config.steering import DefaultsShape
from gslb.config.words import Name, Text, Version
from gslb.config.zones import ZoneShape
from gslb.model import Word


class DocumentShape(Shape):
    """The configuration of a node. Keys that start with x- are free."""

    later: ClassVar[frozenset[str]] = frozenset()

    gslb: Version | None = None
    include: Annotated[list[Text], OneOrMany()] | None = None
    node: NodeShape | None = None
    listen: ListenShape | None = None
    workers: Workers = 0
    clients: ClientsShape | None = None
    probes: ProbesShape | None = None
    defaults: DefaultsShape | None = None
    drain: DrainShape | None = None
    routing_controls: ControlsShape | None = None
    safety: SafetyShape | None = None
    windows: WindowsShape | None = None
    log: LogShape | None = None
    networks: dict[Name, NetworkShape] | None = None
    places: dict[Name, PlaceShape] | None = None
    regions: dict[Name, RegionShape] | None = None
    vantages: dict[Name, VantageShape] | None = None
    sentinels: SentinelsShape | None = None
    monitors: dict[Name, MonitorShape] | None = None
    pools: dict[Name, PoolShape] | None = None
    balancers: dict[Name, BalancerShape] | None = None
    policies: dict[Name, Node] | None = None
    notify: NotifyShape | None = None
    zones: dict[Text, ZoneShape] | None = None


@dataclass(frozen=True, slots=True)
class NamedSection:
    """A section of nouns by name: the shape of one, and how it becomes a noun."""

    key: str
    shape: TypeAdapter[Any]
    noun: Callable[[Any, Word, Reading], object]


SECTIONS = (
    NamedSection("networks", TypeAdapter(NetworkShape), network_set),
    NamedSection("places", TypeAdapter(PlaceShape), place_set),
    NamedSection("regions", TypeAdapter(RegionShape), region),
    NamedSection("vantages", TypeAdapter(VantageShape), vantage),
    NamedSection("monitors", TypeAdapter(MonitorShape), monitor),
    NamedSection("pools", TypeAdapter(PoolShape), lambda shape, name, reading: shape.noun(name, reading)),
    NamedSection("balancers", TypeAdapter(BalancerShape), balancer),
    NamedSection("policies", TypeAdapter(Node), lambda shape, _, reading: node_spec(shape, reading)),
)


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a configuration file, for editors that complete and check while one types."""
    described = _told_apart(DocumentShape.model_json_schema(by_alias=True))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **described, "title": "gslb configuration"}


def _told_apart(part: Any) -> Any:
    """A schema without the nulls that only mean "left out", and with the keys that are free."""
    if isinstance(part, list):
        return [_told_apart(each) for each in part]
    if not isinstance(part, dict):
        return part
    told = {key: _told_apart(value) for key, value in part.items() if not (key == "default" and value is None)}
    choices = [each for each in told.pop("anyOf", ()) if each != {"type": "null"}]
    if len(choices) == 1:
        told = {**choices[0], **told}
    elif choices:
        told["anyOf"] = choices
    if told.get("additionalProperties") is False:
        told["patternProperties"] = {f"^{FREE}": {}}
    return told
