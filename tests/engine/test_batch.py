"""Short sends and full buffers: what the kernel does not take at once is offered again, once."""

import ctypes
import errno
import socket

import pytest

from gslb.engine import batch
from gslb.engine.batch import KEY_SLOT, MADE_STARTS, REPLY, STRIDE, Batch, BatchMemory, address_of_bytes
from gslb.engine.exchange import LONGEST, SLOTS, Origin


@pytest.fixture
def three():
    """A batch of three packets from one client."""
    with socket.socket(type=socket.SOCK_DGRAM) as listening, socket.socket(type=socket.SOCK_DGRAM) as client:
        listening.bind(("127.0.0.1", 0))
        client.connect(listening.getsockname())
        client.setblocking(False)  # noqa: FBT003 - the standard library's own signature
        exchange = Batch(listening, BatchMemory())
        for octet in b"abc":
            client.send(bytes([octet] * 3))
        assert [key[:2] for key in exchange.receive()] == [b"a\0", b"b\0", b"c\0"]
        turn_round(exchange)
        yield exchange, client


def turn_round(exchange, keep=lambda slot: True):
    """Answer each packet with its octets after the id reversed."""
    for slot, start in zip(range(len(exchange.sizes)), MADE_STARTS, strict=False):
        rest = exchange.packet(slot)[:1:-1] if keep(slot) else b""
        exchange.make(slot)
        exchange.made[start : start + len(rest)] = rest
        exchange.lengths[slot] = len(rest)


def heard(client):
    found = []
    while True:
        try:
            found.append(client.recv(9)[:1])
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

    assert exchange.send() == failed
    assert heard(client) == received
    assert kernel.asked == asked


def test_headers_are_laid_out_as_the_kernel_reads_them():
    assert (64 if ctypes.sizeof(ctypes.c_void_p) == 8 else 32) == STRIDE


def test_a_socket_that_fails_has_nothing_to_read():
    with socket.socket(type=socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        exchange = Batch(listening, BatchMemory())
    assert exchange.receive() == ()


# Through real sockets

V4, V6 = socket.AF_INET, socket.AF_INET6
CASES = [(V4, "127.0.0.1", "127.0.0.1"), (V6, "::1", "::1"), (V4, "0.0.0.0", "127.0.0.1"), (V6, "::", "::1")]


@pytest.fixture
def sockets():
    """Makes non-blocking UDP sockets, bound or connected, and closes them."""
    made = []

    def make(family, bind=None, connect=None):
        one = socket.socket(family, socket.SOCK_DGRAM)
        made.append(one)
        if family == V6:
            one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        if bind is not None:
            one.bind((bind, 0))
        if connect is not None:
            one.connect(connect)
        one.setblocking(False)  # noqa: FBT003 - the standard library's own signature
        return one

    yield make
    for one in made:
        one.close()


@pytest.mark.parametrize(("family", "bound", "asked"), CASES)
def test_each_sender_gets_its_own_reply(sockets, family, bound, asked):
    listening = sockets(family, bind=bound)
    clients = [sockets(family, connect=(asked, listening.getsockname()[1])) for _ in range(10)]
    exchange = Batch(listening, BatchMemory())
    for number, client in enumerate(clients):
        client.send(bytes([0, number, 100, 101]) * (number + 1))

    assert len(exchange.receive()) == 10
    assert exchange.sizes.tolist() == [4 * (number + 1) for number in range(10)]
    turn_round(exchange)
    assert exchange.send() == 0
    for number, client in enumerate(clients):
        sent = bytes([0, number, 100, 101]) * (number + 1)
        assert client.recv(99) == sent[:2] + sent[:1:-1]
    assert exchange.receive() == ()


def test_a_reply_leaves_from_the_address_asked(sockets):
    """A connected client hears only the address it asked."""
    listening = sockets(V4, bind="0.0.0.0")
    asked = ["127.0.0.1", "127.0.0.5", "127.9.9.9"]
    clients = [sockets(V4, connect=(address, listening.getsockname()[1])) for address in asked]
    exchange = Batch(listening, BatchMemory())
    for _ in range(3):  # lengths that the kernel wrote must not stay for the next batch
        for client in clients:
            client.send(b"ping")
        exchange.receive()
        assert [exchange.origin(slot).destination for slot in range(3)] == [
            socket.inet_aton(address) for address in asked
        ]
        turn_round(exchange)
        assert exchange.send() == 0
        assert [client.recv(99) for client in clients] == [b"pign"] * 3


@pytest.mark.parametrize(("family", "bound", "asked"), CASES)
def test_the_origin_has_all_that_a_reply_needs(sockets, family, bound, asked):
    listening = sockets(family, bind=bound)
    client = sockets(family, bind=asked)
    exchange = Batch(listening, BatchMemory())
    client.sendto(b"x", (asked, listening.getsockname()[1]))
    exchange.receive()

    address = socket.inet_pton(family, asked)
    destination = address if bound != asked else b""
    assert exchange.sender(0) == address
    assert exchange.marks(1) == address[3:4] if family == V4 else address[7:8]
    assert exchange.origin(0) == Origin(address, client.getsockname()[1], 0, destination)


def test_packets_without_a_reply_are_left_out(sockets):
    listening = sockets(V4, bind="127.0.0.1")
    clients = [sockets(V4, connect=listening.getsockname()) for _ in range(9)]
    exchange = Batch(listening, BatchMemory())
    for _ in range(2):
        for number, client in enumerate(clients):
            client.send(bytes([number]) * (number + 3))
        exchange.receive()
        turn_round(exchange, lambda slot: slot % 3 == 1)
        assert exchange.send() == 0
        for number, client in enumerate(clients):
            if number % 3 == 1:
                assert client.recv(99) == bytes([number]) * (number + 3)
            else:
                with pytest.raises(BlockingIOError):
                    client.recv(99)


def test_more_than_a_batch_comes_in_batches(sockets):
    listening = sockets(V4, bind="127.0.0.1")
    client = sockets(V4, connect=listening.getsockname())
    exchange = Batch(listening, BatchMemory())
    for number in range(SLOTS + 5):
        client.send(bytes([number]))

    told = []
    for expected in (SLOTS, 5):
        assert len(exchange.receive()) == expected
        told += [exchange.packet(slot)[0] for slot in range(expected)]
    assert told == list(range(SLOTS + 5))


def test_a_packet_comes_whole_whatever_its_size(sockets):
    """Its first octets are the key, with zeros behind them; one too long for its slot says that it is."""
    listening = sockets(V4, bind="127.0.0.1")
    client = sockets(V4, connect=listening.getsockname())
    exchange = Batch(listening, BatchMemory())
    sizes = [3_000, KEY_SLOT + 1, KEY_SLOT, KEY_SLOT - 1, 40, 1, 0, LONGEST - 1, LONGEST, LONGEST + 1, 60_000]
    sent = [bytes(1 + at % 255 for at in range(size)) for size in sizes]
    for _ in range(2):
        for packet in sent:
            client.send(packet)
        keys = exchange.receive()
        assert exchange.sizes.tolist() == [min(size, LONGEST) for size in sizes]
        for slot, packet in enumerate(sent):
            assert exchange.packet(slot) == packet[:LONGEST]
            assert keys[slot] == packet[2:KEY_SLOT].ljust(KEY_SLOT - 2, b"\0")
        sent.reverse()
        sizes.reverse()


def test_replies_are_sent_from_where_they_stand(sockets):
    listening = sockets(V4, bind="127.0.0.1")
    client = sockets(V4, connect=listening.getsockname())
    exchange = Batch(listening, BatchMemory())
    rest = b"a reply that many get"
    for number in range(3):
        client.send(bytes([0, number, 9]))
    exchange.receive()
    exchange.reply(memoryview(REPLY.pack(address_of_bytes(rest), len(rest), 3) * 3).cast("Q"))

    assert exchange.send() == 0
    assert [client.recv(99) for _ in range(3)] == [bytes([0, number]) + rest for number in range(3)]


def test_a_reply_that_has_no_way_out_does_not_hold_up_the_others(sockets):
    """A sender may claim port 0; nobody can be answered there."""
    listening = sockets(V4, bind="127.0.0.1")
    clients = [sockets(V4, connect=listening.getsockname()) for _ in range(3)]
    exchange = Batch(listening, BatchMemory())
    for client in clients:
        client.send(b"abcd")
    exchange.receive()
    turn_round(exchange)
    exchange._names[34:36] = bytes(2)

    assert exchange.send() == 1
    assert [clients[at].recv(9) for at in (0, 2)] == [b"abdc", b"abdc"]
