"""Several databases made one: each range holds the best that any of them says of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace as changed

from gslb.geo.database import Database, Flat
from gslb.geo.location import NOWHERE, Location
from gslb.geo.schemas import ROLES
from gslb.geo.shipped import countries
from gslb.geo.space import V4, V6, Space
from gslb.geo.steps import Steps, combined


@dataclass(frozen=True, slots=True)
class Merged:
    """All databases as step functions over both spaces; their values index `places`."""

    v4: Steps
    v6: Steps
    places: tuple[Location, ...]


def merge(databases: Sequence[Database]) -> Merged:
    """Databases by role: city before country before asn, and in the order given where two have one role."""
    flats = [database.flatten() for database in sorted(databases, key=lambda one: ROLES.index(one.role))]
    places: dict[Location, int] = {NOWHERE: 0}

    def family(space: Space, layers: Sequence[tuple[Steps, Flat]]) -> Steps:
        steps: Steps = _NOTHING
        sayings: list[tuple[Location, ...]] = [()]  # what the databases so far say, in their order
        for more, flat in layers:
            steps, sayings = _joined(space, steps, sayings, more, flat.places)
        numbers = [places.setdefault(best(said), len(places)) for said in sayings]
        return combined(space.typecode, _NOTHING, steps, lambda _, number: numbers[number])

    v4 = family(V4, [(flat.v4, flat) for flat in flats if flat.v4])
    v6 = family(V6, [(flat.v6, flat) for flat in flats if flat.v6])
    return Merged(v4, v6, tuple(places))


_NOTHING = Steps([0], [0])


def _joined(
    space: Space, steps: Steps, sayings: Sequence[tuple[Location, ...]], more: Steps, places: Sequence[Location]
) -> tuple[Steps, list[tuple[Location, ...]]]:
    """One more database behind those before it: steps whose values index what all of them say."""
    numbers: dict[tuple[int, int], int] = {}

    def join(before: int, place: int) -> int:
        return numbers.setdefault((before, place), len(numbers))

    if len(steps.starts) <= len(more.starts):
        joined = combined(space.typecode, steps, more, join)
    else:
        joined = combined(space.typecode, more, steps, lambda place, before: join(before, place))
    return joined, [(*sayings[before], places[place]) for before, place in numbers]


def best(places: Sequence[Location]) -> Location:
    """One location of what several databases say of one prefix, best first.

    Where it is, the first says that knows a country, else the first that knows anything; the AS number is the first
    known. A country fills in its continent and, without a city database, the middle of its land.
    """
    found = next((place for place in places if place.country), None) or next(
        (place for place in places if place != NOWHERE), NOWHERE
    )
    country = countries()[found.country] if found.country else None
    return changed(
        found,
        continent=found.continent or (country.continent if country else None),
        coordinates=found.coordinates or (country.coordinates if country else None),
        asn=next((place.asn for place in places if place.asn is not None), None),
    )
