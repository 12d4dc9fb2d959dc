"""Ready replies are the replies that would be made, and take no more memory than they may."""

import random
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gslb.engine import HotReplies, NoAnswer, answer
from gslb.image import (
    Body,
    Bucket,
    ByClass,
    Constant,
    Draw,
    Entry,
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
    tables_of,
)

SENDER = bytes([127, 0, 0, 1])
MAP = Places("map", Ranges([0, 10 << 24, 11 << 24], [0, 1, 2]), Ranges([0, 0x20010DB8 << 32], [0, 1]))
ONE, TWO, THREE = (Constant(address(number, number)) for number in (1, 2, 3))
BOTH = Draw(((1, ONE), (3, TWO)))
NEAR4, NEAR6 = subnet(bytes([10, 1, 7]), 24), subnet(bytes.fromhex("20010db8000001"), 56, 2)


def half():
    return 2**63


def hot_tables(folder, *plans):
    return tables_of(folder, small_world(*plans, places=[MAP]))


PACKETS = [
    query(name, rdtype, additional, flags=flags)
    for name in ("www.example.com", "steer0.example.com", "steer1.example.com", "x.example.com", "WWW.example.com")
    for rdtype, flags in ((A, 0x0100), (A, 0x0010), (AAAA, 0))
    for additional in (
        b"",
        opt(),
        opt(512, flags=0x8000),
        opt(options=NEAR4),
        opt(options=subnet(bytes([11, 1, 7]), 24)),
        opt(options=NEAR6),
        opt(options=subnet(bytes([10, 1, 7, 0]), 32)),
        opt(options=subnet(b"", 0)),
        opt(options=option(10, bytes(8)) + NEAR4),
        opt(options=NEAR4 + option(10, bytes(8))),
    )
]


@settings(max_examples=60)
@given(st.data())
def test_what_is_ready_is_what_would_be_made(data):
    """Asked over and over in any order: the octets and the counts are those of `answer`."""
    plans = [(data.draw(selectors("map")), data.draw(scopings)) for _ in range(2)]
    with TemporaryDirectory() as folder:
        publish(Path(folder), small_world(*plans, places=[MAP]))
        plain, behind = (Tables(Path(folder) / "run", slot) for slot in (0, 1))
        drawn = 0

        def draw():
            return drawn

        hot = HotReplies(behind, draw, data.draw(st.sampled_from((0, 3_000, 1 << 20))))
        for _ in range(100):
            packet, drawn = data.draw(st.sampled_from(PACKETS)), data.draw(st.sampled_from((0, 2**63, 2**64 - 1)))
            expected = answer(plain, packet, SENDER, draw)
            assert hot.answer(packet, SENDER) == (expected if isinstance(expected, NoAnswer) else expected[2:])
        left, right = ([list(layer.counts) for layer in tables.zones[APEX].layers] for tables in (plain, behind))
        assert left == right


@pytest.mark.parametrize(
    ("packet", "ready", "near"),
    [
        pytest.param(query("www.example.com"), 1, 0, id="plain"),
        pytest.param(query("www.example.com", AAAA, opt(4_000, flags=0x8000)), 1, 0, id="EDNS"),
        pytest.param(query("steer0.example.com", A, opt()), 1, 0, id="drawn"),
        pytest.param(query("steer2.example.com"), 1, 0, id="the same for all"),
        pytest.param(query("www.example.com", A, opt(options=NEAR4)), 0, 1, id="subnet that changes nothing"),
        pytest.param(query("steer1.example.com", A, opt(options=NEAR4)), 0, 1, id="IPv4 subnet"),
        pytest.param(query("steer1.example.com", A, opt(options=NEAR6)), 0, 1, id="IPv6 subnet"),
        pytest.param(query("steer1.example.com"), 0, 0, id="located by the sender"),
        pytest.param(query("steer1.example.com", A, opt(options=subnet(bytes([10, 1]), 16))), 0, 0, id="rare subnet"),
        pytest.param(query("www.example.com", A, opt(options=subnet(b"", 0))), 0, 0, id="empty subnet"),
        pytest.param(query("WWW.example.com"), 0, 0, id="mixed case"),
        pytest.param(query("missing.example.com"), 0, 0, id="no such name"),
        pytest.param(query("any.wild.example.com"), 0, 0, id="wildcard"),
        pytest.param(query("www.example.com", A, opt(options=option(10, bytes(8)))), 0, 0, id="cookie"),
        pytest.param(query("www.example.com", A, opt(options=option(10, bytes(8)) + NEAR4)), 0, 0, id="cookie, subnet"),
        pytest.param(query("steer3.example.com"), 0, 0, id="no plan"),
        pytest.param(query("steer4.example.com"), 0, 0, id="for names of another length"),
        pytest.param(query("steer5.example.com"), 0, 0, id="hashed by sender"),
        pytest.param(b"\xff" * 40, 0, 0, id="nonsense"),
    ],
)
def test_only_what_comes_again_is_kept(tmp_path, packet, ready, near):
    tables = hot_tables(
        tmp_path,
        (BOTH, Scoping()),
        (ByClass("map", (ONE, TWO, THREE)), Scoping(by_class=True)),
        (ONE, Scoping()),
        None,
        (Constant(Body(b"", 0, name_length=200)), Scoping()),
        (Bucket(bucket_table([0, 1]), (ONE, TWO)), Scoping(by_prefix=True)),
    )
    hot = HotReplies(tables, half)
    for _ in range(3):
        hot.answer(packet, SENDER)

    assert (len(hot.ready), len(hot._near)) == (ready, near)


def test_a_name_asked_for_once_is_not_kept(tmp_path):
    hot = HotReplies(hot_tables(tmp_path), half)
    hot.answer(query("www.example.com"), SENDER)

    assert not hot.ready


def test_every_prefix_is_answered_from_one_entry(tmp_path):
    hot = HotReplies(hot_tables(tmp_path, (ByClass("map", (ONE, TWO, THREE)), Scoping(by_class=True))), half)
    told = {}
    for first in (9, 10, 11, 10, 9):
        asked = query("steer0.example.com", A, opt(options=subnet(bytes([first, 1, 7]), 24)))
        reply = read(b"\0\0" + hot.answer(asked, SENDER), asked)
        told[first] = (reply.records[-1], reply.scope)

    assert told == {9: (1, 7), 10: (2, 8), 11: (3, 8)}
    assert len(hot._near) == 1


def test_a_prefix_of_two_classes_is_forwarded_though_its_neighbours_are_ready(tmp_path):
    places = Places("map", Ranges([0, 10 << 24], [0, 1]), Ranges([0, 0x0100], [0, 1]))
    world = small_world((ByClass("map", (ONE, TWO)), Scoping(by_class=True)), places=[places])
    hot = HotReplies(tables_of(tmp_path, world), half)
    narrow = [query("steer0.example.com", A, opt(options=subnet(bytes([first, 0, 0]), 24))) for first in (9, 10)]

    assert all(isinstance(hot.answer(packet, SENDER), bytes) for packet in narrow * 2)
    assert hot.answer(query("steer0.example.com", A, opt(options=subnet(bytes([10]), 7 + 1))), SENDER) != b""
    assert hot.answer(query("steer0.example.com", A, opt(options=subnet(b"\x08", 6))), SENDER) is NoAnswer.FORWARD


def test_a_body_that_does_not_suit_is_forwarded_by_subnet_too(tmp_path):
    odd = Constant(Body(address(1).wire, 0x0400, 1, core=16, name_length=99))
    hot = HotReplies(hot_tables(tmp_path, (ByClass("map", (ONE, odd, ONE)), Scoping(by_class=True))), half)
    told = [
        hot.answer(query("steer0.example.com", A, opt(options=subnet(bytes([first, 1, 7]), 24))), SENDER)
        for first in (9, 9, 9, 10, 11)
    ]

    assert [isinstance(reply, bytes) for reply in told] == [True, True, True, False, True]


def test_a_counter_that_the_image_does_not_have_is_not_promised(tmp_path):
    beyond = Constant(address(1, ordinal=1_000))
    hot = HotReplies(hot_tables(tmp_path, (beyond, Scoping())), half)
    for _ in range(3):
        with pytest.raises(IndexError):
            hot.answer(query("steer0.example.com"), SENDER)

    assert not hot.ready


def test_after_a_change_nothing_old_is_said(tmp_path):
    publisher = Publisher(tmp_path / "run")
    publish(tmp_path, small_world((ONE, Scoping()), places=[MAP]), 1, publisher)
    tables = Tables(tmp_path / "run", 0)
    hot = HotReplies(tables, half)
    packets = [query("steer0.example.com"), query("steer0.example.com", A, opt(options=NEAR4))]
    for packet in packets * 3:
        hot.answer(packet, SENDER)
    publish(tmp_path, small_world((TWO, Scoping()), places=[MAP]), 2, publisher)
    tables.refresh()
    hot.clear()

    assert hot.octets == 0
    assert [read(b"\0\0" + hot.answer(packet, SENDER), packet).records[-1] for packet in packets] == [2, 2]


def test_a_flood_of_queries_that_could_be_kept_stays_within_the_bound(tmp_path):
    """Payload sizes are part of the key: an attacker has 65,536 of them for each name and type."""
    hot = HotReplies(hot_tables(tmp_path, (BOTH, Scoping())), half, 100_000)
    chance = random.Random(7)
    most = 0
    for number in range(20_000):
        options = chance.choice((b"", subnet(chance.randbytes(3), 24)))
        name = chance.choice(("www.example.com", "steer0.example.com"))
        hot.answer(query(name, A, opt(number, options)), SENDER)
        most = max(most, len(hot.ready) + len(hot._near))
        assert hot.octets <= 100_000

    assert 50 < most < 200


def test_names_that_do_not_exist_or_vary_in_case_leave_no_trace(tmp_path):
    tables = hot_tables(tmp_path)
    hot = HotReplies(tables, half)
    chance = random.Random(7)
    for _ in range(10_000):
        hot.answer(query(f"{chance.getrandbits(64):x}.example.com"), SENDER)
        hot.answer(query("".join(map(chance.choice, zip("www.example.com", "WWW.EXAMPLE.COM")))), SENDER)  # noqa: B905

    assert len(hot.ready) <= 1
    assert len(tables.names) <= 1


def test_an_entry_larger_than_the_bound_is_not_kept(tmp_path):
    entries = [
        Entry(APEX, Rows({}, NODATA), NXDOMAIN),
        Entry(
            name_of("www.example.com"), Rows({A: Static(Body(bytes(400), 0x0400, 1, core=400), 0)}, NODATA), NXDOMAIN
        ),
    ]
    hot = HotReplies(tables_of(tmp_path, World((ZoneContent(APEX, tuple(entries)),))), half, 600)
    for _ in range(3):
        assert isinstance(hot.answer(query("www.example.com"), SENDER), bytes)

    assert (hot.octets, hot.ready) == (0, {})
