"""A connection's octets in and out: an asyncio transport, but all that are ready are served in one turn of the loop.

loop ─► Poller: one descriptor to the loop, every connection's socket behind it ─► Channel ─► protocol

A turn of the loop costs more than receiving a query and sending its answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import selectors
import socket

CHUNK = 8_192  # octets received at a time: some hundred queries, and then the next connection has its turn
HIGH = 65_536


class Poller:
    """The sockets of many channels, told apart from everything else that the loop waits for."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        """Begin to serve, in the running loop."""
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._selector, self._serve)

    def close(self) -> None:
        if self._loop is not None:
            self._loop.remove_reader(self._selector)
            self._loop = None
            self._selector.close()

    def _serve(self) -> None:
        for key, events in self._selector.select(0):
            channel: Channel = key.data
            try:
                channel.ready(events)
            except Exception as error:  # noqa: BLE001 - one protocol that fails must not end the others' connections
                channel.abort()
                context = {"message": "a connection's protocol failed", "exception": error, "transport": channel}
                asyncio.get_running_loop().call_exception_handler(context)

    def watch(self, channel: Channel, connected: socket.socket, before: int, events: int) -> None:
        """Tell the channel of these events (selectors.EVENT_…, 0: none), and no more of those before."""
        if not before:
            self._selector.register(connected, events, channel)
        elif events:
            self._selector.modify(connected, events, channel)
        else:
            self._selector.unregister(connected)


class Channel(asyncio.Transport):
    """The transport of one connected socket, which it takes over; `protocol` hears of it at once."""

    def __init__(self, connected: socket.socket, protocol: asyncio.Protocol, poller: Poller) -> None:
        super().__init__()
        self._socket, self._protocol, self._poller = connected, protocol, poller
        self._unsent = bytearray()
        self._high, self._low = HIGH, HIGH // 4
        self._full = False  # the protocol was told to pause
        self._reading, self._closing, self._lost = True, False, False
        self._last = False  # nothing is sent after what is unsent
        self._events = 0
        connected.setblocking(False)  # noqa: FBT003 - the standard library's own signature
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        protocol.connection_made(self)
        self._watch()

    # What its socket is ready for

    def ready(self, events: int) -> None:
        """Receive and send what can be, without waiting."""
        if events & selectors.EVENT_WRITE:
            self._flush()
        if not events & selectors.EVENT_READ or not self._reading or self._closing:
            return
        try:
            octets = self._socket.recv(CHUNK)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            self.abort()
            return
        if octets:
            self._protocol.data_received(octets)
            return
        self.pause_reading()
        if not self._protocol.eof_received():
            self.close()

    def _flush(self) -> None:
        if not self._unsent or self._lost:
            return
        sent = self._send(self._unsent)
        del self._unsent[:sent]
        if self._full and len(self._unsent) <= self._low:
            self._full = False
            self._protocol.resume_writing()
        if not self._unsent:
            self._sent_all()
        self._watch()

    def _sent_all(self) -> None:
        if self._closing:
            self.abort()
        elif self._last and not self._lost:
            with contextlib.suppress(OSError):  # it has gone already
                self._socket.shutdown(socket.SHUT_WR)

    def _send(self, octets: bytes | bytearray | memoryview) -> int:
        try:
            return self._socket.send(octets)
        except (BlockingIOError, InterruptedError):
            return 0
        except OSError:
            self.abort()
            return 0

    def _watch(self) -> None:
        reading = self._reading and not self._closing
        events = 0 if self._lost else reading * selectors.EVENT_READ | bool(self._unsent) * selectors.EVENT_WRITE
        if events != self._events:
            self._poller.watch(self, self._socket, self._events, events)
            self._events = events

    def _end(self) -> None:
        self._protocol.connection_lost(None)
        self._socket.close()

    # What a protocol asks of a transport

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send it, or as much as the system takes, and the rest when it takes more."""
        if self._lost:
            return
        if not self._unsent:
            sent = self._send(data)
            if sent == len(data):
                return
            data = data[sent:]
        self._unsent += data
        if len(self._unsent) > self._high and not self._full:
            self._full = True
            self._protocol.pause_writing()
        self._watch()

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        self._high = HIGH if high is None else high
        self._low = self._high // 4 if low is None else low

    def get_write_buffer_size(self) -> int:
        return len(self._unsent)

    def pause_reading(self) -> None:
        self._reading = False
        self._watch()

    def resume_reading(self) -> None:
        self._reading = True
        self._watch()

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None:
        """Send what is unsent, then close our side; what comes is still received."""
        self._last = True
        if not self._unsent:
            self._sent_all()

    def is_closing(self) -> bool:
        return self._closing

    def close(self) -> None:
        """Send what is unsent, then end; nothing more is received."""
        self._closing = True
        if self._unsent:
            self._watch()
        else:
            self.abort()

    def abort(self) -> None:
        """End now: what is unsent is forgotten, and the protocol told, at the next turn of the loop."""
        if not self._lost:
            self._closing = self._lost = True
            self._unsent.clear()
            self._watch()
            asyncio.get_running_loop().call_soon(self._end)
