"""Measured round trips as they arrive: which region, which client prefix, how long, who measured, when."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from ipaddress import ip_network
from math import isfinite

from gslb.geo.space import V4, V6
from gslb.model import Address, Network

LEAST_MS, MOST_MS = 0.05, 10_000.0  # what can be a round trip; nothing else is taken

MOST_WEIGHT = 1e6
WIDEST = {4: 20, 6: 40}  # prefixes whose clients may still see one round trip


class SampleSource(Enum):
    """Who measured, the best first: a balancer on real connections, an application from its clients."""

    BALANCER = "balancer"
    APPLICATION = "application"


@dataclass(frozen=True, slots=True)
class Sample:
    """One round trip between clients in `prefix` (/20 to /24, /40 to /56) and `region`, measured `at` (wall seconds).

    `weight`: how many measurements it stands for.
    """

    region: str
    prefix: Network
    milliseconds: float
    source: SampleSource
    at: float
    weight: float = 1.0


class SampleError(ValueError):
    """A sample that cannot be one; the text says what it has to be."""


def sample(
    region: str, client: str, milliseconds: object, source: SampleSource, at: float, weight: object = 1.0
) -> Sample:
    """A sample from what somebody sent. Raises SampleError."""
    return Sample(region, client_prefix(client), round_trip_ms(milliseconds), source, at, sample_weight(weight))


def client_prefix(text: str) -> Network:
    """What stands for a client: a prefix, cut to /24 or /56. Raises SampleError for what is none, and for crowds."""
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        raise SampleError(f"{text[:60]!r} is no client: write an address or a prefix (203.0.113.0/24)") from None
    mapped = getattr(network.network_address, "ipv4_mapped", None)
    if mapped is not None and network.prefixlen >= 96:
        network = ip_network((mapped, network.prefixlen - 96), strict=False)
    cap, widest = (V4 if network.version == 4 else V6).cap, WIDEST[network.version]
    if network.prefixlen < widest:
        raise SampleError(f"{text}: clients so far apart have no one round trip; write a /{widest} or longer")
    return network.supernet(new_prefix=cap) if network.prefixlen > cap else network


def prefix_of(address: Address) -> Network:
    """The /24 or /56 around an address."""
    return client_prefix(str(address))


def round_trip_ms(value: object) -> float:
    """A number of milliseconds. Raises SampleError."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SampleError("milliseconds has to be a number")
    if not isfinite(value) or not LEAST_MS <= value <= MOST_MS:
        raise SampleError(f"{value:g} ms is no round trip: {LEAST_MS:g} to {MOST_MS:g} are taken")
    return float(value)


def sample_weight(value: object) -> float:
    """How many samples one stands for. Raises SampleError."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= MOST_WEIGHT:
        raise SampleError(f"count has to be a number up to {MOST_WEIGHT:.0f}")
    return float(value)
