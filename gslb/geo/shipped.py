"""The tables that come with the package; geodb/README.md says where each is from and how to refresh it."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
COUNTRY_DATABASE = DATA / "iptoasn-country.mmdb"


@dataclass(frozen=True, slots=True)
class Country:
    """A country's continent, as a word, and the middle of its land: (latitude, longitude) in degrees."""

    continent: str
    coordinates: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Airport:
    """An airport, or a city amid its airports: (latitude, longitude) in degrees, and its country's two capitals."""

    coordinates: tuple[float, float]
    country: str


@cache
def countries() -> Mapping[str, Country]:
    """Every country of ISO 3166-1, and XK (Kosovo), by its two capitals."""
    return {
        row["country"]: Country(row["continent"], (float(row["latitude"]), float(row["longitude"])))
        for row in _rows("countries.csv")
    }


@cache
def continents() -> tuple[str, ...]:
    """The words for continents, in order."""
    return tuple(sorted({country.continent for country in countries().values()}))


@cache
def airports() -> Mapping[str, Airport]:
    """Every IATA code with a place."""
    return {
        row["iata"]: Airport((float(row["latitude"]), float(row["longitude"])), row["country"])
        for row in _rows("airports.csv")
    }


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
