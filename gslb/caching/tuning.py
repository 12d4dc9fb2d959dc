"""The tune loop as a step: what is promised, measured and counted, to the TTL that is advised for each name.

model ───────────────┐
measured populations ├─► Tuning.step ─► advice that is other now ─► the judge
counted answers      │         └─► of each name: what it comes to ─► `gslb ttl`, metrics
advice that stands ──┘

Without telemetry nothing moves: of a name that was not watched for long enough, or not asked for of late, advice stays
where it is. Populations are taken for as large as counters say: traced senders may be more or less busy than others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gslb.caching.advising import Advice, choose, move, promised
from gslb.caching.caches import Forecast, Population, delay, forecast, scaled
from gslb.caching.population import Measured
from gslb.caching.trace import HALF_LIFE
from gslb.model import Model, Ttl

LEAST_WATCHED = 60.0  # seconds, and twice the TTL: what comes more seldom has not been seen
STALE = 600.0  # seconds without a query
SEEN_OVER = 60.0  # seconds that the rate seen is smoothed over
LEAST_COUNTED = 50.0  # queries: of fewer no part of a population is told
FURTHEST = 2.0  # times as many, or as few, as traces say: more is no luck of the draw, and may be a flood
NOTHING = Measured()


@dataclass(frozen=True, slots=True)
class Tuned:
    """How it stands with a name's TTL.

    `now`: seconds that answers get in calm times; `delay`: D, None where some death is never known; `caches`: as many
    as counters say; `uncached`: queries a second of senders that keep nothing, which no TTL changes; `seen`: queries
    a second in all, None before there was time to count; `trusted`: whether there is enough to go by; `alarm`: what
    cannot be kept, in words.
    """

    bounds: Ttl
    now: int
    delay: float | None
    caches: Population = ()
    resolvers: int = 0
    watched: float = 0.0
    seen: float | None = None
    uncached: float = 0.0
    trusted: bool = False
    goal: int | None = None  # where it is going; None: nobody can tell
    alarm: str = ""

    def at(self, ttl: int) -> Forecast:
        """What a TTL comes to; without detection its times are what caches add."""
        return forecast(self.caches, ttl, self.delay or 0.0)


class _Count:
    """How much is answered for one name: as rate of late, and as sum over hours beside what traces say."""

    def __init__(self, answered: float, traced: float) -> None:
        self._answered, self._traced = answered, traced
        self.rate: float | None = None
        self._seconds = 0.0
        self._sums = [0.0, 0.0]

    def count(self, answered: float, traced: float, seconds: float) -> None:
        """Totals as they are now, `seconds` later; one that went back began anew."""
        more = max(answered - self._answered, 0.0), max(traced - self._traced, 0.0)
        self._answered, self._traced = answered, traced
        if seconds <= 0:
            return
        self._seconds += seconds
        part = max(1 - 0.5 ** (seconds / SEEN_OVER), min(1.0, seconds / self._seconds))
        self.rate = more[0] / seconds if self.rate is None else self.rate + part * (more[0] / seconds - self.rate)
        kept = 0.5 ** (seconds / HALF_LIFE)
        self._sums = [kept * known + new for known, new in zip(self._sums, more, strict=True)]

    @property
    def part(self) -> float:
        """How many times as much is answered as traces say."""
        answered, traced = self._sums
        return min(max(answered / traced, 1 / FURTHEST), FURTHEST) if min(answered, traced) >= LEAST_COUNTED else 1.0


class Tuning:
    """The advice of one node's control process, and what it rests on. Times are monotonic seconds."""

    def __init__(self) -> None:
        self.tuned: dict[str, Tuned] = {}
        self._advice: dict[str, Advice] = {}
        self._counts: dict[str, _Count] = {}
        self._at: float | None = None

    def step(
        self,
        now: float,
        model: Model,
        standing: Mapping[str, int],
        measured: Mapping[str, Measured],
        answered: Mapping[str, float],
        traced: Mapping[str, float],
    ) -> dict[str, int]:
        """Take in how it stands at `now`; returns the advice that is another than what stands, seconds by name.

        `standing`: the advice that is answered; `answered`: answers of each name in all; `traced`: how many queries
        traces stand for in all.
        """
        seconds = 0.0 if self._at is None else now - self._at
        self._at = now
        for name in answered.keys() | traced.keys():
            found = answered.get(name, 0.0), traced.get(name, 0.0)
            if name in self._counts:
                self._counts[name].count(*found, seconds)
            else:
                self._counts[name] = _Count(*found)
        self._counts = {name: one for name, one in self._counts.items() if name in model.steered}
        self.tuned = {
            name: self.look(name, model, standing, measured.get(name, Measured()), now)
            for name, steered in model.steered.items()
            if steered.ttl.auto is not None or name in measured
        }
        return self._move(now, standing)

    def look(
        self, name: str, model: Model, standing: Mapping[str, int], measured: Measured = NOTHING, now: float = 0.0
    ) -> Tuned:
        """How it stands with one name."""
        bounds, late = model.steered[name].ttl, delay(model.trees[name], model)
        ttl = standing.get(name, promised(bounds, late)) if bounds.auto is not None else bounds.maximum
        count = self._counts.get(name)
        part = count.part if count else 1.0
        caches = tuple(scaled(measured.caches, part))
        watched = measured.watched >= max(LEAST_WATCHED, 2 * ttl)
        trusted = watched and bool(caches) and now - measured.latest <= STALE
        choice = choose(bounds, late, caches if trusted else None)
        return Tuned(
            bounds=bounds,
            now=ttl,
            delay=late,
            caches=caches,
            resolvers=round(measured.traced * part),
            watched=measured.watched,
            seen=count.rate if count else None,
            uncached=measured.uncached * part,
            trusted=trusted,
            goal=choice.seconds if choice else None,
            alarm=choice.alarm if choice else "",
        )

    def _move(self, now: float, standing: Mapping[str, int]) -> dict[str, int]:
        """One step for each name that has somewhere to go."""
        found: dict[str, int] = {}
        for name, tuned in self.tuned.items():
            if tuned.bounds.auto is None:
                continue
            before = self._advice.get(name)
            if before is None or before.seconds != tuned.now:
                before = Advice(tuned.now, now)  # another process of ours, or the operator, had another word
            self._advice[name] = before if tuned.goal is None else move(before, tuned.goal, now)
            if self._advice[name].seconds != standing.get(name):
                found[name] = self._advice[name].seconds
        self._advice = {name: self._advice[name] for name in self.tuned if name in self._advice}
        return found
