"""Whether what would be can be borne, in words: who gets no answer, what is overloaded, who carries what."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from gslb.foresight.whatif import Effect, Foresight, Load
from gslb.policy import Resort

RESORTS = {
    Resort.HELD: "what damping holds back",
    Resort.MIN_HEALTHY: "fewer than min_healthy",
    Resort.DRAIN: "what drains",
    Resort.UNJUDGED: "everything, unjudged",
    Resort.OPEN: "everything, as if it were up",
    Resort.FALLBACK: "the fallback",
    Resort.LAST_GOOD: "the last good answer",
    Resort.CLOSED: "nothing",
}


def troubles(found: Foresight) -> tuple[str, ...]:
    """What is wrong with it, the worst first; () if it can be borne."""
    return (*_unanswered(found), *_kept(found), *_opened(found), *_overloaded(found))


def carriers(found: Foresight) -> str:
    """Who would carry more than before, each with what it can carry."""
    gaining = [load for load in found.loads if load.place and load.after > load.before * (1 + 1e-9)]
    return ", ".join(f"{load.place} {carried(load)}" for load in sorted(gaining, key=lambda one: -one.after))


def carried(load: Load) -> str:
    """What a region would carry, of what it can."""
    return quantity(load.after) + (f" of {quantity(load.capacity)}" if load.capacity is not None else "")


def unlimited(found: Foresight) -> tuple[str, ...]:
    """Places that would carry more than before, of which nobody wrote what they can."""
    return tuple(one.place for one in found.loads if one.place and one.capacity is None and one.after > one.before)


def quantity(rate: float) -> str:
    """A rate in three digits: 13.1k/s."""
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if rate >= size * 0.9995:
            return f"{_three(rate / size)}{unit}/s"
    return f"{_three(rate)}/s"


def _three(value: float) -> str:
    return f"{value:.0f}" if value >= 99.95 else f"{value:.3g}"


def fence_name(path: str) -> str:
    """A fence by the word it was written under."""
    return path.rpartition("/")[2]


def _unanswered(found: Foresight) -> Iterator[str]:
    for effect in found.effects:
        if effect.unanswered > 0:
            yield f"{_name(effect)}: {quantity(effect.unanswered)} would get no answer"


def _kept(found: Foresight) -> Iterator[str]:
    for effect in found.effects:
        if effect.kept > 0:
            why = "nothing else is left" if effect.opened else "no monitor would take it away"
            yield f"{_name(effect)}: {quantity(effect.kept)} would still be sent there: {why}"


def _opened(found: Foresight) -> Iterator[str]:
    for effect in found.effects:
        for resort, rate in effect.opened if not effect.kept else ():
            yield f"{_name(effect)}: {quantity(rate)} would be answered by a last resort: {RESORTS[Resort(resort)]}"


def _overloaded(found: Foresight) -> Iterator[str]:
    for load in found.loads:
        if load.overloaded and load.after > load.before * (1 + 1e-9):
            fences = [fence_name(one.fence) for one in found.shifts if one.fence and load.place in dict(one.to)]
            who = f"{' and '.join(dict.fromkeys(fences))} clients are fenced: " if fences else ""
            yield f"{who}{load.place} would carry {carried(load)} capacity"
        elif load.overloaded:
            yield f"{load.place} carries {carried(load)} capacity already"


def _name(effect: Effect) -> str:
    return effect.name.rstrip(".")


def last_off(found: Foresight) -> float | None:
    """Seconds until the last client whose resolver keeps to the TTL is off; None: never, or nobody was on."""
    return found.stale.honest if found.stale.rate and found.stale.honest < inf else None
