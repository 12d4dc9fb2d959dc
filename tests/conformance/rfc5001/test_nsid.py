"""RFC 5001: which of several servers answered."""

from kit.answers import NSID, ask, believing, opt, option, options, serving
from kit.worlds import large

NAMED = believing(large())
UNNAMED = serving("@ NS ns1", "ns1 A 192.0.2.53")


def test_who_asks_for_it_is_told_the_identity():
    """Section 2.3: an opaque value, ours is `identity:` of the node."""
    assert options(ask(NAMED, "mail.example.com", edns=opt(option(NSID)))) == {NSID: b"ns1.test"}
    assert options(ask(NAMED, "www.example.com", edns=opt(option(NSID)), tcp=True)) == {NSID: b"ns1.test"}


def test_errors_tell_it_too():
    """Section 2.1: it is about the server, whatever it answered."""
    assert options(ask(NAMED, "missing.example.com", edns=opt(option(NSID))))[NSID] == b"ns1.test"
    assert options(ask(NAMED, "www.example.net", edns=opt(option(NSID))))[NSID] == b"ns1.test"
    assert options(ask(NAMED, "mail.example.com", 251, edns=opt(option(NSID))))[NSID] == b"ns1.test"


def test_who_does_not_ask_is_not_told():
    """Section 2.2: never sent unasked."""
    assert options(ask(NAMED, "mail.example.com", edns=opt())) == {}


def test_a_node_without_an_identity_says_nothing():
    """Section 2.3 leaves it to the operator."""
    assert options(ask(UNNAMED, "ns1.example.com", edns=opt(option(NSID)))) == {}
