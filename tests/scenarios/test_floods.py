"""Floods of what nobody asks in earnest, beside clients who do: these are answered, and memory stays where it was."""

from __future__ import annotations

import random
import socket
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from struct import pack
from typing import Self

import pytest
from scenarios.hostile import MEBIBYTE, memory, settled

from kit.addresses import own_address
from kit.flood import Flood
from kit.packets import AAAA, ANY, A, name_of, opt, option, query, subnet
from kit.processes import Node
from kit.scale import scaled
from kit.twoland import NAME, two_regions
from kit.waiting import wait_until

STORM, EARNEST = 5_000, 1_000  # packets a second
WARM = 3  # seconds: samples of what is asked are looked at once in one of them
SECONDS = scaled(3.0, 600.0)
LOST = 0.001  # of the earnest queries
GROWTH = 10 * MEBIBYTE
GOOD = query("static.example.com", A, opt())


def odd_packets() -> list[bytes]:
    """What an engine answers by a code, or not at all: opcodes, counts, types, classes, versions, pieces."""
    whole = query(NAME, AAAA, opt(options=option(10, bytes(8)) + subnet(b"\x51\x02\x45", 24)))
    return [
        *(query(NAME, flags=opcode << 11) for opcode in (1, 2, 3, *range(6, 16))),
        *(query(NAME, kind) for kind in (0, 41, 249, 250, 253, 254, ANY, 65_535)),
        *(query(NAME, A, opt(), rdclass=number) for number in (0, 2, 4, 254, 255)),
        *(query(NAME, A, opt(version=version)) for version in (1, 2, 255)),
        *(whole[:size] for size in range(len(whole))),
        *(query(NAME, counts=counts) for counts in ((0, 0, 0, 0), (2, 0, 0, 0), (1, 1, 0, 0), (1, 0, 9, 0))),
        query(NAME, flags=0x8000),
        query(NAME, flags=0x0200),
        query(NAME) + b"\0",
        query(b"\3www\xc0\x0c"),
        query(b"\x40" + bytes(64) + b"\0"),
        query(NAME, A, opt(options=subnet(b"\1", 24))),
        query(NAME, A, opt(options=subnet(b"\1", 8, 9))),
        query("www.example.net"),
        query("."),
    ]


def responders_packets() -> list[bytes]:
    """What only the responder may answer, from its bounded queue."""
    return [
        query("version.bind", 16, rdclass=3),
        query("id.server", 16, opt(), rdclass=3),
        query(NAME, A, opt(options=option(3))),
        query(NAME, flags=0x2000),
        query(NAME, flags=0x2800),
        query("example.com", 252),
        query("example.com", 251),
        query(NAME, A, opt(kind=250)),
        query(NAME, A, opt() * 2, counts=(1, 0, 0, 2)),
    ]


ODD, RESPONDERS = odd_packets(), responders_packets()


def random_label(chance: random.Random) -> bytes:
    return query(bytes([12]) + chance.randbytes(12) + name_of("example.com"), chance.choice((A, AAAA, 16, ANY)), opt())


def random_case(chance: random.Random) -> bytes:
    return query("".join(chance.choice((one.upper(), one.lower())) for one in NAME), A, opt())


def unknown_option(chance: random.Random) -> bytes:
    options = option(chance.randrange(16, 65_536), chance.randbytes(chance.randrange(32)))
    return query(NAME, A, opt(chance.randrange(65_536), options))


def elsewhere(chance: random.Random) -> bytes:
    return query(bytes([8]) + chance.randbytes(8) + name_of("example.net"), A, opt())


class Storm:
    """Sends what `make` makes, `STORM` a second, while its `with` block lasts; replies are thrown away."""

    def __init__(self, address: tuple[str, int], make: Callable[[random.Random], bytes]) -> None:
        self.sent = 0
        self._make = make
        self._chance = random.Random(16)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.connect(address)
        self._socket.setblocking(False)  # noqa: FBT003 - the standard library's own signature
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self._socket.close()

    def _run(self) -> None:
        began = time.monotonic()
        while not self._over.is_set():
            for _ in range(min(int((time.monotonic() - began) * STORM) - self.sent, 64)):
                packet = self._make(self._chance)
                with suppress(OSError):
                    self._socket.send(pack(">H", self.sent & 0xFFFF) + packet[2:])
                self.sent += 1
            with suppress(OSError):
                while True:
                    self._socket.recv(4_096)
            self._over.wait(0.002)


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    text = two_regions(own_address(), own_address(), 9)
    with Node(tmp_path_factory.mktemp("floods"), text, node="identity: ns1") as found:
        yield found.start()


@pytest.mark.timeout(60 + 2 * SECONDS)
@pytest.mark.parametrize(
    ("make", "forwarded"),
    [
        pytest.param(random_label, False, id="random subdomains"),
        pytest.param(random_case, False, id="random case"),
        pytest.param(unknown_option, False, id="unknown options"),
        pytest.param(elsewhere, False, id="outside all zones"),
        pytest.param(lambda chance: chance.choice(ODD), False, id="odd packets"),
        pytest.param(lambda chance: chance.choice(RESPONDERS), True, id="for the responder"),
    ],
)
def test_who_asks_in_earnest_is_answered(node, make, forwarded, record_property):
    address = (node.address, node.port)
    with Storm(address, make) as storm:  # whatever is kept of such packets is kept before memory is looked at
        wait_until(lambda: storm.sent > WARM * STORM, 20)
    before, passed_on = settled(node), node.metric("gslb_forwarded_total")
    with Storm(address, make) as storm, Flood(address, [GOOD, query("static.example.com")], EARNEST) as earnest:
        wait_until(lambda: earnest.tally.sent > EARNEST * SECONDS, 20 + 2 * SECONDS)
    growth = sum(memory(node).values()) - sum(before.values())
    shed = node.metric("gslb_dropped_total", reason="aged") + node.metric("gslb_dropped_total", reason="queue_full")
    told = f"{storm.sent} beside {earnest.tally}; memory {growth / MEBIBYTE:+.1f} MiB; {shed:.0f} shed"
    print(told)
    record_property("flood", told)

    assert earnest.tally.lost <= LOST * earnest.tally.sent, told
    assert growth <= GROWTH, told
    assert (node.metric("gslb_forwarded_total") > passed_on) == forwarded


IDLE, NEWCOMERS = 1_200, 50
PROMPT = 0.05  # seconds


def test_who_comes_beside_idle_connections_is_answered(node, record_property):
    """More connections than are allowed are held open, by several clients, and never asked anything."""
    asked = len(GOOD).to_bytes(2) + GOOD
    took = []
    with ExitStack() as held:
        for number in range(IDLE):
            source = (f"127.0.5.{1 + number % 10}", 0)
            held.enter_context(socket.create_connection((node.address, node.port), 20, source))
        wait_until(lambda: node.metric("gslb_tcp_accepted_total") >= IDLE, 20)
        for _ in range(NEWCOMERS):
            began = time.monotonic()
            with socket.create_connection((node.address, node.port), 20) as connection:
                connection.sendall(asked)
                reply = connection.recv(4_096)
            took.append(time.monotonic() - began)
            assert reply[2:4] == GOOD[:2]
    half = sorted(took)[NEWCOMERS // 2]
    told = f"{NEWCOMERS} new beside {IDLE} idle: slowest {max(took) * 1e3:.1f} ms, half within {half * 1e3:.1f} ms"
    print(told)
    record_property("idle", told)

    assert half <= PROMPT, told
    assert node.metric("gslb_tcp_closed_total", reason="evicted") >= IDLE - 1_000
