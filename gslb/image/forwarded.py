"""The message that carries a packet, and where it came from, from a worker to the responder.

| header 56 | packet as received |          one datagram on an AF_UNIX socket
"""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct

_HEADER = Struct("<HBBHHI16s16sQ4x")


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A packet that has no stored plan, or is not a plain query.

    `socket` is the index of the listening socket it came to, and on which the reply goes out. `address` is the sender's
    (4 or 16 octets), with `port` and, for a link-local one, `scope_id`. `destination` is the address asked, where the
    socket listens to many: the reply must leave from it; else b"". `received_at` is monotonic nanoseconds.
    """

    socket: int
    address: bytes
    port: int
    packet: bytes
    received_at: int
    destination: bytes = b""
    scope_id: int = 0


def pack_forwarded(forwarded: Forwarded) -> bytes:
    """The message."""
    return (
        _HEADER.pack(
            forwarded.socket,
            len(forwarded.address),
            len(forwarded.destination),
            forwarded.port,
            0,
            forwarded.scope_id,
            forwarded.address,
            forwarded.destination,
            forwarded.received_at,
        )
        + forwarded.packet
    )


def unpack_forwarded(message: bytes) -> Forwarded:
    """What was packed. Raises struct.error for what no worker sends."""
    socket, width, towards, port, _, scope_id, address, destination, received_at = _HEADER.unpack_from(message)
    packet = message[_HEADER.size :]
    return Forwarded(socket, address[:width], port, packet, received_at, destination[:towards], scope_id)
