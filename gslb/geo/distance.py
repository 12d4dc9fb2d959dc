"""How long a round trip to a region takes a client: as the operator's table or measurements say, else from distance.

What was measured of a few samples, or of a whole country, is itself unsure; it and the distance count by what each is
worth (the inverse of its variance, in logarithms). So an estimate goes from distance to what was measured as samples
come in. Who compares `cautious` prefers what is known: a guess has to be better by as much as it may be off.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import asin, cos, exp, log, radians, sin, sqrt

from gslb.geo.location import Location, Measured

EARTH_RADIUS_KM = 6371.0088  # the mean radius of the IUGG
LIGHT_KM_PER_MS = 299.792458

FIBRE_SPEED = 2 / 3  # of light in vacuum
PATH_FACTOR = 1.6  # how much longer cables and routes are than the great circle
DISTANCE_ERROR = 0.35  # what a distance leaves open, as a standard deviation of the logarithm
BASE_MS = 4.0  # access line, queues and hosts: what is left at distance zero


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """A round trip in milliseconds, where the number is from, and how far to trust it: as a share, and in words."""

    milliseconds: float
    source: str
    confidence: str
    error: float = 0.0

    @property
    def cautious(self) -> float:
        """Milliseconds, if it is off by its error."""
        return self.milliseconds * (1.0 + self.error)


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


def round_trip(region: str, location: Location, sites: Mapping[str, tuple[float, float]]) -> RoundTrip | None:
    """The best estimate for a client at `location`; None where nothing says anything.

    `sites` gives the coordinates of regions. Sources, best first: what was measured from the client's prefix; the
    operator's latency table; what was measured of its AS and country; the distance.
    """
    for name, milliseconds in location.latency:
        if name == region:
            return RoundTrip(milliseconds, "latency table", "as the operator wrote it")
    distance = (
        distance_km(sites[region], location.coordinates)
        if location.coordinates is not None and region in sites
        else None
    )
    for measured in location.measured:
        if measured.region == region:
            return _measured(measured, distance)
    if distance is None:
        return None
    source, confidence = f"distance {distance:,.0f} km", "rough: within a factor of two, mostly"
    return RoundTrip(estimate_ms(distance), source, confidence, DISTANCE_ERROR)


def _measured(measured: Measured, distance: float | None) -> RoundTrip:
    """What was measured, and as far as that leaves room, the distance."""
    milliseconds, error = measured.milliseconds, measured.error
    if distance is not None and error > 0:
        weight = DISTANCE_ERROR**2 / (DISTANCE_ERROR**2 + error**2)
        milliseconds = exp(weight * log(milliseconds) + (1.0 - weight) * log(estimate_ms(distance)))
        error *= sqrt(weight)
    return RoundTrip(milliseconds, f"measured of {measured.of}", f"give or take {error:.0%}", error)
