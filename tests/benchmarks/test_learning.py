"""On a made-up Internet, what is measured brings clients near to the best region, and never far from it on the way."""

from itertools import pairwise

import pytest
from internet import internet
from learning import AIRPORTS, compared

COUNTS = (0, 500, 3_000, 20_000, 60_000)


@pytest.fixture(scope="module")
def outcomes():
    return compared(COUNTS, prefixes=300, seed=3)


def test_an_internet_follows_from_its_seed():
    def seen(seed: int) -> list:
        made = internet(AIRPORTS, 60, seed)
        return [made.prefixes, [*made.samples(50, seed, 0.0, 10.0)]]

    assert seen(1) == seen(1) != seen(2)


def test_round_trips_are_never_faster_than_light_in_fibre():
    from gslb.geo import distance_km

    made = internet(AIRPORTS, 200, 1)
    for prefix in made.prefixes:
        for region, milliseconds in prefix.true.items():
            assert milliseconds > 2 * distance_km(prefix.place, made.sites[region]) / 200


@pytest.mark.parametrize("database", ["country", "city"])
def test_measuring_brings_clients_to_the_best_region(outcomes, database):
    [distance] = outcomes[f"distance, {database} database"]
    [geo] = outcomes["geo by continents"]
    learned = outcomes[f"measured, {database} database"]

    assert (learned[0].excess, learned[0].best) == (distance.excess, distance.best)  # nothing known is distance
    assert learned[-1].excess < distance.excess / 4
    assert learned[-1].excess < geo.excess / 20
    assert learned[-1].near > 0.98


@pytest.mark.parametrize("database", ["country", "city"])
def test_few_samples_do_not_make_it_worse(outcomes, database):
    for before, after in pairwise(outcomes[f"measured, {database} database"]):
        assert after.excess < before.excess + 0.5
        assert after.moved < 0.35


def test_an_atlas_of_measured_prefixes_has_no_more_classes_than_prefixes(outcomes):
    for one in outcomes["measured, city database"]:
        assert one.classes <= 300 + 60
