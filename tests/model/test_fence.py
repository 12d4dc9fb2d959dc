"""An address that must not be probed is known in every form it can be written in."""

from ipaddress import IPv4Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.model import forbidden

METADATA = "169.254.169.254"
FORMS = [
    METADATA,
    f"::ffff:{METADATA}",
    f"::{METADATA}",
    f"::ffff:0:{METADATA}",
    f"64:ff9b::{METADATA}",
    "2002:a9fe:a9fe::1",
    "2002:a9fe:a9fe:1234::5678",
    "2001:0:a9fe:a9fe::1",  # Teredo: its server
    "2001:0:102:304::5601:5601",  # and its client, inverted
    "fe80::1",
    "fe80::1%lo",
    "fd00:ec2::254",
    "0.0.0.0",
    "0.1.2.3",
    "::",
    "224.0.0.1",
    "239.255.255.250",
    "255.255.255.255",
    "ff02::1",
    "100.100.100.200",
    "192.0.0.192",
    "::ffff:0.0.0.0",
]


@pytest.mark.parametrize("text", FORMS)
def test_what_never_makes_sense_is_kept_out(text):
    assert forbidden(ip_address(text)) is not None


@pytest.mark.parametrize("text", ["127.0.0.1", "::1", "10.0.0.1", "192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1"])
def test_all_else_is_let_in(text):
    assert forbidden(ip_address(text)) is None


def test_what_is_forbidden_besides_is_kept_out_in_every_form():
    private = [ip_network("10.0.0.0/8")]

    assert forbidden(ip_address("10.1.2.3"), private) == private[0]
    assert forbidden(ip_address("64:ff9b::10.1.2.3"), private) == private[0]
    assert forbidden(ip_address("11.1.2.3"), private) is None


def test_what_is_allowed_is_let_in_all_the_same():
    allowed = [ip_network("169.254.169.0/24")]

    assert forbidden(ip_address(METADATA), allow=allowed) is None
    assert forbidden(ip_address("169.254.1.1"), allow=allowed) is not None


@given(st.ip_addresses(v=4))
def test_an_address_inside_an_address_is_judged_like_itself(address: IPv4Address):
    alone = forbidden(address)

    for inside in (f"::ffff:{address}", f"64:ff9b::{address}"):
        assert (forbidden(ip_address(inside)) is None) == (alone is None)
