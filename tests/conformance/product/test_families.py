"""Families and names: what AAAA, other types and names say where the product's policies choose."""

import pytest
from dnslib import RCODE

from kit.answers import ask, believing, data, lines
from kit.worlds import world

TEXT = """\
gslb: 1
listen: 127.0.0.1:5300
pools:
  web: {endpoints: {a: [192.0.2.1, "2001:db8::1"], b: [192.0.2.2, "2001:db8::2"], c: 192.0.2.3}}
  four: {endpoints: {a: 192.0.2.4, b: 192.0.2.5}}
  six: {endpoints: {a: "2001:db8::6"}}
  cdn: {endpoints: {a: one.example.net., b: two.example.net.}}
  sip: {type: SRV, endpoints: {a: 10 50 5061 sip.example.com., b: 20 50 5061 sip.example.net.}}
  mail: {type: MX, endpoints: {a: 10 mx1, b: 20 mx2.example.net.}}
  service: {type: HTTPS, endpoints: {a: 1 . alpn=h2, b: 1 other.example.net. alpn=h3}}
zones:
  example.com:
    records: |
      @ 1h SOA ns1 hostmaster 1 7200 900 1209600 300
      @ 1h NS ns1
      @ 1h MX 10 mx1
      ns1 1h A 192.0.2.53
      mx1 1h A 192.0.2.25
      www 60 TXT "beside"
      www 60 MX 5 mx1
      alias 60 CNAME www
      double 60 CNAME alias
      plain 90 A 192.0.2.90
      plain 90 A 192.0.2.91
      plain 90 AAAA 2001:db8::90
    steer:
      "@": {ttl: 30s, failover: [web/a, web/b]}
      www: {ttl: 30s, failover: [web/a, web/b]}
      four: {ttl: 30s, weighted: {four/a: 1, four/b: 2}}
      short: {ttl: {min: 5s, max: 60s}, failover: [four/a]}
      six: {ttl: 30s, failover: [six]}
      name: {ttl: 30s, failover: [cdn/a, cdn/b]}
      _sip._tcp: {ttl: 30s, failover: [sip/a, sip/b]}
      mail: {ttl: 30s, failover: [mail/a, mail/b]}
      service: {ttl: 30s, failover: [service/a, service/b]}
      text: {ttl: 30s, failover: [{rdata: ["one", "two"], type: TXT}]}
      fixed: {ttl: 30s, failover: [{rdata: [192.0.2.60, 192.0.2.61], type: A}]}
      other: {ttl: 30s, failover: [{alias: www}]}
      static: {ttl: 30s, failover: [{alias: plain}]}
  example.org:
    records: |
      @ 1h NS ns1
      ns1 1h A 192.0.2.54
      www 60 CNAME www.example.com.
"""


@pytest.fixture(scope="module")
def view():
    return believing(world(TEXT))


@pytest.mark.parametrize("name", ["four", "short"])
@pytest.mark.parametrize("down", [(), ("four/a",), ("four/a", "four/b")])
def test_aaaa_of_a_name_with_ipv4_only_is_nodata(name, down):
    """Never NXDOMAIN or SERVFAIL, which would take the name's IPv4 away too: NOERROR, no answer, the SOA."""
    reply = ask(believing(world(TEXT), *down), f"{name}.example.com", "AAAA")

    assert (reply.header.rcode, reply.header.aa, reply.rr) == (RCODE.NOERROR, 1, [])
    assert [(str(rr.rname), rr.rtype, rr.ttl) for rr in reply.auth] == [("example.com.", 6, 300)]


def test_a_of_a_name_with_ipv6_only_is_nodata(view):
    """The same the other way round."""
    assert ask(view, "six.example.com").header.rcode == RCODE.NOERROR
    assert ask(view, "six.example.com").rr == []
    assert data(ask(view, "six.example.com", "AAAA").rr) == ["2001:db8::6"]


@pytest.mark.parametrize("kind", ["NS", "SRV", "SOA", "CNAME", "DS", "HTTPS", 65_400])
def test_types_that_a_steered_name_does_not_have_are_nodata(view, kind):
    """A steered name exists, and has what it has."""
    reply = ask(view, "four.example.com", kind)

    assert (reply.header.rcode, reply.rr, len(reply.auth)) == (RCODE.NOERROR, [], 1)


def test_names_below_a_steered_name_do_not_exist(view):
    """It is no wildcard."""
    assert ask(view, "x.www.example.com").header.rcode == RCODE.NXDOMAIN


def test_static_types_stand_beside_the_steered_ones(view):
    """`www` is steered for addresses and has TXT and MX from the zone."""
    assert data(ask(view, "www.example.com", "TXT").rr) == ['"beside"']
    assert data(ask(view, "www.example.com", "MX").rr) == ["5 mx1.example.com."]
    assert lines(ask(view, "www.example.com").rr) == ["www.example.com. 30 A 192.0.2.1"]
    assert lines(ask(view, "www.example.com", "AAAA").rr) == ["www.example.com. 30 AAAA 2001:db8::1"]


def test_a_steered_apex_stands_beside_soa_ns_and_mx(view):
    """A delegated zone must serve its SOA and NS whatever is steered (a lame delegation otherwise)."""
    assert lines(ask(view, "example.com").rr) == ["example.com. 30 A 192.0.2.1"]
    assert data(ask(view, "example.com", "NS").rr) == ["ns1.example.com."]
    assert data(ask(view, "example.com", "MX").rr) == ["10 mx1.example.com."]
    assert [rr.rtype for rr in ask(view, "example.com", "SOA").rr] == [6]
    assert data(ask(view, "example.com", "ANY").rr) == ["ns1.example.com."]


@pytest.mark.parametrize(
    ("name", "hops"), [("alias.example.com", 1), ("double.example.com", 2), ("www.example.org", 1)]
)
def test_an_alias_leads_to_what_the_policy_chooses(view, name, hops):
    """Within our zones, from one to the other, as far as it takes."""
    reply = ask(view, name)

    assert [rr.rtype for rr in reply.rr] == [5] * hops + [1]
    assert data(reply.rr)[-1] == "192.0.2.1"
    assert reply.rr[-1].ttl == 30
    assert data(ask(view, name, "TXT").rr)[-1] == '"beside"'


def test_an_alias_to_a_name_without_the_family_is_nodata(view):
    """The chain so far, and the SOA."""
    zone = world(TEXT.replace("alias 60 CNAME www", "alias 60 CNAME four"))
    reply = ask(believing(zone), "alias.example.com", "AAAA")

    assert (data(reply.rr), reply.header.rcode, len(reply.auth)) == (["four.example.com."], RCODE.NOERROR, 1)


@pytest.mark.parametrize("kind", ["A", "AAAA", "CNAME", "TXT", "MX", "ANY", 65_400])
def test_an_endpoint_that_is_a_name_answers_every_type_as_a_cname(view, kind):
    """RFC 1034, section 3.6.2: where a CNAME stands, nothing else does."""
    reply = ask(view, "name.example.com", kind)

    assert lines(reply.rr) == ["name.example.com. 30 CNAME one.example.net."]
    assert (reply.header.rcode, reply.header.aa) == (RCODE.NOERROR, 1)


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("_sip._tcp", "SRV", ["10 50 5061 sip.example.com."]),
        ("mail", "MX", ["10 mx1.example.com."]),
        ("service", "HTTPS", ["1 . alpn=h2"]),
        ("text", "TXT", ['"one"', '"two"']),
        ("fixed", "A", ["192.0.2.60", "192.0.2.61"]),
    ],
)
def test_typed_pools_and_rdata_answer_their_type_and_no_other(view, name, kind, expected):
    """A policy makes sense for these too."""
    assert data(ask(view, f"{name}.example.com", kind).rr) == expected
    assert ask(view, f"{name}.example.com", "AAAA").rr == []
    assert ask(view, f"{name}.example.com", "AAAA").header.rcode == RCODE.NOERROR


def test_what_typed_pools_name_comes_along(view):
    """As with static data (RFC 2782; RFC 9460, section 4.1): the addresses that the zone has for a target."""
    assert lines(ask(view, "mail.example.com", "MX").ar) == ["mx1.example.com. 3600 A 192.0.2.25"]
    assert ask(view, "_sip._tcp.example.com", "SRV").ar == []


def test_a_steered_wildcard_that_names_itself_brings_its_addresses_under_the_name_asked():
    """RFC 9460, section 2.5.2: the target "." is the owner."""
    text = TEXT.replace("service: {ttl", '"*.service": {ttl').replace("      plain 90 A", "      *.service 60 A", 1)
    reply = ask(believing(world(text)), "any.service.example.com", "HTTPS")

    assert data(reply.rr) == ["1 . alpn=h2"]
    assert lines(reply.ar) == ["any.service.example.com. 60 A 192.0.2.90"]


def test_no_record_stands_twice_in_an_answer():
    """RFC 2181, section 5: two endpoints on one address are one record."""
    text = TEXT.replace("four: {endpoints: {a: 192.0.2.4, b: 192.0.2.5}}", "four: {endpoints: {a: 192.0.2.1}}")
    text = text.split("    steer:\n")[0] + "    steer:\n      both: {ttl: 30s, multivalue: [web, four]}\n"

    assert sorted(data(ask(believing(world(text)), "both.example.com").rr)) == ["192.0.2.1", "192.0.2.2", "192.0.2.3"]


def test_an_alias_leaf_answers_what_the_other_name_answers(view):
    """`alias:` to a steered name is its tree; to static data, its records, under this name and this TTL."""
    assert lines(ask(view, "other.example.com").rr) == ["other.example.com. 30 A 192.0.2.1"]
    assert lines(ask(view, "static.example.com").rr) == [
        "static.example.com. 30 A 192.0.2.90",
        "static.example.com. 30 A 192.0.2.91",
    ]
    assert data(ask(view, "static.example.com", "AAAA").rr) == ["2001:db8::90"]


def test_an_alias_to_static_data_without_the_family_is_nodata():
    """With the negative TTL of the steered record."""
    zone = world(TEXT.replace("      plain 90 AAAA 2001:db8::90\n", ""))
    reply = ask(believing(zone), "static.example.com", "AAAA")

    assert (reply.rr, reply.header.rcode, [rr.ttl for rr in reply.auth]) == ([], RCODE.NOERROR, [30])
