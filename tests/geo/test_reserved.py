from ipaddress import ip_address

import pytest

from gslb.geo.reserved import RESERVED


def is_reserved(text: str) -> bool:
    return any(ip_address(text) in prefix for prefix in RESERVED)


@pytest.mark.parametrize(
    "text",
    [
        "0.0.0.0", "10.255.0.1", "100.64.0.1", "100.127.255.255", "127.1.2.3", "169.254.169.254", "172.16.0.1",
        "172.31.255.255", "192.0.0.170", "192.0.2.1", "192.168.7.7", "198.18.0.1", "198.19.255.255", "198.51.100.7",
        "203.0.113.255", "224.0.0.251", "239.1.1.1", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::ffff:81.2.69.1", "64:ff9b::1",
        "64:ff9b:1::1", "100::1", "2001::1", "2001:2::1", "2001:db8::1",
        "2002:5102:4501::1", "3fff::1", "5f00::1", "fc00::1", "fdff::1", "fe80::1", "fec0::1", "ff02::1",
    ],
)  # fmt: skip
def test_what_no_client_on_the_internet_has_is_reserved(text: str):
    assert is_reserved(text)


@pytest.mark.parametrize(
    "text",
    [
        "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255",
        "100.128.0.0", "172.15.0.0", "172.32.0.0", "192.0.1.0",
        "192.0.3.0", "192.167.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255",
        "2001:200::1", "2001:4860:4860::8888", "2001:1::1", "2003::1",
        "2a00::1", "2620:4f:8000::1", "3ffe::1", "100:1::1",
    ],
)  # fmt: skip
def test_its_neighbours_are_not(text: str):
    assert not is_reserved(text)
