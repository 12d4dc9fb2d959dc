"""What `gslb ttl` tells of a name, as plain data: how it stands, what other TTLs and faster detection come to."""

from __future__ import annotations

from math import ceil
from typing import Any

from gslb.caching import EXTENDING, Forecast, Tuned, faster
from gslb.model import Model

POINTS = 64  # of the curve
LONGEST = 3_600  # seconds
CLOSE = 0.2  # TTLs that differ by no more than this part need no row each


def advised(name: str, tuned: Tuned, model: Model) -> dict[str, Any]:
    """All of it. Queries are a second, times are seconds; what cannot be told is None."""
    bounds, auto = tuned.bounds, tuned.bounds.auto
    known = bool(tuned.caches)
    now = tuned.at(tuned.now)
    return {
        "name": name,
        "auto": None if auto is None else {"rto": auto.rto, "queries": auto.queries},
        "min": bounds.minimum,
        "max": bounds.maximum,
        "now": tuned.now,
        "goal": tuned.goal,
        "alarm": tuned.alarm,
        "delay": tuned.delay,
        "seen": tuned.seen,
        "uncached": tuned.uncached,
        "resolvers": tuned.resolvers,
        "watched": tuned.watched,
        "trusted": tuned.trusted,
        "known": known,
        "extending": EXTENDING,
        "rows": [_row(tuned, ttl, now) for ttl in _ttls(tuned)],
        "curve": [_row(tuned, ttl, now) for ttl in _points(tuned)],
        "faster": [{"write": one.write, "saves": one.saves} for one in faster(model.trees[name], model)],
    }


def _row(tuned: Tuned, ttl: int, now: Forecast) -> dict[str, Any]:
    found = tuned.at(ttl)
    known = bool(tuned.caches)
    rto = tuned.bounds.auto.rto if tuned.bounds.auto else None
    times = tuned.delay is not None
    return {
        "ttl": ttl,
        "queries": found.queries if known else None,
        "times": found.queries / now.queries if known and now.queries > 0 else None,
        "mean": found.mean if times else None,
        "median": found.median if times else None,
        "worst": found.worst if times else None,
        "tail": found.tail if known else None,
        "tail_until": found.tail_until if known and times else None,
        "misses": rto is not None and (not times or found.worst > rto),
    }


def _ttls(tuned: Tuned) -> list[int]:
    """Halves and doubles of what it is now, as far as bounds allow where something is chosen within them."""
    low, high = (tuned.bounds.minimum, tuned.bounds.maximum) if tuned.bounds.auto else (1, LONGEST)
    around = {tuned.now * 2**power for power in range(4)} | {tuned.now // 2**power for power in range(1, 4)}
    told = {tuned.now} | ({tuned.goal} if tuned.goal is not None else set())
    for ttl in sorted(max(low, min(high, ttl)) for ttl in around):
        if all(abs(ttl - other) > CLOSE * other for other in told):
            told.add(ttl)
    return sorted(told)


def _points(tuned: Tuned) -> list[int]:
    """TTLs at even ratios, from the least to the most that is worth a look."""
    low = max(1, min(tuned.bounds.minimum, tuned.now) // (1 if tuned.bounds.auto else 8))
    high = max(low + 1, min(LONGEST, max(tuned.bounds.maximum, tuned.now) * (1 if tuned.bounds.auto else 8)))
    ratio = (high / low) ** (1 / (POINTS - 1))
    return [min(high, ceil(low * ratio**step - 1e-9)) for step in range(POINTS)]
