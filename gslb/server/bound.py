"""A bound socket, as the supervisor holds it and a child takes it up."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a worker needs no model: 30 ms less until a replacement answers
    from gslb.model import Address


@dataclass(frozen=True, slots=True)
class Bound:
    """A bound socket. `wildcard`: it receives for many addresses, so replies name their source (IP_PKTINFO)."""

    socket: socket.socket
    wildcard: bool = False

    @property
    def address(self) -> Address:
        return ip_address(self.socket.getsockname()[0].partition("%")[0])

    @property
    def port(self) -> int:
        return int(self.socket.getsockname()[1])

    def __str__(self) -> str:
        return spell(self.address, self.port)


def spell(address: Address, port: int) -> str:
    """`192.0.2.53:53`, `[2001:db8::53]:53` (RFC 5952, section 6)."""
    return f"[{address}]:{port}" if isinstance(address, IPv6Address) else f"{address}:{port}"
