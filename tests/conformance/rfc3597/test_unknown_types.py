"""RFC 3597: types that nobody here knows are data like all others."""

import pytest
from dnslib import RCODE

from kit.answers import ask, data, packet, reply, serving

ZONE = serving(
    "@ NS ns1",
    "ns1 A 192.0.2.53",
    "odd 60 TYPE65400 \\# 3 C00C00",
    "odd 60 TYPE1000 \\# 0",
    "host 60 TYPE1 \\# 4 C0000207",
    "srv 60 SRV 0 0 443 ns1",
    "key 60 IPSECKEY 10 3 2 ns1.example.com. AQID",
    "alias 60 CNAME key",
    *(f"*.w 60 TYPE{number} \\# 1 {number % 256:02x}" for number in (65280, 65281)),
)


def test_the_octets_of_an_unknown_type_go_out_as_they_came_in():
    """Section 3: transparent, even where they look like a pointer."""
    assert data(ask(ZONE, "odd.example.com", 65_400).rr) == ["\\# 3 C00C00"]
    assert reply(ZONE, packet("odd.example.com", 1000)).endswith(b"\xc0\x0c\x03\xe8\0\1\0\0\0\x3c\0\0")
    assert data(ask(ZONE, "any.w.example.com", 65_281).rr) == ["\\# 1 01"]


def test_a_known_type_in_generic_form_is_that_type():
    """Section 5: TYPE1 is A."""
    assert data(ask(ZONE, "host.example.com").rr) == ["192.0.2.7"]


@pytest.mark.parametrize("rdtype", [62, 128, 1001, 32_769, 65_279, 65_534, 65_535])
def test_a_type_that_a_name_does_not_have_is_nodata_whatever_it_is(rdtype):
    """Section 3: a query type of any number is looked up like every other."""
    reply_ = ask(ZONE, "odd.example.com", rdtype)

    assert (reply_.header.rcode, reply_.rr, len(reply_.auth)) == (RCODE.NOERROR, [], 1)


@pytest.mark.parametrize(("name", "kind"), [("srv", "SRV"), ("key", 45), ("alias", 45)])
def test_names_in_the_data_of_newer_types_are_never_compressed(name, kind):
    """Section 4: only the types of RFC 1035 may be; a resolver that does not know the type could not undo it."""
    said = reply(ZONE, packet(f"{name}.example.com", kind))

    assert b"\x03ns1\x07example\x03com\x00" in said[12:]
