"""What is forwarded arrives at the responder whole, or is counted."""

import socket

import pytest

from gslb.engine import Means
from gslb.engine.exchange import Origin
from gslb.image import EngineCounter, Forwarded, unpack_forwarded

ORIGIN = Origin(bytes([192, 0, 2, 1]), 5_353, 0, bytes([127, 0, 0, 1]))


@pytest.fixture
def queue():
    ends = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    yield ends
    for end in ends:
        end.close()


def means_to(end):
    counters = memoryview(bytearray(8 * EngineCounter.END)).cast("Q")
    return Means(None, end, counters, lambda: 0, lambda: 99), counters


def test_a_packet_is_handed_over_with_all_that_a_reply_needs(queue):
    means, counters = means_to(queue[0])
    means.forward(3, ORIGIN, b"packet")

    expected = Forwarded(3, ORIGIN.address, 5_353, b"packet", 99, ORIGIN.destination, 0)
    assert unpack_forwarded(queue[1].recv(999)) == expected
    assert counters[EngineCounter.FORWARDED] == 1


def test_without_a_responder_nothing_waits_and_the_packet_is_counted(queue):
    means, counters = means_to(queue[0])
    queue[1].close()
    means.forward(0, ORIGIN, b"packet")

    assert (counters[EngineCounter.FORWARDED], counters[EngineCounter.QUEUE_FULL]) == (0, 1)
