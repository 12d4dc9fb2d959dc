"""What workers pass on: real sockets on both sides, the queue in between, the clock turned by hand."""

import asyncio
import socket
from ipaddress import ip_address

import pytest

from gslb.image import Forwarded, pack_forwarded
from gslb.model import Listener
from gslb.server import sockets as sockets_module
from gslb.server.addresses import places
from gslb.server.datagrams import Datagrams
from gslb.server.sockets import open_queue, open_sockets

PATIENCE = 20.0


def answered(request):
    return request.packet.replace(b"?", b"!")


class Bench:
    """A listening socket, the queue behind it, the responder's side, and a client."""

    def __init__(self, clock, respond, host="127.0.0.1", wildcard=False, asked=None, **options):
        self.clock, self.troubles, self.asked = clock, [], asked or host
        self.sockets = open_sockets([Listener(host, 0)])
        self.bound = self.sockets.udp[0]
        self.write, self.read = open_queue()
        self.datagrams = Datagrams(
            self.read, self.sockets.udp, respond, self.troubles.append, clock_ns=self.nanoseconds, **options
        )
        self.client = socket.socket(self.bound.socket.family, socket.SOCK_DGRAM)
        self.client.setblocking(False)  # noqa: FBT003 - the standard library's own signature

    def nanoseconds(self):
        return int(self.clock() * 1e9)

    async def forward(self, packet, **changes):
        """Send a packet as a client, take it from the socket as a worker, put it into the queue."""
        self.client.sendto(packet, (self.asked, self.bound.port))
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(PATIENCE):
            received, peer = await loop.sock_recvfrom(self.bound.socket, 4096)
        address = ip_address(peer[0]).packed
        towards = ip_address(self.asked).packed if self.bound.wildcard else b""
        message = Forwarded(0, address, peer[1], received, self.nanoseconds(), towards)
        fields = {name: changes.get(name, getattr(message, name)) for name in Forwarded.__slots__}
        self.write.send(pack_forwarded(Forwarded(**fields)))

    async def reply(self):
        async with asyncio.timeout(PATIENCE):
            return await asyncio.get_running_loop().sock_recvfrom(self.client, 4096)

    async def ask(self, packet):
        await self.forward(packet)
        return await self.reply()


@pytest.fixture
async def bench(clock):
    made = []

    def start(respond=answered, **options):
        made.append(Bench(clock, respond, **options))
        made[-1].datagrams.start()
        return made[-1]

    yield start
    for each in made:
        await each.datagrams.stop(0.01)
        each.sockets.close()
        for end in (each.client, each.read, each.write):
            end.close()


async def settled(condition):
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 - it is the code under test that changes it
            await asyncio.sleep(0.002)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_a_forwarded_query_is_answered_from_the_socket_it_came_to(bench, host):
    seen = []

    def respond(request):
        seen.append(request)
        return b"answer"

    play = bench(respond, host=host)

    reply, source = await play.ask(b"question?")

    assert (reply, source[:2]) == (b"answer", (host, play.bound.port))
    (request,) = seen
    assert (str(request.client), request.port) == play.client.getsockname()[:2] or request.client.is_loopback
    assert (request.packet, request.tcp) == (b"question?", False)


@pytest.mark.parametrize(("host", "asked"), [("0.0.0.0", "127.0.0.2"), ("::", "::1")])
async def test_a_wildcard_socket_replies_from_the_address_asked(bench, monkeypatch, host, asked):
    monkeypatch.setattr(sockets_module, "places", lambda listeners: places(listeners, lambda: None))
    play = bench(host=host, asked=asked)
    assert play.bound.wildcard

    reply, source = await play.ask(b"question?")

    assert (reply, source[:2]) == (b"question!", (asked, play.bound.port))


async def test_a_query_that_waited_too_long_is_dropped_and_counted(bench, clock):
    play = bench(oldest=1.0)

    await play.forward(b"old?", received_at=play.nanoseconds() - 1_000_000_000)
    await play.forward(b"young?", received_at=play.nanoseconds() - 999_000_000)

    assert (await play.reply())[0] == b"young!"
    assert play.datagrams.counts == {"aged": 1, "queries": 1}


async def test_silence_sends_nothing_and_several_messages_are_all_sent(bench):
    replies = {b"0": None, b"1": [b"first", b"second"]}
    play = bench(lambda request: replies[request.packet])

    await play.forward(b"0")
    await play.forward(b"1")

    assert [(await play.reply())[0] for _ in range(2)] == [b"first", b"second"]


async def test_answers_may_come_later_and_in_another_order(bench):
    first = asyncio.get_running_loop().create_future()
    play = bench(lambda request: first if request.packet == b"1?" else answered(request))
    await play.forward(b"1?")
    await play.forward(b"2?")

    assert (await play.reply())[0] == b"2!"
    first.set_result(b"1!")
    assert (await play.reply())[0] == b"1!"


async def test_no_more_answers_are_in_the_making_than_allowed(bench):
    made = [asyncio.get_running_loop().create_future() for _ in range(2)]
    pending = list(made)
    play = bench(lambda request: pending.pop(0), awaited=1)

    await play.forward(b"1?")
    await play.forward(b"2?")
    await settled(lambda: play.datagrams.counts["crowded"])
    made[0].set_result(b"1!")

    assert (await play.reply())[0] == b"1!"
    assert made[1].cancelled()


async def test_what_fails_at_once_or_later_is_told_and_the_next_is_answered(bench):
    later = asyncio.get_running_loop().create_future()

    def respond(request):
        match request.packet:
            case b"bad":
                raise ZeroDivisionError
            case b"late":
                return later
        return answered(request)

    play = bench(respond)
    await play.forward(b"bad")
    await play.forward(b"late")

    assert (await play.ask(b"good?"))[0] == b"good!"
    later.set_exception(KeyError("late"))
    await settled(lambda: len(play.troubles) == 2)
    assert [type(error) for error in play.troubles] == [ZeroDivisionError, KeyError]
    assert play.datagrams.counts["failed"] == 2


@pytest.mark.parametrize("message", [b"", b"short", pack_forwarded(Forwarded(99, b"\x7f\0\0\1", 1, b"x", 0))])
async def test_what_no_worker_sends_is_counted_and_passed_over(bench, message):
    play = bench()

    play.write.send(message)

    assert (await play.ask(b"question?"))[0] == b"question!"
    assert play.datagrams.counts["malformed"] == 1


async def test_a_message_with_an_impossible_address_is_passed_over(bench):
    play = bench()
    message = bytearray(pack_forwarded(Forwarded(0, b"\x7f\0\0\1", 1, b"x", play.nanoseconds())))
    message[2] = 7  # the width of the address

    play.write.send(message)

    assert (await play.ask(b"question?"))[0] == b"question!"
    assert play.datagrams.counts["malformed"] == 1


async def test_a_reply_that_cannot_be_sent_is_counted(bench):
    play = bench(lambda request: b"x" * 100_000 if request.packet == b"big" else answered(request))
    await play.forward(b"big")

    assert (await play.ask(b"question?"))[0] == b"question!"
    assert play.datagrams.counts["unsent"] == 1


async def test_a_drain_answers_what_is_in_the_queue_and_what_is_in_the_making(bench):
    later = asyncio.get_running_loop().create_future()
    play = bench(lambda request: later if request.packet == b"late" else answered(request))
    asyncio.get_running_loop().remove_reader(play.read)
    await play.forward(b"late")
    for number in range(100):
        await play.forward(f"{number}?".encode())

    asyncio.get_running_loop().call_later(0.01, later.set_result, b"at last")
    await play.datagrams.stop(PATIENCE)

    replies = [(await play.reply())[0] for _ in range(101)]
    assert replies[-1] == b"at last"
    assert replies[:-1] == [f"{number}!".encode() for number in range(100)]


async def test_a_drain_does_not_wait_for_ever(bench):
    never = asyncio.get_running_loop().create_future()
    play = bench(lambda request: never)
    await play.forward(b"never")

    await play.datagrams.stop(0.01)

    assert not never.done()
