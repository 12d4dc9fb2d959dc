"""The responder answers from the newest view, over UDP for workers and over TCP for itself, and counts what it does."""

from collections import Counter
from contextlib import ExitStack
from ipaddress import ip_address

import dns.message
import dns.query
import pytest

from gslb.app import Folders
from gslb.app.responder import answering, settling
from gslb.app.views import Views
from gslb.image import EngineCounter, Tables, open_engine_counters
from gslb.model import Listener
from gslb.server import Handover, Request, open_queue, open_sockets
from kit.role import running
from kit.worlds import Published, query, texts, world

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
UDP, TCP = EngineCounter.ANSWERED_UDP, EngineCounter.ANSWERED_TCP
LONG = "".join(f"      long 1h TXT {'x' * 200}{number}\n" for number in range(9))


class Answering:
    """The answer to a request, as a message, and the counters it leaves."""

    def __init__(self, folder):
        folders = Folders(folder)
        folders.make()
        self.counts = open_engine_counters(folders.run, 1)
        self.troubles = []
        self._answer = answering(Views(folders, Tables(folders.run), self.troubles.append), self.counts, lambda: 0)

    def ask(self, packet: bytes, *, tcp: bool = False) -> dns.message.Message | None:
        reply = self._answer(Request(packet, ip_address("192.0.2.200"), 5_353, tcp))
        return None if reply is None else dns.message.from_wire(reply)

    def counted(self) -> dict[int, int]:
        return {number: count for number, count in enumerate(self.counts) if count}


@pytest.fixture
def responding(tmp_path) -> Answering:
    Published(tmp_path, world(TEXT + LONG))
    return Answering(tmp_path)


@pytest.mark.parametrize(
    ("name", "tcp", "counted"),
    [
        ("www.example.com", False, {UDP: 1}),
        ("www.example.com", True, {EngineCounter.RECEIVED: 1, TCP: 1}),
        ("gone.example.com", False, {UDP + 3: 1}),
        ("gone.example.com", True, {EngineCounter.RECEIVED: 1, TCP + 3: 1}),
        ("example.org", True, {EngineCounter.RECEIVED: 1, TCP + 5: 1}),
        ("long.example.com", False, {UDP: 1, EngineCounter.TRUNCATED: 1}),
        ("long.example.com", True, {EngineCounter.RECEIVED: 1, TCP: 1}),
    ],
)
def test_a_reply_counts_by_transport_and_rcode_and_what_a_worker_passed_on_was_received_by_it(
    responding, name, tcp, counted
):
    kind = "TXT" if name.startswith("long") else "A"
    reply = responding.ask(query(name, kind), tcp=tcp)

    assert bool(reply.flags & dns.flags.TC) == (EngineCounter.TRUNCATED in counted)
    assert responding.counted() == counted


@pytest.mark.parametrize("packet", [b"", b"short", b"id\x80" + bytes(9)])
def test_what_is_no_query_is_answered_by_silence_and_counted_as_dropped(responding, packet):
    assert responding.ask(packet, tcp=True) is None
    assert responding.counted() == {EngineCounter.RECEIVED: 1, EngineCounter.DROPPED: 1}


def test_before_the_first_publication_there_is_silence(tmp_path):
    early = Answering(tmp_path)

    assert early.ask(query("www.example.com")) is None
    assert (early.counted(), early.troubles) == ({}, [])


def test_the_process_answers_over_tcp_from_the_tables(tmp_path):
    published = Published(tmp_path, world(TEXT + LONG))
    with ExitStack() as stack:
        sockets = open_sockets([Listener("127.0.0.1", 0)])
        stack.callback(sockets.close)
        _, read = map(stack.enter_context, open_queue())
        handover = Handover(sockets.udp, sockets.tcp, {"queue": read.fileno()})
        stack.enter_context(running(handover, "responder", str(published.folder), "1", "auto"))
        packet = dns.message.make_query("long.example.com", "TXT")
        reply = dns.query.tcp(packet, "127.0.0.1", 20, sockets.tcp[0].port)

    assert len(texts(reply)) == 9
    assert not reply.flags & dns.flags.TC


def test_what_happened_on_each_way_in_is_added_to_what_is_scraped(tmp_path):
    counts = open_engine_counters(tmp_path, 1)
    counts[EngineCounter.TCP_IDLE] = 100  # of a predecessor
    settle = settling(counts)
    own = {"udp": Counter(aged=2, queries=9), "tcp": Counter(idle=3, accepted=4)}
    settle(own)
    own["udp"].update(aged=1, malformed=1, failed=2)
    own["tcp"].update(slow=1)
    settle(own)
    settle(own)

    assert {number: count for number, count in enumerate(counts) if count} == {
        EngineCounter.AGED: 3,
        EngineCounter.FAILED: 3,
        EngineCounter.TCP_ACCEPTED: 4,
        EngineCounter.TCP_IDLE: 103,
        EngineCounter.TCP_SLOW: 1,
    }
