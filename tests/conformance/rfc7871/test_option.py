"""RFC 7871, sections 6, 7.1 and 7.2: the client subnet option is read strictly and always comes back."""

import struct

import pytest
from dnslib import RCODE

from kit.answers import ECS, ask, believing, data, ecs, opt, option, options, scope, serving
from kit.worlds import large

VIEW = believing(large())
NAMES = ["www", "geo", "sticky", "stuck", "four", "weighted", "name", "text", "alias", "far", "mail", "x.wild", "q.d"]
NAMES += ["none", "ent", "sub", "x.sub", "www.child", "svc"]
SUBNETS = ["127.1.5.0/24", "198.51.100.0/22", "203.0.113.129/32", "0.0.0.0/0", "10.0.0.0/7"]
SUBNETS += ["2001:db8:1::/56", "2001:db8:f::1/128", "2001:db8::/47", "::/0"]


def fields(echoed: bytes) -> tuple[int, int, bytes]:
    """FAMILY, SOURCE PREFIX-LENGTH and ADDRESS of an option."""
    family, source = struct.unpack_from("!HB", echoed)
    return family, source, echoed[4:]


@pytest.mark.parametrize("tcp", [False, True], ids=["udp", "tcp"])
@pytest.mark.parametrize("kind", ["A", "AAAA", "MX", "ANY"])
@pytest.mark.parametrize("name", NAMES)
def test_every_answer_to_a_query_with_the_option_carries_it(name, kind, tcp):
    """Section 7.2.1: whether or not the answer depended on it; FAMILY, SOURCE and ADDRESS as they came."""
    for subnet in SUBNETS:
        sent = ecs(subnet)
        echoed = options(ask(VIEW, f"{name}.example.com", kind, opt(sent), tcp=tcp))[ECS]
        assert fields(echoed) == fields(sent[4:])
        assert echoed[3] <= (24 if "." in subnet else 56)


@pytest.mark.parametrize(
    ("name", "kind", "rcode"),
    [
        ("www.example.net", "A", RCODE.REFUSED),
        ("www.example.com", 252, RCODE.REFUSED),
        ("x.example.com", 41, RCODE.FORMERR),
    ],
)
def test_errors_carry_it_too(name, kind, rcode):
    """Section 7.2.1, and 12.1: support is shown in all responses; what is refused is refused to everybody."""
    reply = ask(VIEW, name, kind, opt(ecs("127.1.5.0/24")))

    assert reply.header.rcode == rcode
    assert fields(options(reply)[ECS]) == (1, 24, b"\x7f\x01\x05")
    assert scope(reply) == 0


@pytest.mark.parametrize("edns", [None, opt()])
@pytest.mark.parametrize("name", ["www", "geo", "net", "mail"])
def test_an_answer_to_a_query_without_it_has_none(name, edns):
    """Section 7.2.1: even if the answer was tailored to the sender's own address."""
    assert ECS not in (options(ask(VIEW, f"{name}.example.com", edns=edns, sender="127.1.0.9")) or {})


def test_without_it_the_sender_is_located():
    """Section 7.2.1: the resolver's own address is what is known of the client."""
    assert data(ask(VIEW, "www.example.com", sender="127.1.0.9").rr) == ["192.0.2.1"]
    assert data(ask(VIEW, "www.example.com", sender="127.2.0.9").rr) == ["192.0.2.2"]
    assert data(ask(VIEW, "net.example.com", sender="2001:db8:f::9").rr) == ["192.0.2.1"]


def test_with_it_the_sender_does_not_matter():
    """Section 7.1.2: the address in the option is the client's."""
    for sender in ("127.1.0.9", "127.2.0.9", "2001:db8:f::1"):
        assert data(ask(VIEW, "www.example.com", edns=opt(ecs("127.2.5.0/24")), sender=sender).rr) == ["192.0.2.2"]


@pytest.mark.parametrize("subnet", ["0.0.0.0/0", "::/0"])
@pytest.mark.parametrize(("sender", "expected"), [("127.1.0.9", "192.0.2.1"), ("127.2.0.9", "192.0.2.2")])
def test_a_client_that_does_not_want_to_be_located_is_not(subnet, sender, expected):
    """Section 7.1.2: source 0; the answer is located by the sender and holds for all who hide (7.3.1), scope 0."""
    reply = ask(VIEW, "www.example.com", edns=opt(ecs(subnet)), sender=sender)

    assert (data(reply.rr), scope(reply)) == ([expected], 0)


def test_family_0_is_taken_from_who_hides():
    """Section 7.1.2 as early resolvers read it: with source 0 the family means nothing, and is echoed."""
    reply = ask(VIEW, "www.example.com", edns=opt(ecs("0.0.0.0/0", family=0)), sender="127.2.0.9")

    assert (data(reply.rr), options(reply)) == (["192.0.2.2"], {ECS: bytes(4)})


@pytest.mark.parametrize(
    "malformed",
    [
        pytest.param(ecs("192.0.2.0/24", source=25), id="too few octets"),
        pytest.param(ecs("192.0.2.0/24", source=16), id="too many octets"),
        pytest.param(ecs("192.0.2.0/32", source=24), id="a whole address for 24 bits"),
        pytest.param(option(ECS, b"\0\1\x14\0\xc0\0\x0f"), id="a bit past the source"),
        pytest.param(ecs("192.0.2.0/24", scope=24), id="a scope in a query"),
        pytest.param(ecs("0.0.0.0/0", scope=1), id="a scope and nothing else"),
        pytest.param(ecs("192.0.2.0/24", family=3), id="an unknown family"),
        pytest.param(ecs("192.0.2.0/24", family=0), id="no family"),
        pytest.param(ecs("192.0.2.0/24", family=65_535), id="the last family"),
        pytest.param(option(ECS, b"\0\1\x21\0" + bytes(5)), id="33 bits of IPv4"),
        pytest.param(option(ECS, b"\0\2\x81\0" + bytes(17)), id="129 bits of IPv6"),
        pytest.param(option(ECS), id="empty"),
        pytest.param(option(ECS, b"\0\1\0"), id="no scope"),
        pytest.param(ecs("192.0.2.0/24") * 2, id="twice"),
        pytest.param(ecs("192.0.2.0/24") + ecs("2001:db8::/56"), id="one of each family"),
        pytest.param(ecs("192.0.2.0/24")[:-1], id="broken off"),
    ],
)
@pytest.mark.parametrize("name", ["www", "mail", "none"])
def test_an_option_that_is_not_well_formed_is_a_format_error(malformed, name):
    """Sections 6 and 7.2.1: FORMERR, with OPT, without records, and without an option that would be made up."""
    reply = ask(VIEW, f"{name}.example.com", edns=opt(malformed))

    assert reply.header.rcode == RCODE.FORMERR
    assert (reply.rr, reply.auth, options(reply)) == ([], [], {})


def test_static_zones_alone_take_part_too():
    """Section 12.1: an operator who tailors nothing still says so, and resolvers cache for all."""
    zone = serving("@ NS ns1", "ns1 A 192.0.2.53")

    assert scope(ask(zone, "ns1.example.com", edns=opt(ecs("203.0.113.0/24")))) == 0
