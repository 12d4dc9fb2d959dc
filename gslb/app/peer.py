"""Who is at the other end of a Unix socket, as the kernel knows."""

from __future__ import annotations

import getpass
import pwd
import socket
import struct

from aiohttp import web

_CREDENTIALS = struct.Struct("3i")


def author(request: web.Request) -> str:
    """The user's name; this process's own where the kernel does not tell."""
    transport = request.transport
    peer = transport.get_extra_info("socket") if transport else None
    if peer is None or not hasattr(socket, "SO_PEERCRED"):
        return getpass.getuser()
    _, user, _ = _CREDENTIALS.unpack(peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size))
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return f"uid {user}"
