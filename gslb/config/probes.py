"""What probes may do: networks they are kept out of or let into, and whether they may start programs."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Annotated

from gslb.config.scalars import Wrong
from gslb.config.shape import OneOrMany, Scalar, Shape
from gslb.config.words import Allow
from gslb.model import Network, Probes


def network(text: str) -> Network:
    """An address or a prefix."""
    try:
        return ip_network(text)
    except ValueError as error:
        raise Wrong(f"{text} is no network", str(error)) from None


Networks = Annotated[tuple[Annotated[Network, Scalar(network, {"type": "string"})], ...], OneOrMany()]


class ProbesShape(Shape):
    forbid: Networks | None = None
    allow: Networks | None = None
    exec: Allow | None = None

    def noun(self) -> Probes:
        return Probes(self.forbid or (), self.allow or (), programs=self.exec is not None)
