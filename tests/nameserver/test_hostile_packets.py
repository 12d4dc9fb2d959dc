"""A hundred thousand broken packets: nothing is raised, nothing answers an answer, and every reply can be read."""

import random
import struct
from ipaddress import ip_address

import pytest
from conformance.compare import decode
from dnslib import DNSRecord

from gslb.nameserver import Client, Transport, respond
from kit.answers import KEEPALIVE, NSID, believing, ecs, opt, option, packet
from kit.worlds import large

PACKETS, PARTS = 100_000, 4
NAMES = [
    "www",
    "geo",
    "net",
    "sticky",
    "weighted",
    "name",
    "text",
    "_sip._tcp",
    "a.shop",
    "alias",
    "static",
    "big",
    "x.wild",
]
NAMES += ["y.wildalias", "q.d", "x.sub", "ent", "none", "svc", "www.child"]
TYPES = [1, 28, 2, 5, 6, 16, 33, 39, 43, 65, 255, 252, 41, 65_280]
OPTIONS = [
    b"",
    ecs("127.1.5.0/24"),
    ecs("2001:db8:1::/56"),
    ecs("0.0.0.0/0"),
    option(NSID),
    option(KEEPALIVE),
    option(10, bytes(8)),
]
TCP, UDP = (Client(ip_address("127.1.0.9"), Transport.TCP), Client(ip_address("2001:db8:1::5")))


def question(rng: random.Random) -> bytes:
    options = b"".join(rng.choices(OPTIONS, k=rng.randrange(3)))
    edns = opt(options, payload=rng.choice([0, 512, 1232, 65_535]), flags=rng.choice([0, 0x8000]))
    name = f"{rng.choice(NAMES)}.{rng.choice(['example.com', 'Example.COM', 'child.example.com', 'example.net'])}"
    return packet(name, rng.choice(TYPES), edns if rng.random() < 0.7 else None, rdclass=rng.choice([1, 1, 1, 3, 255]))


def flip(rng: random.Random, data: bytearray) -> None:
    data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def overwrite(rng: random.Random, data: bytearray) -> None:
    data[rng.randrange(len(data))] = rng.choice([0, 1, 0x3F, 0x40, 0x80, 0xC0, 0xFF, rng.randrange(256)])


def cut(rng: random.Random, data: bytearray) -> None:
    del data[rng.randrange(len(data) + 1) :]


def grow(rng: random.Random, data: bytearray) -> None:
    data += rng.randbytes(rng.randrange(40))


def count(rng: random.Random, data: bytearray) -> None:
    struct.pack_into("!H", data, rng.choice([4, 6, 8, 10]), rng.choice([0, 1, 2, 255, 65_535]))


def point(rng: random.Random, data: bytearray) -> None:
    at = rng.randrange(12, len(data) - 1)
    struct.pack_into("!H", data, at, 0xC000 | rng.choice([0, 2, 11, 12, at, at + 1, 0x3FFF]))


def double(rng: random.Random, data: bytearray) -> None:
    at = rng.randrange(12, len(data))
    data += data[at:]


def splice(rng: random.Random, data: bytearray) -> None:
    other, at = question(rng), rng.randrange(12, len(data))
    data[at:] = other[rng.randrange(len(other)) :]


MUTATIONS = [flip, overwrite, cut, grow, count, point, double, splice]


def hostile(rng: random.Random) -> bytes:
    """A query with one to four things wrong; now and then nothing but noise."""
    if rng.random() < 0.02:
        return rng.randbytes(rng.randrange(600))
    data = bytearray(question(rng))
    for _ in range(rng.choice([1, 1, 1, 2, 3, 4])):
        if len(data) > 14:
            rng.choice(MUTATIONS)(rng, data)
    return bytes(data)


def payload(data: bytes) -> int:
    """The most octets that a reply may have over UDP, whatever the packet claims to take."""
    return 1232 if b"\0\0\x29" in data else 512


def question_of(reply: bytes) -> bytes:
    """The question as it stands in a reply, b"" where it has none."""
    if reply[4:6] == b"\0\0":
        return b""
    end = 12
    while reply[end]:
        end += 1 + reply[end]
    return reply[12 : end + 5]


def readable(reply: bytes) -> int:
    """The code of a reply, once two decoders have read it to its end; dnslib reads only names that are ASCII."""
    if question_of(reply)[:-4].isascii():
        DNSRecord.parse(reply)
    return decode(reply).rcode


@pytest.mark.parametrize("part", range(PARTS))
def test_broken_packets_do_no_harm(part):
    view, rng = believing(large()), random.Random(f"hostile {part}")
    codes = set()
    for _ in range(PACKETS // PARTS):
        data = hostile(rng)
        client = TCP if rng.random() < 0.1 else UDP
        reply = respond(data, client, view, lambda: rng.getrandbits(64))
        if len(data) < 12 or data[2] & 0x80:
            assert reply is None, data.hex()
            continue
        assert reply is not None, data.hex()
        assert reply[:2] == data[:2], data.hex()
        assert reply[2] & 0xF8 == 0x80 | data[2] & 0x78, data.hex()
        assert client is TCP or len(reply) <= payload(data), data.hex()
        codes.add(readable(reply) & 15)
        assert data[12:].startswith(question_of(reply)), data.hex()

    assert {0, 1, 3, 4, 5} <= codes
