"""What a question means: one plan for each kind of thing that may stand at a name."""

import dns.name
import pytest
from dns.rdatatype import RdataType

from gslb.geo import NOWHERE, Location
from gslb.image import Body, Constant, Scoping, Trim, outcomes
from gslb.nameserver import plan
from gslb.nameserver.plan import MAX_CHAIN, REFUSED, ROOMY, Draft, consult, finish
from kit.answers import believing, serving
from kit.worlds import large

AA = 0x0400
STATIC = serving(
    "@ 1h SOA ns1 h 1 7200 900 1209600 300",
    "@ NS ns1",
    "@ MX 5 mail",
    "ns1 A 192.0.2.53",
    "mail A 192.0.2.25",
    "www A 192.0.2.1",
    "alias CNAME www",
    "*.wild MX 5 mail",
    "*.wild A 192.0.2.9",
    "*.wildalias CNAME www",
    "old DNAME new",
    "www.new A 192.0.2.2",
    f"long DNAME {'l' * 63}.{'l' * 63}.{'l' * 63}.example.",
    "small NS ns1",
    "bare NS ns.example.net.",
    *(f"large NS ns{number}.large" for number in range(9)),
    *(f"ns{number}.large A 192.0.2.{number}" for number in range(9)),
    "child DS 1 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118",
    "child NS ns.child",
    "ns.child A 192.0.2.55",
    "parents CNAME child",
    *(f"hop{number} CNAME hop{number + 1}" for number in range(20)),
    "hop20 A 192.0.2.20",
    child_example_com="@ NS ns\nns A 192.0.2.55\nwww A 192.0.2.56",
)


def asked(name: str, kind: str | int = "A", view=STATIC, locate=None):
    rdtype = kind if isinstance(kind, int) else RdataType.from_text(kind)
    return plan(dns.name.from_text(name, dns.name.from_text("example.com.")), rdtype, view, locate)


def body(name: str, kind: str | int = "A", view=STATIC) -> Body:
    (found,) = outcomes(asked(name, kind, view, lambda sender: NOWHERE).selector)
    return found


@pytest.mark.parametrize(
    ("name", "kind", "flags", "counts"),
    [
        ("www", "A", AA, (1, 0, 0)),
        ("@", "MX", AA, (1, 0, 1)),
        ("@", "NS", AA, (1, 0, 1)),
        ("www", "AAAA", AA, (0, 1, 0)),
        ("none", "A", AA | 3, (0, 1, 0)),
        ("wild", "A", AA, (0, 1, 0)),
        ("a.wild", "A", AA, (1, 0, 0)),
        ("a.wild", "MX", AA, (1, 0, 1)),
        ("a.wild", "TXT", AA, (0, 1, 0)),
        ("alias", "A", AA, (2, 0, 0)),
        ("alias", "CNAME", AA, (1, 0, 0)),
        ("alias", "ANY", AA, (1, 0, 0)),
        ("a.wildalias", "A", AA, (2, 0, 0)),
        ("a.wildalias", "TXT", AA, (1, 1, 0)),
        ("www.old", "A", AA, (3, 0, 0)),
        ("none.old", "A", AA | 3, (2, 1, 0)),
        (f"{'x' * 63}.long", "A", AA | 6, (1, 0, 0)),
        ("small", "A", 0, (0, 1, 1)),
        ("a.small", "A", 0, (0, 1, 1)),
        ("a.bare", "A", 0, (0, 1, 0)),
        ("child", "DS", AA, (1, 0, 0)),
        ("parents", "DS", AA, (2, 0, 0)),
        ("parents", "NS", AA, (2, 0, 1)),
        ("www.child", "A", AA, (1, 0, 0)),
        ("hop0", "A", AA, (MAX_CHAIN + 1, 0, 0)),
        ("hop5", "A", AA, (16, 0, 0)),
        ("example.net.", "A", 5, (0, 0, 0)),
    ],
)
def test_each_kind_of_thing_has_its_sections(name, kind, flags, counts):
    found = body(name, kind)

    assert found.flags == flags
    assert (found.answers, found.authorities, found.additionals) == counts


@pytest.mark.parametrize(
    ("name", "kind", "exact"),
    [
        ("www", "A", False),  # nothing in it to compress
        ("@", "MX", True),
        ("@", "NS", True),
        ("alias", "A", True),
        ("www.old", "A", True),
        ("none", "A", False),  # one body for all names that do not exist
        ("www", "MX", False),
        ("a.wild", "MX", False),  # one body for all names the wildcard stands for
        ("a.wildalias", "A", False),
        ("small", "A", False),  # one body for all names below the cut
        ("a.b.small", "A", False),
        ("large", "A", True),
        ("a.b.large", "A", True),
    ],
)
def test_a_body_is_for_one_name_only_where_compression_pays(name, kind, exact):
    whole = dns.name.from_text(name, dns.name.from_text("example.com."))

    assert body(name, kind).name_length == (len(whole.to_wire()) if exact else 0)


def test_a_referral_may_stay_large_only_below_its_bound():
    assert len(body("a.small").wire) <= ROOMY < len(finish_uncompressed("a.large"))
    assert len(body("a.large").wire) < len(finish_uncompressed("a.large"))


def finish_uncompressed(name: str) -> bytes:
    whole = dns.name.from_text(name, dns.name.from_text("example.com."))
    drafted = consult(whole, RdataType.A, STATIC, None)
    assert drafted is not None
    (sections,) = outcomes(drafted.selector)
    (found,) = outcomes(finish(Draft(Constant(sections)), whole).selector)
    return found.wire


@pytest.mark.parametrize(("name", "trim"), [("a.small", Trim.GLUE), ("a.bare", Trim.NONE), ("@", Trim.NONE)])
def test_only_glue_may_not_be_lost_in_silence(name, trim):
    assert body(name, "NS").trim == trim


def test_what_is_not_ours_is_refused_with_its_reason():
    assert asked("www.example.net.") is REFUSED
    assert REFUSED.ede == 20
    assert consult(dns.name.from_text("www.example.net."), RdataType.A, STATIC, None) is None


@pytest.mark.parametrize("name", ["www", "alias", "none", "a.small", "a.wild"])
def test_static_data_is_one_constant_for_everybody(name):
    found = asked(name)

    assert isinstance(found.selector, Constant)
    assert (found.scoping, found.places, found.ede) == (Scoping(), None, None)


def test_an_alias_carries_what_the_steered_name_varies_by():
    view = believing(large())
    direct = asked("www", view=view)
    through = asked("alias", view=view)

    assert (through.scoping, through.places) == (direct.scoping, direct.places)
    assert through.places in view.world.maps
    for short, long in zip(outcomes(direct.selector), outcomes(through.selector), strict=True):
        assert long.answers == short.answers + 1
        assert long.ordinal == short.ordinal


def test_a_steered_name_is_named_in_the_draft():
    view = believing(large())

    for name, steered in (("www", "www"), ("alias", "www"), ("a.shop", "*.shop"), ("mail", ""), ("none", "")):
        drafted = consult(dns.name.from_text(f"{name}.example.com."), RdataType.A, view, lambda sender: NOWHERE)
        assert drafted is not None
        assert drafted.steered == (f"{steered}.example.com." if steered else "")


def test_the_client_is_located_where_the_tree_says():
    def spy(sender: bool) -> Location:
        seen.append(sender)
        return NOWHERE

    view = believing(large())
    seen: list[bool] = []
    for name in ("mail", "failover", "stuck", "www", "alias"):
        asked(name, view=view, locate=spy)

    assert seen == [False, False]


@pytest.mark.parametrize("rdtype", [0, 1, 5, 41, 99, 128, 255, 257, 32_769, 65_280, 65_535])
def test_every_type_there_can_be_has_a_plan(rdtype):
    for name in ("www", "@", "none", "alias", "a.wild", "a.small", "www.old"):
        assert body(name, rdtype).flags & 15 in (0, 3)
