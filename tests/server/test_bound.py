"""A bound socket says where it is."""

import socket
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.server.bound import Bound, spell


@pytest.mark.parametrize(("family", "host"), [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")])
def test_a_bound_socket_says_its_address_and_port(family, host):
    with socket.socket(family, socket.SOCK_DGRAM) as made:
        made.bind((host, 0))
        bound = Bound(made)

        assert bound.address == ip_address(host)
        assert bound.port == made.getsockname()[1]
        assert str(bound) == spell(bound.address, bound.port)


@given(st.ip_addresses(), st.integers(0, 65535))
def test_an_ipv6_address_is_bracketed_before_its_port(address, port):
    text = spell(address, port)

    assert text.rpartition(":")[2] == str(port)
    assert text.startswith("[") is (address.version == 6)
