"""RFC 2308: names that do not exist, types that a name does not have, and for how long that may be believed."""

import pytest
from dnslib import RCODE

from kit.answers import ask, data, lines, serving

RECORDS = (
    "@ 1h NS ns1",
    "ns1 1h A 192.0.2.53",
    "www 60 A 192.0.2.1",
    "a.b.c 60 A 192.0.2.2",
    "nowhere 60 CNAME missing",
    "nothing 60 CNAME www",
    "other 60 CNAME missing.example.org.",
)


def soa(ttl: int, minimum: int) -> str:
    return f"@ {ttl} SOA ns1 hostmaster 1 7200 900 1209600 {minimum}"


ZONE = serving(soa(3600, 300), *RECORDS, example_org="@ 900 SOA ns1 h 1 1 1 1 77\n@ NS ns1\nns1 A 192.0.2.9")


def test_a_name_that_does_not_exist_is_a_name_error_with_the_soa():
    """Section 2.1: NXDOMAIN, the answer empty, the SOA of the zone in the authority section."""
    reply = ask(ZONE, "missing.example.com")

    assert (reply.header.rcode, reply.header.aa, reply.rr) == (RCODE.NXDOMAIN, 1, [])
    assert [(str(rr.rname), rr.rtype) for rr in reply.auth] == [("example.com.", 6)]


@pytest.mark.parametrize(
    ("name", "kind"), [("www.example.com", "AAAA"), ("example.com", "TXT"), ("ns1.example.com", "MX")]
)
def test_a_type_that_a_name_does_not_have_is_no_error(name, kind):
    """Section 2.2: NODATA is NOERROR with an empty answer and the SOA."""
    reply = ask(ZONE, name, kind)

    assert (reply.header.rcode, reply.header.aa, reply.rr) == (RCODE.NOERROR, 1, [])
    assert [(str(rr.rname), rr.rtype) for rr in reply.auth] == [("example.com.", 6)]


@pytest.mark.parametrize("name", ["c.example.com", "b.c.example.com"])
def test_a_name_that_only_others_stand_below_exists(name):
    """Section 2.2 with RFC 8020: an empty non-terminal is NODATA, never NXDOMAIN."""
    assert ask(ZONE, name).header.rcode == RCODE.NOERROR
    assert ask(ZONE, f"x.{name}").header.rcode == RCODE.NXDOMAIN


@pytest.mark.parametrize(("ttl", "minimum", "expected"), [(3600, 300, 300), (60, 300, 60), (0, 300, 0), (3600, 0, 0)])
@pytest.mark.parametrize("name", ["missing.example.com", "www.example.com"])
def test_negative_answers_hold_for_the_less_of_the_soas_ttl_and_minimum(ttl, minimum, expected, name):
    """Section 3; the SOA asked for itself keeps its own TTL."""
    zone = serving(soa(ttl, minimum), *RECORDS)

    assert [rr.ttl for rr in ask(zone, name, "TXT").auth] == [expected]
    assert [rr.ttl for rr in ask(zone, "example.com", "SOA").rr] == [ttl]


def test_an_alias_to_a_name_that_does_not_exist_is_a_name_error():
    """Section 2.1: the code speaks of the last name of the chain (RFC 6604, section 3)."""
    reply = ask(ZONE, "nowhere.example.com")

    assert lines(reply.rr) == ["nowhere.example.com. 60 CNAME missing.example.com."]
    assert reply.header.rcode == RCODE.NXDOMAIN
    assert [rr.ttl for rr in reply.auth] == [300]


def test_an_alias_to_a_name_without_the_type_is_no_error():
    """Section 2.2."""
    reply = ask(ZONE, "nothing.example.com", "AAAA")

    assert (data(reply.rr), reply.header.rcode, len(reply.auth)) == (["www.example.com."], RCODE.NOERROR, 1)


def test_the_soa_is_that_of_the_zone_where_the_chain_ended():
    """Section 2.1: the SOA tells how long the missing name is missing, so it is that name's zone's."""
    reply = ask(ZONE, "other.example.com")

    assert [(str(rr.rname), rr.ttl) for rr in reply.auth] == [("example.org.", 77)]
