"""Streams of queries are answered as `answer` says, message by message, as far as the tables go, by both engines."""

import random
from ctypes import sizeof
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gslb.engine import CompiledStreams, Engine, NoAnswer, PureStreams, answer, streams
from gslb.engine.library import ENOUGH_STREAMED, Streamed
from gslb.image import (
    Body,
    Constant,
    EngineCounter,
    Entry,
    Publisher,
    Rows,
    Scoping,
    Static,
    Tables,
    open_engine_counters,
)
from kit.packets import AAAA, A, name_of, opt, option, query, subnet
from kit.tables import APEX, NODATA, NXDOMAIN, World, ZoneContent, address, publish, small_world, tables_of

SENDER = bytes([10, 1, 2, 3])
GOOD = query("www.example.com")
NSID = query("www.example.com", A, opt(options=option(3)))
ONE = Constant(address(1)), Scoping()
ENGINES = pytest.mark.parametrize("engine", [Engine.PYTHON, Engine.COMPILED])


def framed(*messages):
    return b"".join(len(message).to_bytes(2) + message for message in messages)


class Site:
    """Tables, what answers streams from them, and what it counts."""

    def __init__(self, folder, engine, world):
        folder.mkdir(exist_ok=True)
        self.tables = tables_of(folder, world)
        self.counters = open_engine_counters(folder / "run", 1)
        self.streams = streams(engine, self.tables, self.counters, lambda: 0)

    def answer(self, octets, sender=SENDER):
        return self.streams.answer(octets, sender)

    def counted(self):
        return {EngineCounter(at) if at < 32 else at: told for at, told in enumerate(self.counters) if told}


@pytest.fixture
def site(tmp_path):
    return lambda engine: Site(tmp_path, engine, small_world(ONE))


def said(tables, message, sender=SENDER):
    return answer(tables, message, sender, lambda: 0, stream=True)


@ENGINES
def test_all_that_came_is_answered_in_order(site, engine):
    here = site(engine)
    messages = [
        GOOD,
        query("gone.example.com", id_=1),
        query("WWW.example.com", AAAA, opt(512), id_=2),
        query("steer0.example.com", A, opt(options=subnet(SENDER[:3], 24)), id_=3),
        query("www.example.org", A, opt(), id_=4),
        query("www.example.com", 250, id_=5),
        GOOD,
        GOOD,
    ]
    octets = framed(*messages)

    assert here.answer(octets) == (framed(*[said(here.tables, each) for each in messages]), len(octets), 8)
    assert here.counted() == {
        EngineCounter.RECEIVED: 8,
        EngineCounter.ANSWERED_TCP: 5,
        EngineCounter.ANSWERED_TCP + 1: 1,
        EngineCounter.ANSWERED_TCP + 3: 1,
        EngineCounter.ANSWERED_TCP + 5: 1,
    }


@ENGINES
@pytest.mark.parametrize("rest", [b"", b"\0", b"\0\x0c", framed(GOOD)[:-1], framed(NSID, GOOD)])
def test_it_stops_where_a_message_is_not_whole_or_not_for_tables(site, engine, rest):
    here = site(engine)

    assert here.answer(framed(GOOD) + rest) == (framed(said(here.tables, GOOD)), len(GOOD) + 2, 1)
    assert here.answer(rest) == (b"", 0, 0)


@ENGINES
@pytest.mark.parametrize("length", [0, 1, 11])
def test_it_stops_before_what_is_no_message(site, engine, length):
    octets = length.to_bytes(2) + bytes(40)

    assert site(engine).answer(octets) == (b"", 0, 0)


@ENGINES
def test_a_response_is_met_with_silence(site, engine):
    here = site(engine)
    response = query("www.example.com", flags=0x8000)

    assert here.answer(framed(response, GOOD, response)) == (framed(said(here.tables, GOOD)), 2 * 3 + 3 * len(GOOD), 3)
    assert here.counted()[EngineCounter.DROPPED] == 2


@ENGINES
def test_long_replies_are_made_some_at_a_time(tmp_path, engine):
    long = Body(b"\1" * 30_000, 0x0400, 1, core=30_000)
    entries = (
        Entry(APEX, Rows({}, NODATA), NXDOMAIN),
        Entry(name_of("x.example.com"), Rows({A: Static(long, 0)}, NODATA), NXDOMAIN),
    )
    here = Site(tmp_path, engine, World((ZoneContent(APEX, entries),)))
    asked = query("x.example.com")

    replies, used, count = here.answer(framed(*[asked] * 10))

    assert (used, count) == (3 * (len(asked) + 2), 3)
    assert replies == framed(*[said(here.tables, asked)] * 3)


@ENGINES
def test_the_longest_reply_fits_after_many_others(tmp_path, engine):
    overhead = 12 + len(name_of("x.example.com")) + 4
    bodies = [Body(b"\1" * size, 0x0400, 1, core=size) for size in (65_535 - overhead, 65_400 - overhead)]
    entries = (
        Entry(APEX, Rows({}, NODATA), NXDOMAIN),
        *(
            Entry(name_of(f"{host}.example.com"), Rows({A: Static(body, 0)}, NODATA), NXDOMAIN)
            for host, body in zip("xy", bodies, strict=True)
        ),
    )
    here = Site(tmp_path, engine, World((ZoneContent(APEX, entries),)))
    messages = [query("y.example.com"), query("x.example.com"), query("x.example.com")]

    replies, _, count = here.answer(framed(*messages))

    assert count == 2
    assert replies == framed(*[said(here.tables, each) for each in messages[:2]])
    assert len(replies) <= 2 * ENOUGH_STREAMED + 8 < sizeof(Streamed)


@ENGINES
def test_a_new_publication_is_answered_from_at_once(tmp_path, engine):
    publisher = Publisher(tmp_path / "run", 1 << 16)
    publish(tmp_path, small_world(ONE), 1, publisher)
    tables = Tables(tmp_path / "run", 0)
    here = streams(engine, tables, open_engine_counters(tmp_path / "run", 1), lambda: 0)
    asked = framed(query("steer0.example.com"))
    before = [here.answer(asked, SENDER)[0] for _ in range(2)]

    publish(tmp_path, small_world((Constant(address(9)), Scoping())), 2, publisher)

    assert before[0] == before[1]
    assert before[0][-1] == 1
    assert here.answer(asked, SENDER)[0][-1] == 9
    publisher.close()


@ENGINES
def test_before_the_first_publication_queries_are_the_responders(tmp_path, engine):
    Publisher(tmp_path).close()
    here = streams(engine, Tables(tmp_path), open_engine_counters(tmp_path, 1), lambda: 0)

    assert here.answer(framed(GOOD), SENDER) == (b"", 0, 0)


@ENGINES
def test_a_root_that_leads_nowhere_is_counted_and_the_last_tables_stay(site, engine, tmp_path):
    here = site(engine)
    with (tmp_path / "run" / "root").open("r+b") as root:
        root.write((77 << 40).to_bytes(8, "little"))

    assert here.answer(framed(GOOD))[2] == 1
    assert here.counted()[EngineCounter.REFRESH_FAILED] == 1


def test_ready_replies_take_a_bounded_room(tmp_path):
    here = Site(tmp_path, Engine.PYTHON, small_world())
    bounded = PureStreams(here.tables, here.counters, lambda: 0, most_octets=10_000)
    messages = [query("www.example.com", kind) for kind in range(1, 200) if kind != 41]
    for _ in range(2):
        for message in messages:
            assert bounded.answer(framed(message), SENDER)[0] == framed(said(here.tables, message))
            assert bounded.octets <= 10_000
    assert bounded.octets > 0


def test_a_name_whose_tables_are_damaged_is_left_to_the_responder(site, monkeypatch):
    here = site(Engine.PYTHON)
    monkeypatch.setattr(here.tables, "find", lambda *_: 1 / 0)

    assert here.answer(framed(query("gone.example.com"))) == (b"", 0, 0)
    assert here.counted() == {EngineCounter.FAULTS: 1}


def test_the_engine_that_is_wanted_is_the_one_that_answers(site):
    here = site(Engine.PYTHON)

    assert isinstance(here.streams, PureStreams)
    assert isinstance(streams(Engine.COMPILED, here.tables, here.counters, lambda: 0), CompiledStreams)


NAMES = ["www", "gone", "any.wild", "deep", "x.deeper.deep", "deeper.deep", "steer0"]
packets = st.builds(
    lambda name, kind, additional, flags: query(f"{name}.example.com", kind, additional, flags=flags),
    st.sampled_from(NAMES),
    st.sampled_from([A, AAAA, 255, 250]),
    st.sampled_from([b"", opt(), opt(options=option(11)), opt(options=subnet(SENDER[:3], 24)), opt(version=1)]),
    st.sampled_from([0, 0x0100, 0x8000, 0x2800]),
)


@settings(max_examples=60)
@given(st.lists(packets, max_size=12), st.integers(0, 40))
def test_both_engines_take_the_same_messages_and_say_the_same(messages, cut):
    octets = framed(*messages)[: -cut or None]
    with TemporaryDirectory() as folder:
        made = [Site(Path(folder) / engine, engine, small_world(ONE)) for engine in (Engine.PYTHON, Engine.COMPILED)]
        python, compiled = made
        assert python.answer(octets) == python.answer(octets) == compiled.answer(octets)
        replies, used, count = python.answer(octets)
        assert (b"".join(framed(m) for m in messages[:count])) == octets[:used]
        said_here = [said(python.tables, message) for message in messages[:count]]
        assert replies == framed(*[one for one in said_here if one is not NoAnswer.DROP])
        assert NoAnswer.FORWARD not in said_here


def test_bent_streams_raise_nothing(site):
    chance = random.Random(7766)
    both = site(Engine.PYTHON)
    compiled = CompiledStreams(both.tables, both.counters)
    stream = framed(
        GOOD, query("gone.example.com", A, opt()), query("www.example.com", A, opt(options=option(10, bytes(8))))
    )
    for _ in range(3_000):
        octets = bytearray(stream * 2)
        for _ in range(chance.randrange(4)):
            octets[chance.randrange(len(octets))] = chance.getrandbits(8)
        assert both.answer(bytes(octets)) == compiled.answer(bytes(octets), SENDER)
