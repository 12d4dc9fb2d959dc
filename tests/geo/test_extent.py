"""Extents of classes are exact: together they are the whole address space, and each address is in its own."""

from ipaddress import ip_network

import pytest

from gslb.geo import EVERYWHERE, Atlas, Extent, class_map, extents, overlay

ROWS = """\
prefix,country
192.0.2.0/24,DE
198.51.100.0/24,FR
203.0.113.0/24,US
2001:db8:1::/48,DE
2001:db8:2::/56,US
"""


@pytest.fixture(scope="module")
def atlas():
    return Atlas.build(overlay=overlay(ROWS, "places.csv"))


def country(location):
    return location.country or "?"


def test_every_place_has_its_addresses_and_prefixes(atlas):
    classes = class_map(atlas, lambda location: location.country == "US")
    found = extents(atlas, classes, range(len(classes.representatives)), country)
    merged = {place: extent for places in found.values() for place, extent in places.items() if place != "?"}

    assert merged == {"DE": Extent(256, 256), "FR": Extent(256, 0), "US": Extent(256, 1)}


def test_all_classes_together_are_everywhere(atlas):
    classes = class_map(atlas, country)
    found = extents(atlas, classes, range(len(classes.representatives)), country)

    assert sum((extent for places in found.values() for extent in places.values()), Extent()) == EVERYWHERE


def test_only_the_classes_wanted_are_told(atlas):
    classes = class_map(atlas, country)
    number, _ = classes.find(ip_network("203.0.113.0/24").network_address, 24)

    assert extents(atlas, classes, [number], country) == {number: {"US": Extent(256, 1)}}
