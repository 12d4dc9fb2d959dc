"""How long clients stay with what is gone: until it is noticed, and then until what caches hold has run out.

share 1 ──────────┐ noticed
                   ╲ caches run out, each at its own moment within the TTL
                    ╲________ who keeps answers longer than told: nobody knows how long
        0        D      D + TTL
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf

from gslb.caching import EXTENDING, Population

POINTS = 12


@dataclass(frozen=True, slots=True)
class Held:
    """Clients of a rate who were given what is gone: seconds until that ends, and how long the last answer is kept.

    `extended`: longer than it may be.
    """

    rate: float
    noticed: float
    kept: float
    extended: bool = False


@dataclass(frozen=True, slots=True)
class Stale:
    """`curve`: seconds after the loss, and the share of its clients who are still sent there, in the order of time.

    `honest`: when the last client has left whose resolver keeps to the TTL; infinity where the loss is not noticed.
    `extending`: the share of resolvers that keep answers longer. They are in the curve as far as they were measured.
    """

    rate: float
    noticed: float = 0.0
    honest: float = 0.0
    curve: tuple[tuple[float, float], ...] = ()
    extending: float = EXTENDING


def leaving(rate: float, noticed: float, ttl: int, caches: Population = ()) -> Iterator[Held]:
    """Clients behind these caches, who were told `ttl`; where none are known, every one of them meets a kept answer."""
    clients = sum(cache.rate * cache.count for cache in caches)
    if clients <= 0:
        yield Held(rate, noticed, ttl)
    for cache in caches if clients > 0 else ():
        part, kept = rate * cache.rate * cache.count / clients, cache.kept(ttl)
        met = cache.rate * kept / (1 + cache.rate * kept)
        yield Held(part * met, noticed, kept, extended=cache.least > ttl)
        yield Held(part * (1 - met), noticed, 0.0)


def stale(held: Sequence[Held]) -> Stale:
    """The clients of all of these together."""
    held = [one for one in held if one.rate > 0]
    rate = sum(one.rate for one in held)
    if not held:
        return Stale(0.0)
    noticed = max(one.noticed for one in held)
    honest = max(one.noticed + (0.0 if one.extended else one.kept) for one in held)
    ends = {end for one in held for end in (one.noticed, one.noticed + one.kept) if end < inf}
    last = max(ends, default=0.0)
    moments = sorted(
        {0.0, last, *(ends if len(ends) <= POINTS else ()), *(last * step / POINTS for step in range(POINTS))}
    )
    curve = tuple((moment, sum(one.rate * _share(one, moment) for one in held) / rate) for moment in moments)
    return Stale(rate, noticed, honest, curve)


def _share(held: Held, moment: float) -> float:
    """The share still there: a cache that was filled at any moment before runs out at any within the TTL."""
    if moment < held.noticed or held.noticed == inf:
        return 1.0
    return max(0.0, 1.0 - (moment - held.noticed) / held.kept) if held.kept > 0 else 0.0
