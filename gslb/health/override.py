"""An operator's word on a path: when it begins, for what share of the clients it counts, and when it is gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from math import floor, inf

STEPS = 60  # in which a ramp is published at most
SHORTEST = 0.2  # seconds between two of them, at least


class Standing(Enum):
    """Operator's words for an override; `back`, on a tree's root, lets it go back to its best choice."""

    UP = "up"
    DRAIN = "drain"
    OFF = "off"
    BACK = "back"


@dataclass(frozen=True, slots=True)
class Override:
    """An operator's word on an endpoint, pool or region (`path`), from `begins` to `expires` (None: at once; for ever).

    `at` is when it was said; all three are wall seconds. From `begins` on it comes to count for more and more clients,
    for all of them after `ramp` seconds; from `expires` on for fewer and fewer, for none after `back` seconds.
    `lead`: seconds ahead of `begins` that TTLs are short, None: as long as an answer may have been kept. `forced`: it
    was said against a rule.

        0 ── at ── begins ▄▄▄ ramp ███ 1 ███ expires ▄▄▄ back ── ends ── 0
    """

    path: str
    standing: Standing
    reason: str
    author: str
    at: float
    expires: float | None = None
    id: str = ""
    begins: float | None = None
    ramp: float = 0.0
    back: float = 0.0
    lead: float | None = None
    forced: bool = False

    @property
    def starts(self) -> float:
        """When it begins to count, wall seconds."""
        return -inf if self.begins is None else self.begins

    @property
    def ends(self) -> float:
        """When nothing is left of it, wall seconds."""
        return inf if self.expires is None else self.expires + self.back

    def share(self, wall: float) -> float:
        """How much of the clients it counts for at that time, 0 to 1: a function of the clock alone."""
        if wall < self.starts or wall >= self.ends:
            return 0.0
        until = inf if self.expires is None else self.expires
        last = min(wall, until)
        reached = 1.0 if last >= self.starts + self.ramp else (last - self.starts) / self.ramp
        return reached if wall < until else reached * (1.0 - (wall - until) / self.back)

    def next_step(self, wall: float) -> float:
        """When its share is next to be published anew; infinity once it stays as it is."""
        if wall < self.starts:
            return self.starts
        until = inf if self.expires is None else self.expires
        if wall < until:
            return min(until, _step(wall, self.starts, self.ramp))
        return _step(wall, until, self.back)


def _step(wall: float, start: float, length: float) -> float:
    """The next step after `wall` of a ramp from `start`; infinity beyond its end."""
    if wall >= start + length:
        return inf
    size = max(SHORTEST, length / STEPS)
    return min(start + length, start + size * (floor((wall - start) / size + 1e-6) + 1))


def thresholds(overrides: Mapping[str, Override], wall: float) -> Iterator[float]:
    """Shares above 0 and below 1 that words have reached: where clients part."""
    shares = {override.share(wall) for override in overrides.values()}
    yield from sorted(share for share in shares if 0.0 < share < 1.0)
