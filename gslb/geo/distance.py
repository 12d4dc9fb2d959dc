"""How long a round trip to a region takes a client: as the operator's table says, else from the distance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from gslb.geo.location import Location

EARTH_RADIUS_KM = 6371.0088  # the mean radius of the IUGG
LIGHT_KM_PER_MS = 299.792458

FIBRE_SPEED = 2 / 3  # of light in vacuum
PATH_FACTOR = 1.6  # how much longer cables and routes are than the great circle
BASE_MS = 4.0  # access line, queues and hosts: what is left at distance zero


@dataclass(frozen=True, slots=True)
class Estimate:
    """A round trip in milliseconds, where the number is from, and how far to trust it, in words for people."""

    milliseconds: float
    source: str
    confidence: str


def distance_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great-circle distance between two (latitude, longitude) in degrees, on a sphere of mean radius (haversine)."""
    latitude_a, longitude_a, latitude_b, longitude_b = map(radians, (*a, *b))
    half = (
        sin((latitude_b - latitude_a) / 2) ** 2
        + cos(latitude_a) * cos(latitude_b) * sin((longitude_b - longitude_a) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(half)))


def estimate_ms(distance: float) -> float:
    """The round trip over `distance` kilometres: there and back in fibre, over a path longer than the great circle."""
    return BASE_MS + 2 * distance * PATH_FACTOR / (LIGHT_KM_PER_MS * FIBRE_SPEED)


def round_trip(region: str, location: Location, sites: Mapping[str, tuple[float, float]]) -> Estimate | None:
    """The best estimate for a client at `location`; None where neither a table nor coordinates say anything.

    `sites` gives the coordinates of regions. Sources, best first: the operator's latency table; the distance.
    """
    for name, milliseconds in location.latency:
        if name == region:
            return Estimate(milliseconds, "latency table", "as the operator wrote it")
    if location.coordinates is None or region not in sites:
        return None
    distance = distance_km(sites[region], location.coordinates)
    return Estimate(estimate_ms(distance), f"distance {distance:,.0f} km", "rough: within a factor of two, mostly")
