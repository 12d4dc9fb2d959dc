"""Clients can be named by prefix, address, country, continent, network, or not at all."""

import pytest

from gslb.foresight.places import whereabouts
from gslb.geo import NOWHERE
from kit.worlds import large


@pytest.mark.parametrize(
    ("clients", "country", "continent"),
    [
        ("127.1.0.0/16", "DE", "europe"),
        ("127.1.2.3", "DE", "europe"),
        ("127.1.2.128/25", "DE", "europe"),
        ("2001:db8:1:2:3::/80", "DE", "europe"),
        ("US", "US", "north-america"),
        ("asia", None, "asia"),
    ],
)
def test_clients_are_somewhere(clients, country, continent):
    found = whereabouts(clients, large())

    assert (found.country, found.continent) == (country, continent)


def test_a_subdivision_lies_in_its_country():
    found = whereabouts("US-CA", large())

    assert (found.country, found.subdivision) == ("US", "US-CA")
    assert found.coordinates is not None


def test_a_named_network_is_one_of_its_prefixes():
    assert whereabouts("office", large()).networks == ("office",)


@pytest.mark.parametrize("clients", ["*", ""])
def test_nothing_may_be_known_of_them(clients):
    assert whereabouts(clients, large()) is NOWHERE


@pytest.mark.parametrize("clients", ["ZZ", "atlantis", "300.1.2.3", "10.0.0.0/33", "US-", "de"])
def test_what_is_no_place_is_told(clients):
    with pytest.raises(ValueError, match=r"is no place of clients; write a prefix, an address, a country \(DE\)"):
        whereabouts(clients, large())
