"""One meaning, executed twice: what the engine answers from flat tables is, octet for octet, what `respond` says."""

import random
import struct
from ipaddress import ip_address

import pytest

from gslb.engine import NoAnswer, answer
from gslb.geo import Atlas
from gslb.model import Model
from gslb.nameserver import Belief, Client, World, respond
from gslb.zone import Zones
from kit.worlds import Published, all_up, large, query

NAMES = [
    *("www", "weighted", "failover", "geo", "near", "net", "sticky", "stuck", "all"),
    *("pool", "four", "name", "text", "_sip._tcp", "a.shop", "b.c.shop", "shop", "*.shop"),
    *("ns1", "mail", "case", "alias", "far", "static", "big", "x.wild", "y.wildalias"),
    *("q.d", "sub", "x.sub", "ns.sub", "er.ent", "ent", "deep.er.ent", "none", "a.b.none"),
    *("svc", "child", "www.child", "none.child", "ns1.child"),
]
TYPES = [1, 28, 2, 5, 6, 15, 16, 33, 64, 65, 255, 43, 99, 65280, 257, 252, 41, 0]
SENDERS = [
    "127.1.0.9",
    "127.2.3.4",
    "198.51.100.7",
    "203.0.113.200",
    "203.0.113.1",
    "8.8.8.8",
    "2001:db8:1::5",
    "2001:db8:f::1",
]
OPTIONS = [b"\0\3\0\0", b"\0\x0a\0\x08ABCDEFGH", b"\xff\0\0\1x"]
DOWN = [frozenset(), {"web/eu-west"}, {"web/us-east", "web/ap-south"}, {"web/eu-west", "web/us-east", "web/ap-south"}]


def no_draw():
    raise AssertionError("nothing to draw for")


def subnet_option(rng):
    if rng.random() < 0.6:
        address, width, cap = rng.choice(["127.1.5.7", "127.2.0.0", "198.51.100.9", "203.0.113.129", "5.6.7.8"]), 32, 24
    else:
        address, width, cap = rng.choice(["2001:db8:1::1", "2001:db8:f::2", "2a00:1450::1"]), 128, 56
    bits = rng.choice([cap, cap, cap, width, 0, rng.randrange(width + 1)])
    number = int(ip_address(address)) >> (width - bits) << (width - bits)
    octets = number.to_bytes(width // 8, "big")[: (bits + 7) // 8]
    value = struct.pack("!HBB", 1 if width == 32 else 2, bits, 0) + octets
    return struct.pack("!HH", 8, len(value)) + value


def question(rng):
    name = rng.choice(NAMES)
    whole = "example.com" if name == "@" else f"{name}.example.com"
    if rng.random() < 0.05:
        whole = rng.choice(["example.com", "example.org", "com", "a.example.net"])
    whole = "".join(rng.choice((each.upper(), each.lower())) for each in whole) if rng.random() < 0.3 else whole
    labels = b"".join(bytes([len(label)]) + label.encode() for label in whole.split(".")) + b"\0"
    return labels + struct.pack("!HH", rng.choice(TYPES), rng.choice([1] * 30 + [3, 255]))


def packet(rng):
    flags = rng.choice([0, 0x0100, 0x0110, 0x0120]) if rng.random() < 0.95 else rng.randrange(65536)
    body, additional = question(rng), 0
    if rng.random() < 0.7:
        options = b""
        for _ in range(rng.choice([0, 1, 1, 1, 2])):
            options += rng.choice([subnet_option(rng), subnet_option(rng), *OPTIONS])
        version = rng.choice([0] * 30 + [1])
        payload = rng.choice([1232, 512, 4096, 0, 700])
        flags_ = rng.choice([0, 0x8000, 0x0001])
        body += b"\0" + struct.pack("!HHBBHH", 41, payload, 0, version, flags_, len(options)) + options
        additional = 1
    counts = (1, 0, 0, additional) if rng.random() < 0.97 else tuple(rng.randrange(3) for _ in range(4))
    made = struct.pack("!HHHHHH", rng.randrange(65536), flags, *counts) + body
    if rng.random() < 0.05:
        broken = bytearray(made)
        broken[rng.randrange(len(broken))] = rng.randrange(256)
        made = bytes(broken[: rng.randrange(len(broken) + 1)] if rng.random() < 0.3 else broken)
    return made


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    return Published(tmp_path_factory.mktemp("agreement"), large())


@pytest.mark.parametrize("down", DOWN, ids=lambda down: "+".join(sorted(down)) or "none down")
def test_both_give_the_same_octets(published, down):
    published.believe(all_up(large(), frozenset(down)))
    published.tables.refresh()
    rng = random.Random(f"agreement {sorted(down)}")
    answered = forwarded = 0
    for _ in range(6_000):
        data, sender, draw = packet(rng), ip_address(rng.choice(SENDERS)), rng.getrandbits(64)
        fast = answer(published.tables, data, sender.packed, lambda draw=draw: draw)
        if fast is NoAnswer.FORWARD:
            forwarded += 1
            continue
        slow = respond(data, Client(sender), published.view, lambda draw=draw: draw)
        if fast is NoAnswer.DROP:
            assert slow is None, data.hex()
            continue
        answered += 1
        assert fast == slow, f"{data.hex()} from {sender}, draw {draw}"
    assert answered > 3_000, f"{forwarded} were forwarded"


def test_plain_questions_for_existing_names_need_no_responder(published):
    """The responder is for the odd: AXFR, other classes, DNAME - not for what everybody asks."""
    for name in ("www", "weighted", "sticky", "mail", "x.wild", "alias", "none", "x.sub", "a.shop"):
        for rdtype in ("A", "AAAA", "MX", "ANY"):
            for subnet in ("", "127.1.5.0/24", "2001:db8:1::/56"):
                data = query(f"{name}.example.com", rdtype, subnet)
                assert isinstance(answer(published.tables, data, b"\x7f\1\0\1", lambda: 0), bytes), (
                    name,
                    rdtype,
                    subnet,
                )


@pytest.mark.parametrize("name", ["example.org", "com", ".", "notexample.com", "xn--a.EXAMPLE.net"])
def test_names_outside_all_zones_need_no_responder(published, name):
    for rdtype in ("A", "ANY", "SOA", "DS", "TYPE65280"):
        for subnet in ("", "127.1.5.0/24", "2001:db8:1::/56", "0.0.0.0/0"):
            for edns in (False, True):
                data = query(name, rdtype, subnet, edns=edns)
                assert answer(published.tables, data, b"\x7f\1\0\1", no_draw) == respond(
                    data, Client(ip_address("127.1.0.1")), published.view, lambda: 0
                )


def test_without_zones_every_name_is_refused_by_both(tmp_path):
    empty = Published(tmp_path, World(Model(), Zones(), Atlas.build(), {}, {}), Belief())
    data = query("www.example.com", "A", "127.1.5.0/24")

    reply = answer(empty.tables, data, b"\x7f\1\0\1", no_draw)

    assert reply == respond(data, Client(ip_address("127.1.0.1")), empty.view, lambda: 0)
    assert reply[3] & 15 == 5
