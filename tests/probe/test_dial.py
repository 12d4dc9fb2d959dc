"""Sockets to endpoints: small, and closed when they cannot be connected."""

import socket

import pytest

from gslb.probe.dial import BUFFER, dialled, streams
from kit.backends import Authority, backend


async def babbles(_, writer):
    while True:
        writer.write(b"x" * 65_536)
        await writer.drain()


async def greets(_, writer):
    writer.write(b"220 ready\r\n")


async def test_what_is_not_read_is_not_taken_in_either():
    async with backend(babbles) as port:
        with await dialled("127.0.0.1", port) as sock:
            assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) <= 2 * BUFFER
            assert not sock.getblocking()


@pytest.mark.parametrize("secure", [False, True])
async def test_streams_carry_what_is_said_with_tls_and_without(secure):
    authority = Authority()
    async with backend(greets, authority.server() if secure else None) as port:
        reader, writer = await streams(
            "127.0.0.1", port, 1_024, authority.trust() if secure else None, "www.example.com" if secure else None
        )
        assert await reader.readline() == b"220 ready\r\n"
        writer.close()
        await writer.wait_closed()


async def test_who_does_not_listen_and_whose_certificate_is_strange_leaves_no_socket_open():
    authority = Authority()
    async with backend(greets, authority.server(stranger=True)) as port:
        with pytest.raises(OSError, match="certificate verify failed"):
            await streams("127.0.0.1", port, 1_024, authority.trust(), "www.example.com")
    with pytest.raises(ConnectionRefusedError):
        await dialled("127.0.0.1", port)
