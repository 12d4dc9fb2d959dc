"""RFC 9460: what a reply with SVCB or HTTPS records brings along."""

import pytest

from kit.answers import ask, data, lines, serving

ZONE = serving(
    "@ NS ns1",
    "ns1 A 192.0.2.53",
    "@ HTTPS 0 pool",
    "pool HTTPS 1 www alpn=h2",
    "pool HTTPS 2 backup.example.net. alpn=h2",
    "www A 192.0.2.1",
    "www AAAA 2001:db8::1",
    "own HTTPS 1 . alpn=h3",
    "own A 192.0.2.2",
    "none HTTPS 0 .",
    "none A 192.0.2.3",
    "_dns SVCB 1 www alpn=dot",
    "ring1 HTTPS 0 ring2",
    "ring2 HTTPS 0 ring1",
    "alias CNAME own",
)


@pytest.mark.parametrize(("name", "kind"), [("pool", "HTTPS"), ("_dns", 64)])
def test_the_addresses_of_targets_come_along(name, kind):
    """Section 4.1: A and AAAA of each target that is ours."""
    assert lines(ask(ZONE, f"{name}.example.com", kind).ar) == [
        "www.example.com. 60 A 192.0.2.1",
        "www.example.com. 60 AAAA 2001:db8::1",
    ]


def test_an_alias_brings_the_services_of_its_target_and_their_addresses():
    """Section 4.1: AliasMode is followed within the zone."""
    reply = ask(ZONE, "example.com", "HTTPS")

    assert data(reply.rr) == ["0 pool.example.com."]
    assert [str(rr.rname) for rr in reply.ar] == ["pool.example.com."] * 2 + ["www.example.com."] * 2


def test_the_target_that_is_the_owner_brings_the_owners_addresses():
    """Section 2.5.2: "." in ServiceMode is the owner name."""
    assert data(ask(ZONE, "own.example.com", "HTTPS").ar) == ["192.0.2.2"]


def test_a_service_that_does_not_exist_brings_nothing():
    """Section 2.5.1: "." in AliasMode says that there is none."""
    assert ask(ZONE, "none.example.com", "HTTPS").ar == []


def test_aliases_in_a_ring_bring_each_other_once():
    """Section 4.1 leaves the loop to its reader; a server must not run in it."""
    assert data(ask(ZONE, "ring1.example.com", "HTTPS").ar) == ["0 ring1.example.com."]


def test_through_a_cname_the_addresses_come_along_too():
    """Section 4.1 is about every reply that holds the records."""
    reply = ask(ZONE, "alias.example.com", "HTTPS")

    assert data(reply.ar) == ["192.0.2.2"]
