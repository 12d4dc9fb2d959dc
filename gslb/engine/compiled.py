"""The compiled engine: the same tables, answered by the C of gslb/engine/native, some batches a call.

receive ─► answer each where it stands ─► send            in C, up to eight batches a call
                └─► what has no stored plan, and what is looked at: back here, slot by slot
"""

from __future__ import annotations

import ctypes
import os
import socket
from collections.abc import Sequence
from struct import Struct

from gslb.engine.exchange import Origin, learns_destination
from gslb.engine.library import DROP, Asked, Batch, Listening, address_of, open_library
from gslb.engine.query import NoAnswer
from gslb.engine.serving import MakeServings, Means
from gslb.engine.view import FlatView
from gslb.image import Tables

LONGEST = 65_535  # octets of a message
MANY = 64  # messages answered in one call
STARTS = range(0, LONGEST * MANY, LONGEST)
_IPV4 = Struct("=2x2s4s")  # sockaddr_in: port, address
_IPV6 = Struct("=2x2s4x16sI")  # sockaddr_in6: port, address, scope id
_CMSG_DATA = 16  # octets before the data of a control message
_DESTINATION = {socket.AF_INET: (_CMSG_DATA + 4, 4), socket.AF_INET6: (_CMSG_DATA, 16)}
_ADDRESS = {socket.AF_INET: (4, 4), socket.AF_INET6: (8, 16)}


class CompiledAnswers:
    """What `answer` says of these tables, from the compiled engine; `view` follows their refreshes.

    Raises NotCompiledError where there is no compiled engine, ImageError where an image is damaged.
    """

    def __init__(self, tables: Tables, library: ctypes.CDLL | None = None) -> None:
        self._library = library or open_library()
        self.view = FlatView(self._library, tables)
        self._replies = (ctypes.c_ubyte * (LONGEST * MANY))()
        self._asked = (Asked * MANY)()
        self._lengths = (ctypes.c_int32 * MANY)()

    def answer(self, packet: bytes, sender: bytes, draw: int, stream: bool = False) -> bytes | NoAnswer:
        """The reply to a packet from `sender` (an address, 4 or 16 octets), or what becomes of it instead; counts it.

        `draw` are 64 random bits. Over a `stream` a reply may be as long as a message can be.
        """
        self.view.refresh()
        length = self._library.gslb_answer(
            self.view.address, packet, len(packet), sender, len(sender), draw, stream, self._replies, LONGEST
        )
        return ctypes.string_at(self._replies, length) if length >= 0 else _no_answer(length)

    def answer_many(self, asked: Sequence[tuple[bytes, bytes, int]], stream: bool = False) -> list[bytes | NoAnswer]:
        """The same for many packets, with their senders and draws, some hundreds a call."""
        self.view.refresh()
        replies: list[bytes | NoAnswer] = []
        for first in range(0, len(asked), MANY):
            replies += self._answer_some(asked[first : first + MANY], stream)
        return replies

    def _answer_some(self, asked: Sequence[tuple[bytes, bytes, int]], stream: bool) -> list[bytes | NoAnswer]:
        at = 0
        for row, (packet, sender, draw) in zip(self._asked, asked, strict=False):
            row.at, row.size, row.sender_length, row.stream, row.draw = at, len(packet), len(sender), stream, draw
            ctypes.memmove(row.sender, sender, len(sender))
            at += len(packet)
        packets = b"".join([packet for packet, _, _ in asked])
        count, lengths = len(asked), self._lengths
        self._library.gslb_answer_many(self.view.address, packets, self._asked, count, self._replies, LONGEST, lengths)
        octets = memoryview(self._replies)
        return [
            bytes(octets[start : start + length]) if length >= 0 else _no_answer(length)
            for start, length in zip(STARTS, lengths[:count], strict=False)
        ]


def _no_answer(length: int) -> NoAnswer:
    """What a length that is none stands for; a fault in the tables is left to the responder, too."""
    return NoAnswer.DROP if length == DROP else NoAnswer.FORWARD


def compiled() -> MakeServings:
    """What makes compiled servings; the sockets of a worker share their slots and their view of the tables.

    Raises NotCompiledError where there is no compiled engine.
    """
    library = open_library()

    def make(means: Means, sockets: Sequence[socket.socket]) -> list[Compiled]:
        batch = Batch()
        batch.draws[:] = memoryview(os.urandom(32)).cast("Q")
        view = FlatView(library, means.tables)
        return [Compiled(index, listening, library, batch, view, means) for index, listening in enumerate(sockets)]

    return make


class Compiled:
    """The Serving of one socket; `index` is its number for the responder."""

    def __init__(
        self, index: int, listening: socket.socket, library: ctypes.CDLL, batch: Batch, view: FlatView, means: Means
    ) -> None:
        self._index = index
        self._family = listening.family
        self._wildcard = learns_destination(listening)
        self._listening = Listening(listening.fileno(), listening.family, self._wildcard, 0)
        self._batch = batch
        self._batch_at, self._listening_at = ctypes.addressof(batch), ctypes.addressof(self._listening)
        self._counters_at = address_of(means.counters)
        self._samples_at = address_of(means.samples.memory) if means.samples else None
        self._view = view
        self._serve = library.gslb_serve
        self._means = means

    def refreshed(self) -> None:
        self._view.refresh()

    def idle(self) -> bool:
        return False

    def settle(self) -> None:
        """Everything is counted where it belongs at once."""

    def serve(self) -> int:
        taken: int = self._serve(
            self._batch_at, self._view.address, self._counters_at, self._samples_at, self._listening_at
        )
        if self._batch.forwards:
            for slot in self._batch.forward[: self._batch.forwards]:
                packet = bytes(self._batch.slots[slot][: self._batch.received[slot]])
                self._means.forward(self._index, self._origin(slot), packet)
        return taken

    def _origin(self, slot: int) -> Origin:
        destination = b""
        if self._wildcard:
            start, length = _DESTINATION[self._family]
            destination = bytes(self._batch.controls[slot][start : start + length])
        name = bytes(self._batch.names[slot])
        if self._family == socket.AF_INET:
            port, address = _IPV4.unpack_from(name)
            return Origin(address, int.from_bytes(port, "big"), 0, destination)
        port, address, scope_id = _IPV6.unpack_from(name)
        return Origin(address, int.from_bytes(port, "big"), scope_id, destination)
