"""The engine in pure Python: a batch of packets in, a ready reply or a made one for each, a batch out.

receive ─► ready reply, or made ─► send
                    └─► forward, or drop and count
"""

from __future__ import annotations

import mmap
import socket
import sys
from collections.abc import Callable, Sequence
from itertools import compress

from gslb.engine.exchange import SLOT_SIZE, STARTS, Exchange, slot_memory
from gslb.engine.hot import HotReplies
from gslb.engine.plain import Plain
from gslb.engine.query import NoAnswer
from gslb.engine.serving import MakeServings, Means
from gslb.image import EngineCounter

LINUX: bool = sys.platform == "linux"
RCODE = bytes(octet & 15 for octet in range(256))
TRUNCATED = bytes(octet >> 1 & 1 for octet in range(256))

MakeExchange = Callable[[socket.socket, mmap.mmap], Exchange]


def best_exchange() -> MakeExchange:
    """Batches where the system has them, else one packet at a time."""
    if not LINUX:
        return Plain
    from gslb.engine.batch import Batch

    return Batch


def pure_python(make_exchange: MakeExchange | None = None) -> MakeServings:
    """What makes pure servings; the sockets of a worker share their slots and ready replies."""
    exchange = make_exchange or best_exchange()

    def make(means: Means, sockets: Sequence[socket.socket]) -> list[Pure]:
        slots = slot_memory()
        hot = HotReplies(means.tables, means.draw)
        return [Pure(index, exchange(listening, slots), slots, hot, means) for index, listening in enumerate(sockets)]

    return make


class Pure:
    """The Serving of one socket; `index` is its number for the responder."""

    def __init__(self, index: int, exchange: Exchange, slots: mmap.mmap, hot: HotReplies, means: Means) -> None:
        self._index = index
        self._exchange = exchange
        self._slots = slots
        self._hot = hot
        self._means = means
        self._counters = means.counters
        octets = memoryview(slots)
        self._high_flags, self._low_flags = octets[2::SLOT_SIZE], octets[3::SLOT_SIZE]

    def refreshed(self) -> None:
        self._hot.clear()

    def serve(self) -> int:
        received = self._exchange.receive()
        if not received:
            return 0
        slots = self._slots
        ready = self._hot.ready.get
        sizes: list[int] = []
        missed = 0
        for start, size in zip(STARTS, received, strict=False):
            entry = ready(slots[start + 2 : start + size])
            if isinstance(entry, tuple):
                rest, counts, counter = entry
                counts[counter] += 1
            elif entry is not None:
                rest = entry.reply()
            else:
                missed += 1
                rest = self._miss(len(sizes), start, size)
                if not rest:
                    sizes.append(0)
                    continue
            length = len(rest) + 2
            slots[start + 2 : start + length] = rest
            sizes.append(length)
        self._count(sizes, missed)
        failed = self._exchange.send(sizes)
        if failed:
            self._counters[EngineCounter.SEND_FAILED] += failed
        return len(received)

    def _miss(self, slot: int, start: int, size: int) -> bytes:
        """The reply, without its id, to a packet that no ready reply is for; b"" when it gets none from here."""
        if size >= SLOT_SIZE:
            self._counters[EngineCounter.OVERSIZED] += 1
            return b""
        packet = self._slots[start : start + size]
        rest: bytes | NoAnswer
        try:
            rest = self._hot.miss(packet, self._exchange.sender(slot))
        except Exception:  # noqa: BLE001 - a name whose tables are damaged must not take all others down
            self._counters[EngineCounter.FAULTS] += 1
            rest = NoAnswer.FORWARD
        if isinstance(rest, bytes):
            return rest
        if rest is NoAnswer.DROP:
            self._counters[EngineCounter.DROPPED] += 1
        else:
            self._means.forward(self._index, self._exchange.origin(slot), packet)
        return b""

    def _count(self, sizes: list[int], missed: int) -> None:
        """Count a batch at once, from the flags of the replies in the slots."""
        count = len(sizes)
        counters = self._counters
        counters[EngineCounter.RECEIVED] += count
        counters[EngineCounter.HOT] += count - missed
        high, low = self._high_flags[:count].tobytes(), self._low_flags[:count].tobytes()
        if 0 in sizes:
            high, low = bytes(compress(high, sizes)), bytes(compress(low, sizes))
        rcodes = low.translate(RCODE)
        for rcode in set(rcodes):
            counters[EngineCounter.ANSWERED_UDP + rcode] += rcodes.count(rcode)
        counters[EngineCounter.TRUNCATED] += high.translate(TRUNCATED).count(1)
