"""RFC 4592: wildcards, of static data and of steered names alike."""

import pytest
from dnslib import RCODE

from kit.answers import ask, believing, data, ecs, lines, opt, scope, serving
from kit.worlds import large, world

# The zone of section 2.2.1, as it stands there.
ZONE = serving(
    "@ 3600 SOA ns1 hostmaster 1 7200 900 1209600 300",
    "@ 3600 NS ns.example.com.",
    "@ 3600 NS ns.example.net.",
    '*.example. 3600 TXT "this is a wildcard"',
    "*.example. 3600 MX 10 host1.example.",
    'sub.*.example. 3600 TXT "this is not a wildcard"',
    "host1.example. 3600 A 192.0.2.1",
    "_ssh._tcp.host1.example. 3600 SRV 0 0 22 host1",
    "_ssh._tcp.host2.example. 3600 SRV 0 0 22 host1",
    "subdel.example. 3600 NS ns.example.com.",
    "subdel.example. 3600 NS ns.example.net.",
    apex="example.",
)
STEERED = """\
gslb: 1
listen: 127.0.0.1:5300
pools:
  web: {endpoints: {a: [192.0.2.1, "2001:db8::1"], b: 192.0.2.2}}
zones:
  example.com:
    records: |
      @ 1h NS ns1
      ns1 1h A 192.0.2.53
      exists.shop 60 TXT "static"
      *.mixed 60 TXT "beside"
    steer:
      "*.shop": {ttl: 30s, failover: [web/a, web/b]}
      "*.mixed": {ttl: 30s, failover: [web/b]}
"""


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("host3.example", "MX", ["host3.example. 3600 MX 10 host1.example."]),
        ("foo.bar.example", "TXT", ['foo.bar.example. 3600 TXT "this is a wildcard"']),
        ("sub.*.example", "TXT", ['sub.*.example. 3600 TXT "this is not a wildcard"']),
        ("*.example", "TXT", ['*.example. 3600 TXT "this is a wildcard"']),
    ],
)
def test_the_wildcard_answers_under_the_name_that_was_asked(name, kind, expected):
    """Section 2.2.1, the queries that are answered from the wildcard or beside it."""
    reply = ask(ZONE, name, kind)

    assert lines(reply.rr) == expected
    assert reply.header.aa == 1


@pytest.mark.parametrize(
    ("name", "kind", "rcode"),
    [
        ("host3.example", "A", RCODE.NOERROR),  # the wildcard has no A
        ("host1.example", "MX", RCODE.NOERROR),  # host1 exists
        ("sub.*.example", "MX", RCODE.NOERROR),  # so does this
        ("_telnet._tcp.host1.example", "SRV", RCODE.NXDOMAIN),  # _tcp.host1 exists: no wildcard above it counts
        ("ghost.*.example", "MX", RCODE.NXDOMAIN),  # *.example exists, and *.*.example does not
    ],
)
def test_a_wildcard_stands_for_nothing_that_exists_or_has_an_existing_parent(name, kind, rcode):
    """Section 2.2.1, the queries that are not answered from it."""
    reply = ask(ZONE, name, kind)

    assert (reply.rr, reply.header.rcode) == ([], rcode)


def test_a_wildcard_does_not_reach_below_a_cut():
    """Section 2.2.1: host.subdel.example is a referral."""
    reply = ask(ZONE, "host.subdel.example")

    assert sorted(data(reply.auth)) == ["ns.example.com.", "ns.example.net."]
    assert (reply.rr, reply.header.aa) == ([], 0)


def test_a_wildcard_alias_is_followed_from_the_name_that_was_asked():
    """Section 3.3.4: a CNAME at a wildcard is one at each name it stands for."""
    zone = serving("@ NS ns1", "ns1 A 192.0.2.53", "*.w 60 CNAME www", "www 30 A 192.0.2.1")

    assert lines(ask(zone, "Any.w.example.com").rr) == [
        "Any.w.example.com. 60 CNAME www.example.com.",
        "www.example.com. 30 A 192.0.2.1",
    ]


def test_what_a_wildcard_brings_along_is_under_the_name_that_was_asked():
    """Section 3.3: synthesis gives records that name an owner; nobody asked for `*.w`."""
    zone = serving("@ NS ns1", "ns1 A 192.0.2.53", "*.w 60 HTTPS 1 . alpn=h2", "*.w 60 A 192.0.2.7")

    assert lines(ask(zone, "any.w.example.com", "HTTPS").ar) == ["any.w.example.com. 60 A 192.0.2.7"]
    assert lines(ask(zone, "*.w.example.com", "HTTPS").ar) == ["*.w.example.com. 60 A 192.0.2.7"]


@pytest.mark.parametrize("name", ["a.shop.example.com", "X.y.z.shop.example.com", "*.shop.example.com"])
def test_a_steered_wildcard_answers_under_the_name_that_was_asked(name):
    """Section 3.3: the policy chooses, the owner is the question's."""
    view = believing(world(STEERED))

    assert lines(ask(view, name).rr) == [f"{name}. 30 A 192.0.2.1"]
    assert lines(ask(view, name, "AAAA").rr) == [f"{name}. 30 AAAA 2001:db8::1"]


def test_a_steered_wildcard_stands_for_nothing_that_exists():
    """Sections 2.2.1 and 2.2.2: neither for its parent, an empty non-terminal, nor for a name beside it."""
    view = believing(world(STEERED))

    for name in ("shop.example.com", "exists.shop.example.com"):
        reply = ask(view, name)
        assert (reply.rr, reply.header.rcode, len(reply.auth)) == ([], RCODE.NOERROR, 1)
    assert ask(view, "below.exists.shop.example.com").header.rcode == RCODE.NXDOMAIN


def test_a_steered_wildcard_has_no_other_types():
    """Section 2.2.1: NODATA for what the wildcard lacks; static data beside it answers for the same names."""
    view = believing(world(STEERED))

    assert ask(view, "a.shop.example.com", "MX").header.rcode == RCODE.NOERROR
    assert data(ask(view, "a.mixed.example.com", "TXT").rr) == ['"beside"']
    assert data(ask(view, "a.mixed.example.com").rr) == ["192.0.2.2"]
    assert ask(view, "a.mixed.example.com", "AAAA").header.rcode == RCODE.NOERROR


def test_a_steered_wildcard_is_scoped_like_any_steered_name():
    """Section 3.3 meets RFC 7871, section 7.2.1."""
    view = believing(large())
    reply = ask(view, "any.shop.example.com", edns=opt(ecs("127.1.5.0/24")))

    assert data(reply.rr) == ["192.0.2.1"]
    assert scope(reply) == 16
