"""A packet a system call, through the standard library alone: for systems without recvmmsg."""

from __future__ import annotations

import mmap
import socket
import struct
from typing import Any

from gslb.engine.exchange import IP_PKTINFO, IPV6_PKTINFO, SLOT_SIZE, SLOTS, STARTS, Origin, learns_destination

CONTROL_SIZE = 64


class Plain:
    """An Exchange that takes up to 64 packets, one after the other, and answers them the same way."""

    def __init__(self, listening: socket.socket, slots: mmap.mmap) -> None:
        self.socket = listening
        self._wildcard = learns_destination(listening)
        self._slots = memoryview(slots)
        self._froms: list[tuple[Any, list[tuple[int, int, bytes]]]] = []  # address and control messages, by slot

    def receive(self) -> list[int]:
        sizes = []
        self._froms.clear()
        room = CONTROL_SIZE if self._wildcard else 0
        for start in STARTS[:SLOTS]:
            try:
                size, control, _, address = self.socket.recvmsg_into([self._slots[start : start + SLOT_SIZE]], room)
            except OSError:  # nothing more, or the error of a reply sent earlier
                break
            sizes.append(size)
            self._froms.append((address, control))
        return sizes

    def sender(self, slot: int) -> bytes:
        host = self._froms[slot][0][0]
        return socket.inet_pton(self.socket.family, host.partition("%")[0])

    def origin(self, slot: int) -> Origin:
        address, control = self._froms[slot]
        destination = b""
        for level, _, data in control:
            destination = data[4:8] if level == socket.IPPROTO_IP else data[:16]
        return Origin(self.sender(slot), address[1], address[3] if len(address) == 4 else 0, destination)

    def send(self, sizes: list[int]) -> int:
        failed = 0
        for start, size, (address, received) in zip(STARTS, sizes, self._froms, strict=False):
            if size:
                control = [_without_interface(level, data) for level, _, data in received]
                try:
                    self.socket.sendmsg([self._slots[start : start + size]], control, 0, address)
                except OSError:
                    failed += 1
        return failed


def _without_interface(level: int, data: bytes) -> tuple[int, int, bytes]:
    """The control message that sends from the address asked, whichever way routing takes it."""
    if level == socket.IPPROTO_IP:
        return level, IP_PKTINFO, struct.pack("=I", 0) + data[4:12]
    return level, IPV6_PKTINFO, data[:16] + struct.pack("=I", 0)
