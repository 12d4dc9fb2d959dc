"""RFC 6672: DNAME, and the CNAME that is made from it."""

from dnslib import RCODE

from kit.answers import ask, believing, data, ecs, lines, opt, scope, serving
from kit.worlds import large, world

LABEL = 63 * "l"
ZONE = serving(
    "@ 1h SOA ns1 hostmaster 1 7200 900 1209600 300",
    "@ 1h NS ns1",
    "ns1 1h A 192.0.2.53",
    "old 300 DNAME new",
    "old 60 A 192.0.2.1",
    "www.new 60 A 192.0.2.2",
    "away 300 DNAME example.net.",
    f"long 300 DNAME {LABEL}.{LABEL}.{LABEL}.example.",
    "first 300 DNAME old",
    "via 60 CNAME www.old",
)


def test_names_below_a_dname_are_answered_through_a_cname_made_for_them():
    """Section 3.2: the DNAME, a CNAME with its TTL (section 3.1), then what the new name says."""
    reply = ask(ZONE, "www.old.example.com")

    assert lines(reply.rr) == [
        "old.example.com. 300 DNAME new.example.com.",
        "www.old.example.com. 300 CNAME www.new.example.com.",
        "www.new.example.com. 60 A 192.0.2.2",
    ]
    assert reply.header.aa == 1


def test_the_name_that_owns_a_dname_is_not_redirected():
    """Section 2.3: its own data stands; DNAME is a type like others there."""
    assert data(ask(ZONE, "old.example.com").rr) == ["192.0.2.1"]
    assert lines(ask(ZONE, "old.example.com", "DNAME").rr) == ["old.example.com. 300 DNAME new.example.com."]
    assert ask(ZONE, "old.example.com", "MX").header.rcode == RCODE.NOERROR


def test_a_name_that_the_substitution_makes_too_long_is_yxdomain():
    """Section 3.2, step 3c: the DNAME goes along, no CNAME."""
    reply = ask(ZONE, f"{LABEL}.long.example.com")

    assert reply.header.rcode == RCODE.YXDOMAIN
    assert [rr.rtype for rr in reply.rr] == [39]
    assert ask(ZONE, "short.long.example.com").header.rcode == RCODE.NOERROR


def test_a_dname_out_of_our_zones_ends_with_its_cname():
    """Section 3.2: what is not ours is not followed."""
    assert data(ask(ZONE, "a.b.away.example.com").rr) == ["example.net.", "a.b.example.net."]


def test_dnames_and_cnames_are_followed_through_each_other():
    """Section 3.2 restarts the look-up at each new name."""
    assert data(ask(ZONE, "www.first.example.com").rr) == [
        "old.example.com.",
        "www.old.example.com.",
        "new.example.com.",
        "www.new.example.com.",
        "192.0.2.2",
    ]
    assert data(ask(ZONE, "via.example.com").rr) == [
        "www.old.example.com.",
        "new.example.com.",
        "www.new.example.com.",
        "192.0.2.2",
    ]


def test_a_new_name_that_does_not_exist_is_a_name_error():
    """Section 3.2 with RFC 6604: the code is the last name's."""
    reply = ask(ZONE, "missing.old.example.com")

    assert (reply.header.rcode, len(reply.rr), len(reply.auth)) == (RCODE.NXDOMAIN, 2, 1)


def test_a_question_for_cname_is_answered_by_the_one_that_was_made():
    """Section 3.2: the synthesized CNAME matches and is not followed."""
    assert [rr.rtype for rr in ask(ZONE, "www.old.example.com", "CNAME").rr] == [39, 5]


def test_the_case_of_the_question_is_kept_in_what_is_made_of_it():
    """Section 2.2: the labels before the owner are copied."""
    reply = ask(ZONE, "WWW.old.example.com")

    assert lines(reply.rr)[1] == "WWW.old.example.com. 300 CNAME WWW.new.example.com."
    assert data(reply.rr)[-1] == "192.0.2.2"


def test_a_dname_that_leads_to_a_steered_name_carries_its_choice_and_scope():
    """Section 3.2: the chain goes on in the policy."""
    text = """\
gslb: 1
listen: 127.0.0.1:5300
networks: {office: [198.51.100.0/24]}
pools: {web: {endpoints: {a: 192.0.2.1, b: 192.0.2.2}}}
zones:
  example.com:
    records: |
      @ 60 NS ns1
      ns1 60 A 192.0.2.53
      old 300 DNAME new
    steer:
      www.new: {ttl: 30s, network: {office: web/b, default: web/a}}
"""
    view = believing(world(text))
    inside = ask(view, "www.old.example.com", edns=opt(ecs("198.51.100.0/24")))

    assert data(inside.rr)[-1] == "192.0.2.2"
    assert scope(inside) == 24
    assert data(ask(view, "www.old.example.com", edns=opt(ecs("203.0.113.0/24"))).rr)[-1] == "192.0.2.1"
    assert data(ask(believing(large()), "x.d.example.com").rr)[-1] == "192.0.2.99"
