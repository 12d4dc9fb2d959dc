import asyncio
import socket

import pytest

from gslb.model import MonitorKind
from gslb.probe import Prober
from kit.backends import backend, target

TCP = MonitorKind.TCP


async def silent(reader, writer):
    await reader.read(-1)


async def greets(reader, writer):
    writer.write(b"220 ready\r\n")
    await reader.read(-1)


async def echoes(reader, writer):
    writer.write(await reader.readline())
    await reader.read(-1)


async def closes(reader, writer):
    pass


async def babbles(reader, writer):
    while True:
        writer.write(b"x" * 65_536)
        await writer.drain()


async def in_pieces(reader, writer):
    for piece in b"220 ready\r\n":
        writer.write(bytes([piece]))
        await writer.drain()
        await asyncio.sleep(0)
    await reader.read(-1)


@pytest.mark.parametrize(
    ("handler", "changes", "ok", "reason"),
    [
        pytest.param(silent, {}, True, "connected in ", id="connects"),
        pytest.param(closes, {}, True, "connected in ", id="connects-and-is-closed"),
        pytest.param(silent, {"send": "PING\r\n"}, True, "connected in ", id="sends"),
        pytest.param(greets, {"expect": "220"}, True, "said '220'", id="expects"),
        pytest.param(in_pieces, {"expect": "220 ready"}, True, "said '220 ready'", id="expects-in-pieces"),
        pytest.param(echoes, {"send": "PING\r\n", "expect": "PING"}, True, "said 'PING'", id="sends-and-expects"),
        pytest.param(greets, {"expect": "250", "timeout": 0.1}, False, "answer timed out after 0.1 s", id="says-else"),
        pytest.param(silent, {"expect": "220", "timeout": 0.1}, False, "answer timed out after 0.1 s", id="slow"),
        pytest.param(closes, {"expect": "220"}, False, "closed after 0 octets without '220'", id="closed"),
        pytest.param(babbles, {"expect": "220"}, False, "its first 5,120 octets lack '220'", id="huge"),
    ],
)
async def test_a_tcp_probe_sees_through(handler, changes, ok, reason):
    async with backend(handler) as port, Prober() as probe:
        result = await probe(target(TCP, port, **changes))

    assert (result.ok, result.reason[: len(reason)]) == (ok, reason)


async def test_nobody_listening_is_refused_and_a_name_nobody_knows_is_said():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        async with Prober() as probe:
            refused = await probe(target(TCP, taken.getsockname()[1]))
            unknown = await probe(target(TCP, 1, "nowhere.invalid."))

    assert (refused.ok, refused.reason) == (False, "connect: connection refused")
    assert (unknown.ok, unknown.reason) == (False, "cannot resolve nowhere.invalid")


async def test_a_name_is_looked_up_and_ipv6_is_spoken():
    async with backend(greets) as port, backend(greets, host="::1") as port6, Prober() as probe:
        assert (await probe(target(TCP, port, "localhost.", expect="220"))).ok
        assert (await probe(target(TCP, port6, "::1", expect="220"))).ok


async def test_a_connection_that_breaks_is_a_failure():
    async def resets(reader, writer):
        await reader.readline()
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        writer.transport.abort()

    async with backend(resets) as port, Prober() as probe:
        result = await probe(target(TCP, port, send="PING\r\n", expect="PONG"))

    assert (result.ok, result.reason) == (False, "answer: connection reset by peer")
