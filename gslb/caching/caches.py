"""What a TTL costs and buys: load on name servers, and how long clients stay with what died, by caches' rates.

A resolver whose clients ask L times a second for a name, at random, asks us, keeps the answer for T seconds, and asks
again when the next client comes: after T + 1/L seconds on average. Hence, of one cache,

    queries to us   q(T) = L / (1 + L·T)          never more than L, nor than 1/T
    hit rate        h(T) = L·T / (1 + L·T)        the share of its clients, and of all moments, that meet a kept answer

and of many: Q(T) = Σ q. (Jung, Berger, Balakrishnan 2003: Modeling TTL-based Internet caches.)

An endpoint dies; D seconds later (detect + decide + publish) we no longer answer it. At that moment a cache holds the
old answer with probability h, for a rest that is uniform over [0, T]. So a client, drawn by how often it asks,

    mean    D + h·T/2
    median  D + max(0, T·(1 - 1/2h))
    worst   D + T                                 the last honest one

Some are not honest. Caches that keep an answer for at least `least` seconds (they extend TTLs, cap the load they cause,
and hold on to the dead endpoint: the tail), or for at most `most`: each keeps it for max(least, min(most, T)) seconds,
which is T in the formulas above. Caches that do send client subnets are many in one: one for each prefix.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import inf

from gslb.model import Model, Tree, detection

DECIDE_AND_PUBLISH = 0.5  # seconds from a verdict to the first other answer, at most: docs/ttl.md has the figures
EXTENDING = 0.087  # of resolvers keep answers longer than they may (Bhowmick, Ashiq, Deccio, Chung, PAM 2023)


@dataclass(frozen=True, slots=True)
class Cache:
    """`count` caches alike, each asked `rate` times a second; what they keep an answer for lies in [least, most]."""

    rate: float
    count: float = 1.0
    least: float = 0.0
    most: float = inf

    def kept(self, ttl: float) -> float:
        """Seconds that an answer is kept in it."""
        return max(self.least, min(self.most, ttl))

    def queries(self, ttl: float) -> float:
        """What it asks us a second."""
        return self.rate / (1 + self.rate * self.kept(ttl))


Population = tuple[Cache, ...]
"""The caches that ask for one name."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a TTL comes to: `queries` a second; seconds until clients have left a dead endpoint: mean, median, worst.

    `tail`: the share of clients behind caches that keep answers for longer than `worst` says; the last of these goes
    after `tail_until` seconds. `hit`: the share of client queries that caches answer.
    """

    ttl: int
    queries: float
    hit: float
    mean: float
    median: float
    worst: float
    tail: float = 0.0
    tail_until: float = 0.0


def delay(tree: Tree, model: Model) -> float | None:
    """D, seconds: from the death of any endpoint of a tree to the first answer without it; None: it is never known."""
    found = detection(tree, model)
    return None if found is None else found + DECIDE_AND_PUBLISH


def load(caches: Iterable[Cache], ttl: float) -> float:
    """Q(T), queries a second."""
    return sum(cache.count * cache.queries(ttl) for cache in caches)


def forecast(caches: Population, ttl: int, delay: float) -> Forecast:
    """What becomes of clients and name servers under a TTL; `delay` is D, seconds. Clients are those of honest caches.

    Of a population that is empty nothing is known: as if every client met a kept answer, which is the worst.
    """
    honest = [cache for cache in caches if cache.least <= ttl]
    clients = sum(cache.rate * cache.count for cache in caches)
    weights = [(cache.rate * cache.count, cache.kept(ttl), cache.rate) for cache in honest]
    asked = sum(weight for weight, _, _ in weights)
    if asked <= 0:
        weights, asked = [(1.0, float(ttl), inf)], 1.0
    # (share of clients that meet a kept answer, seconds it is kept for at most)
    met = [
        (weight / asked * (rate * kept / (1 + rate * kept) if rate < inf else 1.0), kept)
        for weight, kept, rate in weights
    ]
    queries = load(caches, ttl)
    tail = [cache for cache in caches if cache.least > ttl]
    return Forecast(
        ttl=ttl,
        queries=queries,
        hit=1 - queries / clients if clients > 0 else 0.0,
        mean=delay + sum(share * kept / 2 for share, kept in met),
        median=delay + _median(met, ttl),
        worst=delay + ttl,
        tail=sum(cache.rate * cache.count for cache in tail) / clients if clients > 0 else 0.0,
        tail_until=delay + max((cache.least for cache in tail), default=0.0),
    )


def _median(met: list[tuple[float, float]], ttl: int) -> float:
    """The rest that half of all clients do not meet: P(rest > x) falls from the hit rate at 0 to nothing at T.

    To a millisecond of an hour.
    """
    if sum(share for share, _ in met) <= 0.5:
        return 0.0
    low, high = 0.0, float(ttl)
    for _ in range(24):
        middle = (low + high) / 2
        longer = sum(share * (1 - middle / kept) for share, kept in met if kept > middle)
        low, high = (middle, high) if longer > 0.5 else (low, middle)
    return high


def scaled(caches: Iterable[Cache], factor: float) -> Iterator[Cache]:
    """So many times as many of each."""
    return (Cache(cache.rate, cache.count * factor, cache.least, cache.most) for cache in caches)
