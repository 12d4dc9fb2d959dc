"""Where a client is: the attributes that policies read, and nothing about how they were found."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Location:
    """What is known of one client prefix. Every part may be missing.

    `continent` is a word ("europe"), `country` two capitals ("DE"), `subdivision` an ISO 3166-2 code ("US-CA"),
    `coordinates` (latitude, longitude) in degrees, `asn` a number. `networks` are the keys of client networks that hold
    the prefix (names under `networks:` and CIDRs as text), longest first. `latency` is the operator's table for this
    prefix: (region, milliseconds). `source` says which table knew ("overlay places.csv:41"), and does not take part in
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


NOWHERE = Location()
