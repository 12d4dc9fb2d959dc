"""What a worker needs of a socket: packets in, in numbered slots, and replies out of the same slots.

receive() ─► sizes ─► slots[start : start + size] ─► the reply is written over the packet ─► send(sizes)
"""

from __future__ import annotations

import mmap
import socket
from dataclasses import dataclass
from typing import Protocol

SLOTS = 64
SLOT_SIZE = 4096  # octets; no query is as long
STARTS = [SLOT_SIZE * slot for slot in range(SLOTS)]

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


class Exchange(Protocol):
    """One listening socket; slot n is at `STARTS[n]` of the memory that all exchanges of a worker share."""

    socket: socket.socket

    def receive(self) -> list[int]:
        """Take what has arrived, without waiting: the size of the packet in each slot, [] when there is none.

        A packet that did not fit into its slot has size SLOT_SIZE.
        """

    def sender(self, slot: int) -> bytes:
        """The address that the packet in a slot came from: 4 or 16 octets."""

    def origin(self, slot: int) -> Origin:
        """The same with all that a reply needs."""

    def send(self, sizes: list[int]) -> int:
        """Send the reply that stands in each slot back to its sender, from the address asked; size 0: no reply.

        Returns how many could not be sent.
        """


def slot_memory() -> mmap.mmap:
    """Memory for all slots: slicing an mmap gives bytes at once, and it never moves."""
    return mmap.mmap(-1, SLOTS * SLOT_SIZE)


def learns_destination(listening: socket.socket) -> bool:
    """Whether a socket receives for every address of its family; then it is told to say which was asked."""
    if listening.getsockname()[0] not in ("0.0.0.0", "::"):
        return False
    if listening.family == socket.AF_INET:
        listening.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)
    else:
        listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)
    return True
