"""Where a client is: the attributes that policies read, and nothing about how they were found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


class Measured(NamedTuple):
    """A measured round trip (milliseconds) to a region, give or take `error` (a share); `of`: whose, for people."""

    region: str
    milliseconds: float
    error: float
    of: str


@dataclass(frozen=True, slots=True)
class Location:
    """What is known of one client prefix. Every part may be missing.

    `continent` is a word ("europe"), `country` two capitals ("DE"), `subdivision` an ISO 3166-2 code ("US-CA"),
    `coordinates` (latitude, longitude) in degrees, `asn` a number. `networks` are the keys of client networks that hold
    the prefix (names under `networks:` and CIDRs as text), longest first. `latency` is the operator's table for this
    prefix: (region, milliseconds); `measured` is what was measured; no region is in both. `source` says which table
    knew ("overlay places.csv:41"), `evidence` what stands behind round trips: (region, words); neither takes part in
    equality.
    """

    continent: str | None = None
    country: str | None = None
    subdivision: str | None = None
    coordinates: tuple[float, float] | None = None
    asn: int | None = None
    networks: tuple[str, ...] = ()
    latency: tuple[tuple[str, float], ...] = ()
    source: str = field(default="", compare=False)
    measured: tuple[Measured, ...] = ()
    evidence: tuple[tuple[str, str], ...] = field(default=(), compare=False)


NOWHERE = Location()
