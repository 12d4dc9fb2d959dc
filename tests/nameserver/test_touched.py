"""Whoever may answer otherwise after an edit is found, and few others."""

import dns.name
import pytest

from gslb.nameserver import touched
from gslb.zone import fold
from kit.answers import serving

HEAD = ("@ SOA ns hostmaster 1 2h 15m 2w 60", "@ NS ns", "ns A 192.0.2.53", "far.away TXT far")
NEXT = ("@ SOA ns hostmaster 2 2h 15m 2w 60", *HEAD[1:])


def names(before, after, child=""):
    """The names touched, relative to the zone, with `child` as a zone below on both sides."""
    more = {"child_example_com": child} if child else {}
    old, new = (serving(*lines, **more).world for lines in (before, after))
    root = dns.name.from_text("example.com.")
    return {dns.name.Name(key).relativize(root).to_text() for key in touched(old, new).names}


@pytest.mark.parametrize(
    ("stays", "old", "new", "expected"),
    [
        pytest.param((), (), (), set(), id="nothing"),
        pytest.param((), ("a A 192.0.2.1",), ("a A 192.0.2.2",), {"a"}, id="an address"),
        pytest.param((), ("a 60 A 192.0.2.1",), ("a 61 A 192.0.2.1",), {"a"}, id="a TTL"),
        pytest.param((), ("a TXT a b",), ("a TXT b a",), {"a"}, id="an order"),
        pytest.param((), ("a CNAME far.away",), ("a CNAME Far.away",), {"a"}, id="a case"),
        pytest.param((), ("x.y.z A 192.0.2.1",), (), {"x.y.z", "y.z", "z"}, id="a name and what leads to it"),
        pytest.param(("x.z A 192.0.2.9",), ("y.z A 192.0.2.1",), (), {"y.z"}, id="a name beside another"),
        pytest.param(("b CNAME a", "c CNAME b"), ("a A 192.0.2.1",), ("a TXT a",), {"a", "b", "c"}, id="aliases"),
        pytest.param(
            ("b MX 1 a", "c CNAME b"), ("a A 192.0.2.1",), ("a A 192.0.2.2",), {"a", "b", "c"}, id="a mail host"
        ),
        pytest.param(
            ("b HTTPS 0 c", "c HTTPS 1 a"), ("a A 192.0.2.1",), ("a A 192.0.2.2",), {"a", "b", "c"}, id="services"
        ),
        pytest.param(("b CNAME q.w",), ("*.w A 192.0.2.1",), ("*.w A 192.0.2.2",), {"*.w", "w", "b"}, id="a wildcard"),
        pytest.param(
            ("b MX 1 q.r.w",), ("*.w A 192.0.2.1",), ("*.w A 192.0.2.2",), {"*.w", "w", "b"}, id="far below it"
        ),
        pytest.param(
            ("*.w CNAME a",), ("a A 192.0.2.1",), ("a A 192.0.2.2",), {"*.w", "w", "a"}, id="behind a wildcard"
        ),
        pytest.param(("b CNAME q.r.s",), ("r.s A 192.0.2.1",), (), {"r.s", "s", "b"}, id="an encloser"),
        pytest.param(
            ("c NS ns.c", "b CNAME q.c"), ("ns.c A 192.0.2.1",), ("ns.c A 192.0.2.2",), {"c", "ns.c", "b"}, id="glue"
        ),
        pytest.param(("b CNAME q.c", "d CNAME e"), ("c NS ns",), ("c A 192.0.2.1",), {"c", "b"}, id="a cut"),
        pytest.param(("d DNAME w", "b CNAME q.d"), ("q.w TXT 1",), ("q.w TXT 2",), {"q.w", "d", "b"}, id="a DNAME"),
    ],
)
def test_touched_are_a_name_and_those_that_look_it_up(stays, old, new, expected):
    found = names((*HEAD, *stays, *old), (*HEAD, *stays, *new))

    assert found == expected
    assert found == names((*HEAD, *stays, *new), (*HEAD, *stays, *old))


def test_a_new_serial_touches_the_apex_and_aliases_to_where_something_is_missing():
    """An alias says of all types that its target lacks that they are not there, with the SOA record."""
    stays = ("a A 192.0.2.1", "b CNAME a", "c CNAME none", "d CNAME www.example.org.", "m MX 1 a", "@ MX 1 a")

    assert names((*HEAD, *stays), (*NEXT, *stays)) == {"@", "b", "c"}


def test_an_alias_into_another_zone_hangs_on_that_zone():
    old, new = (
        serving(
            *HEAD,
            "b CNAME a.child",
            "c CNAME x.child",
            "d CNAME far.away",
            child_example_com=f"@ NS ns\nns A 192.0.2.1\n{a}",
        )
        for a in ("a A 192.0.2.2", "a A 192.0.2.3")
    )
    found = touched(old.world, new.world)

    assert found.names == {fold(dns.name.from_text(f"{name}.example.com.")) for name in ("a.child", "b")}
    by_zone = {dns.name.Name(apex).to_text(): len(inside) for apex, inside in found.by_zone(new.world).items()}
    assert by_zone == {"example.com.": 2, "child.example.com.": 1}


def test_a_zone_that_comes_touches_who_points_into_it_and_the_apexes_below_it():
    old = serving(*HEAD, "b CNAME a.child", "d CNAME far.away")
    new = serving(*HEAD, "b CNAME a.child", "d CNAME far.away", child_example_com="@ NS ns\nns A 192.0.2.1")
    expected = {fold(dns.name.from_text(name)) for name in ("child.example.com.", "b.example.com.")}

    assert touched(old.world, new.world).names == touched(new.world, old.world).names == expected


def test_the_same_world_touches_nothing():
    view = serving(*HEAD, "d DNAME w", "*.w CNAME x")

    assert not touched(view.world, view.world)
