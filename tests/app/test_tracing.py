"""Packets of traced senders become caches; how many are traced follows how much there is."""

import random

import pytest

from gslb.app.sampling import Sampling
from gslb.app.tracing import Tracing
from gslb.caching import forecast
from gslb.image import Sample, SampleKind, SampleWriter
from gslb.nameserver import Belief, View
from kit.clock import FakeClock
from kit.judging import REGIONAL
from kit.worlds import query, world

WWW = "www.example.com."


@pytest.fixture(scope="module")
def view():
    return View(world(REGIONAL), Belief())


def sample(at, sender, packet=None):
    return Sample(SampleKind.TRACED, int(at * 1e9), 1, sender, packet or query("www.example.com", "A"))


@pytest.mark.parametrize(
    ("sender", "free", "counts"),
    [
        (bytes((192, 0, 2, 7)), 0, True),
        (bytes((192, 0, 2, 6)), 0, False),
        (bytes((192, 0, 2, 6)), 1, True),
        (bytes((192, 0, 2, 255)), 8, True),
        (bytes(7) + b"\7" + bytes(8), 0, True),
        (bytes(7) + b"\x17" + bytes(8), 4, False),
    ],
)
def test_whoever_is_traced_counts(view, sender, free, counts):
    tracing = Tracing(7, 0.0)
    tracing.populations.trace(free, 0.0)
    tracing.see(sample(100.0, sender), view)

    assert len(tracing.populations) == counts
    assert (tracing.free, tracing.one_in) == ((1 << free) - 1, 256 >> free)


@pytest.mark.parametrize(
    "packet",
    [b"\0", b"\xff" * 60, query("plain.example.com", "A"), query("www.example.org", "A")],
    ids=["nothing", "noise", "static", "not ours"],
)
def test_what_is_no_question_for_a_steered_name_does_not(view, packet):
    tracing = Tracing(7, 0.0)
    tracing.see(sample(100.0, bytes((192, 0, 2, 7)), packet), view)

    assert len(tracing.populations) == 0


def test_samples_of_caches_foretell_what_they_ask_under_another_ttl(tmp_path, view):
    """The whole way: packets noted by a worker, read once a second, traced, measured."""
    clock, chance = FakeClock(), random.Random(11)
    sampling = Sampling(tmp_path, traced=7, clock=clock)
    writer = SampleWriter(tmp_path, 0)
    rates = [2.0 / number for number in range(1, 61)]
    began = clock()
    due = [chance.expovariate(rate) for rate in rates]
    packet, total = query("www.example.com", "A"), 0
    for second in range(1_500):
        for number, rate in enumerate(rates):
            while due[number] <= second:
                total += 1
                mark = number * 37 % 256
                if (mark ^ writer.traced) & ~writer.free & 0xFF == 0 and writer.traced >= 0:
                    writer.note(
                        Sample(SampleKind.TRACED, int((began + due[number]) * 1e9), 1, bytes((192, 0, 2, mark)), packet)
                    )
                due[number] += 30 + chance.expovariate(rate)
        clock.advance(began + second - clock())
        sampling.look(view, total, ())

    found = sampling.tracing.populations.measured(clock())[WWW]

    assert sampling.tracing.one_in == 1, "there is time to trace everybody"
    assert found.traced == 60
    for ttl in (10, 30, 120):
        expected = sum(rate / (1 + rate * ttl) for rate in rates)
        assert forecast(found.caches, ttl, 0.0).queries == pytest.approx(expected, rel=0.1)


def test_lost_samples_are_no_long_gaps(view):
    tracing = Tracing(7, 0.0)
    for at in (100.0, 140.0, 180.0):
        tracing.see(sample(at, bytes((192, 0, 2, 7))), view)
    tracing.adjust(1e9, 5, 1_000.0)
    tracing.see(sample(1_001.0, bytes((192, 0, 2, 7))), view)

    assert tracing.populations.measured(1_001.0)[WWW].caches[0].rate > 1 / 300
