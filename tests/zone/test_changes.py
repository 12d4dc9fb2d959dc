"""Two versions of a zone are compared octet for octet, however their names are kept."""

from importlib import import_module

import dns.name
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.model import Faults, ZoneSource
from gslb.zone import changes, encloser, fold, from_wire, hanging, load

changes_module = import_module("gslb.zone.changes")  # its name at the package is a function's
HEAD = "$TTL 60\n@ SOA ns hostmaster 1 2h 15m 2w 60\n@ NS ns\nns A 192.0.2.53\n"
PLAIN = tuple(
    f"{name} {data}" for name in ("a", "b", "c.a", "x.y", "z.x.y") for data in ("A 192.0.2.1", 'TXT "t"', "AAAA ::1")
)
OTHERS = ("b MX 10 a", "x.y NS ns", "*.a TXT w", "B A 192.0.2.9", "d CNAME a", "y DNAME a", "@ TXT apex")


def zone(*lines, packed=False, head=HEAD):
    source = ZoneSource("example.com.", records=head + "".join(f"{line}\n" for line in lines))
    return load(source, lambda path: "", large=0 if packed else 10**9, many=1)


def relative(keys):
    root = dns.name.from_text("example.com.")
    return {dns.name.Name(key).relativize(root).to_text() for key in keys}


lines = st.lists(st.sampled_from(PLAIN + OTHERS), unique=True, max_size=8)


@given(lines, lines)
def test_packed_names_are_compared_like_others(before, after):
    try:
        plain, packed = ([zone(*some, packed=kept) for some in (before, after)] for kept in (False, True))
    except Faults:
        return
    one, two = changes(*plain), changes(*packed)

    assert one.negative == two.negative
    assert one.names <= two.names
    assert one.deep <= two.deep
    assert two.names - one.names <= {fold(name) for some in packed for name in some.others}, (
        "only what is packed no more, or was not before, may be taken for another"
    )


hosts = st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from("123"), min_size=1)


@given(hosts, hosts, st.integers(1, 9))
def test_an_edit_of_packed_names_is_found_wherever_it_is(before, after, stretch):
    """Names come, go, change and change places; whatever was a stretch of equal ones is compared piece by piece."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(changes_module, "STRETCH", stretch)
        found = changes(
            *(
                zone(*(f"h{name} A 192.0.2.{last}" for name, last in some.items()), packed=True)
                for some in (before, after)
            )
        )

    other = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    assert relative(found.names) == {f"h{name}" for name in other}
    assert relative(found.deep) == {f"h{name}" for name in before.keys() ^ after.keys()}


@given(lines)
def test_a_zone_is_like_itself(written):
    try:
        again = [zone(*written, packed=packed) for packed in (True, True)]
    except Faults:
        return
    assert not changes(*again)
    assert not changes(again[0], again[0])


@pytest.mark.parametrize(
    ("before", "after", "names", "deep"),
    [
        ((), ("a A 192.0.2.1",), {"a"}, {"a"}),
        (("a A 192.0.2.1",), ("a A 192.0.2.2",), {"a"}, set()),
        (("a TXT 1", "a TXT 2"), ("a TXT 2", "a TXT 1"), {"a"}, set()),
        (("a NS b.ns.",), ("a NS B.ns.",), {"a"}, {"a"}),
        (("a NS b.a", "b.a A 192.0.2.1"), ("a NS b.a", "b.a A 192.0.2.2"), {"b.a"}, set()),
        (("y DNAME a",), ("y DNAME b",), {"y"}, {"y"}),
        (("x.y TXT 1",), (), {"x.y", "y"}, {"x.y", "y"}),
    ],
)
def test_names_change_with_their_records_and_deeply_where_they_decide_for_those_below(before, after, names, deep):
    found = changes(zone(*before), zone(*after))

    assert (relative(found.names), relative(found.deep), found.negative) == (names, deep, False)


@pytest.mark.parametrize(
    ("soa", "negative"),
    [
        ("@ SOA ns hostmaster 2 2h 15m 2w 60", True),
        ("@ 30 SOA ns hostmaster 1 2h 15m 2w 60", True),
        ("@ SOA ns hostmaster 1 2h 15m 2w 60", False),
    ],
)
def test_another_soa_is_another_negative_answer(soa, negative):
    found = changes(zone(), zone(head=HEAD.replace("@ SOA ns hostmaster 1 2h 15m 2w 60", soa)))

    assert (found.negative, relative(found.names)) == (negative, {"@"} if negative else set())


def test_what_looks_up_names_says_which():
    found = {
        dns.name.Name(one.name).labels[0]: one
        for one in hanging(
            zone(
                "m MX 1 a",
                "c CNAME a",
                "d DNAME b",
                "s HTTPS 1 . alpn=h2",
                "a A 192.0.2.1",
                "p PTR a",
                "k NS ns",
                packed=True,
            )
        )
    }

    kinds = {label.decode(): (one.alias, one.deep, one.dname) for label, one in found.items()}
    assert kinds == {
        "example": (False, False, False),
        "m": (False, False, False),
        "c": (True, False, False),
        "d": (False, True, True),
        "s": (False, False, False),
        "k": (False, True, False),
    }
    assert {name: relative(found[name.encode()].targets) for name in "mcdsk"} == {
        "m": {"a"},
        "c": {"a"},
        "d": {"b"},
        "s": {"s"},
        "k": {"ns"},
    }


def test_a_wildcard_stands_below_its_encloser():
    star = fold(dns.name.from_text("*.a.example.com."))

    assert encloser(star) == fold(dns.name.from_text("a.example.com."))
    assert encloser(star[1:]) is None


def test_labels_come_back_from_wire():
    name = dns.name.from_text(r"a\000b.example.com.")

    assert from_wire(name.to_wire()) == fold(name)
