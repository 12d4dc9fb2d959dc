"""The responder as a process under a supervisor: both ways in, a drain, a successor that takes over the queue."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from gslb.image import Forwarded, pack_forwarded
from gslb.model import Listener
from gslb.server.events import Slot
from gslb.server.framing import frame
from gslb.server.handover import Handover, Heartbeats, Inheritance
from gslb.server.responder import QUEUE, Responder
from gslb.server.sockets import open_queue, open_sockets
from gslb.server.supervisor import Launch, Supervisor

ROLE = [sys.executable, str(Path(__file__).with_name("tiny_responder.py"))]
PATIENCE = 20.0


class World:
    """Sockets and queue as the supervisor holds them, and a supervisor over one responder, run in this thread."""

    def __init__(self):
        self.sockets = open_sockets([Listener("127.0.0.1", 0)])
        self.write, self.read = open_queue()
        self.ready = threading.Event()
        self.notes = []
        handover = Handover(self.sockets.udp, self.sockets.tcp, {QUEUE: self.read.fileno()})
        launch = Launch(Slot("responder", stage=1, stale_after=5.0), (), handover)
        self.supervisor = Supervisor([launch], ROLE, self.announce, self.notes.append)

    def announce(self, seconds, texts):
        self.ready.set()
        return "ready"

    @property
    def address(self):
        return str(self.sockets.udp[0].address), self.sockets.udp[0].port

    def forward(self, packet, client):
        """What a worker does with a packet that has no stored plan; however slow this machine is, it is not too old."""
        host, port = client.getsockname()
        message = Forwarded(0, socket.inet_aton(host), port, packet, time.monotonic_ns() + int(PATIENCE * 1e9))
        self.write.send(pack_forwarded(message))

    def play(self, script):
        """Run the supervisor here and the script beside it; SIGTERM at its end."""
        failures = []

        def run():
            try:
                assert self.ready.wait(PATIENCE)
                script()
            except BaseException as failure:  # noqa: BLE001 - told by the test, in its own thread
                failures.append(failure)
            finally:
                os.kill(os.getpid(), signal.SIGTERM)

        thread = threading.Thread(target=run)
        thread.start()
        status = self.supervisor.run()
        thread.join()
        assert failures == []
        return status

    def close(self):
        self.sockets.close()
        self.write.close()
        self.read.close()


@pytest.fixture
def world():
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR2, signal.SIGCHLD)
    before = {number: signal.getsignal(number) for number in numbers}
    made = World()
    yield made
    made.close()
    for number, handler in before.items():
        signal.signal(number, handler)


def datagram_client():
    client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    client.bind(("127.0.0.1", 0))
    client.settimeout(PATIENCE)
    return client


def test_both_ways_in_meet_in_one_respond(world):
    answers = []

    def script():
        with datagram_client() as client:
            world.forward(b"over udp....", client)
            answers.append(client.recvfrom(100))
        with socket.create_connection(world.address, timeout=PATIENCE) as client:
            client.sendall(frame(b"over tcp...."))
            answers.append((client.recv(100), world.address))

    assert world.play(script) == 0
    (udp, source), (tcp, _) = answers
    assert udp.startswith(b"over udp.... udp ")
    assert source == world.address
    assert tcp[2:].startswith(b"over tcp.... tcp ")


def test_queries_queued_while_it_is_dead_are_answered_by_its_successor(world):
    answers = []

    def script():
        with datagram_client() as client:
            world.forward(b"first.......", client)
            answers.append(client.recv(100))
            os.kill(int(answers[0].split()[-1]), signal.SIGKILL)
            world.forward(b"second......", client)
            answers.append(client.recv(100))

    assert world.play(script) == 0
    assert answers[0].split()[-1] != answers[1].split()[-1]
    assert world.notes[0].fields["how"] == "killed by SIGKILL"


def test_a_drain_answers_what_was_asked_before_it_ends(world):
    """Twenty connections have each asked a slow question when SIGTERM comes: all are answered, and none is reset."""
    clients, answers = [], []

    def script():
        for _ in range(20):
            client = socket.create_connection(world.address, timeout=PATIENCE)
            clients.append(client)
            client.sendall(frame(b"quick......."))
            assert client.recv(100)[2:].startswith(b"quick")
            client.sendall(frame(b"slow........"))

    assert world.play(script) == 0
    for client in clients:
        with client, client.makefile("rb") as stream:
            answers.append(stream.read())
    assert [answer[2:19] for answer in answers] == [b"slow........ tcp "] * 20


settled = {}  # what the responder of this process last told of its counts


@contextlib.contextmanager
def responder_here(world):
    """A responder of this process, over the world's sockets; and its report pipe and heartbeats."""
    report_read, report_write = os.pipe()
    heartbeats = Heartbeats(1)
    handover = Handover(named={QUEUE: os.dup(world.read.fileno())})
    inheritance = Inheritance("responder", handover, report_write, (os.dup(heartbeats.descriptor), 0))
    inheritance.udp, inheritance.tcp = world.sockets.udp, world.sockets.tcp
    settled.clear()
    responder = Responder(
        inheritance,
        lambda request: request.packet + b"!",
        lambda error: None,
        settle=lambda counts: settled.update({way: dict(words) for way, words in counts.items()}),
    )
    yield responder, report_read, heartbeats
    heartbeats.close()
    os.close(report_read)
    os.close(report_write)


async def test_once_another_has_come_it_answers_whom_it_has_and_accepts_nobody(world):
    with responder_here(world) as (responder, _, _):
        running = asyncio.create_task(responder.run())
        reader, writer = await asyncio.open_connection(*world.address)
        for number in range(3):
            writer.write(frame(b"question...%d" % number))
            assert (await reader.read(100))[2:] == b"question...%d!" % number
            if number == 1:
                os.kill(os.getpid(), signal.SIGUSR2)
                for _ in range(20):
                    await asyncio.sleep(0)  # a signal reaches its task in a few turns
                _, late = await asyncio.open_connection(*world.address)
                late.write(frame(b"question...."))
        assert not running.done()
        writer.close()
        async with asyncio.timeout(PATIENCE):
            await running
        assert responder.counts["tcp"] == {"accepted": 1, "queries": 3}
        late.close()


async def test_whoever_stays_too_long_is_answered_and_closed_in_order(world):
    with responder_here(world) as (responder, _, _):
        running = asyncio.create_task(responder.run(leisure=0.01))
        reader, writer = await asyncio.open_connection(*world.address)
        writer.write(frame(b"question...."))
        assert (await reader.read(100))[2:] == b"question....!"
        os.kill(os.getpid(), signal.SIGUSR2)
        async with asyncio.timeout(PATIENCE):
            assert await reader.read() == b""
            await running
        writer.close()


async def test_an_end_does_not_wait_for_leisure(world):
    with responder_here(world) as (responder, report, _):
        running = asyncio.create_task(responder.run(leisure=600))
        reader, writer = await asyncio.open_connection(*world.address)
        writer.write(frame(b"question...."))
        assert (await reader.read(100))[2:] == b"question....!"
        os.kill(os.getpid(), signal.SIGUSR2)
        await asyncio.sleep(0)
        os.kill(os.getpid(), signal.SIGTERM)
        async with asyncio.timeout(PATIENCE):
            await running
        assert b'"ready"' in os.read(report, 1000)
        writer.close()


async def test_what_happened_is_counted_on_each_way_in(world):
    with responder_here(world) as (responder, report_read, heartbeats):
        await counted(world, responder)
        assert b'"ready"' in os.read(report_read, 1000)
        assert heartbeats.read(0) > 0


async def counted(world, responder):
    running = asyncio.create_task(responder.run())
    reader, writer = await asyncio.open_connection(*world.address)
    writer.write(frame(b"over tcp...."))
    assert (await reader.read(100))[2:] == b"over tcp....!"
    with datagram_client() as client:
        world.forward(b"over udp....", client)
        client.settimeout(0)
        async with asyncio.timeout(PATIENCE):
            assert await asyncio.get_running_loop().sock_recv(client, 100) == b"over udp....!"
    os.kill(os.getpid(), signal.SIGTERM)
    await running
    writer.close()

    assert responder.counts == settled == {"udp": {"queries": 1}, "tcp": {"accepted": 1, "queries": 1}}


def test_the_role_needs_a_supervisor():
    ended = subprocess.run(ROLE, capture_output=True, text=True, timeout=PATIENCE, check=False)

    assert ended.returncode != 0
    assert "GSLB_SOCKETS" in ended.stderr
