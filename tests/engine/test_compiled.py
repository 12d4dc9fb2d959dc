"""The compiled engine answers, forwards, drops and counts, on real sockets, and never outside its tables."""

import random
import socket
import time
from collections import Counter
from itertools import count
from zlib import crc32

import pytest

from gslb.engine import NoAnswer, Worker
from gslb.engine.compiled import CompiledAnswers, compiled
from gslb.image import (
    Body,
    Bucket,
    ByClass,
    Constant,
    Draw,
    EngineCounter,
    Entry,
    ImageError,
    Places,
    Publisher,
    Ranges,
    Rows,
    SampleKind,
    SampleReader,
    SampleWriter,
    Scoping,
    Static,
    Tables,
    open_engine_counters,
    sum_engine_counters,
    unpack_forwarded,
)
from gslb.image.layout import ARENA_HEADER, BLOB, CRC_START, padded
from kit.packets import A, opt, option, query, read, subnet
from kit.tables import (
    APEX,
    NODATA,
    NXDOMAIN,
    World,
    ZoneContent,
    address,
    bucket_table,
    publish,
    small_world,
    tables_of,
)

ONE = Constant(address(1)), Scoping()
EVEN = Draw(((1, Constant(address(1))), (1, Constant(address(2, 1))), (2, Constant(address(3, 2))))), Scoping()
GOOD = query("www.example.com")
NSID = query("www.example.com", A, opt(options=option(3)))
SENDER = bytes([10, 1, 2, 3])


class Site:
    """A worker with a compiled engine, its sockets, the queue's other end, and clients, on loopback addresses."""

    def __init__(self, folder, *plans, addresses=("127.0.0.1",)):
        self.folder = folder
        self.publisher = Publisher(folder / "run", 1 << 16)
        self.generations = count(1)
        self.publish(*plans)
        self.listening = [_bound(host) for host in addresses]
        self.queue, self.responder = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.responder.setblocking(False)  # noqa: FBT003 - the standard library's own signature
        self.tables = Tables(folder / "run", 0)
        counters = open_engine_counters(folder / "run", 0)
        self.worker = Worker(
            self.tables,
            self.listening,
            self.queue,
            counters,
            lambda: None,
            lambda: 0,
            lambda: 12_345,
            compiled(),
            SampleWriter(folder / "run", 0),
        )
        self.samples = SampleReader(folder / "run")
        self.clients = []

    def publish(self, *plans):
        publish(self.folder, small_world(*plans), next(self.generations), self.publisher)

    def client(self, by=0, host=None):
        """A socket connected to a listening one, by another address of its if `host` is given."""
        towards = self.listening[by].getsockname()
        one = socket.socket(self.listening[by].family, socket.SOCK_DGRAM)
        one.connect((host or towards[0], *towards[1:]))
        one.settimeout(5)
        self.clients.append(one)
        return one

    def ask(self, *packets, client=None):
        """Send, turn until nothing is left, and return what came back."""
        client = client or self.client()
        for packet in packets:
            client.send(packet)
        while self.worker.turn(0):
            pass
        client.setblocking(False)  # noqa: FBT003 - the standard library's own signature
        return [*_received(client)]

    def counted(self):
        return {EngineCounter(at).name if at < 32 else at: n for at, n in enumerate(self._sums()) if n}

    def _sums(self):
        return sum_engine_counters(self.folder / "run")

    def close(self):
        self.publisher.close()
        for one in (*self.listening, *self.clients, self.queue, self.responder):
            one.close()


def _bound(host):
    one = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
    one.bind((host, 0))
    one.setblocking(False)  # noqa: FBT003 - the standard library's own signature
    return one


def _received(client):
    while True:
        try:
            yield client.recv(8_192)
        except BlockingIOError:
            return


@pytest.fixture
def site(tmp_path):
    made = []

    def make(*plans, **options):
        made.append(Site(tmp_path, *plans, **options))
        return made[-1]

    yield make
    for one in made:
        one.close()


# On sockets


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "0.0.0.0", "::"])
def test_a_question_is_answered(site, host):
    here = site(ONE, addresses=(host,))
    asked = query("steer0.example.com")
    (reply,) = here.ask(asked, client=here.client(host={"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host)))

    assert read(reply, asked).records == address(1).wire
    assert here.counted() == {"RECEIVED": 1, EngineCounter.ANSWERED_UDP: 1}


def test_the_reply_comes_from_the_address_that_was_asked(site):
    """A connected socket hears only whom it asked."""
    here = site(addresses=("0.0.0.0",))
    for host in ("127.0.0.2", "127.9.9.9"):
        assert len(here.ask(GOOD, client=here.client(host=host))) == 1


def test_hundreds_of_packets_are_answered_in_one_turn_each_its_own(site):
    here = site()
    asked = [query("www.example.com", id_=number) for number in range(200)]
    client = here.client()
    for packet in asked:
        client.send(packet)

    assert here.worker.turn(0) == 200
    assert sorted(client.recv(4_096)[:2] for _ in asked) == [number.to_bytes(2, "big") for number in range(200)]


def test_what_gets_no_answer_leaves_the_answers_of_its_batch_alone(site):
    here = site()
    silent = [query("www.example.com", flags=0x8000), b"short", NSID, bytes(4_096)]
    packets = [query("www.example.com", id_=number) for number in range(8)]
    mixed = [packet for pair in zip(packets, silent * 2, strict=True) for packet in pair]

    assert sorted(here.ask(*mixed)) == sorted(CompiledAnswers(here.tables).answer(one, SENDER, 0) for one in packets)
    assert here.counted() == {
        "RECEIVED": 16,
        "DROPPED": 4,
        "OVERSIZED": 2,
        "FORWARDED": 2,
        EngineCounter.ANSWERED_UDP: 8,
    }


@pytest.mark.parametrize(("host", "asked"), [("127.0.0.1", b""), ("0.0.0.0", bytes([127, 3, 3, 3]))])
def test_what_is_for_the_responder_goes_there_as_it_came(site, host, asked):
    here = site(addresses=("127.0.0.1", host))
    client = here.client(by=1, host=".".join(map(str, asked)) if asked else None)
    here.ask(NSID, GOOD, client=client)
    forwarded = unpack_forwarded(here.responder.recv(8_192))

    assert (forwarded.socket, forwarded.packet) == (1, NSID)
    assert (socket.inet_ntoa(forwarded.address), forwarded.port) == client.getsockname()
    assert (forwarded.destination, forwarded.received_at) == (asked, 12_345)


def test_a_forwarded_packet_over_ipv6_has_its_sender(site):
    here = site(addresses=("::",))
    client = here.client(host="::1")
    here.ask(NSID, client=client)
    forwarded = unpack_forwarded(here.responder.recv(8_192))

    assert (socket.inet_ntop(socket.AF_INET6, forwarded.address), forwarded.port) == client.getsockname()[:2]
    assert forwarded.destination == socket.inet_pton(socket.AF_INET6, "::1")


def test_a_new_generation_is_answered_from_the_next_turn_on(site):
    here = site(ONE)
    asked = query("steer0.example.com")
    assert read(here.ask(asked)[0], asked).records[-1] == 1
    here.publish((Constant(address(2)), Scoping()))
    assert read(here.ask(asked)[0], asked).records[-1] == 2


def test_replies_are_counted_by_rcode_and_truncation(tmp_path, site):
    here = site(ONE)
    here.ask(GOOD, query("missing.example.com"), query("missing.example.com"), query("www.example.org"))

    assert here.counted() == {
        "RECEIVED": 4,
        EngineCounter.ANSWERED_UDP: 1,
        EngineCounter.ANSWERED_UDP + 3: 2,
        EngineCounter.ANSWERED_UDP + 5: 1,
    }
    assert list(here.tables.zones[APEX].layers[0].counts[:3]) == [1, 0, 2]


def test_a_body_too_long_is_counted_as_truncated(tmp_path):
    big = Body(bytes(600), 0x0400, 1, core=600)
    tables = tables_of(
        tmp_path, World((ZoneContent(APEX, (Entry(APEX, Rows({A: Static(big, 0)}, NODATA), NXDOMAIN),)),))
    )
    over_udp, over_tcp = (CompiledAnswers(tables).answer(query("example.com"), SENDER, 0, stream) for stream in (0, 1))

    assert read(over_udp, query("example.com")).truncated
    assert read(over_tcp, query("example.com")).records == big.wire


def test_draws_fall_by_weight_and_each_worker_has_its_own(site):
    here = site(EVEN)
    asked = query("steer0.example.com")
    client = here.client()
    told = [read(reply, asked).records[-1] for _ in range(20) for reply in here.ask(*[asked] * 100, client=client)]
    shares = Counter(told)

    assert len(told) == 2_000
    assert abs(shares[3] - 1_000) < 200  # nine standard deviations
    assert abs(shares[1] - 500) < 175
    assert list(here.tables.zones[APEX].layers[0].counts[8:11]) == [shares[1], shares[2], shares[3]]


# Samples


@pytest.mark.parametrize(("host", "wildcard"), [("127.0.0.1", "127.0.0.1"), ("::1", "::")])
def test_packets_are_noted_as_they_came_with_whom_they_came_from(site, host, wildcard):
    here = site(addresses=(wildcard,))
    here.samples.ask(every=1)
    client = here.client(host=host)
    asked = [
        query("wWw.example.com"),
        b"short",
        query("x" * 60 + "." + "y" * 60 + "." + "z" * 60 + ".example.com", A, opt()),
    ]
    for packet in asked:
        here.ask(packet, client=client)
    noted, lost = here.samples.read()

    assert [(one.kind, one.weight, one.packet) for one in noted] == [
        (SampleKind.CHANCE, 1, packet[:216]) for packet in asked
    ]
    assert {one.sender for one in noted} == {socket.inet_pton(client.family, host)}
    assert all(0 <= time.monotonic_ns() - one.at < 60 * 10**9 for one in noted)
    assert not lost


def test_one_of_so_many_is_noted_and_stands_for_all(site):
    here = site()
    here.samples.ask(every=10)
    client = here.client()
    for _ in range(20):
        here.ask(*[GOOD] * 4, client=client)

    assert [one.weight for one in here.samples.read()[0]] == [12] * 6


def test_nothing_is_noted_for_nobody(site):
    here = site()
    here.ask(GOOD)

    assert here.samples.read() == ([], 0)


@pytest.mark.parametrize(
    ("traced", "free", "noted"), [(1, 0, 4), (2, 0, 0), (2, 0b11, 4), (2, 0b1, 0), (0x81, 0xFF, 4)]
)
def test_all_packets_of_traced_senders_are_noted_but_a_flood(site, traced, free, noted):
    here = site()
    here.samples.ask(every=1_000, traced=traced, free=free)
    here.ask(*[GOOD] * 9)

    assert [one.kind for one in here.samples.read()[0]] == [SampleKind.TRACED] * noted


# Damage


@pytest.fixture(scope="module")
def rich(tmp_path_factory):
    """A folder of tables with every kind of node in them."""
    folder = tmp_path_factory.mktemp("rich")
    places = Places("map", Ranges([0, 10 << 24, 11 << 24], [0, 1, 0]), Ranges([0, 0x20010DB8 << 32], [0, 1]))
    parts = ByClass("map", (Constant(address(1)), Bucket(bucket_table([0, 1]), (EVEN[0], Constant(address(4))))))
    publish(folder, small_world(ONE, EVEN, (parts, Scoping(by_class=True, by_prefix=True)), places=[places]))
    return folder


EXTRAS = [b"", opt(options=subnet(bytes([10, 1, 7]), 24)), opt(options=subnet(bytes(7), 56, 2))]
HOSTS = ["www", "a.wild", "steer0", "steer1", "steer2", "x"]
QUESTIONS = [query(f"{host}.example.com", A, extra) for host in HOSTS for extra in EXTRAS] + [query("example.org")]


def checksums_mended(arena):
    """The octets of an arena with the checksum of each blob as its octets are now; so it is bounds that are tested."""
    octets = bytearray(arena)
    at = ARENA_HEADER.size
    while at + BLOB.size < len(octets):
        length, _ = BLOB.unpack_from(octets, at)
        if not length:
            break
        payload = bytes(octets[at + BLOB.size : at + BLOB.size + length])
        BLOB.pack_into(octets, at, length, crc32(payload, CRC_START))
        at = padded(at + BLOB.size + length, 8)
    return bytes(octets)


@pytest.mark.parametrize("kind", ["zone-*", "places-*", "run/arena-*"])
def test_no_damage_to_a_table_makes_it_read_or_write_elsewhere(rich, kind):
    """The file is bent where it is mapped; reading outside would end this process, or answer what no client may get."""
    (path,) = rich.glob(kind)
    whole = path.read_bytes()
    spots = [at for at, octet in enumerate(whole) if octet]
    chance = random.Random(kind)
    tables = Tables(rich / "run")
    answered = faults = 0
    with path.open("r+b", buffering=0) as file:
        for _ in range(400):
            bent = bytearray(whole)
            for _ in range(chance.choice((1, 1, 2, 8))):
                bent[chance.choice(spots)] = chance.choice((0, 1, 4, 0x7F, 0xFF, chance.randrange(256)))
            file.seek(0)
            file.write(checksums_mended(bent) if kind == "run/arena-*" else bent)
            try:
                answers = CompiledAnswers(tables)
            except ImageError:
                faults += 1
                continue
            for reply in answers.answer_many([(packet, SENDER, chance.getrandbits(64)) for packet in QUESTIONS]):
                faults += reply is NoAnswer.FORWARD
                answered += isinstance(reply, bytes) and 12 <= len(reply) <= 1_232
        file.seek(0)
        file.write(whole)

    assert answered > 1_000
    assert faults
