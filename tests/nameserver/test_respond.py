"""The way in: who is located by what, which bucket a client has, what the exchange itself adds; silence and errors."""

from dataclasses import replace
from ipaddress import ip_address, ip_network

import pytest
from dnslib import RCODE, DNSRecord
from hypothesis import given
from hypothesis import strategies as st

from gslb.image import BUCKETS, client_bucket
from gslb.model import Model, Node
from gslb.nameserver import Belief, Client, Subnet, Transport, View, Where, parse, plan, respond
from gslb.nameserver.respond import bucket, locate, place, where
from kit.answers import KEEPALIVE, NSID, SENDER, ask, believing, data, ecs, opt, option, options, packet, serving
from kit.worlds import large

CLIENT = Client(ip_address(SENDER))


@pytest.fixture(scope="module")
def view() -> View:
    return believing(large())


def subnet(text: str) -> Subnet:
    found = parse(packet("x.example", edns=opt(ecs(text)))).subnet
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("81.2.69.0/24", ("81.2.69.0", 24)),
        ("81.2.69.142/32", ("81.2.69.0", 24)),
        ("81.2.0.0/16", ("81.2.0.0", 16)),
        ("128.0.0.0/1", ("128.0.0.0", 1)),
        ("2001:db8:1:2ff::/64", ("2001:db8:1:200::", 56)),
        ("2001:db8::/32", ("2001:db8::", 32)),
        ("0.0.0.0/0", (SENDER, None)),
        ("::/0", (SENDER, None)),
    ],
)
def test_a_client_is_its_subnet_cut_to_what_a_scope_can_say(sent, expected):
    address, bits = place(subnet(sent), CLIENT)

    assert (str(address), bits) == expected


def test_a_client_without_a_subnet_is_the_sender_whole():
    assert place(None, CLIENT) == (ip_address(SENDER), None)


@given(st.integers(0, 2**32 - 1), st.integers(1, 32), st.integers(0, 255))
def test_all_of_a_prefix_has_one_bucket(number, bits, host):
    """Whatever is past the 24th bit, sent as a subnet or as the sender's own address."""
    network = ip_network((number >> (32 - bits) << (32 - bits), bits))
    found = bucket(*place(subnet(str(network)), CLIENT))

    assert 0 <= found < BUCKETS
    if bits >= 24:
        assert bucket(network.network_address, None) == found
        inside = ip_address(int(network.network_address) >> 8 << 8 | host)
        assert bucket(inside, None) == found


def test_a_bucket_is_of_the_top_24_or_56_bits():
    assert bucket(ip_address("81.2.69.142"), None) == client_bucket(0x510245, 24)
    assert bucket(ip_address("2001:db8:1:2ff::9"), None) == client_bucket(0x20010DB8000102, 56)
    assert bucket(ip_address("81.2.0.0"), 16) == client_bucket(0x5102, 16)


@pytest.mark.parametrize(
    ("edns", "sender", "expected"),
    [(None, False, "US"), (opt(ecs("127.1.5.0/24")), False, "DE"), (opt(ecs("127.1.5.0/24")), True, "US")],
)
def test_a_client_is_located_by_its_subnet_unless_the_sender_is_meant(view, edns, sender, expected):
    query = parse(packet("www.example.com", edns=edns))

    assert locate(query, Client(ip_address("127.2.0.1")), view, sender).country == expected


def test_a_plan_is_told_only_what_it_asks_for(view):
    query = parse(packet("www.example.com", edns=opt(ecs("127.1.5.0/24"))))

    def found(name: str) -> Where:
        made = plan(parse(packet(name)).question.name, 1, view)
        return where(made, query, CLIENT, view)

    assert found("mail.example.com") == found("failover.example.com") == Where()
    assert found("www.example.com").class_scope == 16
    assert found("sticky.example.com") == Where(0, 0, client_bucket(0x7F0105, 24))
    assert found("stuck.example.com").bucket == bucket(ip_address(SENDER), None)


@pytest.mark.parametrize("data_", [b"", bytes(11), b"\0\7\x80\0" + bytes(8), packet("www.example.com", flags=0x8180)])
def test_what_deserves_silence_gets_it(view, data_):
    assert respond(data_, CLIENT, view, lambda: 0) is None


def test_the_dice_are_thrown_once_for_an_answer_and_not_for_an_error(view):
    throws = []

    def draw() -> int:
        throws.append(1)
        return 2**64 - 1

    reply = respond(packet("weighted.example.com"), CLIENT, view, draw)

    assert data(DNSRecord.parse(reply or b"").rr) == ["192.0.2.3"]
    assert len(throws) == 1
    respond(packet("weighted.example.com", 252), CLIENT, view, draw)
    assert len(throws) == 1


def test_class_ch_is_about_the_server(view):
    reply = DNSRecord.parse(respond(packet("version.bind", "TXT", rdclass=3), CLIENT, view, lambda: 0) or b"")

    assert data(reply.rr) == ['"gslb test"']


@pytest.mark.parametrize("rdclass", [2, 4, 254, 255])
def test_other_classes_are_refused(view, rdclass):
    reply = DNSRecord.parse(respond(packet("www.example.com", rdclass=rdclass), CLIENT, view, lambda: 0) or b"")

    assert reply.header.rcode == RCODE.REFUSED


def test_what_the_exchange_adds_stands_behind_the_subnet(view):
    edns = opt(option(KEEPALIVE) + option(NSID) + ecs("127.1.5.0/24"))

    assert list(options(ask(view, "www.example.com", edns=edns, tcp=True))) == [8, NSID, KEEPALIVE]
    assert list(options(ask(view, "www.example.com", edns=edns))) == [8, NSID]


def test_an_identity_too_long_to_send_is_cut():
    """Of a DNS string's 255 octets, which are enough for a name."""
    named = View(
        replace(serving("@ NS ns1", "ns1 A 192.0.2.53").world, model=Model(node=Node(identity="n" * 300))), Belief()
    )

    assert options(ask(named, "ns1.example.com", edns=opt(option(NSID)))) == {NSID: b"n" * 255}


def test_a_client_is_on_udp_unless_said_otherwise():
    assert CLIENT.transport is Transport.UDP
