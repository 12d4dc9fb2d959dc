"""Short sends and full buffers: what the kernel does not take at once is offered again, once."""

import ctypes
import errno
import socket

import pytest

from gslb.engine import batch
from gslb.engine.batch import STRIDE, Batch
from gslb.engine.exchange import slot_memory


@pytest.fixture
def three():
    """A batch of three packets from one client."""
    with socket.socket(type=socket.SOCK_DGRAM) as listening, socket.socket(type=socket.SOCK_DGRAM) as client:
        listening.bind(("127.0.0.1", 0))
        client.connect(listening.getsockname())
        client.setblocking(False)  # noqa: FBT003 - the standard library's own signature
        exchange = Batch(listening, slot_memory())
        for octet in b"abc":
            client.send(bytes([octet]))
        assert exchange.receive() == [1, 1, 1]
        yield exchange, client


def heard(client):
    found = []
    while True:
        try:
            found.append(client.recv(9))
        except BlockingIOError:
            return found


class Kernel:
    """Stands between us and sendmmsg; takes what each turn says: so many packets, or an error."""

    def __init__(self, *turns):
        self.turns = list(turns)
        self.asked = []
        self.really = batch._sendmmsg

    def __call__(self, descriptor, at, count, flags):
        self.asked.append(count)
        turn = self.turns.pop(0) if self.turns else count
        if isinstance(turn, str):
            ctypes.set_errno(getattr(errno, turn))
            return -1
        return self.really(descriptor, at, min(turn, count), flags)


@pytest.mark.parametrize(
    ("turns", "failed", "received", "asked"),
    [
        ((3,), 0, [b"a", b"b", b"c"], [3]),
        ((1, 1), 0, [b"a", b"b", b"c"], [3, 2, 1]),
        (("EAGAIN",), 0, [b"a", b"b", b"c"], [3, 3]),
        ((1, "ENOBUFS", 1), 0, [b"a", b"b", b"c"], [3, 2, 2, 1]),
        ((1, "EAGAIN", "EAGAIN"), 2, [b"a"], [3, 2, 2]),
        (("EPERM",), 1, [b"b", b"c"], [3, 2]),
        ((2, "ENETUNREACH"), 1, [b"a", b"b"], [3, 1]),
    ],
)
def test_what_is_not_taken_is_offered_again(three, monkeypatch, turns, failed, received, asked):
    exchange, client = three
    kernel = Kernel(*turns)
    monkeypatch.setattr(batch, "_sendmmsg", kernel)

    assert exchange.send([1, 1, 1]) == failed
    assert heard(client) == received
    assert kernel.asked == asked


def test_headers_are_laid_out_as_the_kernel_reads_them():
    assert (64 if ctypes.sizeof(ctypes.c_void_p) == 8 else 32) == STRIDE


def test_a_socket_that_fails_has_nothing_to_read():
    with socket.socket(type=socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        exchange = Batch(listening, slot_memory())
    assert exchange.receive() == []
