"""DNS over TCP: accepts, keeps within limits, closes the idle and the slow, drains (RFC 7766).

accept ──► Connections (who may stay) ──► Channel ──► Stream (one connection)          sweep: idle, slow ──► closed
"""

from __future__ import annotations

import asyncio
import errno
import socket
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from ipaddress import ip_address

from gslb.server.channel import Channel, Poller
from gslb.server.connections import Connections, client_of
from gslb.server.stream import Ready, Reply, Request, Respond, Stream, TcpLimits, nothing_ready

_ACCEPTS = 64  # connections taken in one go
_ACCEPT_PAUSE = 0.05  # seconds after the system refused, mostly for want of descriptors
_SETTLE = 5  # turns of the loop in which a drain reads what has arrived: closing on unread questions would reset
_OUT_OF = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})


class TcpServer:
    """Listens on sockets that are already bound.

    `ready` answers what it can, `respond` the rest; `trouble` hears what that raises, for the journal. `counts`, by
    word: accepted, accept_failed, evicted, idle, slow, garbage, queries, failed.
    """

    def __init__(
        self,
        sockets: Iterable[socket.socket],
        respond: Respond,
        trouble: Callable[[Exception], None],
        limits: TcpLimits | None = None,
        *,
        ready: Ready = nothing_ready,
        clock: Callable[[], float] = time.monotonic,
        sweep_every: float = 0.5,
    ) -> None:
        self.limits = limits or TcpLimits()
        self.counts: Counter[str] = Counter()
        self._sockets = list(sockets)
        self.ready = ready
        self._respond, self._trouble, self._clock = respond, trouble, clock
        self._poller = Poller()
        self._sweep_every = sweep_every
        self._table: Connections[Stream] = Connections(
            self.limits.connections, self.limits.per_client, self.limits.idle
        )
        self._open: set[Stream] = set()  # those in the table, and those that are being closed
        self._empty = asyncio.Event()
        self._timers: dict[object, asyncio.TimerHandle] = {}
        self._accepting = False

    def __len__(self) -> int:
        """Connections open now."""
        return len(self._open)

    def start(self) -> None:
        """Begin to accept, in the running loop."""
        self._loop = asyncio.get_running_loop()
        self._accepting = True
        self._poller.start()
        for listening in self._sockets:
            self._listen(listening)
        self._sweep()

    def refuse(self) -> None:
        """Accept nobody more: somebody else does, on the same sockets."""
        self._accepting = False
        for listening in self._sockets:
            self._loop.remove_reader(listening)

    async def gone_all(self) -> None:
        """Wait until no connection is open."""
        if self._open:
            await self._empty.wait()

    async def stop(self, grace: float) -> None:
        """Answer what has arrived, accept nobody more, and close; whoever is left after `grace` seconds is cut off."""
        if self._accepting:
            for listening in self._sockets:
                self._accept(listening)
        self.refuse()
        for _ in range(_SETTLE):
            await asyncio.sleep(0)
        for stream in list(self._open):
            stream.part()
        if self._open:
            try:
                await asyncio.wait_for(self._empty.wait(), grace)
            except TimeoutError:
                for stream in list(self._open):
                    stream.abort()
                await self._empty.wait()
        for timer in self._timers.values():
            timer.cancel()
        self._poller.close()

    # Accepting

    def _listen(self, listening: socket.socket) -> None:
        if self._accepting:
            self._loop.add_reader(listening, self._accept, listening)

    def _accept(self, listening: socket.socket) -> None:
        for _ in range(_ACCEPTS):
            try:
                accepted, peer = listening.accept()
            except BlockingIOError:
                return
            except ConnectionError:
                continue  # this one went away while it waited
            except OSError as error:  # it stays readable: do not spin
                self.counts["accept_failed"] += 1
                if error.errno in _OUT_OF:
                    self._evict(self._table.idlest())
                self._loop.remove_reader(listening)
                self._timers[listening] = self._loop.call_later(_ACCEPT_PAUSE, self._listen, listening)
                return
            self._admit(accepted, peer[0].partition("%")[0], peer[1])

    def _admit(self, accepted: socket.socket, host: str, port: int) -> None:
        stream = Stream(ip_address(host), port, self)
        self.counts["accepted"] += 1
        self._open.add(stream)
        self._empty.clear()
        self._evict(self._table.admit(stream, client_of(host), self._clock()))
        Channel(accepted, stream, self._poller)

    def _evict(self, victim: Stream | None) -> None:
        if victim is not None:
            self.counts["evicted"] += 1
            victim.abort()

    # Watching

    def _sweep(self) -> None:
        """Close whoever has been idle, or slow to read, for too long."""
        now = self._clock()
        for stream in self._table.expired(now):
            if stream.awaited:
                self._table.touch(stream, now)
            else:
                self.counts["idle"] += 1
                stream.expire()
        for stream in [each for each in self._open if each.slow(now)]:
            self.counts["slow"] += 1
            stream.abort()
        self._timers[self] = self._loop.call_later(self._sweep_every, self._sweep)

    # What streams ask (stream.Host)

    def respond(self, request: Request) -> Reply | Awaitable[Reply]:
        return self._respond(request)

    def trouble(self, error: Exception) -> None:
        self._trouble(error)

    def clock(self) -> float:
        return self._clock()

    def active(self, stream: Stream) -> None:
        self._table.touch(stream, self._clock())

    def gone(self, stream: Stream) -> None:
        self._table.remove(stream)
        self._open.discard(stream)
        if not self._open:
            self._empty.set()
