"""The TCP server over real sockets: pipelining, pieces, limits, slow readers, the clock turned by hand."""

import asyncio
import contextlib
import errno
import resource
import socket
import struct
import time

import pytest

from gslb.model import Listener
from gslb.server.framing import frame
from gslb.server.sockets import open_sockets
from gslb.server.stream import TcpLimits
from gslb.server.tcp import TcpServer

PATIENCE = 20.0


def question(number, length=12):
    return number.to_bytes(2) + b"?" * (length - 2)


def answered(request):
    return request.packet[:2] + b"!" * 10


async def until(condition, what):
    """Wait for `what` as long as patience lasts; TimeoutError then."""
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 - what is waited for happens in the server, which tells nobody
            await asyncio.sleep(0.002)


async def test_a_question_on_its_way_when_the_server_closes_meets_the_end_and_no_reset(serve):
    service = serve()
    loop = asyncio.get_running_loop()
    with socket.create_connection((str(service.bound.address), service.bound.port)) as client:
        client.setblocking(False)  # noqa: FBT003 - the standard library's own signature
        async with asyncio.timeout(PATIENCE):
            await loop.sock_sendall(client, frame(question(1)))
            heard = await loop.sock_recv(client, 100)
            await loop.sock_sendall(client, frame(question(2)))
            stopping = asyncio.create_task(service.server.stop(PATIENCE))
            while more := await loop.sock_recv(client, 100):
                heard += more
            await loop.sock_sendall(client, frame(question(3)))
            await asyncio.sleep(0)

            assert await loop.sock_recv(client, 100) == b"", "still the end in order, and no reset"
            assert heard == b"".join(frame(question(number)[:2] + b"!" * 10) for number in (1, 2))
            client.close()
            await stopping


async def test_a_client_that_never_closes_is_waited_for_a_moment(serve, monkeypatch):
    monkeypatch.setattr("gslb.server.stream.LINGER", 0.01)
    service = serve()
    client = await service.connect()
    await client.ask(1)

    async with asyncio.timeout(PATIENCE):
        await service.server.stop(PATIENCE)

    assert await client.closed()


async def test_who_refuses_keeps_whom_it_has_and_is_told_when_they_are_gone(serve):
    service = serve()
    held = await service.connect()
    await held.ask(1)

    service.server.refuse()
    late = await service.connect()
    late.writer.write(frame(question(2)))
    gone = asyncio.create_task(service.server.gone_all())
    assert await held.ask(3) == question(3)[:2] + b"!" * 10

    assert service.server.counts["accepted"] == 1
    assert not gone.done()
    held.writer.close()
    async with asyncio.timeout(PATIENCE):
        await gone
    await service.server.gone_all()


class Client:
    """A plain client: `ask` sends one question and reads one answer."""

    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer

    async def ask(self, number):
        self.writer.write(frame(question(number)))
        return await self.read()

    async def read(self):
        async with asyncio.timeout(PATIENCE):
            length = int.from_bytes(await self.reader.readexactly(2))
            return await self.reader.readexactly(length)

    async def closed(self):
        """Whether the server closes, without another word."""
        async with asyncio.timeout(PATIENCE):
            with contextlib.suppress(ConnectionError):
                return await self.reader.read() == b""
        return True


class Service:
    """A server on a loopback port, its clients, and what it was troubled by."""

    def __init__(self, respond, limits, clock, host):
        self.sockets = open_sockets([Listener(host, 0)])
        self.bound = self.sockets.tcp[0]
        self.troubles, self.clients = [], []
        listening = [self.bound.socket]
        self.server = TcpServer(listening, respond, self.troubles.append, limits, clock=clock, sweep_every=0.005)

    async def connect(self):
        client = Client(*await asyncio.open_connection(str(self.bound.address), self.bound.port))
        self.clients.append(client)
        return client

    async def end(self):
        for client in self.clients:
            client.writer.close()
        await self.server.stop(0.2)
        for client in self.clients:
            with contextlib.suppress(OSError):
                await client.writer.wait_closed()
        self.sockets.close()


@pytest.fixture
async def serve(clock):
    made = []

    def start(respond=answered, host="127.0.0.1", **limits):
        made.append(Service(respond, TcpLimits(**limits), clock, host))
        made[-1].server.start()
        return made[-1]

    yield start
    for service in made:
        await service.end()


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_a_question_is_answered_with_its_client_known(serve, host):
    seen = []

    def respond(request):
        seen.append(request)
        return b"answer"

    service = serve(respond, host)
    client = await service.connect()

    assert await client.ask(1) == b"answer"
    (request,) = seen
    assert (str(request.client), request.port) == client.writer.get_extra_info("sockname")[:2]
    assert (request.packet, request.tcp) == (question(1), True)


async def test_pipelined_questions_are_all_answered(serve):
    client = await serve().connect()

    client.writer.write(b"".join(frame(question(number)) for number in range(500)))

    assert [int.from_bytes((await client.read())[:2]) for _ in range(500)] == list(range(500))


async def test_a_later_question_may_be_answered_first(serve):
    first = asyncio.get_running_loop().create_future()
    client = await serve(lambda request: first if request.packet == question(1) else answered(request)).connect()
    client.writer.write(frame(question(1)) + frame(question(2)))

    assert (await client.read())[:2] == b"\0\2"
    first.set_result(b"\0\1 at last")
    assert await client.read() == b"\0\1 at last"


async def test_octet_by_octet_is_as_good_as_in_one_piece(serve):
    service = serve()
    client = await service.connect()
    client.writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    for octet in frame(question(1)) + frame(question(2)):
        client.writer.write(bytes([octet]))
        await client.writer.drain()
        await asyncio.sleep(0)

    assert [(await client.read())[:2] for _ in range(2)] == [b"\0\1", b"\0\2"]


async def test_what_is_no_dns_is_closed(serve):
    service = serve()
    client = await service.connect()

    client.writer.write(b"\0\3abc")

    assert await client.closed()
    assert service.server.counts["garbage"] == 1


async def test_a_client_that_closes_its_half_is_answered_and_closed(serve):
    client = await serve().connect()

    client.writer.write(frame(question(1)))
    client.writer.write_eof()

    assert (await client.read())[:2] == b"\0\1"
    assert await client.closed()


async def test_an_idle_connection_is_closed_when_its_time_is_up_and_an_active_one_is_not(serve, clock):
    service = serve(idle=10.0)
    idle, active = await service.connect(), await service.connect()
    await idle.ask(1)
    await active.ask(1)

    clock.advance(9.0)
    await active.ask(2)
    clock.advance(1.5)

    assert await idle.closed()
    assert (await active.ask(3))[:2] == b"\0\3"
    assert service.server.counts["idle"] == 1


async def test_octets_that_never_become_a_message_are_no_activity(serve, clock):
    service = serve(idle=10.0)
    client = await service.connect()
    await client.ask(1)

    client.writer.write(frame(question(2))[:5])
    await client.writer.drain()
    clock.advance(10.0)

    assert await client.closed()


async def test_a_connection_that_waits_for_its_answer_is_not_idle(serve, clock):
    answer = asyncio.get_running_loop().create_future()
    asked = []

    def respond(request):
        asked.append(request)
        return answer

    service = serve(respond, idle=10.0)
    client, idle = await service.connect(), await service.connect()
    client.writer.write(frame(question(1)))
    await until(lambda: asked, "the question")

    clock.advance(50.0)
    assert await idle.closed()  # so there was a sweep
    answer.set_result(b"worth the wait")

    assert await client.read() == b"worth the wait"


async def test_a_reader_that_does_not_read_is_cut_off_and_costs_a_bounded_buffer(serve, clock):
    service = serve(lambda request: b"x" * 60_000, unsent=65_536, write=5.0)
    slow, other = await service.connect(), await service.connect()
    slow.writer.transport.pause_reading()
    count = 200
    slow.writer.write(b"".join(frame(question(number)) for number in range(count)))

    await until(lambda: any(each.slow(clock() + 5.0) for each in service.server._open), "the answers to back up")
    answered_so_far = service.server.counts["queries"]
    assert answered_so_far < count, "12 MB of answers were asked for; they are not all made"
    clock.advance(5.0)
    await until(lambda: service.server.counts["slow"] == 1, "the cut")

    assert await other.ask(1) == b"x" * 60_000
    assert len(service.server) == 1


async def test_a_reader_that_catches_up_gets_everything(serve):
    service = serve(lambda request: request.packet[:2] + b"x" * 60_000, unsent=65_536)
    client = await service.connect()
    client.writer.transport.pause_reading()
    client.writer.write(b"".join(frame(question(number)) for number in range(200)))
    await until(lambda: any(each.slow(1e9) for each in service.server._open), "the answers to back up")

    client.writer.transport.resume_reading()

    assert [int.from_bytes((await client.read())[:2]) for _ in range(200)] == list(range(200))


async def test_1200_idle_connections_do_not_lock_out_50_new_ones(serve):
    service = serve()
    held = [await service.connect() for _ in range(1_200)]
    await until(lambda: service.server.counts["accepted"] == 1_200, "all to be accepted")
    assert len(service.server) <= 1_000

    began = time.monotonic()
    answers = []
    for number in range(50):
        client = await service.connect()
        answers.append(int.from_bytes((await client.ask(number))[:2]))
    took = time.monotonic() - began

    print(f"50 new beside 1,200 idle: {took / 50 * 1000:.1f} ms each")
    assert answers == list(range(50))
    assert len(held) == 1_200


async def test_a_client_at_its_limit_loses_its_own_idlest(serve):
    service = serve(per_client=2)
    first, second = await service.connect(), await service.connect()
    await first.ask(1)
    await second.ask(1)
    await first.ask(2)

    third = await service.connect()

    assert (await third.ask(1))[:2] == b"\0\1"
    assert await second.closed()
    assert (await first.ask(3))[:2] == b"\0\3"
    assert service.server.counts["evicted"] == 1


async def test_running_out_of_descriptors_is_survived(serve):
    service = serve()
    client = await service.connect()
    await client.ask(1)
    waiting = [socket.socket(socket.AF_INET, socket.SOCK_STREAM) for _ in range(3)]
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    probe = socket.socket()
    lowest = probe.fileno()
    probe.close()
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (lowest, hard))
        for each in waiting:
            each.setblocking(False)  # noqa: FBT003 - the standard library's own signature
            with contextlib.suppress(BlockingIOError):
                each.connect((str(service.bound.address), service.bound.port))
        await until(lambda: service.server.counts["accept_failed"] > 0, "the shortage")
        assert await client.closed(), "the idlest made room"
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    loop = asyncio.get_running_loop()
    for number, each in enumerate(waiting):
        await loop.sock_sendall(each, frame(question(number)))
        assert (await loop.sock_recv(each, 100))[:4] == struct.pack("!HH", 12, number)
        each.close()


async def test_connections_that_vanish_while_they_wait_are_passed_over(serve, monkeypatch):
    """accept(2) may fail for a connection that is gone, and for reasons of the network; neither ends the server."""
    service = serve()

    class Failing:
        """The listening socket, whose next two accepts fail."""

        def __init__(self, real):
            self.real, self.errors = real, [errno.ECONNABORTED, errno.ENETDOWN]

        def fileno(self):
            return self.real.fileno()

        def accept(self):
            if self.errors:
                number = self.errors.pop(0)
                raise OSError(number, "")
            return self.real.accept()

    failing = Failing(service.bound.socket)
    asyncio.get_running_loop().remove_reader(service.bound.socket)
    service.server._sockets[:] = [failing]
    service.server._listen(failing)

    client = await service.connect()

    assert (await client.ask(1))[:2] == b"\0\1"
    assert service.server.counts["accept_failed"] == 1
    assert service.server.counts["evicted"] == 0


async def test_a_drain_answers_what_was_asked_accepts_nobody_and_closes(serve):
    answer = asyncio.get_running_loop().create_future()
    service = serve(lambda request: answer)
    busy, idle = await service.connect(), await service.connect()
    busy.writer.write(frame(question(1)))
    await until(lambda: any(each.awaited for each in service.server._open), "the question")

    stopping = asyncio.ensure_future(service.server.stop(PATIENCE))
    assert await idle.closed()
    assert not stopping.done()
    answer.set_result(b"last words")

    assert await busy.read() == b"last words"
    assert await busy.closed()
    await stopping
    assert len(service.server) == 0
    late = await service.connect()  # the kernel still queues it, for the next responder
    late.writer.write(frame(question(2)))
    assert not asyncio.get_running_loop().remove_reader(service.bound.socket), "nobody waits to accept it here"
    assert service.server.counts["accepted"] == 2


async def test_a_drain_answers_even_who_was_still_in_the_queue_of_the_kernel(serve):
    service = serve()
    loop = asyncio.get_running_loop()
    loop.remove_reader(service.bound.socket)
    clients = [await service.connect() for _ in range(20)]
    for number, client in enumerate(clients):
        client.writer.write(frame(question(number)))
        await client.writer.drain()

    await service.server.stop(PATIENCE)

    assert [int.from_bytes((await client.read())[:2]) for client in clients] == list(range(20))
    assert all([await client.closed() for client in clients])


async def test_a_drain_does_not_wait_for_ever(serve):
    never = asyncio.get_running_loop().create_future()
    service = serve(lambda request: never)
    client = await service.connect()
    client.writer.write(frame(question(1)))
    await until(lambda: any(each.awaited for each in service.server._open), "the question")

    await service.server.stop(0.05)

    assert await client.closed()
    assert len(service.server) == 0


async def test_a_failing_answer_closes_one_connection_and_is_told(serve):
    def respond(request):
        if request.packet[:2] == b"\0\x0d":
            raise ZeroDivisionError
        return answered(request)

    service = serve(respond)
    unlucky, other = await service.connect(), await service.connect()
    unlucky.writer.write(frame(question(13)))

    assert await unlucky.closed()
    assert (await other.ask(1))[:2] == b"\0\1"
    assert [type(error) for error in service.troubles] == [ZeroDivisionError]


async def test_a_pause_before_accepting_again_does_not_outlive_a_drain(serve):
    service = serve()
    service.server._accepting = False

    service.server._listen(service.bound.socket)

    assert service.server.counts["accepted"] == 0
