"""Which zone a name belongs to."""

import pickle

import pytest
from dns.rdatatype import RdataType

from gslb.zone import Zones
from kit.zonetext import HEAD, name, zone

ZONES = Zones([zone(HEAD, "b.example."), zone(HEAD, "EXAMPLE."), zone(HEAD, "other.")])


@pytest.mark.parametrize(
    ("qname", "apex"),
    [
        ("example.", "EXAMPLE."),
        ("a.example.", "EXAMPLE."),
        ("xb.example.", "EXAMPLE."),
        ("b.Example.", "b.example."),
        ("x.y.B.example.", "b.example."),
        ("x.other.", "other."),
        ("com.", None),
        (".", None),
    ],
)
def test_a_name_belongs_to_the_longest_zone_above_it(qname, apex):
    found = ZONES.find(name(qname))

    assert (str(found.apex) if found else None) == apex


@pytest.mark.parametrize(
    ("qname", "apex"),
    [("b.example.", "EXAMPLE."), ("example.", "EXAMPLE."), ("x.b.example.", "b.example."), ("y.", None)],
)
def test_a_ds_is_asked_of_the_zone_above_if_that_is_ours(qname, apex):
    found = ZONES.find(name(qname), RdataType.DS)

    assert (str(found.apex) if found else None) == apex


def test_the_root_may_be_a_zone():
    zones = Zones([zone(HEAD, "."), *ZONES])

    assert zones.find(name("com.")) is zones.find(name(".")) is zones.get(name("."))
    assert str(zones.find(name("a.example.")).apex) == "EXAMPLE."


def test_zones_stand_in_canonical_order_and_are_found_by_name():
    assert [str(found.apex) for found in ZONES] == ["EXAMPLE.", "b.example.", "other."]
    assert len(ZONES) == 3
    assert ZONES.get(name("B.example.")) is ZONES.find(name("b.example."))
    assert ZONES.get(name("a.example.")) is None
    assert Zones().find(name("a.")) is None


def test_two_zones_of_one_name_are_refused():
    with pytest.raises(ValueError, match=r"two zones are called OTHER\."):
        Zones([*ZONES, zone(HEAD, "OTHER.")])


def test_zones_survive_pickling():
    again = pickle.loads(pickle.dumps(ZONES))

    assert [str(found.apex) for found in again] == ["EXAMPLE.", "b.example.", "other."]
