"""Whatever is no query gets the code that `respond` gives it, octet for octet; few kinds are left to the responder."""

import random
from ipaddress import ip_address
from struct import pack

import pytest

from gslb.engine.query import OPTION_KEEPALIVE, OPTION_NSID
from gslb.engine.refusal import refuse
from gslb.geo import Atlas
from gslb.model import Model, Node
from gslb.nameserver import Belief, Client, Transport, View, World, respond
from gslb.zone import Zones
from kit.packets import AAAA, ANY, A, opt, option, query, subnet

NEAR = subnet(bytes([10, 1, 7]), 24)
VIEW = View(World(Model(node=Node(name="ns1", identity="ns1")), Zones(), Atlas.build(), {}, {}), Belief())
FORMERR, NOTIMP, REFUSED = 1, 4, 5


def said(packet: bytes, stream: bool = False) -> bytes:
    client = Client(ip_address("192.0.2.1"), Transport.TCP if stream else Transport.UDP)
    reply = respond(packet, client, VIEW, lambda: 0)
    assert reply is not None
    return reply[2:]


KINDS = [
    *(
        pytest.param(query("www.example.com", flags=opcode << 11 | 0x0110), NOTIMP, id=f"opcode {opcode}")
        for opcode in (1, 2, 3, *range(6, 16))
    ),
    pytest.param(bytes(12), FORMERR, id="a header and no more"),
    pytest.param(query("www.example.com", flags=0x0200), FORMERR, id="TC set"),
    pytest.param(query("www.example.com", counts=(2, 0, 0, 0)), FORMERR, id="two questions"),
    pytest.param(query("www.example.com", A, opt(), counts=(0, 0, 0, 1)), FORMERR, id="question not counted"),
    pytest.param(query("www.example.com", counts=(1, 1, 0, 0)), FORMERR, id="answer counted"),
    pytest.param(query("www.example.com", counts=(1, 0, 1, 0)), FORMERR, id="authority counted"),
    pytest.param(query("www.example.com", A, opt(), counts=(1, 0, 0, 0)), FORMERR, id="additional not counted"),
    pytest.param(query("www.example.com", counts=(1, 0, 0, 1)), FORMERR, id="additional missing"),
    pytest.param(query("www.example.com") + b"\0", FORMERR, id="an octet too many"),
    pytest.param(query("www.example.com")[:-1], FORMERR, id="an octet too few"),
    pytest.param(query("www.example.com")[:-4], FORMERR, id="name only"),
    pytest.param(query("www.example.com")[:20], FORMERR, id="half a name"),
    pytest.param(query(b"\3www\xc0\x0c"), FORMERR, id="compressed name"),
    pytest.param(query(b"\xc0\x00"), FORMERR, id="a pointer into the header"),
    pytest.param(query(b"\x40" + bytes(64) + b"\3com\0"), FORMERR, id="odd label type"),
    pytest.param(query(b"\1a" * 128 + b"\0"), FORMERR, id="name too long"),
    *(pytest.param(query("www.example.com", kind), FORMERR, id=f"type {kind}") for kind in (0, 41, 249, 250)),
    *(pytest.param(query("www.example.com", kind), NOTIMP, id=f"type {kind}") for kind in (253, 254)),
    *(
        pytest.param(query("www.example.com", A, opt(options=NEAR), rdclass=number), REFUSED, id=f"class {number}")
        for number in (0, 2, 4, 254, 255, 65_535)
    ),
    pytest.param(query("www.example.com", ANY, opt(version=1, options=b"?"), rdclass=3), 0, id="EDNS version 1"),
    pytest.param(query("www.example.com", A, opt(version=255, flags=0x8000)), 0, id="EDNS version 255, DO"),
    pytest.param(query("www.example.com", AAAA, opt() + b"\0"), FORMERR, id="an octet after OPT"),
    *(pytest.param(query("www.example.com", A, opt()[:size]), FORMERR, id=f"{size} of OPT") for size in (1, 2, 3, 10)),
    pytest.param(query("www.example.com", A, opt(options=NEAR)[:-1]), FORMERR, id="options cut off"),
    pytest.param(query("www.example.com", A, opt(options=b"\0\3\0")), FORMERR, id="an option cut off"),
    pytest.param(query("www.example.com", A, opt(options=b"\0\3\0\1")), FORMERR, id="an option too short"),
    pytest.param(query("www.example.com", A, opt(options=subnet(b"\1", 24))), FORMERR, id="subnet too short"),
    pytest.param(query("www.example.com", A, opt(options=subnet(b"\1", 8, 7))), FORMERR, id="subnet of no family"),
    pytest.param(query("www.example.com", A, opt(options=subnet(b"\1", 8, 0))), FORMERR, id="subnet of family 0"),
    pytest.param(query("www.example.com", A, opt(options=NEAR * 2)), FORMERR, id="two subnets"),
    pytest.param(query("www.example.com", A, opt(options=option(3) + NEAR * 2)), FORMERR, id="NSID, two subnets"),
]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(("packet", "rcode"), KINDS)
def test_what_is_wrong_is_said_by_a_code(packet, rcode, stream):
    reply = refuse(packet, stream)

    assert reply is not None
    assert reply == said(packet, stream)
    assert reply[1] & 15 == rcode


@pytest.mark.parametrize(
    "packet",
    [
        pytest.param(query("www.example.com"), id="a query"),
        pytest.param(query("www.example.com", flags=0x2000), id="NOTIFY"),
        pytest.param(query("www.example.com", flags=0x2800), id="UPDATE"),
        pytest.param(query("version.bind", 16, rdclass=3), id="class CH"),
        pytest.param(query("example.com", 252), id="AXFR"),
        pytest.param(query("example.com", 251, rdclass=255), id="IXFR"),
        pytest.param(query("www.example.com", 0, opt(options=option(OPTION_NSID))), id="NSID with a wrong type"),
        pytest.param(query("www.example.com", A, opt(kind=250)), id="TSIG"),
        pytest.param(query("www.example.com", A, opt() * 2, counts=(1, 0, 0, 2)), id="two OPT"),
        pytest.param(query("www.example.com", A, opt(root=b"\3www\0")), id="OPT with an owner"),
    ],
)
def test_the_rest_is_the_responders(packet):
    assert refuse(packet) is None


def test_keepalive_is_the_responders_over_a_stream_only():
    packet = query("www.example.com", A, opt(options=option(OPTION_KEEPALIVE)), rdclass=255)

    assert refuse(packet) == said(packet)
    assert refuse(packet, stream=True) is None


def test_bent_packets_get_the_code_that_respond_gives():
    chance = random.Random(6891)
    seeds = [
        query("www.example.com"),
        query("www.example.com", A, opt(options=NEAR)),
        query("www.example.com", AAAA, opt(options=option(10, bytes(8)) + subnet(bytes(7), 56, 2) + option(3))),
        query("a.b", 255, opt(options=subnet(b"", 0, 0) + option(11)), rdclass=255),
        query(b"\1a" * 121 + b"\3com\0", 253, opt()),
    ]
    told = 0
    for number in range(15_000):
        packet = bytearray(seeds[number % len(seeds)])
        packet[2:12] = pack(">2B4H", chance.choice((0, 1, 1, 1, 2, 16)), 0, 1, 0, 0, packet[11])
        for _ in range(number % 4):
            packet[chance.randrange(2, len(packet))] = chance.getrandbits(8) & chance.choice((1, 3, 255))
        if number % 5 == 0:
            del packet[chance.randrange(12, len(packet) + 1) :]
        if number % 11 == 0:
            packet += chance.randbytes(chance.randrange(8))
        if packet[2] & 0x80:
            continue
        stream = bool(number & 1)
        reply = refuse(bytes(packet), stream)
        if reply is not None:
            told += 1
            assert reply == said(bytes(packet), stream), packet.hex()
    assert told > 5_000
