"""network: the longest client network, then the AS number, then default."""

import pytest

from gslb.geo import NOWHERE, Location
from gslb.model import Common, NetworkMatch, Simple
from gslb.policy import classify
from gslb.policy.network import matches, written_by
from kit.trees import answers, leaf

ASNS = (("partner", (64_500, 64_501)), ("AS64500", (64_500,)), ("elsewhere", (64_500,)))
KEYS = ("default", "partner", "AS64500", "office", "198.51.100.0/24")


def network(*keys: str, fences: tuple[str, ...] = ()) -> NetworkMatch:
    children = tuple(
        (key, Simple(Common(f"www/{key}", fence=key in fences), (leaf(f"web/{number}", "ready", number=number),)))
        for number, key in enumerate(keys, 1)
    )
    return NetworkMatch(Common("www"), children, ASNS)


@pytest.mark.parametrize(
    ("place", "narrowest_first"),
    [
        (
            Location(networks=("198.51.100.0/24", "office"), asn=64_500),
            ["198.51.100.0/24", "office", "AS64500", "partner", "default"],
        ),
        (Location(networks=("office", "198.51.100.0/24")), ["office", "198.51.100.0/24", "default"]),
        (Location(asn=64_501), ["partner", "default"]),
        (Location(networks=("partner",), asn=64_500), ["partner", "AS64500", "default"]),
        (Location(networks=("unheard-of",), asn=1), ["default"]),
        (NOWHERE, ["default"]),
    ],
)
def test_networks_come_first_then_as_numbers_then_default(place, narrowest_first):
    assert [match.key for match in matches(*written_by(network(*KEYS)), place)] == narrowest_first


def test_an_unhealthy_match_falls_to_the_wider_one_unless_it_is_a_fence():
    office = Location(networks=("office",))

    assert answers(network("office", "default"), location=office) == [("web/1",)]
    assert answers(network("office", "default"), location=office, down=("web/1",)) == [("web/2",)]
    assert answers(network("office", "default", fences=("office",)), location=office, down=("web/1",)) == [("web/1",)]


def test_without_a_match_and_a_default_there_is_no_data():
    assert answers(network("office")) == [()]


def test_classes_are_the_lists_of_matches():
    tree = network("office", "AS64500", "default")

    assert classify(tree, NOWHERE) == classify(tree, Location("europe", "DE", asn=7))
    assert (
        len({classify(tree, place) for place in (NOWHERE, Location(asn=64_500), Location(networks=("office",)))}) == 3
    )
