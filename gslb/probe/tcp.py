"""The tcp probe: connect, and where the monitor says so, send a text and wait for another."""

from __future__ import annotations

import asyncio
import socket

from gslb.probe.dial import dialled
from gslb.probe.result import LOOKED_AT, Progress, Result, bad, good, refused
from gslb.probe.target import Target


async def probe(target: Target, address: str, progress: Progress) -> Result:
    """A plain socket and no more: streams would double the work of what is done a thousand times a second."""
    loop = asyncio.get_running_loop()
    started = loop.time()
    try:
        with await dialled(address, target.port) as sock:
            took = loop.time() - started
            return await _talk(target, progress, sock) or good(f"connected in {1000 * took:.0f} ms")
    except OSError as fault:
        return refused(progress, fault)


async def _talk(target: Target, progress: Progress, sock: socket.socket) -> Result | None:
    """Send and expect; None where there is nothing to expect."""
    monitor, loop = target.monitor, asyncio.get_running_loop()
    if monitor.send is not None:
        progress.waiting_for = "send"
        await loop.sock_sendall(sock, monitor.send.encode())
    if monitor.expect is None:
        return None
    progress.waiting_for = "answer"
    wanted, heard = monitor.expect.encode(), b""
    while wanted not in heard:
        if len(heard) >= LOOKED_AT:
            return bad(f"its first 5,120 octets lack {monitor.expect!r}")
        more = await loop.sock_recv(sock, LOOKED_AT - len(heard))
        if not more:
            return bad(f"closed after {len(heard)} octets without {monitor.expect!r}")
        heard += more
    return good(f"said {monitor.expect!r}")
