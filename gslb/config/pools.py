"""Pools: endpoints by region, each an address a family, a name, or the rdata of a typed pool."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address
from typing import Annotated, ClassVar

from pydantic import Discriminator, Field, Tag

from gslb.config.monitors import hang
from gslb.config.names import absolute_name, host_in, rdata
from gslb.config.reading import Reading
from gslb.config.scalars import Wrong, address_and_port, name
from gslb.config.shape import OneOrMany, Scalar, Shape, form
from gslb.config.words import Count, Text, Texts, TypeWord, Weight
from gslb.model import Endpoint, Pool, Word

ADDRESS, CNAME = "ADDRESS", "CNAME"


class EndpointShape(Shape):
    later: ClassVar[frozenset[str]] = frozenset({"srv", "file"})
    spare: ClassVar[frozenset[str]] = frozenset({"weight", "note", "monitor"})

    address: Annotated[list[Text], OneOrMany(), Field(min_length=1)] | None = None
    name: Text | None = None
    rdata: Text | None = None
    weight: Weight = 1
    note: Text | None = None
    monitor: Texts | None = None

    def words(self) -> list[Word]:
        return [*(self.address or ()), *(word for word in (self.name, self.rdata) if word is not None)]


def endpoint_key(text: str) -> str:
    """`region` or `region/name`."""
    parts = text.split("/")
    if len(parts) > 2:
        raise Wrong(f"{text} is no endpoint", "write REGION or REGION/NAME")
    for part in parts:
        name(part)
    return text


EndpointKey = Annotated[Word, Scalar(endpoint_key, {"type": "string"})]
EndpointValue = Annotated[
    Annotated[Text, Tag("<text>")]
    | Annotated[Annotated[list[Text], Field(min_length=1)], Tag("<list>")]
    | Annotated[EndpointShape, Tag("<map>")],
    Discriminator(form),
]


class PoolShape(Shape):
    later: ClassVar[frozenset[str]] = frozenset({"resolve"})
    spare: ClassVar[frozenset[str]] = frozenset({"monitor", "min_healthy"})

    endpoints: Annotated[dict[EndpointKey, EndpointValue], Field(min_length=1)]
    type: TypeWord | None = None
    monitor: Texts | None = None
    min_healthy: Count = 1

    def noun(self, name: Word, reading: Reading) -> Pool:
        endpoints = tuple(self._endpoint(name, key, value, reading) for key, value in self.endpoints.items())
        type_ = self.type or (CNAME if endpoints[0].target is not None else ADDRESS)
        for endpoint in endpoints:
            if self.type is None and (endpoint.target is not None) is not (type_ == CNAME):
                reading.faults.add("a pool is of addresses or of names, not of both", endpoint.mark)
        return Pool(name, endpoints, type_, hang(self.monitor, reading), self.min_healthy, name.mark)

    def _endpoint(self, pool: str, key: Word, value: Word | list[Word] | EndpointShape, reading: Reading) -> Endpoint:
        shape = value if isinstance(value, EndpointShape) else EndpointShape.blank()
        words = shape.words() or ([value] if isinstance(value, Word) else value if isinstance(value, list) else [])
        endpoint = Endpoint(
            path=f"{pool}/{key}",
            pool=str(pool),
            region=Word(key.split("/")[0], key.mark) if reading.regional else None,
            weight=shape.weight,
            monitors=hang(shape.monitor, reading),
            note=shape.note or "",
            mark=key.mark,
        )
        if not words:
            reading.faults.add(f"{key} has no address", shape.mark, "write address:, name: or rdata:")
        for word in words:
            try:
                endpoint = _with(endpoint, word, self.type)
            except Wrong as wrong:
                reading.faults.add(wrong.message, word.mark, wrong.hint)
        return endpoint


def _with(endpoint: Endpoint, word: Word, type_: str | None) -> Endpoint:
    """The endpoint with one more address, or with its name or rdata."""
    if type_ is not None and type_ != CNAME:
        _only(endpoint, f"{endpoint.path} has one rdata")
        return replace(endpoint, rdata=rdata(word, type_), target=host_in(word, type_))
    if word.endswith("."):
        _only(endpoint, f"{endpoint.path} has one name, and no address beside it")
        return replace(endpoint, target=absolute_name(word))
    if type_ == CNAME:
        raise Wrong(f"{word} is no whole name", f"write {word}. with its final dot")
    address, port = _address(word)
    if endpoint.target is not None:
        raise Wrong(f"{endpoint.path} has one name, and no address beside it")
    if port != endpoint.port and (endpoint.v4 or endpoint.v6):
        raise Wrong(f"{endpoint.path} has two ports", "write the same port at both addresses")
    if isinstance(address, IPv4Address) and endpoint.v4 is None:
        return replace(endpoint, v4=address, port=port)
    if isinstance(address, IPv6Address) and endpoint.v6 is None:
        return replace(endpoint, v6=address, port=port)
    region = endpoint.path.split("/")[1]
    message = f"{endpoint.path} has one address of each family"
    raise Wrong(message, f"write {region}/a and {region}/b for two endpoints")


def _only(endpoint: Endpoint, message: str) -> None:
    if endpoint.families:
        raise Wrong(message, "write an endpoint for each")


def _address(word: Word) -> tuple[IPv4Address | IPv6Address, int | None]:
    try:
        return address_and_port(word)
    except Wrong:
        if any(character.isalpha() for character in word) and ":" not in word:
            raise Wrong(f"{word} is no address", f"write {word}. with its final dot for a name") from None
        raise
