"""A made-up Internet with known round trips: what estimates and policies are held against.

Model. Countries are real: where their land's middle is, and on which continent; each has clients in proportion to a
power law. A country has autonomous systems (ASes), the first the largest; an AS has /24s, each at a place of its own
around the middle. Every round trip is

    true    = 2 · great circle / (2/3 c) · detour  +  last mile
    detour  = 1.15 + lognormal: of the AS (median 0.35, sigma 0.5), times of the AS towards that region (sigma 0.6),
              times of the prefix (sigma 0.08); to one region in six an AS has no near way: 1.5 to 3 times the detour
    last    = 2 ms + lognormal of the prefix (median 6 ms, sigma 0.6)
    sample  = true · lognormal (sigma 0.05) + exponential (mean 3 ms); three in a hundred are outliers: up to 2 s more

How often a prefix is seen follows a power law, too. All of it follows from a seed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network
from math import cos, exp, log, radians
from random import Random

from gslb.geo import Sample, SampleSource, countries, distance_km, site

LIGHT_IN_FIBRE = 299.792458 * 2 / 3  # km in a millisecond
LARGE = {"US": 1_500.0, "CA": 1_300.0, "BR": 900.0, "AU": 1_300.0, "CN": 900.0, "IN": 700.0, "RU": 2_000.0, "KZ": 600.0}
USUAL = 200.0  # km from the middle, in each direction: a standard deviation
MOST_CLIENTS = (  # the countries there are, those with most clients first
    "US CN IN BR DE JP GB FR RU ID MX KR IT TR ES CA VN PL TH AR EG PH NL ZA AU NG CO UA SA MY SE IR CL PK RO PT CZ KE "
    "BE GR AT CH HU IL AE DK PE NZ NO FI IE SG MA KZ BD"
)


@dataclass(frozen=True, slots=True)
class Prefix:
    """A /24: where it is, whose it is, how often it is seen (relatively), and its round trips in truth (ms)."""

    network: IPv4Network
    country: str
    asn: int
    place: tuple[float, float]
    weight: float
    true: Mapping[str, float]

    @property
    def best(self) -> float:
        return min(self.true.values())


@dataclass(frozen=True, slots=True)
class Internet:
    """Prefixes, and regions with their places."""

    sites: Mapping[str, tuple[float, float]]
    prefixes: tuple[Prefix, ...]

    def samples(self, count: int, seed: int, begin: float, end: float) -> Iterator[Sample]:
        """So many measurements by applications, evenly from `begin` to `end`: by whom and to what region is chance."""
        chance, regions = Random(seed), tuple(self.sites)
        seen = chance.choices(self.prefixes, [prefix.weight for prefix in self.prefixes], k=count)
        for number, prefix in enumerate(seen):
            region = chance.choice(regions)
            value = prefix.true[region] * exp(chance.gauss(0, 0.05)) + chance.expovariate(1 / 3)
            if chance.random() < 0.03:
                value += chance.uniform(50, 2_000)
            at = begin + (end - begin) * number / count
            yield Sample(region, prefix.network, value, SampleSource.APPLICATION, at)


def internet(airports: Mapping[str, str], prefixes: int, seed: int) -> Internet:
    """`airports`: the code of each region's airport."""
    chance = Random(seed)
    sites = {region: site(code) for region, code in airports.items()}
    names = MOST_CLIENTS.split()
    shares = [1 / (rank + 2) for rank in range(len(names))]
    found: list[Prefix] = []
    for rank, name in enumerate(names):
        wanted = max(1, round(prefixes * shares[rank] / sum(shares)))
        systems = max(1, round(wanted**0.5))
        ways = [_ways(chance, sites) for _ in range(systems)]
        owners = chance.choices(range(systems), [1 / (1 + number) for number in range(systems)], k=wanted)
        for owner in sorted(owners):
            found.append(_prefix(chance, len(found), name, 64_512 + rank * 100 + owner, ways[owner], sites))
    return Internet(sites, tuple(found))


def _ways(chance: Random, sites: Mapping[str, tuple[float, float]]) -> dict[str, float]:
    """The detours of an AS beyond 1.15, by region."""
    own = 0.35 * exp(chance.gauss(0, 0.5))
    ways = {}
    for region in sites:
        way = own * exp(chance.gauss(0, 0.6))
        if chance.random() < 1 / 6:
            way = (1.15 + way) * chance.uniform(1.5, 3.0) - 1.15
        ways[region] = way
    return ways


def _prefix(
    chance: Random,
    number: int,
    country: str,
    asn: int,
    ways: Mapping[str, float],
    sites: Mapping[str, tuple[float, float]],
) -> Prefix:
    latitude, longitude = countries()[country].coordinates
    spread = LARGE.get(country, USUAL) / 111.2  # degrees
    latitude = min(85.0, max(-85.0, latitude + chance.gauss(0, spread / 2)))
    longitude += chance.gauss(0, spread) / cos(radians(latitude))
    place = (latitude, (longitude + 180.0) % 360.0 - 180.0)
    own, last = exp(chance.gauss(0, 0.08)), 2.0 + 6.0 * exp(chance.gauss(0, 0.6))
    true = {
        region: 2 * distance_km(place, at) / LIGHT_IN_FIBRE * (1.15 + ways[region] * own) + last
        for region, at in sites.items()
    }
    weight = exp(-log(max(chance.random(), 1e-3)))  # a power law: one in a thousand is a thousand times the least
    network = IPv4Network(((16 << 24) + (number << 8), 24))
    return Prefix(network, country, asn, place, weight, true)
