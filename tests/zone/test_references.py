"""What records point at."""

import pytest
from dns.rdatatype import RdataType

from kit.zonetext import HEAD, faults, zone

TOP = "$TTL 60\n@ SOA ns.x. h.x. 1 1 1 1 1\n"
ALIAS = "point it at the alias's own target"

NO_ADDRESS = [
    ("@ NS ns1", "ns1"),
    ("@ NS ns1\nns1 TXT x", "ns1"),
    ("@ NS a.ns1\nns1.a A 192.0.2.1", "a.ns1"),
    ("@ NS ns1.sub\nsub NS x.x.", "ns1.sub"),
]


@pytest.mark.parametrize(("text", "server"), NO_ADDRESS)
def test_a_name_server_of_the_zone_without_an_address_is_a_fault(text, server):
    (found,) = faults(f"{TOP}{text}\n")

    where = f"{server}.example."
    assert str(found) == f"zone:3:1  the name server {where} has no address (add: {where} A 192.0.2.1)"


@pytest.mark.parametrize(
    ("text", "steered"),
    [
        ("@ NS ns1\nns1 A 192.0.2.1", {}),
        ("@ NS ns1\nns1 AAAA ::1", {}),
        ("@ NS ns1\n* AAAA ::1", {}),
        ("@ NS ns1.sub\nsub NS x.x.\nns1.sub AAAA ::1", {}),
        ("@ NS sub\nsub NS sub\nsub A 192.0.2.1", {}),
        ("@ NS ns1", {"ns1": {RdataType.A}}),
        ("@ NS ns1", {"ns1": {RdataType.AAAA}}),
        ("@ NS ns.example.net.", {}),
    ],
)
def test_a_name_server_with_an_address_is_right(text, steered):
    assert not faults(f"{TOP}{text}\n", steered=steered)
    assert not zone(f"{TOP}{text}\n", steered=steered).warnings


@pytest.mark.parametrize(
    ("text", "server"),
    [
        ("sub NS ns.sub", "ns.sub"),
        ("sub NS nosuch", "nosuch"),
        ("sub NS sub", "sub"),
        ("sub NS x.o\no NS x.o.x.", "x.o"),
    ],
)
def test_a_delegation_without_glue_is_a_warning(text, server):
    (found,) = zone(f"{HEAD}{text}\n").warnings

    assert str(found.mark) == "zone:5:1"
    assert found.message == f"the name server {server}.example. has no address here"


def test_a_cut_below_a_cut_is_only_idle():
    found = zone(HEAD + "sub NS x.x.\na.sub NS nosuch\n").warnings

    assert [fault.message for fault in found] == [
        "a.sub.example. NS lies below the delegation of sub.example. and is never answered"
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sub NS a", "NS points at a.example., which is an alias"),
        ("m MX 1 a", "MX points at a.example., which is an alias"),
        ("m SRV 1 1 1 a", "SRV points at a.example., which is an alias"),
        ("m MX 1 x.d", "MX points at x.d.example., which is an alias"),
    ],
)
def test_a_host_that_is_an_alias_is_a_warning(text, message):
    """RFC 2181, section 10.3."""
    (found,) = zone(f"{HEAD}{text}\na CNAME ns\nd DNAME b.x.\n").warnings

    assert str(found) == f"zone:5:1  {message} ({ALIAS})"


@pytest.mark.parametrize(
    "text", ["m MX 1 nosuch", "m MX 1 x.sub\nsub NS x.x.", "m SRV 1 1 1 .", "m MX 0 .", "m MX 1 m"]
)
def test_hosts_of_services_need_no_address_here(text):
    assert not zone(f"{HEAD}{text}\n").warnings


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "a CNAME b.example",
            "b.example.example. has the zone's name twice (if b.example. is meant, write its final dot)",
        ),
        ("a MX 1 example", "example.example. has the zone's name twice (if example. is meant, write its final dot)"),
        (
            "s NS ns.EXAMPLE\nns.example A 192.0.2.1",
            "ns.EXAMPLE.example. has the zone's name twice (if ns.EXAMPLE. is meant, write its final dot)",
        ),
    ],
)
def test_a_forgotten_final_dot_is_a_warning(text, message):
    (found,) = zone(f"{HEAD}{text}\n").warnings

    assert str(found) == f"zone:5:1  {message}"


def test_the_root_zone_has_no_name_to_write_twice():
    assert not zone("@ 60 SOA a. b. 1 1 1 1 1\n@ 60 NS ns.x.\nx 60 NS ns.x.\nns.x 60 A 192.0.2.1\n", ".").warnings


LOOPS = [
    ("a CNAME a", "5:1", "a → a"),
    ("a CNAME b\nb CNAME A", "5:1", "a → b → a"),
    ("c CNAME a\na CNAME b\nb CNAME a", "5:1", "a → b → a"),
    ("*.w CNAME x.w", "5:1", "x.w → x.w"),
    ("*.w CNAME a\na CNAME x.y.w", "5:1", "a → x.y.w → a"),
    ("a CNAME x.d\nd DNAME e\nx.e CNAME a", "5:1", "a → x.d → x.e → a"),
]


@pytest.mark.parametrize(("text", "place", "loop"), LOOPS)
def test_a_cname_chain_that_comes_back_is_a_fault(text, place, loop):
    (found,) = faults(f"{HEAD}{text}\n")

    arrows = " → ".join(f"{step}.example." for step in loop.split(" → "))
    assert str(found.mark) == f"zone:{place}"
    assert found.message.lower() == f"this CNAME never ends: {arrows}".lower()


@pytest.mark.parametrize(
    "text",
    [
        "a CNAME b\nb CNAME c\nc A 192.0.2.1\nd CNAME b",
        "a CNAME nosuch",
        "a CNAME x.com.",
        "a CNAME x.sub\nsub NS x.x.",
        "*.w CNAME w\nw A 192.0.2.1",
        "sub NS x.x.\na.sub CNAME a.sub",
        "a CNAME x.d\nd DNAME com.",
    ],
)
def test_a_cname_chain_that_ends_is_right(text):
    assert not faults(f"{HEAD}{text}\n")


@pytest.mark.parametrize(
    ("text", "loop"),
    [
        ("d DNAME d", "d → d"),
        ("d DNAME x.d", "d → d"),
        ("d DNAME e\ne DNAME d", "d → e → d"),
        ("d DNAME e\ne DNAME x.f\nf DNAME a.b.e", "e → f → e"),
    ],
)
def test_a_dname_that_comes_back_is_a_fault(text, loop):
    (found,) = faults(f"{HEAD}{text}\n")

    arrows = " → ".join(f"{step}.example." for step in loop.split(" → "))
    assert str(found) == f"zone:5:1  this DNAME never ends: {arrows} (point it outside)"


def test_the_cyclic_dnames_of_rfc_6672_are_refused():
    """Section 2.2, the last rows of its table."""
    for target in ("example.com.", "c.example.com."):
        (found,) = faults(f"@ 60 SOA a. b. 1 1 1 1 1\n@ 60 NS ns.x.\n@ 60 DNAME {target}\n", apex="example.com.")
        assert found.message == "this DNAME never ends: example.com. → example.com."


@pytest.mark.parametrize(
    "text",
    ["d DNAME com.", "d DNAME e\ne DNAME f\ng DNAME e", "d DNAME @", "d DNAME .", "sub NS x.x.\nd.sub DNAME d.sub"],
)
def test_a_dname_that_leads_away_is_right(text):
    assert not faults(f"{HEAD}{text}\n")


def test_nothing_is_said_to_be_missing_when_a_line_could_not_be_read():
    found = faults(f"{TOP}@ NS ns1\nns1 A 192.0.2.1x\n")

    assert [str(fault.mark) for fault in found] == ["zone:4:7"]
