"""What may not stand beside what."""

import pytest
from dns.rdatatype import RdataType

from kit.zonetext import HEAD, faults, zone

A, CNAME, NS, TXT, SOA = (RdataType[kind] for kind in ("A", "CNAME", "NS", "TXT", "SOA"))

BELOW = "all names below a DNAME are its own (RFC 6672, section 2.4)"
UNSTEER = "take away the record, or stop steering the name"

FAULTS = [
    ("@ SOA a b 1 1 1 1 1", "5:1", "example. has more than one SOA (the first is at zone:2:1)"),
    ("a SOA a b 1 1 1 1 1", "5:1", "SOA belongs at the zone's name example. only"),
    ("a CNAME b.x.\nA CNAME c.x.", "6:1", "a.example. has more than one CNAME (the first is at zone:5:1)"),
    ("a DNAME b.x.\na DNAME c.x.", "6:1", "a.example. has more than one DNAME (the first is at zone:5:1)"),
    ("a CNAME b.x.\na TXT x", "6:1", "a.example. has a CNAME and also TXT (a CNAME stands alone; it is at zone:5:1)"),
    ("a TXT x\na CNAME b.x.", "5:1", "a.example. has a CNAME and also TXT (a CNAME stands alone; it is at zone:6:1)"),
    (
        "*.a CNAME b.x.\n*.a TYPE731 \\# 0",
        "6:1",
        "*.a.example. has a CNAME and also TYPE731 (a CNAME stands alone; it is at zone:5:1)",
    ),
    ("a DNAME b.x.\nb.a TXT x", "6:1", f"b.a.example. lies below the DNAME at a.example. ({BELOW})"),
    ("c.b.a TXT x\nA DNAME b.x.", "5:1", f"c.b.a.example. lies below the DNAME at A.example. ({BELOW})"),
    ("a DNAME b.x.\n*.a TXT x", "6:1", f"*.a.example. lies below the DNAME at a.example. ({BELOW})"),
    ("a DNAME b.x.\na NS ns.x.", "5:1", "a.example. has a DNAME and is delegated (take away the DNAME or the NS)"),
]


@pytest.mark.parametrize(("text", "place", "message"), FAULTS)
def test_records_that_exclude_each_other_are_a_fault(text, place, message):
    (found,) = faults(f"{HEAD}{text}\n")

    assert str(found) == f"zone:{place}  {message}"


def test_a_cname_at_the_apex_excludes_soa_and_ns():
    assert {fault.message for fault in faults(HEAD + "@ CNAME b.x.\n")} == {
        "example. has a CNAME and also SOA",
        "example. has a CNAME and also NS",
    }


def test_a_dname_at_the_apex_leaves_no_names_below():
    (found,) = faults(HEAD.replace("@ NS ns", "@ NS ns.x.") + "@ DNAME b.x.\n")

    assert found.message == "ns.example. lies below the DNAME at example."
    assert not faults(HEAD.replace("@ NS ns\nns A 192.0.2.53\n", "@ NS ns.x.\n@ DNAME b.x.\n@ A 192.0.2.1\n"))


@pytest.mark.parametrize(
    "text",
    [
        "a CNAME b.x.\na RRSIG CNAME 8 2 60 20300101000000 20200101000000 1 @ AAAA\na NSEC b CNAME",
        "a DNAME b.x.\na TXT x\na A 192.0.2.1",
        "a TXT x\na A 192.0.2.1\na MX 0 .",
        "sub NS ns.x.\nsub DNAME.sub.x. A 192.0.2.1".replace("sub DNAME.sub.x. A", "x.sub A"),
        "sub NS ns.x.\na.sub DNAME b.x.\nb.a.sub A 192.0.2.1",
    ],
)
def test_records_that_may_stand_together_are_left_alone(text):
    assert not faults(f"{HEAD}{text}\n")


STEERED = [
    ("www A 192.0.2.1", {"www": {A}}, "zone:5:1", f"www.example. is steered and also has a static A ({UNSTEER})"),
    ("www CNAME b.x.", {"www": {A}}, "zone:5:1", f"www.example. is steered and also has a static CNAME ({UNSTEER})"),
    ("www DNAME b.x.", {"www": {A}}, "zone:5:1", f"www.example. is steered and also has a static DNAME ({UNSTEER})"),
    ("*.w A 192.0.2.1", {"*.w": {A}}, "zone:5:1", f"*.w.example. is steered and also has a static A ({UNSTEER})"),
    ("www TXT x", {"www": {CNAME}}, "zone:5:1", f"www.example. is steered and also has a static TXT ({UNSTEER})"),
    ("d DNAME b.x.", {"www.d": {A}}, "zone:5:1", f"www.d.example. lies below the DNAME at d.example. ({BELOW})"),
    ("s NS b.x.", {"www.s": {A}}, "zone:5:1", "www.s.example. is steered, but lies below the delegation of s.example."),
    ("s NS b.x.", {"s": {A}}, "zone:5:1", "s.example. is steered, but lies at the delegation of s.example."),
    ("", {"www": {NS}}, "", "www.example. cannot steer NS"),
    ("", {"www": {SOA}}, "", "www.example. cannot steer SOA"),
]


@pytest.mark.parametrize(("text", "steered", "place", "message"), STEERED)
def test_a_steered_name_that_meets_static_data_is_a_fault(text, steered, place, message):
    (found,) = faults(f"{HEAD}{text}\n", steered=steered)

    assert str(found) == (f"{place}  " if place else "") + message


def test_the_apex_cannot_be_steered_to_names():
    found = [fault.message for fault in faults(HEAD, steered={"@": {CNAME}})]

    assert "example. is the zone's own name and cannot be steered to names" in found


@pytest.mark.parametrize(
    ("text", "steered"),
    [
        ("www TXT x\nwww AAAA ::1", {"www": {A}}),
        ("", {"@": {A}}),
        ("www.x TXT x", {"x": {CNAME}}),
        ("*.w A 192.0.2.1", {"a.w": {A}}),
    ],
)
def test_a_steered_name_leaves_other_types_and_names_alone(text, steered):
    assert not faults(f"{HEAD}{text}\n", steered=steered)


WARNINGS = [
    (
        "a 5 A 192.0.2.1\na 5 A 192.0.2.2\na 6 A 192.0.2.3",
        "7:1",
        "the records of a.example. A differ in TTL (the smallest is used for all)",
    ),
    ("*.a NS ns.x.", "5:1", "what a wildcard NS means is not defined (RFC 4592, sections 4.2 and 4.4)"),
    ("*.a DNAME b.x.", "5:1", "what a wildcard DNAME means is not defined (RFC 4592, sections 4.2 and 4.4)"),
    ("s NS b.x.\ns TXT x", "6:1", "s.example. TXT lies at the delegation of s.example. and is never answered"),
    ("s NS b.x.\na.s TXT x", "6:1", "a.s.example. TXT lies below the delegation of s.example. and is never answered"),
    ("s NS b.x.\na.s NS b.x.", "6:1", "a.s.example. NS lies below the delegation of s.example. and is never answered"),
    (
        "s NS b.x.\na.s CNAME b.x.",
        "6:1",
        "a.s.example. CNAME lies below the delegation of s.example. and is never answered",
    ),
]


@pytest.mark.parametrize(("text", "place", "message"), WARNINGS)
def test_what_is_legal_but_unwise_is_a_warning(text, place, message):
    (found,) = zone(f"{HEAD}{text}\n").warnings

    assert str(found) == f"zone:{place}  {message}"


@pytest.mark.parametrize(
    "text",
    [
        "s NS b.x.\ns A 192.0.2.1\ns DS 1 8 2 " + 64 * "0" + "\na.s AAAA ::1",
        "".join(f"a {ttl} RRSIG A 8 2 {ttl} 20300101000000 20200101000000 1 @ AAAA\n" for ttl in (5, 6)),
        "a 5 A 192.0.2.1\na 6 AAAA ::1",
    ],
)
def test_what_is_wise_is_not_warned_of(text):
    assert not zone(f"{HEAD}{text}\n").warnings
