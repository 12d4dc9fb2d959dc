"""One sender's queries for one name, and what kind of cache that tells of: how busy, how long it keeps answers.

query ──T── x ─► query ──T── x ─► query …        x is exponential with the rate L that is looked for

A cache that keeps an answer for T seconds asks again T + x later, where x is the wait for its next client. While an
answer is kept no client shows; at all other times one does with rate L. So the likeliest L is the number of queries
over the time in which nothing was kept: the last gap counts though it has not ended, and the first as far as nothing
that was kept before can have hidden it. No gap has to end, and who came once in an hour counts for what it is. T is
what was answered the time before.

Not every sender is one cache that does as it is told:

- it asks again within a second: it repeats a query whose answer was lost, or, if that is its habit, keeps nothing at
  all (`uncached`): no TTL changes what it asks, and no TTL is chosen by it;
- a little before T: it prefetches, and is busy;
- it never asks for long after T: it keeps answers for at least the shortest gap there was (`Cache.least`);
- it asks again too early, and always after the same time: that is the most it keeps (`Cache.most`);
- too early, at any time: there are several caches behind its address. With k alike, q queries a second in all and M
  of them within T of another on average, M = (k - 1)·q·T/k.

What a few queries say is noise: a cache seen n times is taken for n/(n - 1) caches of (n - 1)/n of that rate. Then
load at other TTLs comes out right on average, where the rate itself, put into a curve that bends, would not.

Older events count for less: half of what they did for each hour that has gone by.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf, log1p

from gslb.caching.caches import Cache

HALF_LIFE = 3_600.0  # seconds
REPEATED = 1.0  # seconds
PREFETCH = 0.85  # of a TTL; unbound asks again in its last tenth
EARLY = 0.2  # share of gaps: where more are too short, it is no single honest cache
SURE = 7.0  # that an honest cache never shows a shorter gap is less likely than e^-7
ENOUGH = 4.0  # gaps to tell a habit from
MOST_CACHES = 64.0  # behind one address
LEAST_WAIT = 0.01  # seconds: no cache is busier than that
RECENT = 16  # queries
ALIKE = 0.1  # TTLs that differ by no more than this part
TOLD = 0.3  # turns elsewhere make a mean gap uncertain: no wait is told that is shorter than this part of that


@dataclass(slots=True)
class Trace:
    """One sender's queries for one entry. Sums are decayed to `stamp`; times are seconds.

    Events and idle time are of any TTL; what tells of habits is of gaps under `under`, and begins anew with another.
    """

    since: float
    stamp: float
    seen: float = -inf  # the last query
    last: float = -inf  # the one that the next gap counts from
    ttl: int = 0
    events: float = 0.0
    idle: float = 0.0  # time in which an event could have come
    under: int = 0
    gaps: float = 0.0
    length: float = 0.0  # of all gaps
    early: float = 0.0
    crowd: float = 0.0  # queries within a TTL of another
    repeats: float = 0.0
    near: float = 0.0  # gaps that ended within another TTL, and where in it, from 0 to 1 each
    places: float = 0.0
    shortest: float = inf
    shortest_since: float = 0.0
    recent: list[float] = field(default_factory=list)

    def see(self, at: float, ttl: int | None) -> None:
        """A query came, and was answered with `ttl` (None: nobody knows)."""
        if at < self.last:
            return
        self._age(at)
        if at - self.last < REPEATED and self.ttl >= 2 * REPEATED:
            self.repeats += 1
            return
        self.seen = at
        if self.last == -inf:
            if ttl is not None and at - self.since > ttl:
                self.events += 1
                self.idle += at - self.since - ttl
        else:
            self._gap(at - self.last, at)
        if ttl is None:
            self.since, self.last, self.recent = at, -inf, []
        else:
            self.last, self.ttl = at, ttl

    def interrupt(self, at: float) -> None:
        """Queries may have been missed up to `at`."""
        self._age(at)
        self.since, self.last, self.recent = at, -inf, []

    def _gap(self, gap: float, at: float) -> None:
        ttl = self.ttl
        if abs(ttl - self.under) > ALIKE * self.under:
            self.under, self.shortest, self.recent = ttl, inf, []
            self.gaps = self.length = self.early = self.crowd = self.repeats = self.near = self.places = 0.0
        self.events += 1
        self.idle += max(0.0, gap - ttl)
        self.gaps += 1
        self.length += gap
        self.early += gap < PREFETCH * ttl - 1
        if ttl <= gap < 2 * ttl:
            self.near += 1
            self.places += gap / ttl - 1
        if at - self.shortest_since > 2 * HALF_LIFE:
            self.shortest, self.shortest_since = inf, at
        self.shortest = min(self.shortest, gap)
        self.recent = [one for one in self.recent if at - one < ttl]
        self.crowd += len(self.recent)
        self.recent = [*self.recent[1 - RECENT :], at]

    def _age(self, at: float) -> None:
        kept = 0.5 ** ((at - self.stamp) / HALF_LIFE)
        self.stamp = at
        self.events *= kept
        self.idle *= kept
        self.gaps *= kept
        self.length *= kept
        self.early *= kept
        self.crowd *= kept
        self.repeats *= kept
        self.near *= kept
        self.places *= kept

    @property
    def uncached(self) -> float:
        """What it asks a second if it keeps nothing; 0 for a cache."""
        return (self.repeats + self.gaps) / self.length if self.gaps and self.repeats > 2 * self.gaps else 0.0

    @property
    def plain(self) -> bool:
        """Whether it is one cache without habits, as far as enough gaps tell."""
        known = self.gaps >= ENOUGH and not self.uncached and self.early <= EARLY * self.gaps
        return known and not self._extends(self.length / self.gaps)

    def cache(self, now: float, share: float = 1.0) -> Cache | None:
        """What kind of cache it is, by now; None for what is none, and as long as nothing is known.

        `share`: the part of its queries that come to this node (gslb.caching.share).
        """
        if not self.events or self.uncached:
            return None
        if self.gaps >= ENOUGH:
            mean = self.length / self.gaps
            rate = 1 / max(share * mean - self.shortest, LEAST_WAIT, TOLD * (1 - share) * mean / self.gaps)
            if self.early > EARLY * self.gaps:
                return Cache(rate, share, most=self.shortest) if self.shortest > mean / 2 else self._several(mean)
            if self._extends(mean):
                return Cache(rate, share, least=self.shortest)
            if self.shortest < self.under - 1:
                return Cache(rate, share)
        idle = self.idle + (max(0.0, now - self.last - self.ttl) if self.last > -inf else 0.0)
        others = max(self.events - 1, self.events / 10)
        mean = idle / others + self.ttl
        wait = max(share * mean - self.ttl, LEAST_WAIT, TOLD * (1 - share) * mean / self.events)
        return Cache(1 / wait, share * self.events / others)

    def _extends(self, mean: float) -> bool:
        return self.shortest > 1.2 * self.under + 2 and self._never_sooner(mean)

    def _never_sooner(self, mean: float) -> bool:
        """Whether chance alone hardly keeps so many gaps all so far above the TTL (an F statistic of 2 and 2n - 2)."""
        others = self.gaps - 1
        far = self.gaps * (self.shortest - self.under) / max(mean - self.shortest, LEAST_WAIT)
        return others * log1p(far / others) > SURE

    def _several(self, mean: float) -> Cache:
        asked = self.under / mean  # in a TTL, by all of them
        crowd = self.crowd / self.gaps
        least = max(1.0, 1.05 * asked)  # none asks more than once in a TTL
        many = 1 / (1 - crowd / asked) if crowd < min(asked, RECENT - 1) else MOST_CACHES
        count = max(least, min(MOST_CACHES, many))
        each = 1 / (mean * count)
        return Cache(each / (1 - each * self.under), count)
