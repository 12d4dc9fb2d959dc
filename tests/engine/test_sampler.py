"""What a worker notes of the packets it takes stands for all of them, and costs nothing while nobody watches."""

import random
from collections import Counter

import pytest

from gslb.engine import Sampler
from gslb.engine.sampler import TRACED_MOST
from gslb.image import SampleKind, SampleReader, SampleWriter


class Packets:
    """A batch: packet n is its number, from 192.0.2.n."""

    def __init__(self, *hosts):
        self.hosts = hosts

    def packet(self, slot):
        return b"packet %d" % self.hosts[slot]

    def sender(self, slot):
        return bytes((192, 0, 2, self.hosts[slot]))

    def marks(self, count):
        return bytes(self.hosts[:count])


@pytest.fixture
def ring(tmp_path):
    return SampleWriter(tmp_path, 0), SampleReader(tmp_path)


def sampler(writer, seed=1):
    rng = random.Random(seed)
    return Sampler(writer, lambda: rng.getrandbits(64), lambda: 5)


def test_nothing_is_noted_until_somebody_watches(ring):
    writer, reader = ring
    sampler(writer).look(Packets(1, 2, 3), 3)

    assert reader.read() == ([], 0)


def test_weights_add_up_to_all_packets(ring):
    writer, reader = ring
    reader.ask(100)
    watched = sampler(writer)
    total = 0
    rng = random.Random(3)
    for _ in range(2_000):
        count = rng.randint(1, 64)
        watched.look(Packets(*range(count)), count)
        total += count

    samples = reader.read()[0]

    assert all(100 <= sample.weight < 164 for sample in samples)
    assert 0 <= total - sum(sample.weight for sample in samples) < 164


def test_every_packet_of_a_batch_has_the_same_chance(ring):
    writer, reader = ring
    reader.ask(8)
    watched = sampler(writer)
    found = Counter()
    for _ in range(8):
        for _ in range(1_000):
            watched.look(Packets(*range(8)), 8)
        found.update(sample.packet for sample in reader.read()[0])

    assert len(found) == 8
    assert all(850 < count < 1_150 for count in found.values()), found


def test_all_packets_of_a_traced_sender_are_noted(ring):
    writer, reader = ring
    reader.ask(1_000_000, traced=7)
    watched = sampler(writer)
    watched.look(Packets(1, 7, 2, 7), 4)
    watched.look(Packets(3, 4), 2)
    watched.look(Packets(7), 1)

    samples = reader.read()[0]

    assert [(sample.kind, sample.weight, sample.sender[-1]) for sample in samples] == [(SampleKind.TRACED, 1, 7)] * 3


@pytest.mark.parametrize(
    ("free", "hosts"), [(0, {7}), (0b1, {6, 7}), (0b1111, set(range(16))), (0xFF, set(range(256)))]
)
def test_more_senders_are_traced_where_bits_of_their_marks_are_free(ring, free, hosts):
    writer, reader = ring
    reader.ask(1_000_000, traced=7, free=free)
    watched = sampler(writer)
    for host in range(256):
        watched.look(Packets(host, host), 2)

    assert {sample.sender[-1] for sample in reader.read()[0]} == hosts


def test_a_flood_from_one_traced_address_does_not_keep_a_worker_busy(ring):
    writer, reader = ring
    reader.ask(1_000_000, traced=7)
    sampler(writer).look(Packets(*[7] * 64), 64)

    assert len(reader.read()[0]) == TRACED_MOST
