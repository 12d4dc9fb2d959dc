"""A worker as the process it is: it answers from the tables, passes on what it cannot, and loads little."""

import signal
import socket
import subprocess
import sys

import dns.message
import pytest

from gslb.image import unpack_forwarded
from gslb.model import Listener
from gslb.server import Handover, open_queue, open_sockets
from kit.role import running
from kit.worlds import Published, ask, query, texts, world

TEXT = """\
gslb: 1
listen: 127.0.0.1:5300
zones:
  example.com:
    records: |
      @ 1h NS ns1
      ns1 1h A 192.0.2.53
      www 1h A 192.0.2.1
"""
FOREIGN = query("www.example.com", rdclass="CH")
LOADED = "import sys, gslb.app.worker; print(*sorted({name.partition('.')[0] for name in sys.modules}))"


@pytest.fixture
def published(tmp_path) -> Published:
    return Published(tmp_path, world(TEXT))


@pytest.fixture
def worker(published):
    """The process, a client connected to it, and the end of the queue that the responder would read."""
    sockets = open_sockets([Listener("127.0.0.1", 0)])
    write, read = open_queue()
    handover = Handover(udp=sockets.udp, named={"queue": write.fileno()})
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client, write, read:
        client.connect(sockets.udp[0].socket.getsockname())
        client.settimeout(20)
        read.settimeout(20)
        with running(handover, "worker", str(published.folder), "0") as process:
            yield process, client, read
    sockets.close()


def test_a_worker_answers_what_the_tables_say(worker, published):
    _, client, _ = worker
    packet = query("www.example.com")
    client.send(packet)
    reply = dns.message.from_wire(client.recv(4096))

    assert texts(reply) == texts(ask(published.view, packet)) == ["192.0.2.1"]


def test_a_worker_passes_on_what_it_cannot_answer_and_goes_on(worker):
    _, client, queue = worker
    client.send(FOREIGN)
    client.send(query("www.example.com"))

    assert texts(dns.message.from_wire(client.recv(4096))) == ["192.0.2.1"]
    assert unpack_forwarded(queue.recv(65_535)).packet == FOREIGN


def test_a_worker_is_not_ended_by_a_hangup(worker):
    process, client, _ = worker
    process.send_signal(signal.SIGHUP)
    client.send(query("www.example.com"))

    assert texts(dns.message.from_wire(client.recv(4096))) == ["192.0.2.1"]
    assert process.poll() is None


def test_a_worker_loads_no_zone_parser_and_no_event_loop():
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())

    assert "gslb" in loaded
    assert not loaded & {"dns", "asyncio", "ssl", "yaml", "pydantic", "aiohttp", "threading", "maxminddb"}
