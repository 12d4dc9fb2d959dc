"""One TCP connection: questions in, answers out as they are done, a slow reader held back.

data ──► framing ─┬─► ready    what the tables answer, many messages at once     ─┬─► write
                  └─► respond  each of the others; its answer may come later     ─┘

Reading stops while answers wait to be taken, and goes on when they do not.
"""

from __future__ import annotations

import asyncio
import inspect
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol, cast

from gslb.model import Address
from gslb.server.framing import LONGEST, Framing, Garbage, frame

LINGER = 1.0  # seconds that a client has for closing its side once we have closed ours
_TURN = 32  # messages of one connection before the others have their turn


@dataclass(frozen=True, slots=True)
class Request:
    """One message as it came: who sent it, from which port, and whether over TCP."""

    packet: bytes
    client: Address
    port: int
    tcp: bool


Reply = bytes | list[bytes] | None  # a message, several (zone transfer), or silence
Respond = Callable[[Request], Reply | Awaitable[Reply]]
Ready = Callable[[bytes, bytes], tuple[bytes, int, int]]
"""Framed messages, the last perhaps not whole, and their sender's address (4 or 16 octets), to: framed answers to the
first of them that need nobody else, how many octets these messages took, and how many they were."""


def nothing_ready(octets: bytes, sender: bytes) -> tuple[bytes, int, int]:  # noqa: ARG001 - a Ready
    """What is ready where there are no tables."""
    return b"", 0, 0


@dataclass(frozen=True, slots=True)
class TcpLimits:
    """Bounds that keep one client, or many, from holding the server. Seconds and octets.

    `pipelined`: answers awaited at a time on one connection. `unsent`: octets of answers waiting for a slow reader,
    beyond which no more of its questions are read; it has `write` seconds to take them.
    """

    connections: int = 1_000
    per_client: int = 200
    idle: float = 10.0
    write: float = 10.0
    message: int = LONGEST
    pipelined: int = 100
    unsent: int = 65_536


class Host(Protocol):
    """What a stream needs of the server it belongs to."""

    limits: TcpLimits
    counts: Counter[str]

    def respond(self, request: Request, /) -> Reply | Awaitable[Reply]: ...

    def ready(self, octets: bytes, sender: bytes, /) -> tuple[bytes, int, int]: ...

    def trouble(self, error: Exception, /) -> None: ...

    def clock(self) -> float: ...

    def active(self, stream: Stream, /) -> None: ...

    def gone(self, stream: Stream, /) -> None: ...


class Stream(asyncio.Protocol):
    """One client's connection: reads while its answers go out, holds its questions back while they do not."""

    def __init__(self, client: Address, port: int, host: Host) -> None:
        self._client, self._port, self._host = client, port, host
        self._sender = client.packed
        self._framing = Framing(host.limits.message)
        self._transport: asyncio.Transport | None = None
        self._awaited: set[asyncio.Future[Reply]] = set()
        self._blocked_since: float | None = None
        self._reading = True
        self._again = False  # another turn is scheduled
        self._finishing = False  # no more questions: the client closed its side, sent garbage, or we drain
        self._lingering = False
        self._ended = False

    # What the server asks

    @property
    def awaited(self) -> bool:
        return bool(self._awaited)

    def slow(self, now: float) -> bool:
        """Whether the client has let its answers wait for too long."""
        return self._blocked_since is not None and now - self._blocked_since >= self._host.limits.write

    def part(self) -> None:
        """Answer what has come whole, and take leave in order.

        Our side is closed first and the client's is awaited for LINGER seconds: a question that is on its way when we
        close meets the end of the stream, and no reset that would take answers along which were not read yet.
        """
        self._lingering = True
        self.finish()

    def finish(self) -> None:
        """Answer what has come whole, then close."""
        self._finishing = True
        if self._transport is not None:
            self._turn()

    def expire(self) -> None:
        """Close an idle connection; at once if even its last answers were not taken."""
        if self._transport is not None and self._transport.get_write_buffer_size():
            self.abort()
        else:
            self._close()

    def abort(self) -> None:
        self._ended = True
        if self._transport is not None:
            self._transport.abort()

    # What asyncio tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.set_write_buffer_limits(high=self._host.limits.unsent)
        if self._ended:
            self._transport.abort()  # evicted before it began
        elif self._finishing:
            self._close()

    def data_received(self, data: bytes) -> None:
        if self._finishing or self._ended:
            return
        framing = self._framing
        framing.feed(data)
        if self._again:
            return
        if not self._reading:
            self._turn()
            return
        answers = self._ready()
        if framing.octets:
            self._turn(answers)
        elif answers and self._transport is not None:
            self._transport.write(answers)

    def eof_received(self) -> bool:
        self._lingering = False
        if self._ended:
            return False  # both sides have closed
        self.finish()
        return True  # the other half stays open for the answers

    def pause_writing(self) -> None:
        self._blocked_since = self._host.clock()
        self._read(wanted=False)

    def resume_writing(self) -> None:
        self._blocked_since = None
        self._turn()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio says why; to us it is all one
        self._ended = True
        self._blocked_since = None
        for later in self._awaited:
            later.cancel()
        self._host.gone(self)

    # Answering

    def _turn(self, begun: bytes = b"") -> None:
        """Answer some of what has come whole, after what was `begun`; read on only when that was all."""
        self._again = False
        if self._ended:
            return
        answers = [begun]
        size = len(begun)
        emptied = False
        for _ in range(_TURN):
            if self._blocked_since is not None or len(self._awaited) >= self._host.limits.pipelined:
                break
            answers.append(self._ready())
            message = self._next()
            if message is None:
                emptied = True
                break
            answers.append(self._answer(message))
            size += len(answers[-1]) + len(answers[-2])
            if size > self._host.limits.unsent:
                self._write(b"".join(answers))
                answers.clear()
                size = 0
        else:
            self._again = True
            asyncio.get_running_loop().call_soon(self._turn)
        self._write(b"".join(answers))
        self._read(emptied and self._blocked_since is None)
        if emptied and self._finishing and not self._awaited:
            self._close()

    def _ready(self) -> bytes:
        """Framed answers to the messages that the tables answer, up to the first that they do not."""
        framing, host = self._framing, self._host
        octets = framing.octets
        if not octets:
            return b""
        answers, used, count = host.ready(octets, self._sender)
        if used:
            framing.octets = octets[used:]
            host.counts["queries"] += count
            host.active(self)
        return answers

    def _next(self) -> bytes | None:
        try:
            return self._framing.next()
        except Garbage:
            self._host.counts["garbage"] += 1
            self._give_up()
            return None

    def _answer(self, message: bytes) -> bytes:
        """The framed answer, or nothing: silence, or it comes later."""
        self._host.counts["queries"] += 1
        self._host.active(self)
        try:
            reply = self._host.respond(Request(message, self._client, self._port, tcp=True))
            if not inspect.isawaitable(reply):
                return _framed(reply)
        except Exception as error:  # noqa: BLE001 - one question that breaks us must not end everybody's connections
            self._failed(error)
            return b""
        later = asyncio.ensure_future(reply)
        self._awaited.add(later)
        later.add_done_callback(self._answered)
        return b""

    def _answered(self, later: asyncio.Future[Reply]) -> None:
        self._awaited.discard(later)
        try:
            if not later.cancelled():
                self._write(_framed(later.result()))
        except Exception as error:  # noqa: BLE001 - as above
            self._failed(error)
        self._host.active(self)
        if not self._again:
            self._turn()

    def _failed(self, error: Exception) -> None:
        self._host.counts["failed"] += 1
        self._host.trouble(error)
        self._give_up()

    def _give_up(self) -> None:
        """No more questions from here: what is still being answered goes out, then the connection closes."""
        self._finishing = True
        self._framing = Framing(self._host.limits.message)

    def _write(self, frames: bytes) -> None:
        if frames and not self._ended and self._transport is not None:
            self._transport.write(frames)

    def _read(self, wanted: bool) -> None:
        wanted = wanted and not self._finishing
        if wanted != self._reading and self._transport is not None and not self._transport.is_closing():
            self._reading = wanted
            (self._transport.resume_reading if wanted else self._transport.pause_reading)()

    def _close(self) -> None:
        self._ended = True
        if self._transport is None:
            return
        if not self._lingering or self._transport.is_closing():
            self._transport.close()
            return
        self._transport.write_eof()
        if not self._reading:
            self._transport.resume_reading()  # what comes now is dropped
        asyncio.get_running_loop().call_later(LINGER, self._transport.close)


def messages(reply: Reply) -> list[bytes]:
    """An answer as the messages it is made of."""
    return [reply] if isinstance(reply, bytes) else reply or []


def _framed(reply: Reply) -> bytes:
    return b"".join(map(frame, messages(reply)))
