"""The standard library's way answers like the other, to whom it should, and needs nothing that only Linux has."""

import ast
import inspect
import socket
from pathlib import Path

import pytest

from gslb.engine import Means, answer, plain
from gslb.image import Body, Constant, EngineCounter, Entry, Rows, Scoping, Static, unpack_forwarded
from kit.packets import A, name_of, query, read
from kit.tables import APEX, NODATA, NXDOMAIN, World, ZoneContent, address, small_world, tables_of

GOOD, TRANSFER = query("www.example.com"), query("www.example.com", 252)
V4, V6 = socket.AF_INET, socket.AF_INET6


@pytest.fixture
def place(tmp_path):
    """Makes a serving on an address; gives what it works with and a client that asks another address of it."""
    made = []

    def make(bound="127.0.0.1", asked=None, world=None):
        family = V6 if ":" in bound else V4
        listening, client = (socket.socket(family, socket.SOCK_DGRAM) for _ in range(2))
        queue, responder = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        made.extend((listening, client, queue, responder))
        listening.bind((bound, 0))
        client.connect((asked or bound, listening.getsockname()[1]))
        for one in (listening, client, responder):
            one.setblocking(False)  # noqa: FBT003 - the standard library's own signature
        counters = memoryview(bytearray(8 * EngineCounter.END)).cast("Q")
        means = Means(tables_of(tmp_path, world or small_world()), queue, counters, lambda: 0, lambda: 7)
        (serving,) = plain(means, [listening])
        return serving, means, client, responder

    yield make
    for one in made:
        one.close()


@pytest.mark.parametrize(
    ("bound", "asked"),
    [("127.0.0.1", "127.0.0.1"), ("::1", "::1"), ("0.0.0.0", "127.9.9.9"), ("::", "::1")],
)
def test_a_client_hears_the_address_it_asked(place, bound, asked):
    serving, means, client, responder = place(bound, asked)
    client.send(GOOD)
    client.send(TRANSFER)

    assert serving.serve() == 2
    assert client.recv(999) == answer(means.tables, GOOD, b"\x7f\0\0\1", lambda: 0)
    assert unpack_forwarded(responder.recv(999)).destination == (
        socket.inet_pton(V6 if ":" in bound else V4, asked) if bound != asked else b""
    )
    assert serving.serve() == 0


def test_packets_are_counted_by_what_became_of_them(place):
    big = Rows({A: Static(Body(bytes(600), 0x0400, 1, core=600), 0)}, NODATA)
    entries = (Entry(APEX, Rows({}, NODATA), NXDOMAIN), Entry(name_of("big.example.com"), big, NXDOMAIN))
    serving, means, client, _ = place(world=World((ZoneContent(APEX, entries),)))
    for packet in (query("big.example.com"), query("no.example.com"), b"x", bytes(5_000), query("example.com", 252)):
        client.send(packet)

    assert serving.serve() == 5
    serving.settle()
    assert {at: count for at, count in enumerate(means.counters) if count} == {
        EngineCounter.RECEIVED: 5,
        EngineCounter.DROPPED: 1,
        EngineCounter.OVERSIZED: 1,
        EngineCounter.FORWARDED: 1,
        EngineCounter.TRUNCATED: 1,
        EngineCounter.ANSWERED_UDP: 1,
        EngineCounter.ANSWERED_UDP + 3: 1,
    }


def test_a_fault_in_one_plan_costs_only_its_name(place):
    serving, means, client, responder = place(world=small_world((Constant(address(3, 1_000)), Scoping())))
    client.send(query("steer0.example.com"))
    client.send(GOOD)

    assert serving.serve() == 2
    assert read(client.recv(999), GOOD).records == address(1).wire
    assert unpack_forwarded(responder.recv(999)).packet == query("steer0.example.com")
    assert means.counters[EngineCounter.FAULTS] == 1


def test_a_reply_that_cannot_be_sent_is_counted(place, monkeypatch):
    serving, means, client, _ = place()
    monkeypatch.setattr(
        serving, "_take", lambda packet, control, _: type(serving)._take(serving, packet, control, ("127.0.0.1", 0))
    )
    client.send(GOOD)
    serving.serve()

    assert means.counters[EngineCounter.SEND_FAILED] == 1


def test_a_batch_ends_after_so_many_packets(place):
    serving, _, client, _ = place()
    for _ in range(70):
        client.send(GOOD)
    serving.refreshed()

    assert [serving.serve() for _ in range(3)] == [64, 6, 0]


def test_it_imports_no_ctypes():
    tree = ast.parse(Path(inspect.getfile(plain)).read_text())
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}

    assert "ctypes" not in imported
