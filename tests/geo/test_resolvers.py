from ipaddress import ip_address

import pytest

from gslb.geo import Resolvers
from gslb.model import Faults

TEXT = """
# who asks for everybody
prefix,name
8.8.8.0/24,Google
2001:4860:4860::/48,Google
9.9.9.9,
"""


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("8.8.8.8", "Google"),
        ("8.8.9.8", ""),
        ("2001:4860:4860::8888", "Google"),
        ("2001:4860:4861::8888", ""),
        ("9.9.9.9", "9.9.9.9/32"),
        ("9.9.9.10", ""),
    ],
)
def test_a_listed_prefix_is_public(address: str, name: str):
    resolvers = Resolvers.read(TEXT, "public.csv")

    assert resolvers.name_of(ip_address(address)) == name
    assert resolvers.is_public(ip_address(address)) is bool(name)


def test_without_a_list_none_is():
    assert not Resolvers.read().is_public(ip_address("8.8.8.8"))


def test_a_longer_prefix_names_its_own():
    resolvers = Resolvers.read("prefix,name\n8.0.0.0/8,wide\n8.8.8.0/24,narrow\n", "public.csv")

    assert [resolvers.name_of(ip_address(text)) for text in ("8.8.8.8", "8.8.9.9")] == ["narrow", "wide"]


def test_faults_come_all_at_once():
    with pytest.raises(Faults) as raised:
        Resolvers.read("prefix,name\n8.8.8.8/24,a\n,b\n1.1.1.1,c,d\n", "public.csv")

    assert [str(fault.mark) for fault in raised.value.faults] == ["public.csv:4:11", "public.csv:2:1", "public.csv:3:1"]
