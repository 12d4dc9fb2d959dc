"""RFC 4892: what a server says of itself in class CH, if it may."""

import pytest
from dnslib import RCODE, DNSRecord

from kit.answers import believing, data, ecs, opt, packet, reply, scope, serving
from kit.worlds import large

CH = 3
OPEN = believing(large())
HIDDEN = serving("@ NS ns1", "ns1 A 192.0.2.53")


def ask(view, name, rdtype="TXT", edns=None):
    return DNSRecord.parse(reply(view, packet(name, rdtype, edns, rdclass=CH)))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("id.server", '"ns1.test"'),
        ("HOSTNAME.bind", '"ns1.test"'),
        ("version.bind", '"gslb test"'),
        ("version.server", '"gslb test"'),
    ],
)
def test_the_names_that_are_known_are_answered(name, text):
    """Section 3.1: TXT in class CH with TTL 0, under the name as it was asked."""
    said = ask(OPEN, name)

    assert data(said.rr) == [text]
    assert [(str(rr.rname), rr.rclass, rr.ttl) for rr in said.rr] == [(f"{name}.", CH, 0)]
    assert said.header.aa == 1


@pytest.mark.parametrize("name", ["id.server", "version.bind"])
def test_what_the_operator_did_not_configure_is_refused(name):
    """Section 3.1: an operator may turn it off."""
    said = ask(HIDDEN, name)

    assert (said.rr, said.header.rcode) == ([], RCODE.REFUSED)


@pytest.mark.parametrize("name", ["www.example.com", "example.com", "server", "authors.bind"])
def test_other_names_in_class_ch_are_refused(name):
    """Section 3.1 names what there is; our zones are in class IN."""
    assert ask(OPEN, name).header.rcode == RCODE.REFUSED


def test_the_same_names_in_class_in_are_not_ours():
    """Section 3.1: class CH only."""
    assert DNSRecord.parse(reply(OPEN, packet("id.server", "TXT"))).header.rcode == RCODE.REFUSED


def test_it_is_the_same_for_all_clients():
    """RFC 7871, section 7.2.1: a subnet that played no part comes back with scope 0."""
    assert scope(ask(OPEN, "id.server", edns=opt(ecs("192.0.2.0/24")))) == 0
