"""Rrsets and nodes: what is equal, and in which order names stand."""

import dns.rdata
import pytest
from dns.rdataclass import IN
from dns.rdatatype import RdataType

from gslb.zone import Node, RRset
from gslb.zone.rrset import canonical, fold
from kit.zonetext import name


def rrset(kind: str, *texts: str, ttl: int = 60, owner: str = "a.") -> RRset:
    rdtype = RdataType[kind]
    return RRset(name(owner), rdtype, ttl, tuple(dns.rdata.from_text(IN, rdtype, text) for text in texts))


def test_names_that_differ_in_case_fold_alike():
    assert fold(name("WwW.Example.")) == (b"www", b"example", b"")
    assert fold(name("a\\.b.c.")) != fold(name("a.b.c."))


def test_names_stand_in_canonical_order():
    """RFC 4034, section 6.1: its own example."""
    ordered = ["example.", "a.example.", "yljkjljk.a.example.", "Z.a.example.", "zABC.a.EXAMPLE.", "z.example."]
    ordered += ["\\001.z.example.", "*.z.example.", "\\200.z.example."]

    assert sorted([*ordered[::-1]], key=lambda text: canonical(fold(name(text)))) == ordered


def test_an_rrset_is_a_sequence_of_rdata():
    made = rrset("A", "1.1.1.1", "2.2.2.2")

    assert len(made) == 2
    assert [str(rdata) for rdata in made] == ["1.1.1.1", "2.2.2.2"]
    assert str(made[1]) == "2.2.2.2"


def test_an_rrset_is_written_a_record_a_line():
    assert rrset("MX", "1 B.", "2 c.", owner="A.b.").to_text() == "A.b. 60 IN MX 1 B.\nA.b. 60 IN MX 2 c.\n"


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (rrset("MX", "2 c.", "1 b."), True),
        (rrset("MX", "1 B.", "2 C."), True),
        (rrset("MX", "1 b.", "2 c.", ttl=61), False),
        (rrset("MX", "1 b."), False),
        (rrset("MX", "1 b.", "3 c."), False),
    ],
)
def test_order_and_case_make_no_other_rrset(other, same):
    assert rrset("MX", "1 b.", "2 c.").same(other) is same


def test_a_node_finds_its_rrsets_by_type():
    a, mx = rrset("A", "1.1.1.1"), rrset("MX", "1 b.")
    node = Node(name("a."), (a, mx), frozenset({RdataType.AAAA, RdataType.A}))

    assert node.get(RdataType.MX) is mx
    assert node.get(RdataType.AAAA) is None
    assert node.types == (RdataType.A, RdataType.MX, RdataType.AAAA)


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (Node(name("A."), (rrset("A", "1.1.1.1"),)), True),
        (Node(name("a."), (rrset("A", "1.1.1.1"),), cut=True), False),
        (Node(name("a."), (rrset("A", "1.1.1.1"),), frozenset({RdataType.TXT})), False),
        (Node(name("a."), (rrset("AAAA", "::1"),)), False),
        (Node(name("a."), (rrset("A", "2.1.1.1"),)), False),
        (Node(name("a.")), False),
    ],
)
def test_nodes_are_the_same_when_they_answer_alike(other, same):
    assert Node(name("a."), (rrset("A", "1.1.1.1"),)).same(other) is same
