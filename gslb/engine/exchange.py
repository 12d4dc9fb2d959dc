"""What is the same for every way of exchanging packets with a socket: sizes, and where a packet came from.

Where a socket listens to every address of its family, each packet brings the address that was asked, and its reply
takes it back: a client hears nobody else.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass

SLOTS = 64  # packets of a batch
LONGEST = 4096  # octets; a packet that is as long, or longer, is no query

# Linux's numbers; Python has no name for the first.
IP_PKTINFO = 8
IPV6_PKTINFO = 50


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a packet came from: address and port, scope id of a link-local one, and the address asked, if many are."""

    address: bytes
    port: int
    scope_id: int = 0
    destination: bytes = b""


def learns_destination(listening: socket.socket) -> bool:
    """Whether a socket receives for every address of its family; then it is told to say which was asked."""
    if listening.getsockname()[0] not in ("0.0.0.0", "::"):
        return False
    if listening.family == socket.AF_INET:
        listening.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)
    else:
        listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)
    return True
