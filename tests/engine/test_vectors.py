"""The vectorised loop says what `answer` says, octet for octet, counts the same, and holds no more than it may."""

import random
import socket
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gslb.engine import Means, NoAnswer, answer
from gslb.engine.vectors import MOST_GIVEN, vectors
from gslb.image import (
    Body,
    Bucket,
    ByClass,
    Constant,
    Draw,
    EngineCounter,
    Entry,
    ExactRanges,
    Places,
    Publisher,
    Ranges,
    Rows,
    Scoping,
    Static,
    Tables,
)
from kit.packets import AAAA, A, name_of, opt, option, query, read, subnet
from kit.tables import (
    APEX,
    NODATA,
    NXDOMAIN,
    World,
    ZoneContent,
    address,
    bucket_table,
    publish,
    scopings,
    selectors,
    small_world,
    worlds,
)

MAP = Places(
    "map",
    Ranges([0, 10 << 24, (10 << 24) + 0x500, 11 << 24], [0, 1, 3, 2]),
    Ranges([0, 0x20010DB8 << 32], [0, 1]),
    ExactRanges([0x7F000001], [0x7F000001], [4]),
)
ONE, TWO, THREE, FOUR, FIVE = (Constant(address(number, number % 4)) for number in range(1, 6))
WIDE = b"x" * 60
NAMES = [
    *("www.example.com", "steer0.example.com", "steer1.example.com", "example.com", "wild.example.com"),
    *("missing.example.com", "a.b.missing.example.com", "any.wild.example.com", "below.www.example.com"),
    *("deep.example.com", "er.deep.example.com", "deeper.deep.example.com", "example.org", "steer9.example.com"),
    b"\x3c" + WIDE + b"\x0a" + WIDE[:10] + APEX,
]
SUBNETS = [
    subnet(bytes([10, 1, 7]), 24),
    subnet(bytes([10, 0, 5]), 24),
    subnet(bytes([11, 65, 90]), 24),
    subnet(bytes.fromhex("20010db8000001"), 56, 2),
    subnet(bytes.fromhex("20010db8000041"), 56, 2),
    subnet(bytes([10, 1]), 16),
    subnet(bytes([10, 1, 7, 0]), 32),
    subnet(b"", 0),
]
OTHERS = [option(10, bytes(8)), option(3), option(10, b"A" * 8) + SUBNETS[0], SUBNETS[0] + option(65_001)]
ADDITIONAL = [b"", b"", opt(), opt(512, flags=0x8000), opt(4_096), opt(0x4161), opt(1232, version=1)]
ADDITIONAL += [opt(options=options) for options in (*SUBNETS, *SUBNETS[:2], *OTHERS)]


@st.composite
def packets(draw):
    """A query as it may come, often the same as another but for case, sometimes cut, longer, or with odd octets."""
    name = draw(st.sampled_from(NAMES))
    wire = name if isinstance(name, bytes) else name_of(name)
    if draw(st.booleans()):
        wire = draw(st.sampled_from((wire.upper(), wire.title(), wire.swapcase())))
    flags = draw(st.sampled_from((0, 0x0100, 0x0100, 0x0110, 0x0020, 0x4100, 0x8100, 0x0041)))
    made = query(
        wire, draw(st.sampled_from((A, A, AAAA, 65, 97, 255, 6))), draw(st.sampled_from(ADDITIONAL)), flags=flags
    )
    match draw(st.integers(0, 30)):
        case 0:
            return made[: draw(st.integers(0, len(made)))]
        case 1:
            return made + bytes(draw(st.integers(1, 120)))
        case 2:
            at = draw(st.integers(2, len(made) - 1))
            return made[:at] + bytes([draw(st.integers(0, 255))]) + made[at + 1 :]
        case _:
            return made


class Place:
    """The serving of one socket over a publication of its own, a client, and how much was forwarded."""

    def __init__(self, folder, world, host="127.0.0.1"):
        self.folder = Path(folder)
        self.publisher = Publisher(self.folder / "run", 1 << 16)
        publish(self.folder, world, 1, self.publisher)
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.listening, self.client = (socket.socket(family, socket.SOCK_DGRAM) for _ in range(2))
        self.listening.bind((host, 0))
        self.client.connect(self.listening.getsockname())
        self.queue, self.responder = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        for one in (self.client, self.responder):
            one.setblocking(False)  # noqa: FBT003 - the standard library's own signature
        self.tables = Tables(self.folder / "run", 0)
        self.counters = memoryview(bytearray(8 * EngineCounter.END)).cast("Q")
        self.drawn = 0
        means = Means(self.tables, self.queue, self.counters, lambda: self.drawn, lambda: 0)
        (self.serving,) = vectors(means, [self.listening])
        self.hot = self.serving._hot
        self.sender = socket.inet_pton(family, host)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for one in (self.listening, self.client, self.queue, self.responder):
            one.close()
        self.publisher.close()

    def ask(self, *batch):
        """The replies to a batch, by their place in it; ids are put in."""
        for number, packet in enumerate(batch):
            self.client.send(number.to_bytes(2, "big") + packet[2:])
        assert self.serving.serve() == len(batch)
        replies = {}
        while True:
            try:
                reply = self.client.recv(4_096)
            except BlockingIOError:
                return [replies.get(number) for number in range(len(batch))]
            replies[int.from_bytes(reply[:2], "big")] = reply[2:]

    def forwarded(self):
        count = 0
        while True:
            try:
                self.responder.recv(8_192)
            except BlockingIOError:
                return count
            count += 1

    def refresh(self, world, generation):
        publish(self.folder, world, generation, self.publisher)
        assert self.tables.refresh()
        self.serving.refreshed()

    def known(self):
        hot = self.hot
        return [len(one) for one in (hot.ready, hot.folded, hot.near, hot.folded_near, hot.below)]


def expected_of(tables, sender, draw, batch):
    told = [answer(tables, packet, sender, lambda: draw) if len(packet) > 1 else NoAnswer.DROP for packet in batch]
    replies = [None if isinstance(one, NoAnswer) else one[2:] for one in told]
    return replies, told.count(NoAnswer.FORWARD), told.count(NoAnswer.DROP)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
@settings(max_examples=18)
@given(data=st.data())
def test_batches_are_answered_as_each_packet_would_be(host, data):
    plans = [(data.draw(selectors("map")), data.draw(scopings)) for _ in range(2)]
    world = small_world(*plans, places=[MAP])
    with TemporaryDirectory() as folder, Place(folder, world, host) as place:
        plain = Tables(place.folder / "run", 1)
        place.hot._most_octets = data.draw(st.sampled_from((3_000, 20_000, 1 << 20)))
        pool = data.draw(st.lists(packets(), min_size=4, max_size=24))
        chance = random.Random(data.draw(st.integers(0, 99)))
        answered = dropped = 0
        for draw in (0, 2**64 - 1, 2**63, 2**63 - 1, 0x5555 << 48):
            place.drawn = draw
            batch = [chance.choice(pool) for _ in range(chance.choice((1, 20, 64)))]
            replies, forwards, drops = expected_of(plain, place.sender, draw, batch)
            assert place.ask(*batch) == replies
            assert place.forwarded() == forwards
            answered += len(batch) - forwards - drops
            dropped += drops
        place.serving.settle()
        assert list(plain.zones[APEX].layers[0].counts) == list(place.tables.zones[APEX].layers[0].counts)
        assert sum(place.counters[EngineCounter.ANSWERED_UDP : EngineCounter.ANSWERED_TCP]) == answered
        assert place.counters[EngineCounter.DROPPED] == dropped
        assert place.hot.octets <= place.hot._most_octets


@settings(max_examples=12)
@given(data=st.data())
def test_any_zones_are_answered_as_each_packet_would_be(data):
    """Names in them and below them, with bodies that fit only some names and some payloads."""
    world = data.draw(worlds())
    existing = [entry.name for zone in world.zones for entry in zone.entries]
    prefixes = (b"", b"\1a", b"\3Foo", b"\1a\1b", b"\4\0\1AZ")
    wires = st.builds(bytes.__add__, st.sampled_from(prefixes), st.sampled_from(existing))
    asked = st.builds(
        query,
        wires | wires.map(bytes.upper),
        st.sampled_from((A, 2, 6, 16, AAAA, 65, 255)),
        st.sampled_from(ADDITIONAL),
        flags=st.sampled_from((0, 0x0100, 0x0110)),
    )
    pool = data.draw(st.lists(asked, min_size=8, max_size=16))
    with TemporaryDirectory() as folder, Place(folder, world) as place:
        plain = Tables(place.folder / "run", 1)
        for draw in (0, 2**64 - 1, 2**63):
            place.drawn = draw
            replies, forwards, _ = expected_of(plain, place.sender, draw, pool * 3)
            assert place.ask(*pool * 3) == replies
            assert place.forwarded() == forwards
        place.serving.settle()
        for apex, zone in plain.zones.items():
            for layer, ours in zip(zone.layers, place.tables.zones[apex].layers, strict=True):
                assert list(layer.counts) == list(ours.counts)


def test_a_packet_is_told_from_the_same_with_zeros_behind_it(tmp_path):
    good = query("www.example.com", A, opt())
    with Place(tmp_path, small_world()) as place:
        first = place.ask(good)
        assert place.hot.ready
        for _ in range(2):
            replies = place.ask(good, good + b"\0", good[:-1], good)
            assert [replies[0], replies[3]] == first * 2
            assert replies[1:3] == expected_of(place.tables, place.sender, 0, [good + b"\0", good[:-1]])[0]
        place.serving.settle()
        assert place.counters[EngineCounter.ANSWERED_UDP] == 5


@pytest.mark.parametrize(
    ("packet", "known"),
    [
        pytest.param(query("www.example.com"), [1, 0, 0, 0, 0], id="plain"),
        pytest.param(query("www.example.com", AAAA, opt(4_096, flags=0x8000)), [1, 0, 0, 0, 0], id="EDNS"),
        pytest.param(query("steer0.example.com", A, opt()), [1, 0, 0, 0, 0], id="drawn"),
        pytest.param(query("steer2.example.com"), [1, 0, 0, 0, 0], id="the same for all"),
        pytest.param(query("wwW.example.com", 65), [1, 1, 0, 0, 0], id="mixed case"),
        pytest.param(query("www.example.com", A, opt(options=SUBNETS[0])), [0, 0, 1, 0, 0], id="subnet, same for all"),
        pytest.param(query("steer1.example.com", A, opt(options=SUBNETS[0])), [0, 0, 1, 0, 0], id="IPv4 subnet"),
        pytest.param(query("steer1.example.com", A, opt(options=SUBNETS[3])), [0, 0, 1, 0, 0], id="IPv6 subnet"),
        pytest.param(query("Steer1.example.com", A, opt(options=SUBNETS[3])), [0, 0, 1, 1, 0], id="subnet, mixed case"),
        pytest.param(query("steer5.example.com", A, opt(options=SUBNETS[0])), [0, 0, 1, 0, 0], id="hashed by subnet"),
        pytest.param(query("missing.example.com"), [0, 0, 0, 0, 1], id="no such name"),
        pytest.param(query("any.wild.example.com"), [0, 0, 0, 0, 1], id="wildcard"),
        pytest.param(query("a.missing.example.com"), [0, 0, 0, 0, 0], id="no such name, nor its parent"),
        pytest.param(query("example.org"), [0, 0, 0, 0, 0], id="no such zone"),
        pytest.param(query("steer1.example.com"), [0, 0, 0, 0, 0], id="located by the sender"),
        pytest.param(query("steer1.example.com", A, opt(options=SUBNETS[5])), [0, 0, 0, 0, 0], id="rare subnet"),
        pytest.param(query("www.example.com", A, opt(options=SUBNETS[7])), [0, 0, 0, 0, 0], id="empty subnet"),
        pytest.param(query("www.example.com", A, opt(1_000)), [0, 0, 0, 0, 0], id="payload that nobody sends"),
        pytest.param(query("www.example.com", A, opt(flags=1)), [0, 0, 0, 0, 0], id="flags that mean nothing"),
        pytest.param(query("www.example.com", A, flags=0x0108), [0, 0, 0, 0, 0], id="a code in a query"),
        pytest.param(query("www.example.com", 65_280), [0, 0, 0, 0, 0], id="type that nobody asks for"),
        pytest.param(query("www.example.com", A, opt(options=OTHERS[0])), [0, 0, 0, 0, 0], id="cookie"),
        pytest.param(query("www.example.com", A, opt(options=OTHERS[2])), [0, 0, 0, 0, 0], id="cookie, subnet"),
        pytest.param(query("steer3.example.com"), [0, 0, 0, 0, 0], id="no plan"),
        pytest.param(query("steer4.example.com"), [0, 0, 0, 0, 0], id="for names of another length"),
        pytest.param(query("steer5.example.com"), [0, 0, 0, 0, 0], id="hashed by sender"),
        pytest.param(query(NAMES[-1], A, opt()), [0, 0, 0, 0, 0], id="longer than a key"),
        pytest.param(b"\xff" * 40, [0, 0, 0, 0, 0], id="nonsense"),
    ],
)
def test_only_what_may_come_again_is_learned(tmp_path, packet, known):
    world = small_world(
        (Draw(((1, ONE), (3, TWO))), Scoping()),
        (ByClass("map", (ONE, TWO, THREE, FOUR, FIVE)), Scoping(by_class=True)),
        (ONE, Scoping()),
        None,
        (Constant(Body(b"", 0, name_length=200)), Scoping()),
        (Bucket(bucket_table([0, 1]), (ONE, TWO)), Scoping(by_prefix=True)),
        places=[MAP],
    )
    with Place(tmp_path, world) as place:
        for _ in range(3):
            place.ask(packet)
        assert place.known() == known


def test_every_subnet_is_answered_from_one_entry(tmp_path):
    by_class = (ByClass("map", (ONE, TWO, THREE, FOUR, FIVE)), Scoping(by_class=True))
    with Place(tmp_path, small_world(by_class, places=[MAP])) as place:
        told = {}
        for first, second, third in ((9, 0, 0), (10, 1, 7), (10, 0, 5), (10, 0, 4), (11, 0, 0), (9, 0, 0)):
            asked = query("steer0.example.com", A, opt(options=subnet(bytes([first, second, third]), 24)))
            (rest,) = place.ask(asked)
            reply = read(b"\0\0" + rest, asked)
            told[first, second, third] = (reply.records[-1], reply.scope)
        assert told == {
            (9, 0, 0): (1, 7),
            (10, 1, 7): (4, 16),
            (10, 0, 5): (4, 24),
            (10, 0, 4): (2, 24),
            (11, 0, 0): (3, 8),
        }
        assert place.known() == [0, 0, 1, 0, 0]


def test_class_maps_that_are_asked_for_are_prepared_while_there_is_time(tmp_path):
    by_class = (ByClass("map", (ONE, TWO, THREE, FOUR, FIVE)), Scoping(by_class=True))
    with Place(tmp_path, small_world(by_class, places=[MAP])) as place:
        assert not place.serving.idle()
        place.ask(query("steer0.example.com", A, opt(options=SUBNETS[0])))
        turns = 1
        while place.serving.idle():
            turns += 1
        assert turns > 100
        (steps,) = place.serving._lessons._steps.values()
        assert steps.pairs[steps.pages[10 << 8][5]] == (3, 24)


def test_a_flip_costs_only_the_names_that_it_is_about(tmp_path):
    batch = [query(name, A, additional) for name in NAMES[:3] for additional in (b"", opt(options=SUBNETS[0]))]
    batch += [query("STEER0.example.com"), query("steer1.EXAMPLE.com"), query("missing.example.com")]
    with Place(tmp_path, small_world((ONE, Scoping()), (TWO, Scoping()), places=[MAP])) as place:
        for _ in range(5):
            place.ask(*batch)
        assert place.known() == [3, 2, 3, 0, 1]
        place.refresh(small_world((ONE, Scoping()), (THREE, Scoping()), places=[MAP]), 2)
        assert place.known() == [2, 1, 2, 0, 1]
        for _ in range(5):
            assert place.ask(*batch) == expected_of(place.tables, place.sender, 0, batch)[0]
        assert place.known() == [3, 2, 3, 0, 1]


def test_after_an_edit_nothing_old_is_said(tmp_path):
    batch = [
        query(name, A, additional)
        for name in ("steer0.example.com", "STEER0.example.com", "no.example.com")
        for additional in (b"", opt(options=SUBNETS[0]))
    ]
    with Place(tmp_path, small_world((ONE, Scoping()), places=[MAP])) as place:
        for _ in range(3):
            place.ask(*batch)
        assert any(place.known())
        place.refresh(small_world((TWO, Scoping()), (ONE, Scoping()), places=[MAP]), 2)
        assert place.hot.octets == sum(place.known()) == 0
        for _ in range(3):
            assert place.ask(*batch) == expected_of(place.tables, place.sender, 0, batch)[0]


def test_a_name_that_appears_is_no_longer_missing(tmp_path):
    missing = query("steer1.example.com")
    with Place(tmp_path, small_world((ONE, Scoping()))) as place:
        assert [place.ask(missing)[0][1] & 15 for _ in range(3)] == [3, 3, 3]
        place.refresh(small_world((ONE, Scoping()), (TWO, Scoping())), 2)
        assert [place.ask(missing)[0][1] & 15 for _ in range(3)] == [0, 0, 0]


def test_a_zone_of_its_own_below_another_is_not_missing(tmp_path):
    own = ZoneContent(name_of("own.example.com"), (Entry(name_of("own.example.com"), Rows({}, NODATA), NXDOMAIN),))
    world = World((*small_world().zones, own))
    batch = [query("missing.example.com"), query("own.example.com"), query("no.own.example.com")]
    with Place(tmp_path, world) as place:
        for _ in range(3):
            assert place.ask(*batch) == expected_of(place.tables, place.sender, 0, batch)[0]


def test_a_long_body_below_a_name_is_cut_as_its_question_asks(tmp_path):
    """What fits behind a short name may not behind a long one."""
    for octets in range(380, 500, 7):
        long = Rows({}, Static(Body(b"x" * octets, 0x0400, 1, core=octets), 0))
        entries = (Entry(APEX, Rows({}, NODATA), long),)
        batch = [query(name_of("a" * length)[:-1] + APEX) for length in (1, 20, 60)]
        with TemporaryDirectory() as folder, Place(folder, World((ZoneContent(APEX, entries),))) as place:
            for _ in range(2):
                assert place.ask(*batch) == expected_of(place.tables, place.sender, 0, batch)[0]


def test_damage_costs_only_the_packets_that_meet_it(tmp_path):
    beyond = Constant(address(3, 1_000))
    with Place(tmp_path, small_world((beyond, Scoping()))) as place:
        for _ in range(3):
            replies = place.ask(query("steer0.example.com"), query("www.example.com"))
            assert replies[0] is None
            assert replies[1].endswith(address(1).wire)
        assert place.forwarded() == place.counters[EngineCounter.FAULTS] == 3


# What an attacker can make it hold


def flood(place, count, make):
    """`count` packets in batches; the most entries and octets that were held meanwhile."""
    most = octets = 0
    for _ in range(count // 50):
        place.ask(*(make() for _ in range(50)))
        place.forwarded()
        most, octets = max(most, sum(place.known())), max(octets, place.hot.octets)
    return most, octets


FLOODS = {
    "random names": lambda chance: query(f"{chance.getrandbits(64):x}.example.com", A, opt()),
    "random names of many labels": lambda chance: query(f"{chance.random()}.{chance.random()}.example.com"),
    "random zones": lambda chance: query(f"{chance.getrandbits(32):x}.example.org"),
    "random case": lambda chance: query("".join(map(chance.choice, zip("www.example.com", "WWW.EXAMPLE.COM")))),  # noqa: B905
    "unknown options": lambda chance: query("www.example.com", A, opt(options=option(65_001, chance.randbytes(8)))),
    "random payloads": lambda chance: query(
        "www.example.com", A, opt(chance.randrange(65_536), flags=chance.getrandbits(16))
    ),
    "random types": lambda chance: query("www.example.com", chance.randrange(65_536)),
    "random flags": lambda chance: query("www.example.com", flags=chance.getrandbits(16) & 0x01FF),
    "random subnets": lambda chance: query("steer0.example.com", A, opt(options=subnet(chance.randbytes(3), 24))),
    "odd packets": lambda chance: chance.randbytes(chance.randrange(200)),
}


@pytest.mark.parametrize("kind", FLOODS)
def test_a_flood_is_not_held(tmp_path, kind):
    """What is held is bounded by what exists, not by what is asked."""
    chance = random.Random(7)
    world = small_world((ByClass("map", (ONE, TWO, THREE, FOUR, FIVE)), Scoping(by_class=True)), places=[MAP])
    with Place(tmp_path, world) as place:
        most, octets = flood(place, 3_000, lambda: FLOODS[kind](chance))
        assert most <= {"random payloads": 32, "random types": 32, "random flags": 16}.get(kind, 3)
        assert octets <= 40_000
        assert len(place.tables.names) <= 3
        assert len(place.serving._given) <= MOST_GIVEN + 64
        place.serving._tallies.count()
        assert len(place.serving._tallies._counted) <= 64 + most


def test_what_may_be_held_is_bounded_in_octets(tmp_path):
    with Place(tmp_path, small_world()) as place:
        place.hot._most_octets = 10_000
        for flags in (0, 0x0100, 0x0110, 0x0010):
            for rdtype in (1, 2, 5, 6, 15, 16, 28, 33, 65, 255):
                place.ask(*(query(name, rdtype, flags=flags) for name in NAMES[:9]))
                assert place.hot.octets <= 10_000
        assert 0 < sum(place.known()) < 12
