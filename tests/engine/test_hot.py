"""Replies that are known by heart take no more room than they may, and say only what they were learned for."""

from itertools import repeat

import pytest

from gslb.engine.batch import KEY_SLOT
from gslb.engine.hot import Below, Folded, HotReplies, cased
from gslb.engine.tallies import Tallies
from gslb.image import EngineCounter
from kit.packets import A, opt, query


def empty(most_octets=1 << 20):
    return HotReplies(Tallies(memoryview(bytearray(8 * EngineCounter.END)).cast("Q")), most_octets)


def reply(hot, packet):
    return hot.reply(packet[2:].ljust(KEY_SLOT - 2, b"\0"), len(packet))


def folded(packet, stop):
    key = packet[2:].ljust(KEY_SLOT - 2, b"\0")
    tail = cased(key[stop - 4 : len(packet) - 2])
    return key.lower(), Folded(stop, tail, len(packet), repeat((b"head", b"rest", 1)))


@pytest.mark.parametrize(("rdtype", "other"), [(65, 97), (1, 2)])
def test_only_names_are_folded(rdtype, other):
    """65 is the letter A, 97 is a."""
    hot = empty()
    key, known = folded(query("www.example.com", rdtype, opt()), 10 + 17 + 4)
    hot.folded[key] = known
    asked = query("wWw.example.COM", rdtype, opt())

    assert reply(hot, asked) == b"head" + asked[12:33] + b"rest"
    assert reply(hot, query("www.example.com", other, opt())) is None
    assert reply(hot, asked + b"\0") is None


def test_a_missing_name_is_one_label_below_its_parent():
    hot = empty()
    parent = query("example.com")
    hot.below[parent[2:]] = Below(11 + 13 + 4, b"", frozenset(), (b"head", b"rest", 1))
    for name in ("a.example.com", "A" * 60 + ".EXAMPLE.com"):
        asked = query(name)
        assert reply(hot, asked) == b"head" + asked[12:] + b"rest"
    for asked in (query("a.b.example.com"), parent, query("a.example.com", A, opt()), query("a.example.com") + b"\0"):
        assert reply(hot, asked) is None


def test_packets_longer_than_a_key_are_not_known():
    hot = empty()
    long = query(b"\x3f" + b"x" * 63 + b"\7example\3com\0")
    key, known = folded(long[:KEY_SLOT], 90)
    hot.folded[key] = known

    assert len(long) == KEY_SLOT - 3
    assert reply(hot, long + bytes(4)) is None


def test_octets_that_were_taken_come_back_only_with_all_others():
    hot = empty(2_000)
    told = [hot.take(300) for _ in range(4)]

    assert (told, hot.full, hot.octets) == ([True, True, False, False], True, 1_600)
    hot.ready[b"key"] = repeat(b"")
    hot.clear()
    assert (hot.octets, hot.full, hot.ready) == (0, False, {})


def test_octets_without_letters_need_no_second_look():
    assert cased(bytes(range(65)) + bytes(range(123, 256))) == b""
    for letter in (*range(65, 91), *range(97, 123)):
        assert cased(bytes([0, letter])) == bytes([0, letter])
