"""A worker answers, forwards, drops and counts, on real sockets, a turn at a time."""

import os
import signal
import socket
import subprocess
import sys
from itertools import count

import pytest

from gslb.engine import Worker, plain, pure_python
from gslb.engine.batch import Batch
from gslb.image import (
    Body,
    Constant,
    Draw,
    EngineCounter,
    Entry,
    Publication,
    PublishedZone,
    Publisher,
    Rows,
    Scoping,
    Static,
    Tables,
    open_engine_counters,
    sum_engine_counters,
    unpack_forwarded,
)
from kit.packets import A, name_of, opt, option, query, read
from kit.tables import APEX, NODATA, NXDOMAIN, World, ZoneContent, address, publish, small_world

ONE, TWO, BEYOND = ((Constant(address(*of)), Scoping()) for of in ((1,), (2,), (3, 1_000)))
GOOD, MISSING, COOKIE = (
    query("www.example.com"),
    query("missing.example.com"),
    query("www.example.com", A, opt(options=option(3))),
)


class Site:
    """A worker with its sockets, the queue's other end, and clients, on real loopback addresses."""

    def __init__(self, folder, *plans, addresses=("127.0.0.1",), make=None):
        self.folder = folder
        self.publisher = Publisher(folder / "run", 1 << 16)
        self.generations = count(1)
        self.publish(*plans)
        self.listening = [self._bound(host) for host in addresses]
        self.queue, self.responder = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.responder.setblocking(False)  # noqa: FBT003 - the standard library's own signature
        self.tables = Tables(folder / "run", 0)
        self.beats = self.drawn = 0
        self.worker = Worker(
            self.tables,
            self.listening,
            self.queue,
            open_engine_counters(folder / "run", 0),
            self._beat,
            lambda: self.drawn,
            lambda: 12_345,
            make,
        )
        self.clients = [self._client(one.getsockname(), one.family) for one in self.listening]

    def publish(self, *plans):
        publish(self.folder, small_world(*plans), next(self.generations), self.publisher)

    def _beat(self):
        self.beats += 1

    @staticmethod
    def _bound(host):
        one = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
        one.bind((host, 0))
        one.setblocking(False)  # noqa: FBT003 - the standard library's own signature
        return one

    @staticmethod
    def _client(towards, family):
        one = socket.socket(family, socket.SOCK_DGRAM)
        one.connect(towards)
        one.setblocking(False)  # noqa: FBT003 - the standard library's own signature
        return one

    def ask(self, *packets, by=0):
        """Send, turn until nothing is left, and return what came back."""
        for packet in packets:
            self.clients[by].send(packet)
        while self.worker.turn(0):
            pass
        return self.heard(by)

    def heard(self, by=0):
        replies = []
        while True:
            try:
                replies.append(self.clients[by].recv(4_096))
            except BlockingIOError:
                return replies

    def forwarded(self):
        messages = []
        while True:
            try:
                messages.append(unpack_forwarded(self.responder.recv(8_192)))
            except BlockingIOError:
                return messages

    def counted(self):
        return {at: told for at, told in enumerate(sum_engine_counters(self.folder / "run")) if told}

    def close(self):
        for one in (*self.listening, *self.clients, self.queue, self.responder):
            one.close()


@pytest.fixture
def site(tmp_path):
    made = []

    def make(*plans, **options):
        made.append(Site(tmp_path, *plans, **options))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.mark.parametrize("make", [pure_python(), plain])
@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_question_is_answered(site, make, host):
    here = site(ONE, addresses=(host,), make=make)
    for _ in range(3):  # first made, then kept, then ready
        (reply,) = here.ask(query("steer0.example.com"))
        assert read(reply, query("steer0.example.com")).records == address(1).wire


def test_a_weighted_answer_is_drawn_each_time_and_counted_by_leaf(site):
    here = site((Draw(((1, Constant(address(1, 0))), (1, Constant(address(2, 1))))), Scoping()))
    asked = query("steer0.example.com")
    told = [read(here.ask(asked)[0], asked).records[-1] for here.drawn in (0, 2**63, 0, 2**63, 2**63)]

    assert told == [1, 2, 1, 2, 2]
    assert list(here.tables.zones[APEX].layers[0].counts[8:10]) == [2, 3]


def test_every_socket_is_served(site):
    here = site(addresses=("127.0.0.1", "127.0.0.2", "::1"))

    assert [len(here.ask(GOOD, MISSING, by=by)) for by in range(3)] == [2, 2, 2]


def test_a_full_batch_of_everything_is_answered_each_its_own(site):
    here = site(ONE, TWO)
    packets = [
        query(name, id_=number)
        for number, name in enumerate(
            [f"steer{number % 2}.example.com" for number in range(60)] + ["www.example.com", "missing.example.com"] * 20
        )
    ]
    replies = {reply[:2]: reply for reply in here.ask(*packets) + here.ask(*packets)}

    assert len(replies) == 100
    for packet in packets:
        told = read(replies[packet[:2]], packet)
        assert told.question == packet[12:]
        if told.question.startswith(b"\6steer"):
            assert told.records[-1] == told.question[6] - ord("0") + 1


def test_what_has_no_plan_reaches_the_responder_with_its_origin(site):
    here = site(addresses=("127.0.0.1", "127.0.0.2", "0.0.0.0"))
    for by in (1, 2):
        assert here.ask(COOKIE, by=by) == []
        (forwarded,) = here.forwarded()
        own = here.clients[by].getsockname()
        assert (forwarded.socket, forwarded.packet, forwarded.port) == (by, COOKIE, own[1])
        assert (forwarded.address, forwarded.received_at) == (socket.inet_aton(own[0]), 12_345)
        assert forwarded.destination == (socket.inet_aton("127.0.0.1") if by == 2 else b"")


def test_a_full_queue_drops_and_counts_and_never_waits(site):
    here = site()
    for _ in range(40):
        here.ask(*[COOKIE] * 50)
    received = len(here.forwarded())

    assert here.counted()[EngineCounter.FORWARDED] == received > 0
    assert here.counted()[EngineCounter.QUEUE_FULL] == 2_000 - received > 0
    here.ask(COOKIE)
    assert len(here.forwarded()) == 1


def test_without_a_responder_the_rest_goes_on(site):
    here = site()
    here.responder.close()

    assert len(here.ask(COOKIE, GOOD)) == 1
    assert here.counted()[EngineCounter.QUEUE_FULL] == 1


def test_what_is_no_query_is_met_with_silence(site):
    here = site()

    assert here.ask(b"", b"x", query("www.example.com", flags=0x8400), bytes(5_000), b"\xff" * 4_095) == []
    assert here.forwarded() == []
    assert here.counted() == {
        EngineCounter.RECEIVED: 5,
        EngineCounter.DROPPED: 4,
        EngineCounter.OVERSIZED: 1,
    }


def test_a_batch_is_counted_by_rcode_and_kind(site):
    here = site()
    long = query(b"\1a" * 110 + APEX)
    for batch in ((GOOD, MISSING), (*[GOOD] * 4, *[MISSING] * 2, COOKIE, b"?", long)):
        here.ask(*batch)

    assert here.counted() == {
        EngineCounter.RECEIVED: 11,
        EngineCounter.HOT: 6,  # the first of each is learned from
        EngineCounter.FORWARDED: 1,
        EngineCounter.DROPPED: 1,
        EngineCounter.ANSWERED_UDP: 5,
        EngineCounter.ANSWERED_UDP + 3: 4,
    }
    assert here.tables.zones[APEX].layers[0].counts[0] == 5


def test_truncated_replies_are_counted(site, tmp_path):
    big = Rows({A: Static(Body(bytes(600), 0x0400, 1, core=600), 0)}, NODATA)
    entries = (Entry(APEX, Rows({}, NODATA), NXDOMAIN), Entry(name_of("big.example.com"), big, NXDOMAIN))
    here = site()
    publish(tmp_path, World((ZoneContent(APEX, entries),)), 9, here.publisher)
    (reply,) = here.ask(query("big.example.com"))

    assert read(reply, query("big.example.com")).truncated
    assert here.counted()[EngineCounter.TRUNCATED] == 1


def test_a_publication_is_in_use_at_the_next_packet(site):
    here = site(ONE)
    asked = query("steer0.example.com")
    for plan, last in ((ONE, 1), (TWO, 2), (ONE, 1)):
        here.publish(plan)
        for _ in range(3):
            (reply,) = here.ask(asked)
            assert read(reply, asked).records[-1] == last


def test_a_publication_that_cannot_be_read_is_counted_and_the_last_stays(site):
    here = site(ONE)
    here.publisher.publish(
        Publication(1, next(here.generations), 0, "m", [PublishedZone(str(here.folder / "missing"))])
    )
    (reply,) = here.ask(query("steer0.example.com"))

    assert reply.endswith(address(1).wire)
    assert here.counted()[EngineCounter.REFRESH_FAILED] == here.beats
    here.publish(TWO)
    assert here.ask(query("steer0.example.com"))[0].endswith(address(2).wire)


def test_a_fault_in_one_plan_costs_only_its_name(site):
    """Its leaf has a number that its image has no counter for; the responder may still know an answer."""
    here = site(BEYOND)

    assert len(here.ask(query("steer0.example.com"), GOOD)) == 1
    assert len(here.forwarded()) == 1
    assert here.counted()[EngineCounter.FAULTS] == 1


def test_a_reply_that_cannot_be_sent_is_counted(site, monkeypatch):
    here = site()
    monkeypatch.setattr(Batch, "send", lambda self: 1)
    here.ask(GOOD)

    assert here.counted()[EngineCounter.SEND_FAILED] == 1


def test_every_turn_beats(site):
    here = site()
    for _ in range(3):
        here.worker.turn(0)

    assert here.beats == 3


def test_when_told_to_stop_it_answers_what_has_arrived(site):
    here = site()
    for _ in range(200):
        here.clients[0].send(GOOD)
    here.worker.run(lambda: True)

    assert len(here.heard()) == 200


def test_it_turns_until_told_to_stop(site):
    here = site()
    turns = iter([False, False, True])
    here.worker.run(lambda: next(turns))

    assert here.beats == 3  # two turns, and one that found nothing left


def test_of_two_workers_that_wake_one_may_find_nothing(site):
    here = site()
    here.clients[0].send(GOOD)
    here.listening[0].recv(99)  # the other was quicker

    assert next(iter(here.worker._servings.values())).serve() == 0
    assert here.counted() == {}


# A process of its own

WORKER = """
import signal, socket, sys
from pathlib import Path
from gslb.engine import Worker, system_draws
from gslb.image import Tables, open_engine_counters

assert not {'dns', 'asyncio', 'threading'} & set(sys.modules), 'a worker starts with nothing heavy'
folder = Path(sys.argv[1])
listening, queue = (socket.socket(fileno=int(number)) for number in sys.argv[2:])
stopped = []
signal.signal(signal.SIGTERM, lambda number, frame: stopped.append(number))
worker = Worker(
    Tables(folder, 0), [listening], queue, open_engine_counters(folder, 0), lambda: None, system_draws()
)
print('ready', flush=True)
worker.run(lambda: bool(stopped))
print('done', flush=True)
"""


def test_a_worker_process_answers_survives_a_flip_and_ends_on_sigterm(site):
    here = site(ONE)
    inherited = (here.listening[0].fileno(), here.queue.fileno())
    asked = query("steer0.example.com")
    client = here.clients[0]
    client.settimeout(10)
    command = [sys.executable, "-c", WORKER, str(here.folder / "run"), *map(str, inherited)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, pass_fds=inherited, env=os.environ) as process:
        try:
            assert process.stdout.readline() == "ready\n"
            client.send(asked)
            assert client.recv(999).endswith(address(1).wire)
            here.publish(TWO)
            client.send(asked)
            assert client.recv(999).endswith(address(2).wire)
            process.send_signal(signal.SIGTERM)
            assert process.stdout.readline() == "done\n"
            assert process.wait(10) == 0
        finally:
            process.kill()
