"""Where things are: regions that serve, vantages that probe, and the clients' networks and places."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from gslb.config.monitors import hang
from gslb.config.reading import Reading
from gslb.config.scalars import Wrong
from gslb.config.shape import OneOrMany, Scalar, Shape
from gslb.config.words import (
    Country,
    Locate,
    Path,
    Paths,
    Position,
    PositiveSeconds,
    Rate,
    Seconds,
    SecretWord,
    Text,
    Texts,
)
from gslb.model import (
    BUILT_IN,
    Clients,
    LatencyRow,
    Measuring,
    Network,
    NetworkSet,
    PlaceSet,
    Region,
    Vantage,
    Word,
    hint_for,
    is_place,
    looks_like_code,
    network_or_asn,
)


def _network(text: str) -> Network | int:
    try:
        return network_or_asn(text)
    except ValueError as error:
        raise Wrong(f"{text} is no network", str(error)) from None


def _place(text: str) -> tuple[str, ...]:
    """The members that a word stands for: a built-in set's, or itself."""
    if text in BUILT_IN:
        return BUILT_IN[text]
    if not is_place(text):
        raise Wrong(f"unknown place {text}", hint_for(text, ()))
    return (str(text),)


NetworkWord = Annotated[Network | int, Scalar(_network, {"type": "string"})]
NetworkShape = Annotated[list[NetworkWord], OneOrMany(), Field(min_length=1)]
PlaceWord = Annotated[tuple[str, ...], Scalar(_place, {"type": "string"})]
PlaceShape = Annotated[list[PlaceWord], OneOrMany(), Field(min_length=1)]


class RegionShape(Shape):
    """`vantage:` says that the region probes too, with the token kept there."""

    at: Position | None = None
    country: Country | None = None
    capacity: Rate | None = None
    monitor: Texts | None = None
    vantage: SecretWord | None = None


class VantageShape(Shape):
    token: SecretWord | None = None
    region: Text | None = None
    at: Position | None = None


class GeodbShape(Shape):
    country: Paths | None = None
    city: Paths | None = None
    asn: Paths | None = None
    warn_after: PositiveSeconds | None = None


class MeasuredShape(Shape):
    """`token`: where that of those is kept who may post round trips."""

    token: SecretWord | None = None
    half_life: PositiveSeconds | None = None
    publish: PositiveSeconds | None = None

    def noun(self) -> Measuring:
        usual = Measuring()
        return Measuring(self.token, self.half_life or usual.half_life, self.publish or usual.publish)


class ClientsShape(Shape):
    locate: Locate = "ecs"
    geodb: GeodbShape | None = None
    overlay: Path | None = None
    public_resolvers: Path | None = None
    latency: dict[Text, dict[Text, Seconds]] | None = None
    measured: MeasuredShape | None = None

    def noun(self) -> Clients:
        geodb = self.geodb or GeodbShape.blank()
        roles = {"country": geodb.country, "city": geodb.city, "asn": geodb.asn}
        return Clients(
            locate=self.locate,
            geodb=tuple((role, path) for role, paths in roles.items() for path in paths or ()),
            warn_after=geodb.warn_after or Clients().warn_after,
            overlay=self.overlay,
            public_resolvers=self.public_resolvers,
            latency=tuple(
                LatencyRow(match, region, round(seconds * 1_000, 6), region.mark)
                for match, row in (self.latency or {}).items()
                for region, seconds in row.items()
            ),
            measured=(self.measured or MeasuredShape.blank()).noun(),
            mark=self.mark,
        )


def region(shape: RegionShape, name: Word, reading: Reading) -> Region:
    if shape.vantage:
        reading.vantages[name] = Vantage(name, shape.vantage, name, shape.at, shape.where("vantage"))
    return Region(name, shape.at, shape.country, shape.capacity, hang(shape.monitor, reading), name.mark)


def vantage(shape: VantageShape, name: Word, _: Reading) -> Vantage:
    return Vantage(name, shape.token, shape.region, shape.at, name.mark)


def network_set(members: list[Network | int], name: Word, _: Reading) -> NetworkSet:
    asns = tuple(member for member in members if isinstance(member, int))
    return NetworkSet(name, tuple(member for member in members if not isinstance(member, int)), asns, name.mark)


def place_set(members: list[tuple[str, ...]], name: Word, reading: Reading) -> PlaceSet:
    if name in BUILT_IN:
        reading.faults.add(f"{name} is built in", name.mark, "choose another name")
    elif is_place(name) or looks_like_code(name):
        reading.faults.add(f"{name} is a place already", name.mark, "choose a name in lower case, such as dach")
    return PlaceSet(name, tuple(dict.fromkeys(place for part in members for place in part)), name.mark)
