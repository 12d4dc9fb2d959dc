"""RFC 7828: how long an idle TCP connection is kept is said on TCP only, and only to those who ask."""

from ipaddress import ip_address

import pytest
from dnslib import DNSRecord

from gslb.nameserver import Client, Transport, respond
from kit.answers import KEEPALIVE, SENDER, ask, opt, option, options, packet, serving

ZONE = serving("@ NS ns1", "ns1 A 192.0.2.53", "www 60 A 192.0.2.1")
ASKING = opt(option(KEEPALIVE))


def test_a_query_over_tcp_that_asks_is_told_the_idle_timeout():
    """Section 3.3.2: in units of 100 milliseconds."""
    assert options(ask(ZONE, "www.example.com", edns=ASKING, tcp=True)) == {KEEPALIVE: b"\0\x64"}


@pytest.mark.parametrize(("idle", "tenths"), [(0.0, 0), (2.55, 25), (10.0, 100), (6553.5, 65_535), (100_000.0, 65_535)])
def test_the_timeout_said_is_the_one_in_force(idle, tenths):
    """Section 3.1: TIMEOUT has 16 bits."""
    client = Client(ip_address(SENDER), Transport.TCP, idle)
    said = DNSRecord.parse(respond(packet("www.example.com", edns=ASKING), client, ZONE, lambda: 0) or b"")

    assert options(said) == {KEEPALIVE: tenths.to_bytes(2, "big")}


def test_errors_over_tcp_tell_it_too():
    """Section 3.3.2: the option is about the connection, not about the answer."""
    assert KEEPALIVE in options(ask(ZONE, "www.example.net", edns=ASKING, tcp=True))
    assert KEEPALIVE in options(ask(ZONE, "www.example.com", 252, edns=ASKING, tcp=True))


def test_nothing_is_said_over_udp():
    """Section 3.2.1: the option must not be sent over UDP, and is ignored there."""
    assert options(ask(ZONE, "www.example.com", edns=ASKING)) == {}


def test_nothing_is_said_to_those_who_did_not_ask():
    """Section 3.3.2: only in reply to a query that carried it."""
    assert options(ask(ZONE, "www.example.com", edns=opt(), tcp=True)) == {}
    assert options(ask(ZONE, "www.example.com", tcp=True)) is None
