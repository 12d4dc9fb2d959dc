"""The engine in pure Python, a packet at a time, through the standard library alone: for systems without recvmmsg."""

from __future__ import annotations

import socket
import struct
from collections.abc import Sequence
from typing import Any

from gslb.engine.answer import answer
from gslb.engine.exchange import IP_PKTINFO, IPV6_PKTINFO, LONGEST, SLOTS, Origin, learns_destination
from gslb.engine.query import NoAnswer
from gslb.engine.serving import Means
from gslb.image import EngineCounter

CONTROL_SIZE = 64
Control = list[tuple[int, int, bytes]]


def plain(means: Means, sockets: Sequence[socket.socket]) -> list[Plain]:
    """Servings that share nothing."""
    return [Plain(index, one, means) for index, one in enumerate(sockets)]


class Plain:
    """The Serving of one socket; `index` is its number for the responder."""

    def __init__(self, index: int, listening: socket.socket, means: Means) -> None:
        self._index = index
        self._socket = listening
        self._room = CONTROL_SIZE if learns_destination(listening) else 0
        self._means = means
        self._counters = means.counters

    def refreshed(self) -> None:
        """Nothing is kept."""

    def idle(self) -> bool:
        return False

    def settle(self) -> None:
        """Everything is counted at once."""

    def serve(self) -> int:
        for count in range(SLOTS):
            try:
                packet, control, _, address = self._socket.recvmsg(LONGEST, self._room)
            except OSError:  # nothing more, or the error of a reply sent earlier
                return count
            self._counters[EngineCounter.RECEIVED] += 1
            self._take(packet, control, address)
        return SLOTS

    def _take(self, packet: bytes, control: Control, address: Any) -> None:
        counters, means = self._counters, self._means
        if len(packet) >= LONGEST:
            counters[EngineCounter.OVERSIZED] += 1
            return
        sender = socket.inet_pton(self._socket.family, address[0].partition("%")[0])
        reply: bytes | NoAnswer
        try:
            reply = answer(means.tables, packet, sender, means.draw)
        except Exception:  # noqa: BLE001 - a name whose tables are damaged must not take all others down
            counters[EngineCounter.FAULTS] += 1
            reply = NoAnswer.FORWARD
        if isinstance(reply, bytes):
            self._send(reply, control, address)
        elif reply is NoAnswer.DROP:
            counters[EngineCounter.DROPPED] += 1
        else:
            scope_id = address[3] if len(address) == 4 else 0
            means.forward(self._index, Origin(sender, address[1], scope_id, _destination(control)), packet)

    def _send(self, reply: bytes, control: Control, address: Any) -> None:
        counters = self._counters
        counters[EngineCounter.ANSWERED_UDP + (reply[3] & 15)] += 1
        if reply[2] & 2:
            counters[EngineCounter.TRUNCATED] += 1
        back = [_without_interface(level, data) for level, _, data in control]
        try:
            self._socket.sendmsg([reply], back, 0, address)
        except OSError:
            counters[EngineCounter.SEND_FAILED] += 1


def _destination(control: Control) -> bytes:
    for level, _, data in control:
        return data[4:8] if level == socket.IPPROTO_IP else data[:16]
    return b""


def _without_interface(level: int, data: bytes) -> tuple[int, int, bytes]:
    """The control message that sends from the address asked, whichever way routing takes it."""
    if level == socket.IPPROTO_IP:
        return level, IP_PKTINFO, struct.pack("=I", 0) + data[4:12]
    return level, IPV6_PKTINFO, data[:16] + struct.pack("=I", 0)
