"""latency: the healthy region with the least round trip to the client; small differences do not move it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from gslb.geo import Location, RoundTrip, round_trip
from gslb.model import Family, Geoproximity, Latency
from gslb.policy.ask import Latch
from gslb.policy.kind import Choice, Key, Trail, keys
from gslb.policy.latch import Ladder, after, in_use, learned
from gslb.policy.look import Look
from gslb.policy.state import has_family
from gslb.policy.wording import span


def choose(node: Latency, look: Look, trail: Trail) -> Choice:
    steps = ladder(node, look)
    used = in_use(steps, look.latch(node), look)
    why = look.reason(node, trail, lambda: _because(node, steps, used, look), steps.names[used])
    return look.choose(steps.children[used], why)


def _because(node: Latency, steps: Ladder, used: int, look: Look) -> str:
    """The regions as they are for this client, and why it is not answered from the best."""
    regions = _ranked(node, look)
    alive = [look.alive(child) for child in steps.children]
    best = alive.index(True)
    evidence = dict(look.ask.location.evidence)
    words = [region.said(evidence) + ("" if lives else " down") for region, lives in zip(regions, alive, strict=True)]
    if used != best and not look.opened:
        alike = _alike(node.hysteresis, regions, best, used)
        reason = f"not better by {node.hysteresis:.0%}" if alike else f"not yet healthy for {span(node.switch_after)}"
        words.append(f"stays with {steps.names[used]}: {steps.names[best]} {reason}")
    return ", ".join(words)


def ladder(node: Latency, look: Look) -> Ladder:
    regions = _ranked(node, look)

    def ready(better: int, used: int, since: float | None) -> bool:
        return not _alike(node.hysteresis, regions, better, used) and after(node.switch_after, look.ask.wall, since)

    return Ladder(
        tuple(region.name for region in regions), tuple(node.children[region.place][1] for region in regions), ready
    )


def learn(node: Latency, look: Look) -> Latch | None:
    return learned(ladder(node, look), look.latch(node), look)


def patience(node: Latency) -> float | None:
    return node.switch_after


def key(node: Latency, look: Look) -> Key:
    """The regions in order, and for each the last one that is not worse by more than the hysteresis.

    These bands nest, so that is all a choice can see of the round trips: it compares ranks, and asks whether the region
    in use is within the band of a better one. Places in one class keep one memory.
    """
    beneath = keys(look, (child for _, child in node.children))
    if len(node.children) == 1:
        return beneath
    return (*_bands(*_sites(node, look), look.ask.location, node.hysteresis), beneath)


def by_place(node: Latency | Geoproximity, family: Family) -> bool:
    return sum(has_family(child, family) for _, child in node.children) > 1


@dataclass(frozen=True, slots=True)
class Region:
    """A child: its place among the children, its name, and its round trip from the client if known.

    Regions are compared by `milliseconds`, which is cautious: what is unsure counts as longer, so that a guess moves
    nobody away from a region that is known to be good.
    """

    place: int
    name: str
    known: RoundTrip | None

    @property
    def milliseconds(self) -> float | None:
        return self.known.cautious if self.known else None

    def said(self, evidence: Mapping[str, str]) -> str:
        """For people: "eu-west 18 ms (n=412, 40s old)"; `evidence` is by region."""
        if self.known is None:
            return f"{self.name} unmeasured"
        behind = f"({evidence[self.name]})" if self.name in evidence else f"by {self.known.source}"
        return f"{self.name} {self.known.milliseconds:.0f} ms {behind}"


Sites = tuple[tuple[float, float] | None, ...]


def _sites(node: Latency, look: Look) -> tuple[tuple[str, ...], Sites]:
    """The regions as written, and where each is."""

    def found() -> tuple[tuple[str, ...], Sites]:
        names = tuple(name for name, _ in node.children)
        return names, tuple(map(look.ask.sites.get, names))

    return look.everywhere(node, found)


def _ranked(node: Latency, look: Look) -> tuple[Region, ...]:
    return ranked(*_sites(node, look), look.ask.location)


@lru_cache(16_384)
def ranked(names: tuple[str, ...], sites: Sites, location: Location) -> tuple[Region, ...]:
    """Regions by round trip; unknown ones last; else as written. Kept, since places are fewer than flips."""
    where = {name: site for name, site in zip(names, sites, strict=True) if site is not None}
    found = []
    for place, name in enumerate(names):
        found.append(Region(place, name, round_trip(name, location, where)))
    return tuple(sorted(found, key=lambda one: (one.milliseconds is None, one.milliseconds or 0.0, one.place)))


@lru_cache(16_384)
def _bands(
    names: tuple[str, ...], sites: Sites, location: Location, hysteresis: float
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The order of the regions, and how far the band of each reaches."""
    regions = ranked(names, sites, location)
    count = len(regions)
    reach = tuple(
        max(used for used in range(rank, count) if used == rank or _alike(hysteresis, regions, rank, used))
        for rank in range(count)
    )
    return tuple(region.place for region in regions), reach


def _alike(hysteresis: float, regions: Sequence[Region], better: int, used: int) -> bool:
    """Whether the better region is not shorter by more than the hysteresis."""
    short, long = regions[better].milliseconds, regions[used].milliseconds
    if short is None or long is None:
        return short is long
    return short >= long * (1.0 - hysteresis)
