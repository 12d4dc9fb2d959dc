"""Who asks for what: the busiest names, resolvers and places of late, how many resolvers a name has, what regions get.

sightings ─┬─ by chance ─► Busiest names, resolvers, places
           └─ traced    ─► resolvers of each name: one in so many is traced
counters  ───────────────► answers a second by region, exact
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Mapping
from dataclasses import dataclass

from gslb.control.busiest import Busiest, Rate

ROOM = 512  # names, resolvers and places that are remembered, each
HALF_LIFE = 10.0  # seconds
TRACES = 20_000  # pairs of a name and a traced resolver that are remembered
WINDOW = 600.0  # seconds for which a resolver counts as one of a name's
LOOKBACK = 10.0  # seconds that rates of counters are taken over


@dataclass(frozen=True, slots=True)
class Sighting:
    """A query seen, which stands for `weight`. `at`: seconds; `place`: where its client is, in words.

    `traced`: seen because of who sent it, not by chance; then its sender stands for so many.
    """

    at: float
    weight: float
    name: str
    rdtype: str
    resolver: str
    place: str
    traced: bool = False


@dataclass(frozen=True, slots=True)
class Busy:
    """What `Traffic` tells. Rates are a second; `resolvers_of`: of each of `names`, an estimate; `regions`: by name."""

    names: list[Rate[tuple[str, str]]]
    resolvers: list[Rate[str]]
    places: list[Rate[str]]
    resolvers_of: dict[str, int]
    regions: dict[str, float]
    packets: float


class Traffic:
    """Summaries of bounded size, whatever is asked and by whomever."""

    def __init__(self, now: float) -> None:
        self._names: Busiest[tuple[str, str]] = Busiest(ROOM, HALF_LIFE, now)
        self._resolvers: Busiest[str] = Busiest(ROOM, HALF_LIFE, now)
        self._places: Busiest[str] = Busiest(ROOM, HALF_LIFE, now)
        self._traced: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()  # at, weight; the oldest first
        self._totals: deque[tuple[float, int, Mapping[str, int]]] = deque()

    def see(self, sighting: Sighting) -> None:
        """Take in one query."""
        if sighting.traced:
            pair = sighting.name, sighting.resolver
            self._traced[pair] = sighting.at, sighting.weight
            self._traced.move_to_end(pair)
            if len(self._traced) > TRACES:
                self._traced.popitem(last=False)
            return
        self._names.add((sighting.name, sighting.rdtype), sighting.weight, sighting.at)
        self._resolvers.add(sighting.resolver, sighting.weight, sighting.at)
        self._places.add(sighting.place, sighting.weight, sighting.at)

    def count(self, now: float, packets: int, regions: Mapping[str, int]) -> None:
        """Take in how much there has been in all: packets, and answers by region."""
        self._totals.append((now, packets, regions))
        while now - self._totals[0][0] > LOOKBACK:
            self._totals.popleft()

    def busy(self, count: int, now: float) -> Busy:
        """The busiest `count` of each."""
        names = self._names.top(count, now)
        return Busy(
            names=names,
            resolvers=self._resolvers.top(count, now),
            places=self._places.top(count, now),
            resolvers_of={name: self._resolvers_of(name, now) for name in {rate.key[0] for rate in names}},
            regions=self._regions(),
            packets=self._packets(),
        )

    def _resolvers_of(self, name: str, now: float) -> int:
        """How many resolvers asked for a name within the window, from those that are traced."""
        seen = (weight for (of, _), (at, weight) in self._traced.items() if of == name and now - at <= WINDOW)
        return round(sum(seen))

    def _regions(self) -> dict[str, float]:
        seconds = self._seconds()
        if not seconds:
            return {}
        (_, _, before), (_, _, after) = self._totals[0], self._totals[-1]
        # A counter that went back belongs to tables that went: what it said since is all that can be said.
        return {region: max(total - before.get(region, 0), 0) / seconds for region, total in after.items()}

    def _packets(self) -> float:
        seconds = self._seconds()
        return (self._totals[-1][1] - self._totals[0][1]) / seconds if seconds else 0.0

    def _seconds(self) -> float:
        return self._totals[-1][0] - self._totals[0][0] if self._totals else 0.0
