"""RFC 1034: what an authoritative server says about names it has, names it hands on, and names it has not."""

import pytest
from dnslib import RCODE

from kit.answers import ask, data, lines, serving

ZONE = serving(
    "@ 1h SOA ns1 hostmaster 1 7200 900 1209600 300",
    "@ 1h NS ns1",
    "@ 1h NS ns2.example.net.",
    "ns1 1h A 192.0.2.53",
    "www 60 A 192.0.2.1",
    "one 60 CNAME two",
    "two 50 CNAME three",
    "three 40 CNAME www",
    "away 60 CNAME www.example.net.",
    "across 60 CNAME www.child.example.com.",
    "inside 60 CNAME host.sub",
    "sub 60 NS ns.sub",
    "ns.sub 60 A 192.0.2.77",
    "host.sub 60 A 192.0.2.78",
    "ping 60 CNAME pong.other.test.",
    *(f"hop{number} 60 CNAME hop{number + 1}" for number in range(20)),
    "hop20 60 A 192.0.2.20",
    child_example_com="@ NS ns1\nns1 A 192.0.2.54\nwww 30 A 192.0.2.56",
    other_test="@ NS ns1.example.com.\npong 60 CNAME ping.example.com.",
)


def test_data_of_our_zone_is_authoritative():
    """Section 4.2.1: the zone's own data carries AA; what stands at and below a cut does not."""
    assert ask(ZONE, "www.example.com").header.aa == 1
    assert ask(ZONE, "example.com", "NS").header.aa == 1
    assert ask(ZONE, "sub.example.com", "NS").header.aa == 0
    assert ask(ZONE, "ns.sub.example.com").header.aa == 0


@pytest.mark.parametrize("name", ["sub.example.com", "host.sub.example.com", "a.b.c.sub.example.com"])
def test_a_name_at_or_below_a_cut_gets_a_referral(name):
    """Section 4.3.2, step 3b: NS in the authority section, their addresses in the additional one, nothing answered."""
    reply = ask(ZONE, name)

    assert lines(reply.rr) == []
    assert lines(reply.auth) == ["sub.example.com. 60 NS ns.sub.example.com."]
    assert lines(reply.ar) == ["ns.sub.example.com. 60 A 192.0.2.77"]
    assert (reply.header.rcode, reply.header.aa) == (RCODE.NOERROR, 0)


def test_the_closest_of_our_zones_answers():
    """Section 4.3.2, step 2: the nearest ancestor zone, not the one that delegates to it."""
    reply = ask(ZONE, "www.child.example.com")

    assert lines(reply.rr) == ["www.child.example.com. 30 A 192.0.2.56"]
    assert ask(ZONE, "no.child.example.com").auth[0].rname == "child.example.com."


def test_a_chain_of_cnames_is_followed_to_its_end():
    """Section 3.6.2: each alias in order, then the data of the last name."""
    assert lines(ask(ZONE, "one.example.com").rr) == [
        "one.example.com. 60 CNAME two.example.com.",
        "two.example.com. 50 CNAME three.example.com.",
        "three.example.com. 40 CNAME www.example.com.",
        "www.example.com. 60 A 192.0.2.1",
    ]


def test_a_chain_goes_on_in_another_zone_of_ours():
    """Section 4.3.2, step 3a: the query is restarted at the target, in whatever zone of ours that is."""
    assert data(ask(ZONE, "across.example.com").rr) == ["www.child.example.com.", "192.0.2.56"]


def test_a_chain_that_leaves_our_zones_stops_there():
    """Section 4.3.2, step 3a: the rest is the resolver's to find; an alias is no error."""
    reply = ask(ZONE, "away.example.com")

    assert lines(reply.rr) == ["away.example.com. 60 CNAME www.example.net."]
    assert (lines(reply.auth), reply.header.rcode, reply.header.aa) == ([], RCODE.NOERROR, 1)


def test_a_chain_that_ends_below_a_cut_brings_the_referral():
    """Section 4.3.2, step 3b after 3a: AA speaks of the first owner name (section 6.2.7 as RFC 2181 reads it)."""
    reply = ask(ZONE, "inside.example.com")

    assert data(reply.rr) == ["host.sub.example.com."]
    assert lines(reply.auth) == ["sub.example.com. 60 NS ns.sub.example.com."]
    assert data(reply.ar) == ["192.0.2.77"]
    assert reply.header.aa == 1


@pytest.mark.parametrize("kind", ["CNAME", "ANY"])
def test_an_alias_that_is_asked_for_itself_is_not_followed(kind):
    """Section 3.6.2: a query for CNAME, or for any type, matches the alias itself."""
    assert lines(ask(ZONE, "one.example.com", kind).rr) == ["one.example.com. 60 CNAME two.example.com."]


def test_an_alias_to_a_name_without_the_type_says_so():
    """Section 4.3.2: the reply holds the alias and what is known of its end."""
    reply = ask(ZONE, "three.example.com", "MX")

    assert data(reply.rr) == ["www.example.com."]
    assert [rr.rtype for rr in reply.auth] == [6]
    assert reply.header.rcode == RCODE.NOERROR


def test_aliases_in_a_ring_end():
    """Section 3.6.2 calls it an error to be caught; two zones can make one that neither shows alone."""
    reply = ask(ZONE, "ping.example.com")

    assert data(reply.rr) == ["pong.other.test.", "ping.example.com."]
    assert reply.header.rcode == RCODE.NOERROR


def test_a_very_long_chain_is_answered_in_part():
    """Section 5.2.2: work for one query is bounded; the resolver goes on where the reply ends."""
    found = data(ask(ZONE, "hop0.example.com", tcp=True).rr)

    assert len(found) == 17
    assert data(ask(ZONE, found[-1], tcp=True).rr)[-1] == "192.0.2.20"


@pytest.mark.parametrize(
    "name", ["www.example.net", "com", ".", "example.org", "xexample.com", "www.example.com.evil.test"]
)
def test_names_outside_our_zones_are_refused(name):
    """Section 4.3.2, step 2, with no zone found; REFUSED rather than an upward referral (RFC 1035, section 4.1.1)."""
    reply = ask(ZONE, name)

    assert (reply.header.rcode, reply.header.aa) == (RCODE.REFUSED, 0)
    assert (reply.rr, reply.auth, reply.ar) == ([], [], [])
