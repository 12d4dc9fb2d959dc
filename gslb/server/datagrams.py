"""What workers pass on over UDP: taken from the queue, answered, and sent from the address that was asked.

worker ──► AF_UNIX datagram (gslb.image: Forwarded) ──► too old? ──► respond ──► the UDP socket it came to
"""

from __future__ import annotations

import asyncio
import inspect
import socket
import struct
import time
from collections import Counter
from collections.abc import Callable, Sequence
from ipaddress import ip_address

from gslb.image import Forwarded, unpack_forwarded
from gslb.server.bound import Bound
from gslb.server.sockets import IP_PKTINFO
from gslb.server.stream import Reply, Request, Respond, messages

_TURN = 64  # datagrams taken before TCP has its turn
_LARGEST = 1 << 17  # octets: header and the largest packet, and then some
_DONT_WAIT = getattr(socket, "MSG_DONTWAIT", 0)  # the socket is shared with workers, who may want it to block


class Datagrams:
    """Answers the queue.

    A query that has waited for `oldest` seconds is dropped: its client has asked again, and answering would only keep
    the next ones waiting. At most `awaited` answers are in the making. `trouble` hears what `respond` raises. `counts`,
    by word: queries, aged, crowded, malformed, failed, unsent.
    """

    def __init__(
        self,
        queue: socket.socket,
        udp: Sequence[Bound],
        respond: Respond,
        trouble: Callable[[Exception], None],
        *,
        oldest: float = 1.0,
        awaited: int = 1_000,
        clock_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self.counts: Counter[str] = Counter()
        self._queue, self._udp = queue, tuple(udp)
        self._respond, self._trouble = respond, trouble
        self._oldest_ns, self._limit, self._clock_ns = int(oldest * 1e9), awaited, clock_ns
        self._awaited: set[asyncio.Future[Reply]] = set()

    def start(self) -> None:
        """Begin to take from the queue, in the running loop."""
        asyncio.get_running_loop().add_reader(self._queue, self._take)

    async def stop(self, grace: float) -> None:
        """Answer what is in the queue, and wait up to `grace` seconds for answers in the making."""
        asyncio.get_running_loop().remove_reader(self._queue)
        while self._take():  # noqa: ASYNC110 - it works and lets others work, it does not wait
            await asyncio.sleep(0)
        if self._awaited:
            await asyncio.wait(self._awaited, timeout=grace)

    def _take(self) -> bool:
        """Some of what is in the queue; whether there may be more."""
        for _ in range(_TURN):
            try:
                datagram = self._queue.recv(_LARGEST)
            except BlockingIOError:
                return False
            self._answer(datagram)
        return True

    def _answer(self, datagram: bytes) -> None:
        try:
            asked = unpack_forwarded(datagram)
            request = Request(asked.packet, ip_address(asked.address), asked.port, tcp=False)
            bound = self._udp[asked.socket]
        except (struct.error, ValueError, IndexError):
            self.counts["malformed"] += 1
            return
        if self._clock_ns() - asked.received_at >= self._oldest_ns:
            self.counts["aged"] += 1
            return
        self.counts["queries"] += 1
        try:
            reply = self._respond(request)
            if not inspect.isawaitable(reply):
                self._send(bound, asked, reply)
                return
        except Exception as error:  # noqa: BLE001 - one packet that breaks us must not end the others' answers
            self._failed(error)
            return
        later = asyncio.ensure_future(reply)
        if len(self._awaited) >= self._limit:
            self.counts["crowded"] += 1
            later.cancel()
            return
        self._awaited.add(later)
        later.add_done_callback(lambda done: self._answered(bound, asked, done))

    def _answered(self, bound: Bound, asked: Forwarded, later: asyncio.Future[Reply]) -> None:
        self._awaited.discard(later)
        try:
            if not later.cancelled():
                self._send(bound, asked, later.result())
        except Exception as error:  # noqa: BLE001 - as above
            self._failed(error)

    def _failed(self, error: Exception) -> None:
        self.counts["failed"] += 1
        self._trouble(error)

    def _send(self, bound: Bound, asked: Forwarded, reply: Reply) -> None:
        client = ip_address(asked.address)
        sockaddr = (str(client), asked.port) if client.version == 4 else (str(client), asked.port, 0, asked.scope_id)
        for message in messages(reply):
            try:
                bound.socket.sendmsg([message], _source(asked), _DONT_WAIT, sockaddr)
            except OSError:  # a full buffer, a firewall, no route: as lost as any datagram
                self.counts["unsent"] += 1


def _source(asked: Forwarded) -> list[tuple[int, int, bytes]]:
    """Ancillary data that makes a wildcard socket send from the address asked (ip(7), ipv6(7): PKTINFO)."""
    match len(asked.destination):
        case 4:
            return [(socket.IPPROTO_IP, IP_PKTINFO, struct.pack("@i4s4s", 0, asked.destination, b""))]
        case 16:
            content = struct.pack("@16si", asked.destination, asked.scope_id)
            return [(socket.IPPROTO_IPV6, socket.IPV6_PKTINFO, content)]
        case _:
            return []
