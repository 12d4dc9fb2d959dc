"""Packets that servers get, and those they should not: questions for kit.worlds.large in every form, bent and cut."""

import struct
from ipaddress import ip_address
from random import Random

Asked = tuple[bytes, bytes, int]  # a packet, its sender (4 or 16 octets), 64 random bits

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
PACKED = [ip_address(sender).packed for sender in SENDERS]
OPTIONS = [b"\0\3\0\0", b"\0\x0a\0\x08ABCDEFGH", b"\xff\0\0\1x", b"\0\x0b\0\0", b"\0\x08\0\4\0\0\0\0"]
POOL = 4_096


def subnet_option(rng: Random) -> bytes:
    if rng.random() < 0.6:
        address, width, cap = rng.choice(["127.1.5.7", "127.2.0.0", "198.51.100.9", "203.0.113.129", "5.6.7.8"]), 32, 24
    else:
        address, width, cap = rng.choice(["2001:db8:1::1", "2001:db8:f::2", "2a00:1450::1"]), 128, 56
    bits = rng.choice([cap, cap, cap, width, 0, rng.randrange(width + 1)])
    number = int(ip_address(address)) >> (width - bits) << (width - bits)
    octets = number.to_bytes(width // 8, "big")[: (bits + 7) // 8]
    value = struct.pack("!HBB", 1 if width == 32 else 2, bits, 0) + octets
    return struct.pack("!HH", 8, len(value)) + value


def question(rng: Random) -> bytes:
    whole = f"{rng.choice(NAMES)}.example.com"
    if rng.random() < 0.05:
        whole = rng.choice(["example.com", "example.org", "com", "a.example.net"])
    whole = "".join(rng.choice((each.upper(), each.lower())) for each in whole) if rng.random() < 0.3 else whole
    labels = b"".join(bytes([len(label)]) + label.encode() for label in whole.split(".")) + b"\0"
    return labels + struct.pack("!HH", rng.choice(TYPES), rng.choice([1] * 30 + [3, 255]))


def packet(rng: Random) -> bytes:
    """A query, most of them sound."""
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
    return bend(rng, made) if rng.random() < 0.05 else made


def bend(rng: Random, sound: bytes) -> bytes:
    """A packet with some octets changed, and perhaps cut or longer."""
    bent = bytearray(sound)
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        bent[rng.randrange(len(bent))] = rng.choice((0, 1, 0x40, 0x80, 0xC0, 0xFF, rng.getrandbits(8)))
    how = rng.random()
    if how < 0.15:
        del bent[rng.randrange(len(bent)) :]
    elif how < 0.2:
        bent += rng.randbytes(rng.randrange(1, 40))
    return bytes(bent)


class Mixture:
    """Packets without end, the same for the same seed: made ones, each used some times, as they are and bent."""

    def __init__(self, seed: object, questions: tuple[bytes, ...] = ()) -> None:
        """`questions` are whole packets to be used besides."""
        self._rng = Random(str(seed))
        self._questions = questions
        self._pool = [self._fresh() for _ in range(POOL)]

    def _fresh(self) -> bytes:
        rng = self._rng
        return rng.choice(self._questions) if self._questions and rng.random() < 0.5 else packet(rng)

    def take(self, count: int) -> list[Asked]:
        """The next so many."""
        rng, pool = self._rng, self._pool
        for _ in range(count // 16):
            pool[rng.randrange(POOL)] = self._fresh()
        found = []
        for number in range(count):
            made = pool[int(rng.random() * POOL)]
            bent = made and not number % 3
            found.append((bend(rng, made) if bent else made, rng.choice(PACKED), rng.getrandbits(64)))
        return found
