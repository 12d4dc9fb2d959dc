"""How long clients stay with what is gone: until it is noticed, and then until what caches hold has run out.

share 1 ──────────┐ noticed
                   ╲ caches run out, each at its own moment within the TTL
                    ╲________ who keeps answers longer than told: nobody knows how long
        0        D      D + TTL
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from gslb.control.caches import EXTENDING

POINTS = 12


@dataclass(frozen=True, slots=True)
class Held:
    """Clients of a rate who were given what is gone: seconds until that ends, and the TTL that they were told."""

    rate: float
    noticed: float
    ttl: float


@dataclass(frozen=True, slots=True)
class Stale:
    """`curve`: seconds after the loss, and the share of its clients who are still sent there, in the order of time.

    `honest`: when the last client has left whose resolver keeps to the TTL; infinity where the loss is not noticed.
    Resolvers that keep answers longer (`extending`, a share of all) are not in the curve.
    """

    rate: float
    noticed: float = 0.0
    honest: float = 0.0
    curve: tuple[tuple[float, float], ...] = ()
    extending: float = EXTENDING


def stale(held: Sequence[Held]) -> Stale:
    """The clients of all of these together."""
    held = [one for one in held if one.rate > 0]
    rate = sum(one.rate for one in held)
    if not held:
        return Stale(0.0)
    noticed, honest = max(one.noticed for one in held), max(one.noticed + one.ttl for one in held)
    ends = {end for one in held for end in (one.noticed, one.noticed + one.ttl) if end < inf}
    last = max(ends, default=0.0)
    moments = sorted(
        {0.0, *(ends if len(ends) <= POINTS else ()), *(last * step / POINTS for step in range(POINTS + 1))}
    )
    curve = tuple((moment, sum(one.rate * _share(one, moment) for one in held) / rate) for moment in moments)
    return Stale(rate, noticed, honest, curve)


def _share(held: Held, moment: float) -> float:
    """The share still there: a cache that was filled at any moment before runs out at any within the TTL."""
    if moment < held.noticed or held.noticed == inf:
        return 1.0
    return max(0.0, 1.0 - (moment - held.noticed) / held.ttl) if held.ttl > 0 else 0.0
