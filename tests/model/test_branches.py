"""Keys of geo and network nodes."""

from ipaddress import ip_network

import pytest

from gslb.model import Collector, network_or_asn
from gslb.model.branches import canonical, check_networks, check_places, network_asns, network_members, place_sets
from kit.language import model

FOUND = model("gslb: 1\nnetworks: {office: [192.0.2.0/24, AS1], home: 198.51.100.0/24}\nplaces: {dach: [DE, AT]}\n")


def told(check, keys, broken=()):
    faults = Collector()
    check(keys, FOUND, frozenset(broken), faults)
    return [str(fault) for fault in faults.faults]


@pytest.mark.parametrize(
    ("text", "value"),
    [("192.0.2.0/24", ip_network("192.0.2.0/24")), ("2001:db8::/32", ip_network("2001:db8::/32")), ("AS64500", 64500)],
)
def test_a_network_is_a_prefix_or_an_as_number(text, value):
    assert network_or_asn(text) == value


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("192.0.2.1", "write 192.0.2.1/32"),
        ("2001:db8::1", "write 2001:db8::1/128"),
        ("192.0.2.1/24", "write 192.0.2.0/24: bits are set after the prefix"),
        ("192.0.2.0/33", "write a prefix (192.0.2.0/24), AS64500, or a name under networks:"),
        ("ASX", "write a prefix (192.0.2.0/24), AS64500, or a name under networks:"),
    ],
)
def test_another_text_is_told_what_to_write(text, advice):
    with pytest.raises(ValueError, match="^" + advice.replace("(", r"\(").replace(")", r"\)") + "$"):
        network_or_asn(text)


def test_places_are_known():
    assert told(check_places, ["default", "europe", "DE", "US-CA", "eu", "dach"]) == []
    assert told(check_places, ["dahc"]) == ["unknown place dahc (did you mean dach?)"]
    assert told(check_places, ["torn"], {("places", "torn")}) == []


def test_the_sets_among_places_bring_their_members():
    assert place_sets(["DE", "dach", "default"], FOUND) == (("dach", ("DE", "AT")),)
    assert len(dict(place_sets(["eu"], FOUND))["eu"]) == 27


def test_networks_are_known_and_apart():
    assert told(check_networks, ["default", "office", "home", "AS2", "10.0.0.0/8"]) == []
    assert told(check_networks, ["offise"]) == ["unknown network offise (did you mean office?)"]
    assert told(check_networks, ["torn"], {("networks", "torn")}) == []
    assert told(check_networks, ["office", "AS1"]) == ["AS1 stands under office and under AS1"]
    assert told(check_networks, ["home", "198.51.100.0/24"]) == [
        "198.51.100.0/24 stands under home and under 198.51.100.0/24"
    ]


def test_networks_have_one_form():
    assert canonical("2001:0DB8::/32", FOUND) == "2001:db8::/32"
    assert canonical("AS007", FOUND) == "AS7"
    assert [canonical(key, FOUND) for key in ("default", "office", "torn")] == ["default", "office", None]


def test_networks_hold_prefixes_and_as_numbers():
    assert network_members("default", FOUND) == ()
    assert network_members("office", FOUND) == (ip_network("192.0.2.0/24"), 1)
    assert network_asns(["default", "office", "home", "AS2"], FOUND) == (("office", (1,)), ("AS2", (2,)))
