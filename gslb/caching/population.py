"""Which caches ask for each name, and how busy they are, from traced queries, in bounded memory.

traced queries ─► a trace for each cache entry ─► cells: caches much alike as one ─► Population of each name
populations from before a restart ─► fade as hours go by ───────────────────────────┘

An entry is one sender's, for one name and type, and for one client prefix where the answer was for that only: a
resolver that sends client subnets is as many caches.
"""

from __future__ import annotations

import json
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from math import exp, floor, inf, log, log2

from gslb.caching.caches import Cache, Population
from gslb.caching.share import share
from gslb.caching.trace import HALF_LIFE, Trace

ROOM = 20_000  # traces that are remembered
TRACED = 300.0  # queries a second
GONE = 4 * HALF_LIFE  # seconds of silence after which a trace is forgotten
CELLS_PER_OCTAVE = 2
_NONE = -(1 << 30)


@dataclass(frozen=True, slots=True)
class Measured:
    """The caches that ask for a name, watched for so many seconds, each of which counts for less with age.

    `traced`: entries seen, times how many each stands for; `latest`: the last query; `uncached`: queries a second of
    senders that keep nothing.
    """

    caches: Population = ()
    traced: float = 0.0
    watched: float = 0.0
    latest: float = -inf
    uncached: float = 0.0


class Populations:
    """The traces of every name. A sender's `level` (0 … 8): how many bits of marks must be free for it to be traced.

    Of 256 senders those of levels up to `free` are traced, which are 2 ** `free` of them.
    """

    def __init__(self, now: float, before: Mapping[str, Measured] | None = None) -> None:
        self.free = 0
        self._began = now
        self._before = dict(before or {})
        self._since = [now] + [inf] * 8  # by level
        self.stood_for: Counter[str] = Counter()  # queries by name, by traced ones
        self._traces: OrderedDict[tuple[str, Hashable], tuple[int, Trace]] = OrderedDict()  # who asked last, last

    def __len__(self) -> int:
        return len(self._traces)

    def remember(self, before: Mapping[str, Measured]) -> None:
        """What was known when this began."""
        self._before = dict(before)

    def trace(self, free: int, at: float) -> None:
        """From now on senders up to another level are traced."""
        for level in range(self.free + 1, free + 1):
            self._since[level] = at
        for level in range(free + 1, 9):
            self._since[level] = inf
        if free < self.free:
            self._traces = OrderedDict((key, one) for key, one in self._traces.items() if one[0] <= free)
        self.free = free

    def see(self, name: str, entry: Hashable, level: int, at: float, ttl: int | None) -> None:
        """A traced query: `entry` is whose, for what, for which clients; `ttl` what was answered."""
        if level > self.free:
            return
        self.stood_for[name] += 1 << 8 - self.free
        key = name, entry
        _, trace = self._traces.get(key) or (level, Trace(self._since[level], at))
        trace.see(at, ttl)
        self._traces[key] = level, trace
        self._traces.move_to_end(key)
        if len(self._traces) > ROOM:
            self._traces.popitem(last=False)

    def interrupt(self, at: float) -> None:
        """Samples were lost: no gap reaches over that."""
        for _, trace in self._traces.values():
            trace.interrupt(at)
        self._since = [at if since < inf else inf for since in self._since]

    def wanted(self, rate: float) -> int:
        """How many bits to free where `rate` packets a second come: one more or less than now, or as now.

        Senders are traced that send TRACED a second at most, and as many as there is room for.
        """
        now = rate / 2 ** (8 - self.free)
        if self.free and (now > TRACED or len(self._traces) > 0.9 * ROOM):
            return self.free - 1
        if self.free < 8 and now < TRACED / 3 and len(self._traces) < ROOM / 3:
            return self.free + 1
        return self.free

    def forget(self, now: float) -> None:
        """Leave out who has been silent for long."""
        while self._traces:
            _, (_, trace) = next(iter(self._traces.items()))
            if now - trace.seen <= GONE:
                return
            self._traces.popitem(last=False)

    def measured(self, now: float) -> dict[str, Measured]:
        """Of every name that was asked for, or that is remembered from before a restart."""
        found: dict[str, list[Cache]] = defaultdict(list)
        latest: dict[str, float] = defaultdict(lambda: -inf)
        part = share(trace for _, trace in reversed(self._traces.values()))
        uncached: dict[str, float] = defaultdict(float)
        asking: Counter[str] = Counter(name for name, _ in self._traces)
        for (name, _), (_, trace) in self._traces.items():
            latest[name] = max(latest[name], trace.seen)
            uncached[name] += trace.uncached
            if (cache := trace.cache(now, part)) is not None:
                found[name].append(cache)
        one_in = 2.0 ** (8 - self.free)
        return {
            name: replace(
                self._joined(name, cells(found.get(name, ()), one_in), now),
                traced=one_in * asking[name],
                latest=latest[name],
                uncached=one_in * uncached[name],
            )
            for name in {**self._before, **latest}
        }

    def _joined(self, name: str, caches: Population, now: float) -> Measured:
        """What is seen now, and what was known before, each as far as it was watched for long and of late."""
        live = _decayed(now - self._began)
        known = self._before.get(name, Measured())
        earlier = known.watched * 0.5 ** ((now - self._began) / HALF_LIFE)
        part = live / (live + earlier) if live + earlier > 0 else 1.0
        mixed = [(cache, part) for cache in caches] + [(cache, 1 - part) for cache in known.caches]
        whole = cells(
            (Cache(one.rate, one.count * weight, one.least, one.most) for one, weight in mixed if weight > 0), 1.0
        )
        return Measured(whole, watched=live + earlier)


def cells(caches: Iterable[Cache], one_in: float) -> Population:
    """Caches that are much alike as one, each of them standing for `one_in`."""
    sums: dict[tuple[int, int, int], list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for cache in caches:
        if cache.count <= 0:
            continue
        key = _cell(cache.rate), _cell(cache.least), _cell(cache.most)
        total = sums[key]
        total[0] += cache.count
        total[1] += cache.count * cache.rate
        total[2] += cache.count * (cache.least or (cache.most if cache.most < inf else 0.0))
    found = []
    for (_, least, most), (count, rates, limits) in sorted(sums.items()):
        limit = limits / count
        found.append(
            Cache(
                rates / count,
                count * one_in,
                limit if least != _NONE else 0.0,
                limit if most != _NONE and least == _NONE else inf,
            )
        )
    return tuple(found)


def _cell(value: float) -> int:
    return floor(log2(value) * CELLS_PER_OCTAVE) if 0 < value < inf else _NONE


def _decayed(seconds: float) -> float:
    """So many seconds, of which each counts half as much as one an hour later."""
    decay = log(2) / HALF_LIFE
    return (1 - exp(-max(seconds, 0.0) * decay)) / decay


def populations_to_json(measured: Mapping[str, Measured], wall: float) -> bytes:
    """Populations as they are kept over a restart, with the time they are of."""
    known = {
        name: [
            one.watched,
            one.traced,
            [[c.rate, c.count, c.least, None if c.most == inf else c.most] for c in one.caches],
        ]
        for name, one in measured.items()
        if one.caches
    }
    return json.dumps({"wall": wall, "names": known}).encode()


def populations_from_json(kept: bytes, wall: float) -> dict[str, Measured]:
    """What was kept, faded by the time since. Raises ValueError (KeyError, TypeError) where it is none of ours."""
    found = json.loads(kept)
    faded = 0.5 ** (max(0.0, wall - found["wall"]) / HALF_LIFE)
    return {
        name: Measured(
            tuple(Cache(rate, count, least, inf if most is None else most) for rate, count, least, most in caches),
            traced,
            watched * faded,
        )
        for name, (watched, traced, caches) in found["names"].items()
    }


def _row(cache: Cache) -> list[float | None]:
    return [cache.rate, cache.count, cache.least, None if cache.most == inf else cache.most]
