"""Names are looked up once, and what is connected to lies inside the fence, however a target is written."""

from ipaddress import ip_address, ip_network

import pytest

from gslb.probe import Fence
from gslb.probe.fence import Forbidden, Unresolved

EIGHTY = [
    *(f"169.254.169.{last}" for last in range(250, 256)),
    *(f"{prefix}169.254.169.254" for prefix in ("::ffff:", "::", "64:ff9b::", "::ffff:0:")),
    *("0xa9fea9fe", "2852039166", "0251.0376.0251.0376", "169.254.43518", "0xa9.0xfe.0xa9.0xfe", "169.0xfea9fe"),
    *("2002:a9fe:a9fe::", "2002:a9fe:a9fe::1", "2001:0:a9fe:a9fe::1", "2001:0:102:304::5601:5601"),
    *("fe80::1", "fe80::1%lo", "fe80::ffff:ffff:ffff:ffff", "febf::1", "fd00:ec2::254", "::", "ff02::1", "ff0e::fb"),
    *("0.0.0.0", "0", "0x0", "0.0", "000.000.000.000", "0.255.255.255", "0.0.0.1"),
    *("255.255.255.255", "0xffffffff", "4294967295", "224.0.0.1", "224.0.0.251", "239.255.255.250", "230.1.2.3"),
    *("100.100.100.200", "1684301000", "0x646464c8", "::ffff:100.100.100.200", "192.0.0.192", "::ffff:192.0.0.192"),
    *(f"10.{number}.0.1" for number in range(16)),
    *("167772161", "0x0a000001", "012.0.0.1", "10.1", "::ffff:10.0.0.1", "64:ff9b::10.0.0.1", "2002:a00:1::"),
    *("::ffff:a00:1", "::a00:1", "0:0:0:0:0:ffff:a9fe:a9fe", "0:0:0:0:0:FFFF:A9FE:A9FE", "64:FF9B::A9FE:A9FE"),
    *("64:ff9b::a00:1", "2001:0:a00:1::", "0012.0x0.0.01", "10.0x1", "169.254.0x0"),
]


def test_there_are_eighty_ways_to_write_them():
    assert len(set(EIGHTY)) == len(EIGHTY) >= 80


@pytest.mark.parametrize("host", EIGHTY)
async def test_no_way_to_write_a_forbidden_address_gets_through(host):
    with pytest.raises((Forbidden, Unresolved)):
        await Fence(forbid=[ip_network("10.0.0.0/8")]).resolve(host)


async def test_a_name_is_looked_up_once_and_gives_the_address_to_connect_to():
    assert await Fence().resolve("localhost") in ("127.0.0.1", "::1")
    assert ip_address(await Fence().resolve("::ffff:192.0.2.1")) == ip_address("::ffff:192.0.2.1")


async def test_a_name_inside_a_forbidden_network_is_refused():
    loopback = [ip_network("127.0.0.0/8"), ip_network("::1/128")]

    with pytest.raises(Forbidden, match=r"is not probed: .* is forbidden"):
        await Fence(forbid=loopback).resolve("localhost")


@pytest.mark.parametrize("host", ["nobody.invalid", "a" * 70 + ".example", "..", "\ud800"])
async def test_a_name_without_an_address_is_said_to_have_none(host):
    with pytest.raises(Unresolved, match="cannot resolve"):
        await Fence().resolve(host)


async def test_what_is_allowed_gets_through():
    assert await Fence(allow=[ip_network("169.254.169.254/32")]).resolve("169.254.169.254") == "169.254.169.254"
