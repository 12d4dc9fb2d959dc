"""Records under their names, before they are a zone."""

import pytest
from dns.name import NameTooLong
from dns.rdatatype import RdataType

from gslb.model import Mark
from gslb.zone.draft import Draft, draw_up, made_soa
from gslb.zone.reader import Reader
from gslb.zone.rrset import fold
from kit.zonetext import name


def draft(text: str, steered: tuple[str, ...] = ()) -> Draft:
    reader = Reader(lambda _: text)
    reader.file("zone", name("example."), None)
    assert not reader.faults
    types = {name(owner): frozenset({RdataType.A}) for owner in steered}
    return draw_up(name("example."), reader.records, types, Mark("gslb.yaml", 1, 1))


def test_records_are_gathered_by_name_and_type_whatever_the_case():
    made = draft("a 5 A 1.1.1.1\nA 5 A 2.2.2.2\na 5 TXT x\n", steered=("a.example.", "B.example."))

    assert [str(written.name) for written in made.places.values()] == ["a.example.", "B.example."]
    written = made.places[fold(name("a.example."))]
    assert {rdtype: [str(rdata) for rdata in records] for rdtype, records in written.records.items()} == {
        RdataType.A: ["1.1.1.1", "2.2.2.2"],
        RdataType.TXT: ['"x"'],
    }
    assert written.steered == {RdataType.A}
    assert str(written.mark) == "zone:1:1"
    assert made.places[fold(name("b.example."))].mark is None


@pytest.mark.parametrize("text", ["a.com. 5 A 1.1.1.1", "xexample. 5 A 1.1.1.1", ". 5 A 1.1.1.1"])
def test_a_record_outside_the_zone_is_a_fault(text):
    (fault,) = draft(text).faults

    assert str(fault.mark) == "zone:1:1"
    assert "is not at or below example." in fault.message


def test_a_lone_label_with_a_dot_is_told_what_to_write():
    (fault,) = draft("www. 5 A 1.1.1.1").faults

    assert str(fault) == "zone:1:1  www. is not at or below example. (write www without its final dot)"


def test_a_steered_name_outside_the_zone_is_a_fault():
    (fault,) = draft("", steered=("a.com.",)).faults

    assert str(fault) == "gslb.yaml:1:1  the steered name a.com. is not at or below example."


def test_a_record_written_twice_is_kept_once_and_warned_of():
    made = draft("a 5 MX 1 b\na 5 MX 2 b\nA 5 MX 1 B\n")

    assert [len(records) for records in made.places[fold(name("a.example."))].records.values()] == [2]
    assert [*map(str, made.warnings)] == ["zone:3:1  this record is written twice (first at zone:1:1)"]


def test_only_the_topmost_cut_of_several_is_a_cut():
    made = draft("@ 5 NS x.\na 5 NS x.\nb.a 5 NS x.\nc.b.a 5 NS x.\nd.e 5 NS x.\n")

    assert made.cuts == {fold(name("a.example.")), fold(name("d.e.example."))}
    assert made.cut_over(fold(name("z.c.b.a.example."))) == fold(name("a.example."))
    assert made.cut_over(fold(name("a.example."))) == fold(name("a.example."))
    assert made.cut_over(fold(name("e.example."))) is None
    assert [*made.above(fold(name("b.a.example.")))] == [fold(name("a.example.")), fold(name("example."))]


def test_findings_without_a_place_stand_at_the_zone():
    made = draft("")
    made.fault("f", None, "h")
    made.warn("w", None)

    assert [str(found) for found in (*made.faults, *made.warnings)] == ["gslb.yaml:1:1  f (h)", "gslb.yaml:1:1  w"]
    assert made.top.records == {}


def test_a_made_soa_tells_negative_answers_to_hold_a_minute():
    soa = made_soa(name("example."), name("ns.Example."))

    assert soa.to_text() == "example. 3600 IN SOA ns.Example. hostmaster.example. 1 7200 900 1209600 60\n"


def test_a_made_soa_needs_room_for_its_mailbox():
    with pytest.raises(NameTooLong):
        made_soa(name(".".join(4 * ["x" * 61]) + "."), name("ns."))
