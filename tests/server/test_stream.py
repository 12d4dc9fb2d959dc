"""One connection: what goes in, what comes out, on a transport that records."""

import asyncio
from collections import Counter
from ipaddress import ip_address

import pytest

from gslb.server.framing import frame
from gslb.server.stream import Request, Stream, TcpLimits

CLIENT = ip_address("192.0.2.1")


def question(number, length=12):
    return number.to_bytes(2) + b"?" * (length - 2)


def usual(number):
    return number.to_bytes(2) + b"!" * 10


class Wire(asyncio.Transport):
    """A transport in memory: what was written, whether it reads, how it ended."""

    def __init__(self):
        super().__init__()
        self.written, self.reading, self.ended, self.unsent, self.high = b"", True, "", 0, 0

    def write(self, data):
        self.written += data

    def get_write_buffer_size(self):
        return self.unsent

    def set_write_buffer_limits(self, high=None, low=None):
        self.high = high

    def pause_reading(self):
        self.reading = False

    def resume_reading(self):
        self.reading = True

    def is_closing(self):
        return bool(self.ended)

    def close(self):
        self.ended = self.ended or "closed"

    def abort(self):
        self.ended = "aborted"

    def answers(self):
        found, rest = [], self.written
        while rest:
            length = int.from_bytes(rest[:2])
            found.append(rest[2 : 2 + length])
            rest = rest[2 + length :]
        return found


class Server:
    """What a stream needs, with a clock by hand. Answers are as usual, or what `script` has for a number."""

    def __init__(self, clock, **limits):
        self.limits, self.counts, self.clock = TcpLimits(**limits), Counter(), clock
        self.script, self.asked, self.troubles, self.activity, self.left = {}, [], [], 0, 0
        self.senders = set()

    def respond(self, request):
        self.asked.append(request)
        number = int.from_bytes(request.packet[:2])
        reply = self.script.get(number, usual(number))
        if isinstance(reply, Exception):
            raise reply
        return reply

    def ready(self, octets, sender):
        """The tables know what begins with T."""
        self.senders.add(sender)
        answers, at, count = b"", 0, 0
        while octets[at + 2 : at + 3] == b"T" and len(octets) >= at + 2 + int.from_bytes(octets[at : at + 2]):
            answers += frame(octets[at + 2 : at + 4] + b"from tables")
            at += 2 + int.from_bytes(octets[at : at + 2])
            count += 1
        return answers, at, count

    def trouble(self, error):
        self.troubles.append(error)

    def active(self, stream):
        self.activity += 1

    def gone(self, stream):
        self.left += 1


@pytest.fixture
def connect(clock):
    def make(**limits):
        server, wire = Server(clock, **limits), Wire()
        stream = Stream(CLIENT, 4711, server)
        stream.connection_made(wire)
        return server, stream, wire

    return make


async def turns(count=5):
    """Let what was scheduled run."""
    for _ in range(count):
        await asyncio.sleep(0)


def test_a_question_carries_who_asked(connect):
    server, stream, wire = connect()

    stream.data_received(frame(question(1)))

    assert server.asked == [Request(question(1), CLIENT, 4711, tcp=True)]
    assert wire.answers() == [usual(1)]
    assert server.activity == 1
    assert server.counts == {"queries": 1}


def test_several_in_one_segment_are_answered_in_one_segment_in_order(connect):
    _, stream, wire = connect()

    stream.data_received(b"".join(frame(question(number)) for number in range(5)))

    assert [int.from_bytes(answer[:2]) for answer in wire.answers()] == [0, 1, 2, 3, 4]


def known(number, length=12):
    return b"T" + bytes([number]) + b"?" * (length - 2)


def test_what_the_tables_answer_needs_no_respond_and_the_order_stays(connect):
    server, stream, wire = connect()

    stream.data_received(b"".join(map(frame, (known(1), known(2), question(3), known(4), question(5)))))

    told = [answer[:2] for answer in wire.answers()]
    assert told == [b"T\1", b"T\2", b"\0\3", b"T\4", b"\0\5"]
    assert [request.packet for request in server.asked] == [question(3), question(5)]
    assert server.senders == {CLIENT.packed}
    assert server.counts["queries"] == 5


def test_what_the_tables_answer_may_come_in_pieces(connect):
    server, stream, wire = connect()
    octets = frame(known(1)) + frame(known(2))

    for at in range(len(octets)):
        stream.data_received(octets[at : at + 1])

    assert [answer[:2] for answer in wire.answers()] == [b"T\1", b"T\2"]
    assert server.asked == []
    assert server.activity == 2


def test_silence_and_several_messages_are_answers_too(connect):
    server, stream, wire = connect()
    server.script = {1: None, 2: [b"first", b"second"], 3: []}

    stream.data_received(b"".join(frame(question(number)) for number in (1, 2, 3)))

    assert wire.answers() == [b"first", b"second"]
    assert wire.ended == ""


def test_garbage_closes_but_what_was_asked_before_is_answered(connect):
    server, stream, wire = connect()

    stream.data_received(frame(question(1)) + b"\0\5hello" + frame(question(2)))

    assert len(wire.answers()) == 1
    assert wire.ended == "closed"
    assert server.counts["garbage"] == 1
    stream.data_received(frame(question(3)))
    assert len(server.asked) == 1


def test_a_message_beyond_the_limit_closes(connect):
    _, stream, wire = connect(message=100)

    stream.data_received(frame(question(1, 100)))
    assert len(wire.answers()) == 1
    stream.data_received((101).to_bytes(2))

    assert wire.ended == "closed"


def test_a_failing_answer_is_told_and_closes_this_connection_alone(connect):
    server, stream, wire = connect()
    server.script = {2: ZeroDivisionError("oops")}

    stream.data_received(b"".join(frame(question(number)) for number in (1, 2, 3)))

    assert len(wire.answers()) == 1
    assert [repr(error) for error in server.troubles] == ["ZeroDivisionError('oops')"]
    assert wire.ended == "closed"


def test_an_answer_too_long_for_a_frame_is_a_failure_and_not_a_broken_stream(connect):
    server, stream, wire = connect()
    server.script = {1: b"x" * 65_536}

    stream.data_received(frame(question(1)))

    assert wire.written == b""
    assert isinstance(server.troubles[0], OverflowError)
    assert wire.ended == "closed"


async def test_one_connection_full_of_questions_gives_the_others_a_turn(connect):
    _, stream, wire = connect()

    stream.data_received(b"".join(frame(question(number)) for number in range(100)))

    assert len(wire.answers()) == 32
    assert not wire.reading
    stream.data_received(frame(question(100)))
    assert len(wire.answers()) == 32, "the turn that is scheduled will take it"
    await turns()
    assert [int.from_bytes(answer[:2]) for answer in wire.answers()] == list(range(101))
    assert wire.reading


def test_a_slow_reader_is_read_no_further_until_it_takes_its_answers(connect, clock):
    server, stream, wire = connect(write=10.0, unsent=1000)
    assert wire.high == 1000
    stream.pause_writing()

    stream.data_received(frame(question(1)))

    assert server.asked == []
    assert not wire.reading
    clock.advance(9.9)
    assert not stream.slow(clock())
    clock.advance(0.1)
    assert stream.slow(clock())
    stream.resume_writing()
    assert not stream.slow(clock())
    assert len(wire.answers()) == 1
    assert wire.reading


async def test_answers_go_out_as_they_are_done(connect):
    server, stream, wire = connect()
    slow, slower = asyncio.get_running_loop().create_future(), asyncio.get_running_loop().create_future()
    server.script = {1: slower, 2: slow}

    stream.data_received(b"".join(frame(question(number)) for number in (1, 2, 3)))
    assert wire.answers() == [usual(3)]
    assert bool(stream.awaited)
    slow.set_result(b"two")
    await turns()
    slower.set_result(b"one")
    await turns()

    assert wire.answers()[1:] == [b"two", b"one"]
    assert not stream.awaited
    assert server.activity == 5


async def test_more_than_the_allowed_answers_are_not_awaited_at_a_time(connect):
    server, stream, wire = connect(pipelined=2)
    pending = {number: asyncio.get_running_loop().create_future() for number in range(4)}
    server.script = dict(pending)

    stream.data_received(b"".join(frame(question(number)) for number in pending))
    assert len(server.asked) == 2
    assert not wire.reading
    for future in pending.values():
        future.set_result(b"answer")
        await turns()

    assert len(wire.answers()) == 4
    assert wire.reading


async def test_an_awaited_answer_that_fails_is_told_and_closes(connect):
    server, stream, wire = connect()
    future = asyncio.get_running_loop().create_future()
    server.script = {1: future}
    stream.data_received(frame(question(1)))

    future.set_exception(ZeroDivisionError("late"))
    await turns()

    assert [repr(error) for error in server.troubles] == ["ZeroDivisionError('late')"]
    assert wire.ended == "closed"


async def test_a_client_that_closes_its_half_still_gets_its_answers(connect):
    server, stream, wire = connect()
    future = asyncio.get_running_loop().create_future()
    server.script = {1: future}
    stream.data_received(frame(question(1)) + frame(question(2)))

    assert stream.eof_received(), "our half stays open"
    assert wire.ended == ""
    assert not wire.reading
    future.set_result(b"late")
    await turns()

    assert wire.answers()[1] == b"late"
    assert wire.ended == "closed"


async def test_a_drain_answers_what_came_whole_and_no_more(connect):
    _, stream, wire = connect()
    stream.data_received(b"".join(frame(question(number)) for number in range(40)) + b"\0\x0cpart")

    stream.finish()
    stream.data_received(b"more")
    await turns()

    assert len(wire.answers()) == 40
    assert wire.ended == "closed"


def test_a_connection_is_finished_or_ended_even_before_it_began(clock):
    for end, how in ((Stream.finish, "closed"), (Stream.abort, "aborted"), (Stream.expire, "aborted")):
        stream, wire = Stream(CLIENT, 1, Server(clock)), Wire()

        end(stream)
        stream.connection_made(wire)

        assert wire.ended == how


def test_an_idle_connection_is_closed_and_one_that_will_not_take_its_answers_is_cut(connect):
    _, stream, wire = connect()
    stream.expire()
    assert wire.ended == "closed"

    wire.unsent = 1
    stream.expire()
    assert wire.ended == "aborted"


async def test_a_lost_connection_forgets_what_it_waited_for(connect):
    server, stream, wire = connect()
    future = asyncio.get_running_loop().create_future()
    server.script = {1: future}
    stream.data_received(frame(question(1)))
    stream.pause_writing()
    await turns()

    stream.connection_lost(None)
    await turns()

    assert future.cancelled()
    assert server.left == 1
    assert not stream.slow(1e9)
    assert wire.written == b""


async def test_an_aborted_connection_writes_nothing_more(connect):
    server, stream, wire = connect()
    future = asyncio.get_running_loop().create_future()
    server.script = {1: future}
    stream.data_received(frame(question(1)))

    stream.abort()
    future.set_result(b"late")
    await turns()

    assert wire.ended == "aborted"
    assert wire.written == b""
