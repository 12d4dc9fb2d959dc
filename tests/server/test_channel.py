"""A channel over real sockets: what comes in, what goes out when it can, and how it ends."""

import asyncio
import contextlib
import socket
import struct

import pytest

from gslb.server.channel import CHUNK, Channel, Poller

PATIENCE = 20.0


class Heard(asyncio.Protocol):
    """What a protocol is told, in order; `stay` keeps its half open when the peer closes."""

    def __init__(self, *, stay=False):
        self.stay, self.said, self.octets, self.transport = stay, [], b"", None

    def connection_made(self, transport):
        self.transport = transport
        self.said.append("made")

    def data_received(self, data):
        self.octets += data

    def eof_received(self):
        self.said.append("eof")
        return self.stay

    def pause_writing(self):
        self.said.append("pause")

    def resume_writing(self):
        self.said.append("resume")

    def connection_lost(self, exc):
        self.said.append("lost")


async def until(condition):
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110 - what is waited for happens in the loop, which tells nobody
            await asyncio.sleep(0.001)


def connected_pair():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        near = socket.create_connection(listening.getsockname())
        far, _ = listening.accept()
    near.setblocking(False)  # noqa: FBT003 - the standard library's own signature
    return near, far


@pytest.fixture
async def connect():
    poller = Poller()
    poller.start()
    made = []

    def start(**options):
        near, far = connected_pair()
        heard = Heard(**options)
        made.append((near, heard, Channel(far, heard, poller)))
        return made[-1]

    yield start
    for near, heard, channel in made:
        near.close()
        channel.abort()
        await until(lambda heard=heard: "lost" in heard.said)
    poller.close()
    poller.close()


async def take(near, count):
    """So many octets, as they come."""
    taken = b""
    async with asyncio.timeout(PATIENCE):
        while len(taken) < count:
            octets = await asyncio.get_running_loop().sock_recv(near, 65_536)
            assert octets, "it closed too early"
            taken += octets
    return taken


async def closed(near):
    async with asyncio.timeout(PATIENCE):
        with contextlib.suppress(ConnectionError):
            return await asyncio.get_running_loop().sock_recv(near, 1) == b""
    return True


async def test_octets_pass_both_ways(connect):
    near, heard, channel = connect()
    near.sendall(b"question")
    await until(lambda: heard.octets)
    channel.write(b"answer")

    assert heard.octets == b"question"
    assert await take(near, 6) == b"answer"
    assert heard.said == ["made"]
    assert channel.get_write_buffer_size() == 0


async def test_many_are_served_side_by_side(connect):
    made = [connect() for _ in range(50)]
    for number, (near, _, _) in enumerate(made):
        near.sendall(bytes([number]) * 3 * CHUNK)

    await until(lambda: all(len(heard.octets) == 3 * CHUNK for _, heard, _ in made))
    assert [heard.octets[0] for _, heard, _ in made] == list(range(50))


async def test_what_the_peer_does_not_take_waits_and_all_of_it_arrives(connect):
    near, heard, channel = connect()
    channel.set_write_buffer_limits(high=100_000)
    sent = 0
    while "pause" not in heard.said:
        channel.write(sent.to_bytes(4) * 4_000)
        sent += 1
    unsent = channel.get_write_buffer_size()

    received = await take(near, 16_000 * sent)

    assert unsent > 100_000
    assert received == b"".join(number.to_bytes(4) * 4_000 for number in range(sent))
    assert heard.said == ["made", "pause", "resume"]
    assert channel.get_write_buffer_size() == 0


async def test_who_pauses_reading_hears_nothing_until_it_resumes(connect):
    near, heard, channel = connect()
    channel.pause_reading()
    near.sendall(b"later")
    for _ in range(3):  # turns of the loop, each of which looks for what has come
        await asyncio.sleep(0)
    assert heard.octets == b""

    channel.resume_reading()
    await until(lambda: heard.octets == b"later")


async def test_a_half_closed_connection_stays_if_the_protocol_wants_it(connect):
    near, heard, channel = connect(stay=True)
    near.shutdown(socket.SHUT_WR)
    await until(lambda: "eof" in heard.said)
    channel.write(b"still here")

    assert await take(near, 10) == b"still here"
    assert heard.said == ["made", "eof"]


async def test_it_goes_with_its_peer_otherwise(connect):
    near, heard, channel = connect()
    near.close()

    await until(lambda: "lost" in heard.said)
    assert heard.said == ["made", "eof", "lost"]
    assert channel.is_closing()


async def test_a_reset_ends_it(connect):
    near, heard, _ = connect()
    near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    near.close()

    await until(lambda: "lost" in heard.said)
    assert heard.said == ["made", "lost"]


async def test_a_protocol_that_fails_loses_its_connection_and_nobody_elses(connect):
    faults = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: faults.append(context["exception"]))
    (near, broken, _), (other, sound, _) = connect(), connect()
    broken.data_received = lambda data: 1 / 0
    near.sendall(b"?")
    other.sendall(b"?")

    await until(lambda: "lost" in broken.said and sound.octets)
    assert [type(each) for each in faults] == [ZeroDivisionError]
    assert sound.said == ["made"]


async def test_closing_sends_what_is_unsent_first(connect):
    near, heard, channel = connect()
    sent = 0
    while not channel.get_write_buffer_size():
        channel.write(b"x" * 100_000)
        sent += 100_000
    channel.close()

    assert len(await take(near, sent)) == sent
    assert await closed(near)
    assert heard.said[-1] == "lost"


async def test_closing_with_nothing_unsent_closes_at_once(connect):
    near, heard, channel = connect()
    channel.close()
    channel.write(b"too late")

    assert await closed(near)
    assert heard.said == ["made", "lost"]


async def test_aborting_forgets_what_is_unsent_and_is_told_once(connect):
    _, heard, channel = connect()
    while not channel.get_write_buffer_size():
        channel.write(b"x" * 100_000)
    channel.abort()
    channel.abort()
    channel.write(b"too late")

    assert channel.get_write_buffer_size() == 0
    await until(lambda: "lost" in heard.said)
    await asyncio.sleep(0)
    assert heard.said.count("lost") == 1


async def test_writing_to_a_connection_that_broke_ends_it(connect):
    near, heard, channel = connect()
    channel.pause_reading()
    near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    near.close()
    for _ in range(2):
        channel.write(b"to nobody")

    await until(lambda: "lost" in heard.said)


async def test_our_side_may_close_before_the_peers(connect):
    near, heard, channel = connect(stay=True)
    near.setblocking(False)  # noqa: FBT003 - the standard library's own signature
    loop = asyncio.get_running_loop()
    assert channel.can_write_eof()
    channel.write(b"last words")
    channel.write_eof()
    async with asyncio.timeout(PATIENCE):
        assert await loop.sock_recv(near, 100) == b"last words"
        assert await loop.sock_recv(near, 100) == b""

    near.send(b"and yet")
    await until(lambda: heard.octets == b"and yet")

    assert heard.said == ["made"]


async def test_our_side_closes_after_all_that_was_unsent(connect):
    near, heard, channel = connect(stay=True)
    channel.write(bytes(20_000_000))
    channel.write_eof()

    assert len(await take(near, 20_000_000)) == 20_000_000
    async with asyncio.timeout(PATIENCE):
        assert await asyncio.get_running_loop().sock_recv(near, 100) == b""
    assert "lost" not in heard.said


async def test_closing_the_side_of_a_connection_that_is_gone_is_no_fault(connect):
    near, heard, channel = connect()
    near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    near.close()

    channel.write_eof()

    await until(lambda: "lost" in heard.said)
