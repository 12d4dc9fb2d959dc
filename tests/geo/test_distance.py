from math import atan2, cos, hypot, radians, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.geo import NOWHERE, Location, Measured, distance_km, estimate_ms, round_trip, site
from gslb.geo.distance import EARTH_RADIUS_KM

PLACES = st.tuples(st.floats(-90, 90), st.floats(-180, 180))
SITES = {"eu-west": site("FRA"), "us-east": site("IAD"), "ap-south": site("BOM")}


@pytest.mark.parametrize(
    ("a", "b", "kilometres"),
    [
        ((0.0, 0.0), (0.0, 0.0), 0),
        ((0.0, 0.0), (0.0, 180.0), 20015.1),
        ((90.0, 0.0), (-90.0, 123.0), 20015.1),
        ((0.0, 0.0), (0.0, 90.0), 10007.6),
        ((0.0, 179.5), (0.0, -179.5), 111.2),
        ((50.0, 5.0), (51.0, 5.0), 111.2),
        ((51.5074, -0.1278), (40.7128, -74.0060), 5570.2),  # London, New York
        ((-33.8688, 151.2093), (35.6762, 139.6503), 7825.8),  # Sydney, Tokyo
    ],
)
def test_distances_are_along_great_circles(a: tuple[float, float], b: tuple[float, float], kilometres: float):
    assert distance_km(a, b) == pytest.approx(kilometres, abs=0.1)


@given(PLACES, PLACES)
def test_a_distance_is_the_same_both_ways_and_never_past_the_antipode(a: tuple[float, float], b: tuple[float, float]):
    assert distance_km(a, b) == pytest.approx(distance_km(b, a), abs=1e-6)
    assert 0 <= distance_km(a, b) <= EARTH_RADIUS_KM * 3.14159266


@given(PLACES, PLACES)
def test_a_distance_is_the_angle_between_two_directions(a: tuple[float, float], b: tuple[float, float]):
    (xa, ya, za), (xb, yb, zb) = direction(*a), direction(*b)
    cross = hypot(ya * zb - za * yb, za * xb - xa * zb, xa * yb - ya * xb)
    angle = atan2(cross, xa * xb + ya * yb + za * zb)

    assert distance_km(a, b) == pytest.approx(EARTH_RADIUS_KM * angle, abs=0.5)


def direction(latitude: float, longitude: float) -> tuple[float, float, float]:
    north, east = radians(latitude), radians(longitude)
    return cos(north) * cos(east), cos(north) * sin(east), sin(north)


def test_a_round_trip_is_there_and_back_in_fibre_on_a_longer_way():
    assert estimate_ms(0) == 4
    assert estimate_ms(1_000) == pytest.approx(20.01, abs=0.01)
    assert estimate_ms(distance_km(SITES["eu-west"], SITES["us-east"])) == pytest.approx(109, abs=2)


def test_the_operators_table_comes_before_the_distance():
    berlin = Location(coordinates=(52.5, 13.4), latency=(("eu-west", 18.0), ("us-east", 95.5)))

    found = round_trip("us-east", berlin, SITES)
    assert found is not None
    assert (found.milliseconds, found.source, found.confidence) == (95.5, "latency table", "as the operator wrote it")


def test_a_region_that_the_table_leaves_out_is_judged_by_distance():
    berlin = Location(coordinates=(52.5, 13.4), latency=(("us-east", 95.5),))

    found = round_trip("eu-west", berlin, SITES)
    assert found is not None
    assert found.milliseconds == estimate_ms(distance_km(SITES["eu-west"], (52.5, 13.4)))
    assert found.source == "distance 436 km"
    assert found.confidence.startswith("rough")


@pytest.mark.parametrize(
    ("region", "location"),
    [
        ("eu-west", NOWHERE),
        ("eu-west", Location(latency=(("us-east", 9.0),))),
        ("moon", Location(coordinates=(1.0, 1.0))),
    ],
)
def test_nothing_known_is_no_estimate(region: str, location: Location):
    assert round_trip(region, location, SITES) is None


def measured(milliseconds: float, error: float, of: str = "its prefix") -> Location:
    return Location(coordinates=(52.5, 13.4), measured=(Measured("us-east", milliseconds, error, of),))


def test_what_is_measured_well_is_what_counts():
    found = round_trip("us-east", measured(95.0, 0.05), SITES)

    assert found is not None
    assert found.milliseconds == pytest.approx(95.0, rel=0.02)
    assert found.source == "measured of its prefix"
    assert found.error < 0.05


def test_what_is_measured_badly_and_the_distance_count_alike():
    distance = round_trip("us-east", Location(coordinates=(52.5, 13.4)), SITES)
    assert distance is not None
    found = round_trip("us-east", measured(distance.milliseconds * 4, distance.error), SITES)

    assert found is not None
    assert found.milliseconds == pytest.approx(distance.milliseconds * 2)
    assert found.error == pytest.approx(distance.error / 2**0.5)


def test_without_coordinates_a_measurement_stands_alone():
    found = round_trip("us-east", Location(measured=(Measured("us-east", 95.0, 0.3, "DE"),)), SITES)

    assert found is not None
    assert (found.milliseconds, found.error, found.source) == (95.0, 0.3, "measured of DE")


@given(st.floats(1, 400), st.floats(0, 2))
def test_an_estimate_lies_between_what_was_measured_and_the_distance(milliseconds: float, error: float):
    distance = round_trip("us-east", Location(coordinates=(52.5, 13.4)), SITES)
    found = round_trip("us-east", measured(milliseconds, error), SITES)

    assert distance is not None
    assert found is not None
    low, high = sorted((distance.milliseconds, milliseconds))
    assert low - 1e-6 <= found.milliseconds <= high + 1e-6
    assert found.error <= min(distance.error, error) + 1e-9
    assert found.cautious >= found.milliseconds
