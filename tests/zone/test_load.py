"""From text to a whole zone, or every fault."""

from pathlib import Path

import pytest
from dns.rdatatype import RdataType

from gslb.model import Faults, Mark, ZoneSource
from gslb.zone import load
from kit.zonetext import HEAD, faults, name, zone

RECORDS = "@ 1d NS ns1\n@ 1d NS ns2\nns1 1d A 192.0.2.53\nns2 1d A 198.51.100.53\n"
HERE = Mark("gslb.yaml", 12, 3)


def of_records(text: str, **more: object):
    return load(ZoneSource("gslb.example.com.", records=text, mark=HERE, **more), lambda path: "")


def test_a_zone_of_records_alone_gets_an_soa():
    made = of_records(RECORDS)

    assert made.soa.to_text() == (
        "gslb.example.com. 3600 IN SOA ns1.gslb.example.com. hostmaster.gslb.example.com. 1 7200 900 1209600 60\n"
    )
    assert made.nodes[name("gslb.example.com.")].get(RdataType.SOA) == made.soa
    assert made.serial == 1
    assert made.negative_ttl == 60
    assert not made.warnings


def test_an_soa_among_the_records_is_used_as_it_is():
    made = of_records(RECORDS + "@ SOA ns9 me 5 1h 1h 1w 2m\n")

    assert made.soa[0].to_text() == "ns9.gslb.example.com. me.gslb.example.com. 5 3600 3600 604800 120"


def test_a_made_soa_whose_mailbox_is_too_long_a_name_is_a_fault():
    source = ZoneSource(".".join(4 * ["x" * 61]) + ".", records="@ 60 NS ns.x.")

    with pytest.raises(Faults, match="too long a name"):
        load(source, lambda path: "")


def test_file_and_records_make_one_zone():
    texts = {"/etc/zone": HEAD + "$ORIGIN sub\na TXT file\n"}
    source = ZoneSource("example.", file="/etc/zone", records="b 60 TXT records\n", records_mark=HERE)

    made = load(source, texts.__getitem__)

    assert name("a.sub.example.") in made.nodes
    assert name("b.example.") in made.nodes
    assert made.serial == 7


def test_a_conflict_between_file_and_records_names_both_places():
    source = ZoneSource("example.", file="zone", records="ns 60 CNAME x.\n", records_mark=HERE)

    with pytest.raises(Faults) as caught:
        load(source, lambda path: HEAD)

    assert [str(fault) for fault in caught.value.faults if "CNAME and also" in fault.message] == [
        "zone:4:1  ns.example. has a CNAME and also A (a CNAME stands alone; it is at gslb.yaml:12:3)"
    ]


def test_marks_of_records_without_a_place_name_the_zone():
    with pytest.raises(Faults) as caught:
        of_records("@ FOO")

    assert str(caught.value.faults[0].mark) == "gslb.example.com. records:1:3"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["gslb.yaml:12:3  gslb.example.com. has no NS records (add: @ NS ns1, for each server of this zone)"]),
        (
            "www 60 A 192.0.2.1\n@ 60 TXT x",
            ["r:2:1  gslb.example.com. has no NS records (add: @ NS ns1, for each server of this zone)"],
        ),
        ("@ NS ns.x.", ["r:1:1  this record has no TTL (write $TTL 1h above it, or 1h before its type)"]),
        (
            "@ NS ns.x.\n@ NS ns.y.\n@ TXT x",
            ["r:1:1  this record has no TTL, and 2 more like it (write $TTL 1h above it, or 1h before its type)"],
        ),
    ],
)
def test_what_a_zone_of_records_lacks_is_a_fault(text, expected):
    with pytest.raises(Faults) as caught:
        of_records(text, records_mark=Mark("r", 1, 1))

    assert [*map(str, caught.value.faults)] == expected


def test_a_file_without_an_soa_is_a_fault():
    source = ZoneSource("example.", file="zone", mark=HERE)

    with pytest.raises(Faults) as caught:
        load(source, lambda path: "@ 60 NS ns.x.\n")

    assert [*map(str, caught.value.faults)] == [
        "gslb.yaml:12:3  example. has no SOA record (add: @ SOA ns1 hostmaster 1 2h 15m 2w 1h)"
    ]


def test_every_fault_is_told_at_once():
    text = (
        HEAD
        + """\
www 1x A 1.1.1.1
foo MXX 10 a
 TXT "open
out. A 192.0.2.1
d CNAME a
d TXT x
e CNAME e
q AAAA 2001:db8::1 2
"""
    )

    found = faults(text, steered={"ns": {RdataType.A}})

    assert sorted(str(fault).split("  ")[0] for fault in found) == sorted(
        ["zone:5:5", "zone:6:5", "zone:7:6", "zone:8:1", "zone:10:1", "zone:11:1", "zone:12:20", "zone:4:1"]
    )


def test_nothing_is_said_to_be_missing_when_a_line_could_not_be_read():
    found = faults("@ 60 SOA ns h 1 1 1 1\n@ 60 NSS ns\na TXT x\n")

    assert [str(fault.mark) for fault in found] == ["zone:1:21", "zone:2:6"]


def test_warnings_do_not_refuse_a_zone():
    made = zone(HEAD + "a 5 TXT x\na 6 TXT y\na 6 TXT y\n")

    assert [fault.message for fault in made.warnings] == [
        "this record is written twice",
        "the records of a.example. TXT differ in TTL",
    ]


def test_a_file_that_cannot_be_read_is_a_fault_where_it_is_asked_for():
    with pytest.raises(Faults, match=r"gslb.yaml:12:3  cannot read nowhere: No such file"):
        load(ZoneSource("example.", file="nowhere", mark=HERE), lambda path: Path(path).read_text())
