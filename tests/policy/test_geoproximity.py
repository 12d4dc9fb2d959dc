"""geoproximity: the least distance after bias."""

import pytest

from gslb.geo import NOWHERE, Location
from gslb.model import Common, Geoproximity
from gslb.policy import choose, classify
from gslb.policy.geoproximity import biased
from kit.trees import SITES, an_ask, answers, pool

EU, NORTH, US = "web/eu-west", "web/eu-north", "web/us-east"
BERLIN = Location("europe", "DE", coordinates=(52.5, 13.4))
REYKJAVIK = Location("europe", "IS", coordinates=(64.1, -21.9))


def geoproximity(**bias: int) -> Geoproximity:
    regions = tuple((region, pool(f"www/{region}", region)) for region in SITES)
    return Geoproximity(
        Common("www"), regions, tuple((region.replace("_", "-"), value) for region, value in bias.items())
    )


@pytest.mark.parametrize(
    ("bias", "kilometres"),
    [(0, 1_000.0), (50, 500.0), (99, 10.0), (-50, 2_000.0), (-99, 100_000.0)],
)
def test_bias_draws_clients_in_or_keeps_them_off(bias, kilometres):
    assert biased(1_000.0, bias) == pytest.approx(kilometres)


@pytest.mark.parametrize(
    ("place", "bias", "down", "used"),
    [
        (BERLIN, {}, (), EU),
        (BERLIN, {}, (EU,), NORTH),
        (BERLIN, {"eu_north": 60}, (), NORTH),
        (BERLIN, {"eu_west": -60}, (), NORTH),
        (REYKJAVIK, {}, (), NORTH),
        (REYKJAVIK, {"us_east": 90}, (), US),
        (NOWHERE, {}, (), EU),
        (NOWHERE, {}, (EU,), NORTH),
    ],
)
def test_the_healthy_region_at_the_least_biased_distance_is_used(place, bias, down, used):
    assert answers(geoproximity(**bias), location=place, down=down) == [(used,)]


def test_a_region_that_stands_nowhere_comes_last():
    somewhere = {"us-east": SITES["us-east"]}

    assert answers(geoproximity(), location=BERLIN, sites=somewhere) == [(US,)]


def test_classes_are_the_orders_of_regions():
    tree = geoproximity()

    assert classify(tree, BERLIN, SITES) == classify(tree, Location(coordinates=(50.1, 8.7)), SITES)
    assert classify(tree, BERLIN, SITES) != classify(tree, REYKJAVIK, SITES)
    only = Geoproximity(Common("www"), (("eu-west", pool("www/eu-west", "eu-west")),))
    assert classify(only, BERLIN, SITES) == ()


def test_the_reason_gives_the_distances():
    why = choose(geoproximity(us_east=10), an_ask(geoproximity(), location=BERLIN)).outcome.why[0]

    assert (why.chosen, why.text) == ("eu-west", "eu-west 434 km, eu-north 843 km, us-east 6061 km after bias")
    assert "unknown" in choose(geoproximity(), an_ask(geoproximity())).outcome.why[0].text
