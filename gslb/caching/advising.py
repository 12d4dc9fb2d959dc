"""Which TTL to choose for a name, from what was promised and what is measured; and how fast one may move there.

auto: rto, queries ─┐                        ┌─ the shortest TTL that the budget bears, where the promise allows it
D: detect … publish ├─► choose ─► Choice ────┤
population or None ─┘                        └─ else the longest that the promise allows, and an alarm

The promise (rto) binds T ≤ rto - D and needs no telemetry; the budget (queries) binds T from below and needs some. A
choice is where to go; `move` is how: twofold at most while an answer of before is kept, and not at all for little.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from gslb.caching.caches import Population, load
from gslb.model import Ttl

LITTLE = 0.1  # a choice that differs by no more than this part is noise


@dataclass(frozen=True, slots=True)
class Choice:
    """`seconds`, and what cannot be kept with them, in words ("": all is kept)."""

    seconds: int
    alarm: str = ""


@dataclass(frozen=True, slots=True)
class Advice:
    """The TTL advised for a name, `since` when (seconds on any clock that goes on)."""

    seconds: int
    since: float


def promised(bounds: Ttl, delay: float | None) -> int:
    """The longest TTL under which the last honest client is gone in time, within the bounds; without a promise, max."""
    if bounds.auto is None or bounds.auto.rto is None or delay is None:
        return bounds.maximum
    return max(bounds.minimum, min(bounds.maximum, int(bounds.auto.rto - delay)))


def choose(bounds: Ttl, delay: float | None, caches: Population | None) -> Choice | None:
    """Where the TTL should be; None: there is nothing to tell it from. `caches` None: nothing is measured.

    With no budget it is the longest that the promise allows: nothing asks for a shorter one.
    """
    auto, longest = bounds.auto, promised(bounds, delay)
    if auto is None:
        return None
    broken = unkept(bounds, delay)
    if auto.queries is None:
        return Choice(longest, broken)
    if caches is None:
        return None
    shortest = _shortest(bounds, caches, auto.queries)
    if shortest is not None and shortest <= longest:
        return Choice(shortest, broken)
    needed = load(caches, longest)
    why = f"rto {auto.rto:g} s wins" if auto.rto is not None and longest < bounds.maximum else f"max is {longest} s"
    over = f"{needed:,.0f} q/s where {auto.queries:,.0f} are allowed: {why}"
    return Choice(longest, f"{broken}; {over}" if broken else over)


def unkept(bounds: Ttl, delay: float | None) -> str:
    """Why the promise cannot be kept whatever is chosen, or ""."""
    rto = bounds.auto.rto if bounds.auto else None
    if rto is None:
        return ""
    if delay is None:
        return "rto cannot be promised: the death of some endpoint is never known"
    if delay + bounds.minimum > rto:
        return (
            f"rto {rto:g} s cannot be kept: detection and publishing take {delay:.1f} s, and min is {bounds.minimum} s"
        )
    return ""


def _shortest(bounds: Ttl, caches: Population, queries: float) -> int | None:
    """The shortest TTL within the bounds under which so few are asked; None: not even the longest is enough."""
    low, high = bounds.minimum, bounds.maximum
    if load(caches, high) > queries:
        return None
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if load(caches, middle) <= queries else (middle + 1, high)
    return low


def move(now: Advice | None, goal: int, at: float) -> Advice:
    """The advice from `at` on: towards `goal`, at most to twice or half for each TTL that has run out."""
    if now is None:
        return Advice(goal, at)
    if abs(goal - now.seconds) <= LITTLE * now.seconds or at < now.since + now.seconds:
        return now
    step = min(goal, max(1, 2 * now.seconds)) if goal > now.seconds else max(goal, now.seconds // 2)
    return Advice(step, at)


def within(advice: Advice, bounds: Ttl, delay: float | None) -> Advice:
    """The same as far as bounds and promise allow: an operator's word counts at once."""
    return replace(advice, seconds=max(bounds.minimum, min(promised(bounds, delay), advice.seconds)))
