"""The tcp probe: connect, and where the monitor says so, send a text and wait for another."""

from __future__ import annotations

import asyncio

from gslb.probe.result import LOOKED_AT, Progress, Result, bad, good, refused
from gslb.probe.target import Target


async def probe(target: Target, address: str, progress: Progress) -> Result:
    loop = asyncio.get_running_loop()
    started = loop.time()
    try:
        reader, writer = await asyncio.open_connection(address, target.port, limit=LOOKED_AT)
    except OSError as fault:
        return refused(progress, fault)
    try:
        took = loop.time() - started
        return await _talk(target, progress, reader, writer) or good(f"connected in {1000 * took:.0f} ms")
    except OSError as fault:
        return refused(progress, fault)
    finally:
        writer.close()


async def _talk(
    target: Target, progress: Progress, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> Result | None:
    """Send and expect; None where there is nothing to expect."""
    monitor = target.monitor
    if monitor.send is not None:
        progress.waiting_for = "send"
        writer.write(monitor.send.encode())
        await writer.drain()
    if monitor.expect is None:
        return None
    progress.waiting_for = "answer"
    wanted, heard = monitor.expect.encode(), b""
    while wanted not in heard:
        if len(heard) >= LOOKED_AT:
            return bad(f"its first 5,120 octets lack {monitor.expect!r}")
        more = await reader.read(LOOKED_AT - len(heard))
        if not more:
            return bad(f"closed after {len(heard)} octets without {monitor.expect!r}")
        heard += more
    return good(f"said {monitor.expect!r}")
