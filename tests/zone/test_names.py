"""Nodes and packed names as one mapping."""

import dns.name

from gslb.zone.names import Names
from gslb.zone.packed import pack
from gslb.zone.rrset import Node, fold

APEX = dns.name.from_text("example.")
TXT = b"\0\x10\0\1\0\0\0\x07\0\2\1x"


def key(text):
    return fold(dns.name.from_text(text, APEX))


def names():
    nodes = {key(text): Node(dns.name.from_text(text, APEX)) for text in ("@", "m", "z.m")}
    return Names(nodes, pack({b"z": TXT, b"a.m": TXT, b"b": TXT}, APEX))


def test_every_name_comes_once_in_canonical_order():
    found = names()

    assert [*found] == [key(text) for text in ("@", "b", "m", "a.m", "z.m", "z")]
    assert [str(node.name) for node in found.values()] == [
        "example.", "b.example.", "m.example.", "a.m.example.", "z.m.example.", "z.example.",
    ]  # fmt: skip
    assert len(found) == 6


def test_a_name_is_looked_up_in_both():
    found = names()

    assert (key("m") in found, key("b") in found, key("q") in found, "b" in found) == (True, True, False, False)
    assert [found[key(text)].types for text in ("m", "b")] == [(), (16,)]
    assert found.get(key("q")) is None
