"""The worker's loop: new tables, packets in, replies out, what has no plan to the responder; a turn at a time.

wait ─► beat ─► refresh ─► for each socket with packets: receive ─► ready reply, or made ─► send
                                                                └─► forward, or drop and count
"""

from __future__ import annotations

import gc
import mmap
import select
import socket
import sys
import time
from collections.abc import Callable, Sequence
from itertools import compress

from gslb.engine.exchange import SLOT_SIZE, STARTS, Exchange, slot_memory
from gslb.engine.hot import HotReplies
from gslb.engine.plain import Plain
from gslb.engine.query import NoAnswer
from gslb.image import EngineCounter, Forwarded, ImageError, Tables, pack_forwarded

TURN = 0.025  # seconds that a turn waits for packets at most
DRAIN_TURNS = 1_024  # at the end: as many as fill a receive buffer several times over
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


class Worker:
    """Answers on `sockets` from `tables` until told to stop.

    `queue` leads to the responder, which knows each socket by its index. `counters` is this worker's block, indexed by
    EngineCounter. `beat` is called once a turn, `draw` gives 64 random bits, `clock` monotonic nanoseconds.
    """

    def __init__(
        self,
        tables: Tables,
        sockets: Sequence[socket.socket],
        queue: socket.socket,
        counters: memoryview[int],
        beat: Callable[[], None],
        draw: Callable[[], int],
        clock: Callable[[], int] = time.monotonic_ns,
        make_exchange: MakeExchange | None = None,
    ) -> None:
        self._tables = tables
        self._queue = queue
        self._counters = counters
        self._beat = beat
        self._clock = clock
        self._hot = HotReplies(tables, draw)
        self._slots = slot_memory()
        octets = memoryview(self._slots)
        self._high_flags, self._low_flags = octets[2::SLOT_SIZE], octets[3::SLOT_SIZE]
        make = make_exchange or best_exchange()
        made = [make(listening, self._slots) for listening in sockets]
        self._exchanges = {exchange.socket.fileno(): (index, exchange) for index, exchange in enumerate(made)}
        self._wait = waiter(list(self._exchanges))

    def run(self, stop: Callable[[], bool]) -> None:
        """Turn until `stop()`, then answer what has already arrived."""
        gc.collect()
        gc.freeze()  # what is here now stays: no collection has to look at it again
        while not stop():
            self.turn(TURN)
        for _ in range(DRAIN_TURNS):
            if not self.turn(0):
                break

    def turn(self, seconds: float) -> int:
        """Wait at most so long for packets and answer a batch from each socket that has some; returns how many came."""
        waiting = self._wait(seconds)
        self._beat()
        self._refresh()
        return sum([self._serve(*self._exchanges[descriptor]) for descriptor in waiting])

    def _refresh(self) -> None:
        try:
            if self._tables.refresh():
                self._hot.clear()
        except (ImageError, OSError):  # the old tables are still good
            self._counters[EngineCounter.REFRESH_FAILED] += 1

    def _serve(self, index: int, exchange: Exchange) -> int:
        received = exchange.receive()
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
                rest = self._miss(index, exchange, len(sizes), start, size)
                if not rest:
                    sizes.append(0)
                    continue
            length = len(rest) + 2
            slots[start + 2 : start + length] = rest
            sizes.append(length)
        self._count(sizes, missed)
        failed = exchange.send(sizes)
        if failed:
            self._counters[EngineCounter.SEND_FAILED] += failed
        return len(received)

    def _miss(self, index: int, exchange: Exchange, slot: int, start: int, size: int) -> bytes:
        """The reply, without its id, to a packet that no ready reply is for; b"" when it gets none from here."""
        if size >= SLOT_SIZE:
            self._counters[EngineCounter.OVERSIZED] += 1
            return b""
        packet = self._slots[start : start + size]
        rest: bytes | NoAnswer
        try:
            rest = self._hot.miss(packet, exchange.sender(slot))
        except Exception:  # noqa: BLE001 - a name whose tables are damaged must not take all others down
            self._counters[EngineCounter.FAULTS] += 1
            rest = NoAnswer.FORWARD
        if isinstance(rest, bytes):
            return rest
        if rest is NoAnswer.DROP:
            self._counters[EngineCounter.DROPPED] += 1
        else:
            self._forward(index, exchange, slot, packet)
        return b""

    def _forward(self, index: int, exchange: Exchange, slot: int, packet: bytes) -> None:
        origin = exchange.origin(slot)
        forwarded = Forwarded(
            index, origin.address, origin.port, packet, self._clock(), origin.destination, origin.scope_id
        )
        try:
            self._queue.send(pack_forwarded(forwarded), socket.MSG_DONTWAIT)
        except OSError:  # full, or the responder is being replaced: the client asks again
            self._counters[EngineCounter.QUEUE_FULL] += 1
        else:
            self._counters[EngineCounter.FORWARDED] += 1

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


def waiter(descriptors: list[int], exclusive: bool = LINUX) -> Callable[[float], list[int]]:
    """A function that waits at most so many seconds and tells which sockets have packets.

    `exclusive`: of the workers that wait for a packet on a socket they share, one wakes and not all (Linux).
    """
    if exclusive:
        epoll = select.epoll()
        for descriptor in descriptors:
            epoll.register(descriptor, select.EPOLLIN | select.EPOLLEXCLUSIVE)
        return lambda seconds: [descriptor for descriptor, _ in epoll.poll(seconds)]
    poll = select.poll()
    for descriptor in descriptors:
        poll.register(descriptor, select.POLLIN)
    return lambda seconds: [descriptor for descriptor, _ in poll.poll(1_000 * seconds)]
