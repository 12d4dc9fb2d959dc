"""This node: its name and state, where it listens, how many workers it runs."""

from __future__ import annotations

from typing import Annotated

from pydantic import Discriminator, Field, Tag

from gslb.config.reading import Reading
from gslb.config.scalars import Wrong, listener, whole
from gslb.config.shape import OneOrMany, Scalar, Shape, form
from gslb.config.words import IdentityText, Name, Path, Text, VersionText
from gslb.model import Listen, Listener, Node

EVERYWHERE = (Listener("0.0.0.0"), Listener("::"))


def _workers(text: str) -> int:
    """So many workers; `auto` is 0: one a core."""
    if text == "auto":
        return 0
    try:
        return whole(1, 1_024)(text)
    except Wrong as wrong:
        raise Wrong(wrong.message, "write auto for one a core") from None


ADDRESS = {"type": "string"}
Workers = Annotated[int, Scalar(_workers, {"anyOf": [{"const": "auto"}, {"type": "integer", "minimum": 1}]})]
DnsListeners = Annotated[list[Annotated[Listener, Scalar(listener(53), ADDRESS)]], OneOrMany(), Field(min_length=1)]


class NodeShape(Shape):
    """`version` and `identity` are what version.bind and id.server say; without them they are hidden."""

    name: Name | None = None
    region: Text | None = None
    state: Path | None = None
    user: Text | None = None
    version: VersionText | None = None
    identity: IdentityText | None = None

    def noun(self, workers: int) -> Node:
        return Node(
            name=self.name or Node().name,
            region=self.region,
            state=self.state,
            workers=workers,
            user=self.user,
            version=self.version,
            identity=self.identity,
        )


class ListenMapShape(Shape):
    dns: DnsListeners | None = None
    admin: Annotated[Listener, Scalar(listener(8053), ADDRESS)] | None = None
    metrics: Annotated[Listener, Scalar(listener(9153), ADDRESS)] | None = None


ListenShape = Annotated[
    Annotated[DnsListeners, Tag("<text>")]
    | Annotated[DnsListeners, Tag("<list>")]
    | Annotated[ListenMapShape, Tag("<map>")],
    Discriminator(form),
]


def listen(written: list[Listener] | ListenMapShape | None, reading: Reading) -> Listen:
    """Where to listen; port 53 of every address where nothing is written."""
    shape = written if isinstance(written, ListenMapShape) else ListenMapShape.blank()
    dns = tuple((written if isinstance(written, list) else shape.dns) or EVERYWHERE)
    everything = [each for each in (*dns, shape.admin, shape.metrics) if each is not None]
    for number, each in enumerate(everything):
        if each in everything[:number]:
            reading.faults.add(f"{each.host} port {each.port} is listened on twice", each.mark)
    return Listen(dns, shape.admin, shape.metrics)
