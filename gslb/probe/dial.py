"""Sockets to endpoints that a hostile one cannot fill: what the kernel holds for us is bounded, too."""

from __future__ import annotations

import asyncio
import socket
import ssl
from contextlib import closing

BUFFER = 8 << 10  # octets; Linux takes twice that for its own book-keeping (socket(7)), and half of it is window
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def small(family: int) -> socket.socket:
    """A TCP socket, not connected and not blocking, that takes little at once; we seldom read more than 5 KiB."""
    made = socket.socket(family, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
    return made


async def dialled(address: str, port: int) -> socket.socket:
    """A connected socket, the caller's to close. Raises OSError."""
    made = small(socket.AF_INET6 if ":" in address else socket.AF_INET)
    try:
        await asyncio.get_running_loop().sock_connect(made, (address, port))
    except BaseException:
        made.close()
        raise
    return made


async def streams(address: str, port: int, limit: int, context: ssl.SSLContext | None, name: str | None) -> Streams:
    """Streams over such a socket, with TLS where there is a context. Raises OSError, ssl.SSLError among them."""
    made = await dialled(address, port)
    try:
        return await asyncio.open_connection(sock=made, limit=limit, ssl=context, server_hostname=name)
    except BaseException:
        with closing(made):
            raise
