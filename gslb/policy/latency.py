"""latency: the healthy region with the least round trip to the client; small differences do not move it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gslb.geo import round_trip
from gslb.model import Family, Geoproximity, Latency
from gslb.policy.ask import Ask, Latch
from gslb.policy.kind import Choice, Key, Trail, keys
from gslb.policy.latch import Ladder, after, in_use, learned
from gslb.policy.look import Look
from gslb.policy.state import has_family
from gslb.policy.wording import span


def choose(node: Latency, look: Look, trail: Trail) -> Choice:
    regions, steps = _ranked(node, look), ladder(node, look)
    alive = [look.alive(child) for child in steps.children]
    used, best = in_use(steps, look.latch(node), look), alive.index(True)
    words = [str(region) + ("" if lives else " down") for region, lives in zip(regions, alive, strict=True)]
    if used != best and not look.opened:
        alike = _alike(node, regions, best, used)
        reason = f"not better by {node.hysteresis:.0%}" if alike else f"not yet healthy for {span(node.switch_after)}"
        words.append(f"stays with {steps.names[used]}: {steps.names[best]} {reason}")
    return look.choose(steps.children[used], look.reason(node, trail, ", ".join(words), steps.names[used]))


def ladder(node: Latency, look: Look) -> Ladder:
    regions = _ranked(node, look)

    def ready(better: int, used: int, since: float | None) -> bool:
        return not _alike(node, regions, better, used) and after(node.switch_after, look.ask.wall, since)

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
    regions = _ranked(node, look)
    count = len(regions)
    reach = tuple(
        max(used for used in range(rank, count) if used == rank or _alike(node, regions, rank, used))
        for rank in range(count)
    )
    return (tuple(region.place for region in regions), reach, beneath)


def by_place(node: Latency | Geoproximity, family: Family) -> bool:
    return sum(has_family(child, family) for _, child in node.children) > 1


@dataclass(frozen=True, slots=True)
class Region:
    """A child: its place among the children, its name, and its round trip from the client (milliseconds) if known."""

    place: int
    name: str
    milliseconds: float | None
    source: str

    def __str__(self) -> str:
        if self.milliseconds is None:
            return f"{self.name} unmeasured"
        return f"{self.name} {self.milliseconds:.0f} ms by {self.source}"


def _ranked(node: Latency, look: Look) -> list[Region]:
    return look.once(node, lambda: ranked(node, look.ask))


def ranked(node: Latency, ask: Ask) -> list[Region]:
    """Regions by round trip; unknown ones last; else as written."""
    found = []
    for place, (name, _) in enumerate(node.children):
        known = round_trip(name, ask.location, ask.sites)
        found.append(Region(place, name, *((known.milliseconds, known.source) if known else (None, ""))))
    return sorted(found, key=lambda one: (one.milliseconds is None, one.milliseconds or 0.0, one.place))


def _alike(node: Latency, regions: Sequence[Region], better: int, used: int) -> bool:
    """Whether the better region is not shorter by more than the hysteresis."""
    short, long = regions[better].milliseconds, regions[used].milliseconds
    if short is None or long is None:
        return short is long
    return short >= long * (1.0 - node.hysteresis)
