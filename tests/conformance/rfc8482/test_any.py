"""RFC 8482: a question for any type gets one rrset, not all."""

import pytest
from dnslib import QTYPE, RCODE

from kit.answers import ask, believing, data, ecs, opt, scope, serving
from kit.worlds import large, world

ZONE = serving(
    "@ SOA ns1 h 1 7200 900 1209600 300",
    "@ NS ns1",
    "@ NS ns2",
    "@ MX 5 ns1",
    "ns1 A 192.0.2.53",
    "ns2 A 192.0.2.54",
    'many TXT "one"',
    'many TXT "two"',
    "many A 192.0.2.1",
    "many AAAA 2001:db8::1",
    "alias CNAME many",
    '*.wild TXT "wild"',
    "*.wild MX 5 ns1",
    "a.ent A 192.0.2.2",
)
SIX = """\
gslb: 1
listen: 127.0.0.1:5300
pools: {six: {endpoints: {a: "2001:db8::1"}}}
zones:
  example.com:
    records: |
      @ 60 NS ns1
      ns1 60 A 192.0.2.53
    steer:
      six: {ttl: 30s, failover: [six]}
"""


@pytest.mark.parametrize("name", ["example.com", "many.example.com", "a.wild.example.com", "ns1.example.com"])
def test_any_gets_one_whole_rrset(name):
    """Section 4.1: all records of one type that the name has."""
    found = ask(ZONE, name, "ANY").rr
    (kind,) = {rr.rtype for rr in found}

    assert data(found) == data(ask(ZONE, name, QTYPE[kind]).rr)


def test_any_at_an_alias_gets_the_alias():
    """Section 4.1: CNAME is the one rrset that such a name has."""
    assert data(ask(ZONE, "alias.example.com", "ANY").rr) == ["many.example.com."]


@pytest.mark.parametrize(("name", "rcode"), [("none.example.com", RCODE.NXDOMAIN), ("ent.example.com", RCODE.NOERROR)])
def test_any_where_there_is_nothing_is_negative(name, rcode):
    """Section 4.1: only names that exist with data get data."""
    reply = ask(ZONE, name, "ANY")

    assert (reply.rr, reply.header.rcode, len(reply.auth)) == ([], rcode, 1)


def test_any_at_a_steered_name_gets_what_the_policy_chooses():
    """Section 4.1: one rrset of those it would answer, chosen for the client and scoped."""
    view = believing(large())

    assert data(ask(view, "net.example.com", "ANY", opt(ecs("198.51.100.0/24"))).rr) == ["192.0.2.1"]
    assert scope(ask(view, "net.example.com", "ANY", opt(ecs("198.51.100.0/24")))) == 24
    assert data(ask(view, "name.example.com", "ANY").rr) == ["www.example.net."]
    assert data(ask(view, "text.example.com", "ANY").rr) == ['"one"']


def test_any_at_a_name_with_ipv6_only_gets_ipv6():
    """Section 4.1: an empty answer would say that the name has nothing at all."""
    assert data(ask(believing(world(SIX)), "six.example.com", "ANY").rr) == ["2001:db8::1"]
