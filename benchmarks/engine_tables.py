"""Synthetic tables for engine benchmarks: a zone of static and steered names, published; and queries for each case."""

import random
import struct
from array import array
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from gslb.image import (
    Body,
    ByClass,
    Constant,
    CounterLabel,
    Draw,
    Entry,
    Places,
    Publication,
    PublishedZone,
    Publisher,
    Ranges,
    Row,
    Rows,
    Scoping,
    Static,
    encode_plan,
    write_places,
    write_zone,
)

APEX = b"\7example\3com\0"
A, ANY = 1, 255
CLASSES = 16
PREFIXES = 500_000
SOA = bytes.fromhex("c00c0006000100000e10") + struct.pack(">H", 22) + bytes(22)


@dataclass(frozen=True)
class Published:
    """Where the tables are, and the networks of the class map."""

    folder: Path
    networks: list[int]  # upper 24 bits


def address_body(last: int, ordinal: int = 0) -> Body:
    """One A record."""
    wire = bytes.fromhex("c00c000100010000001e0004") + bytes([192, 0, 2, last & 255])
    return Body(wire, 0x0400, answers=1, core=len(wire), ordinal=ordinal)


def name(label: str) -> bytes:
    return bytes([len(label)]) + label.encode() + APEX


def publish(folder: Path, names: int) -> Published:
    """`names` static names h0…, as many weighted names w0…, and `near`, which depends on the client's network."""
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(7871)
    networks = sorted(chance.sample(range(1 << 16, 224 << 16), PREFIXES))
    classes = [chance.randrange(1, CLASSES) for _ in networks]
    image = _zone(folder, names)
    map_ = _places(folder, networks, classes)
    weighted = [
        encode_plan(Draw(((3, Constant(address_body(i))), (1, Constant(address_body(i + 1, 1)))))) for i in range(names)
    ]
    parts = tuple(Draw(((3, Constant(address_body(n))), (1, Constant(address_body(n + 1, 1))))) for n in range(CLASSES))
    near = encode_plan(ByClass("bench", parts), Scoping(by_class=True))
    publisher = Publisher(folder)
    publisher.publish(Publication(1, 1, 0, "bench", [PublishedZone(str(image), [*weighted, near])], [str(map_)]))
    publisher.close()
    return Published(folder, networks)


def _zone(folder: Path, names: int) -> Path:
    negative = Body(SOA, 0x0400, authorities=1, core=len(SOA))
    missing = Rows({}, Static(Body(SOA, 0x0403, authorities=1, core=len(SOA)), 1))
    nodata = Static(negative, 2)
    entries = [Entry(APEX, Rows({}, nodata), missing)]
    for i in range(names):
        answer = Static(address_body(i), 0)
        entries.append(Entry(name(f"h{i}"), Rows({A: answer, ANY: answer}, nodata), missing))
    for i in range(names + 1):
        row = Row(i, 3 + 2 * i)
        label = f"w{i}" if i < names else "near"
        entries.append(Entry(name(label), Rows({A: row, ANY: row}, nodata), missing))
    labels = [CounterLabel("example.com.", "A", "NOERROR", str(n)) for n in range(3 + 2 * (names + 1))]
    return write_zone(folder, APEX, entries, labels)


def _places(folder: Path, networks: list[int], classes: list[int]) -> Path:
    """Each network of its class; everything between is class 0."""
    starts, kinds = array("I", [0]), array("H", [0])
    for (network, after), class_ in zip(pairwise([*networks, 1 << 24]), classes, strict=True):
        starts.append(network << 8)
        kinds.append(class_)
        if after > network + 1:
            starts.append((network + 1) << 8)
            kinds.append(0)
    return write_places(folder, Places("bench", main4=Ranges(starts, kinds)))


def query(label: str, options: bytes = b"", edns: bool = True) -> bytes:
    """An A query as a resolver sends it: EDNS with a payload of 1232."""
    head = bytes([0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, int(edns)])
    opt = struct.pack(">BHHIH", 0, 41, 1232, 0, len(options)) + options if edns else b""
    return head + name(label) + struct.pack(">HH", A, 1) + opt


def ecs(network: int) -> bytes:
    """An EDNS Client Subnet option for a /24."""
    return struct.pack(">HHHBB", 8, 7, 1, 24, 0) + network.to_bytes(3, "big")


def mixed_case(label: str, chance: random.Random) -> bytes:
    """The same query with the name in random case (draft 0x20)."""
    plain = bytearray(query(label))
    for at in range(13, 13 + len(name(label)) - 2):
        if chance.random() < 0.5 and plain[at] >= 64:
            plain[at] = plain[at] & 0xDF
    return bytes(plain)


def cases(published: Published, names: int, count: int) -> dict[str, list[bytes]]:
    """Queries by case, `count` of each."""
    chance = random.Random(1035)
    near = [chance.choice(published.networks) for _ in range(count)]
    return {
        "static": [query(f"h{chance.randrange(names)}") for _ in range(count)],
        "steered": [query(f"w{chance.randrange(names)}") for _ in range(count)],
        "steered + ECS": [query("near", ecs(network)) for network in near],
        "static, 0x20": [mixed_case(f"h{chance.randrange(names)}", chance) for _ in range(count)],
        "NXDOMAIN, new names": [query(f"x{chance.getrandbits(48):x}") for _ in range(count)],
    }
