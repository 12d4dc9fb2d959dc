"""A draft becomes a tree."""

from dns.rdatatype import RdataType

from gslb.zone import Node
from kit.zonetext import HEAD, name, zone


def node(made, text: str) -> Node:
    return made.nodes[name(text)]


def test_the_smallest_ttl_of_an_rrset_holds_for_all_of_it():
    """RFC 2181, section 5.2: they must not differ."""
    made = zone(HEAD + "a 9 A 192.0.2.1\na 5 A 192.0.2.2\na 7 A 192.0.2.3\n")

    assert [rrset.ttl for rrset in node(made, "a.example.").rrsets] == [5]


def test_a_record_without_a_ttl_has_the_soas_minimum_wherever_that_stands():
    made = zone("@ NS ns\nns A 192.0.2.1\n@ SOA ns h 1 1 1 1 77\nb 5 TXT x\nc TXT x\n")

    assert node(made, "ns.example.").rrsets[0].ttl == 77
    assert made.soa.ttl == 77
    assert node(made, "c.example.").rrsets[0].ttl == 5


def test_rdata_keeps_its_order_and_names_their_case():
    made = zone(HEAD + "MiXed 5 MX 10 MaiL\nmixed 5 MX 5 bAck.Example.\n")

    (rrset,) = node(made, "mixed.EXAMPLE.").rrsets
    assert [str(rdata) for rdata in rrset] == ["10 MaiL.example.", "5 bAck.Example."]
    assert str(rrset.name) == "MiXed.example."


def test_an_empty_non_terminal_takes_its_case_from_a_name_below():
    made = zone(HEAD + "a.B.c TXT x\n")

    assert node(made, "b.c.example.") == Node(name("B.c.example."))
    assert str(node(made, "b.c.example.").name) == "B.c.example."


def test_rrsets_stand_in_order_of_type():
    made = zone(HEAD + "a TXT x\na MX 1 b\na A 192.0.2.1\na TYPE731 \\# 0\n")

    assert [int(rrset.rdtype) for rrset in node(made, "a.example.").rrsets] == [1, 15, 16, 731]


def test_a_cut_keeps_ns_and_ds_and_gives_its_addresses_to_glue():
    made = zone(HEAD + "s NS s\ns A 192.0.2.1\ns DS 1 8 2 " + 64 * "0" + "\nns.s TXT x\nns.s AAAA ::1\n")

    assert node(made, "s.example.").types == (RdataType.NS, RdataType.DS)
    assert node(made, "s.example.").cut
    assert name("ns.s.example.") not in made.nodes
    assert {str(owner): glue.types for owner, glue in made.below_cuts.items()} == {
        "s.example.": (RdataType.A,),
        "ns.s.example.": (RdataType.AAAA,),
    }


def test_names_below_a_cut_make_no_empty_non_terminals():
    made = zone(HEAD + "s NS ns.a.b.s\nns.a.b.s A 192.0.2.1\n")

    assert [*map(str, made.nodes)] == ["example.", "ns.example.", "s.example."]


def test_a_steered_name_makes_the_names_above_it():
    made = zone(HEAD, steered={"a.b": {RdataType.A}})

    assert node(made, "b.example.") == Node(name("b.example."))
    assert node(made, "a.b.example.").steered == {RdataType.A}
