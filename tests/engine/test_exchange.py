"""Each way of exchanging packets does the same: replies go back to their senders, from the address asked."""

import socket

import pytest

from gslb.engine import Plain
from gslb.engine.batch import Batch
from gslb.engine.exchange import SLOT_SIZE, SLOTS, STARTS, Origin, slot_memory

KINDS = [Batch, Plain]
V4, V6 = socket.AF_INET, socket.AF_INET6


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


def exchange_on(kind, listening):
    slots = slot_memory()
    return kind(listening, slots), slots


def reply_all(exchange, slots, sizes, keep=lambda slot: True):
    """Turn each packet round: its octets reversed, in the slot it came in."""
    replied = []
    for slot, size in enumerate(sizes):
        start = STARTS[slot]
        slots[start : start + size] = slots[start : start + size][::-1]
        replied.append(size if keep(slot) else 0)
    return exchange.send(replied)


CASES = [(V4, "127.0.0.1", "127.0.0.1"), (V6, "::1", "::1"), (V4, "0.0.0.0", "127.0.0.1"), (V6, "::", "::1")]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("family", "bound", "asked"), CASES)
def test_each_sender_gets_its_own_reply(sockets, kind, family, bound, asked):
    listening = sockets(family, bind=bound)
    clients = [sockets(family, connect=(asked, listening.getsockname()[1])) for _ in range(10)]
    exchange, slots = exchange_on(kind, listening)
    for number, client in enumerate(clients):
        client.send(bytes([number, 100, 101]) * (number + 1))

    sizes = exchange.receive()
    assert sizes == [3 * (number + 1) for number in range(10)]
    assert reply_all(exchange, slots, sizes) == 0
    assert [client.recv(99) for client in clients] == [bytes([101, 100, number]) * (number + 1) for number in range(10)]
    assert exchange.receive() == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_reply_leaves_from_the_address_asked(sockets, kind):
    """A connected client hears only the address it asked."""
    listening = sockets(V4, bind="0.0.0.0")
    asked = ["127.0.0.1", "127.0.0.5", "127.9.9.9"]
    clients = [sockets(V4, connect=(address, listening.getsockname()[1])) for address in asked]
    exchange, slots = exchange_on(kind, listening)
    for _ in range(3):  # lengths that the kernel wrote must not stay for the next batch
        for client in clients:
            client.send(b"ping")
        sizes = exchange.receive()
        assert [exchange.origin(slot).destination for slot in range(3)] == [
            socket.inet_aton(address) for address in asked
        ]
        assert reply_all(exchange, slots, sizes) == 0
        assert [client.recv(99) for client in clients] == [b"gnip"] * 3


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("family", "bound", "asked"), CASES)
def test_the_origin_has_all_that_a_reply_needs(sockets, kind, family, bound, asked):
    listening = sockets(family, bind=bound)
    client = sockets(family, bind=asked)
    exchange, _ = exchange_on(kind, listening)
    client.sendto(b"x", (asked, listening.getsockname()[1]))
    exchange.receive()

    address = socket.inet_pton(family, asked)
    destination = address if bound != asked else b""
    assert exchange.sender(0) == address
    assert exchange.origin(0) == Origin(address, client.getsockname()[1], 0, destination)


@pytest.mark.parametrize("kind", KINDS)
def test_packets_without_a_reply_are_left_out(sockets, kind):
    listening = sockets(V4, bind="127.0.0.1")
    clients = [sockets(V4, connect=listening.getsockname()) for _ in range(9)]
    exchange, slots = exchange_on(kind, listening)
    for _ in range(2):
        for number, client in enumerate(clients):
            client.send(bytes([number]) * (number + 1))
        sizes = exchange.receive()
        assert reply_all(exchange, slots, sizes, lambda slot: slot % 3 == 1) == 0
        for number, client in enumerate(clients):
            if number % 3 == 1:
                assert client.recv(99) == bytes([number]) * (number + 1)
            else:
                with pytest.raises(BlockingIOError):
                    client.recv(99)


@pytest.mark.parametrize("kind", KINDS)
def test_more_than_a_batch_comes_in_batches(sockets, kind):
    listening = sockets(V4, bind="127.0.0.1")
    client = sockets(V4, connect=listening.getsockname())
    exchange, slots = exchange_on(kind, listening)
    for number in range(SLOTS + 5):
        client.send(bytes([number]))

    told = []
    for expected in (SLOTS, 5):
        sizes = exchange.receive()
        assert len(sizes) == expected
        told += [slots[start] for start in STARTS[: len(sizes)]]
    assert told == list(range(SLOTS + 5))


@pytest.mark.parametrize("kind", KINDS)
def test_a_packet_too_long_for_its_slot_says_so(sockets, kind):
    listening = sockets(V4, bind="127.0.0.1")
    client = sockets(V4, connect=listening.getsockname())
    exchange, _ = exchange_on(kind, listening)
    for size in (SLOT_SIZE - 1, SLOT_SIZE, SLOT_SIZE + 1, 60_000, 0):
        client.send(bytes(size))

    assert exchange.receive() == [SLOT_SIZE - 1, SLOT_SIZE, SLOT_SIZE, SLOT_SIZE, 0]


@pytest.mark.parametrize("kind", KINDS)
def test_a_socket_of_one_address_is_asked_for_no_destination(sockets, kind):
    listening = sockets(V4, bind="127.0.0.1")
    exchange_on(kind, listening)

    assert listening.getsockopt(socket.IPPROTO_IP, 8) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_reply_that_has_no_way_out_does_not_hold_up_the_others(sockets, kind):
    """A sender may claim port 0; nobody can be answered there."""
    listening = sockets(V4, bind="127.0.0.1")
    clients = [sockets(V4, connect=listening.getsockname()) for _ in range(3)]
    exchange, slots = exchange_on(kind, listening)
    for client in clients:
        client.send(b"ab")
    sizes = exchange.receive()
    if kind is Batch:
        exchange._names[34:36] = bytes(2)
    else:
        exchange._froms[1] = (("127.0.0.1", 0), [])

    assert reply_all(exchange, slots, sizes) == 1
    assert [clients[at].recv(9) for at in (0, 2)] == [b"ba", b"ba"]
