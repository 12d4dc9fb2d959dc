"""What `gslb simulate` and `gslb safe-to-drain` ask and are told, as plain data: of a running node, or of a file.

view, what is asked ─┬─ demand: learnt, written down, or assumed ─┬─► what_if ─► regions, names, troubles, notes
                     └─ the moment that is meant ─────────────────┘
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from math import isfinite
from typing import Any

from gslb.app.latches import latches
from gslb.app.refusals import Asked, refused
from gslb.app.survey import assembled, settled
from gslb.caching import Population
from gslb.foresight import (
    NOBODY,
    Demand,
    Foresight,
    Hypothesis,
    PerAnswer,
    Stream,
    assumed,
    carriers,
    fence_name,
    given,
    known_paths,
    last_off,
    rulings,
    slot_of,
    supposed,
    troubles,
    unlimited,
    what_if,
)
from gslb.health import Verdict
from gslb.model import Model, checks, did_you_mean
from gslb.nameserver import Belief, View, World

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
BARE = "each answer of this node counts as one request: caches stand between (--requests says how many)"
UNKNOWN: Mapping[str, Population] = {}
LEAST = 0.01  # queries a second below which there is no demand to speak of


@dataclass(frozen=True, slots=True)
class Question:
    """What is supposed; when: `at` wall clock seconds, or at the busiest hour (`peak`), else now.

    `requests`: how many each query stands for, None where nobody said. `whole`: queries a second, where demand has to
    be assumed.
    """

    hypothesis: Hypothesis
    at: float | None = None
    peak: bool = False
    requests: float | None = None
    whole: float | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Demand, where it is from in words, and whether its sum means anything."""

    streams: Sequence[Stream]
    words: str
    known: bool = True
    notes: tuple[str, ...] = ()


async def simulated(
    asked: Asked,
    view: View,
    demand: Demand,
    each: PerAnswer | None = None,
    caches: Mapping[str, Population] = UNKNOWN,
) -> dict[str, object]:
    """The answer to a request; the work is done in a thread.

    `each`: what balancers say that an answer stands for; `caches`: those that were measured, by steered name.
    """
    question = read(asked, view.world.model)
    wanted = learnt(demand, question, view.world, time.time())
    if each is not None and question.requests is None and wanted.known:
        question = replace(question, requests=each.requests)
        note = (
            f"each answer stands for {each.requests:.3g} requests, as balancers in {', '.join(each.regions)} count now"
        )
        wanted = replace(wanted, notes=(*(one for one in wanted.notes if one != BARE), note))
    return await asyncio.to_thread(foresee, view, question, wanted, caches)


def read(asked: Asked, model: Model) -> Question:
    """`{"down", "drain", "off": [paths], "at": seconds, "peak", "requests", "whole"}`, or a refusal."""
    hypothesis = Hypothesis(asked.texts("down"), asked.texts("drain"), asked.texts("off"))
    if problem := unknown(hypothesis, model):
        raise refused(problem)
    return Question(hypothesis, asked.moment("at"), asked.flag("peak"), asked.amount("requests"), asked.amount("whole"))


def unknown(hypothesis: Hypothesis, model: Model) -> str:
    """What is wrong with a path that it names, or ""."""
    known = known_paths(model)
    for path in hypothesis.paths:
        if path not in known:
            hint = did_you_mean(path, list(known)) or "write a region, a pool or an endpoint"
            return f"unknown path {path}: {hint}"
    return ""


def learnt(demand: Demand, question: Question, world: World, wall: float) -> Wanted:
    """Demand as this node has come to know it, at the moment that is meant; assumed where it knows of none."""
    notes: tuple[str, ...] = ()
    slot = demand.peak() if question.peak else None if question.at is None else slot_of(question.at)
    if slot is None:
        streams, words = demand.now(wall), "at the present rate"
    elif not (slots := demand.like(slot)):
        streams, words = demand.now(wall), "at the present rate"
        notes = (f"nothing is known yet of {hour(slot)}, or of that hour of other days",)
    else:
        streams = demand.at(slots)
        words = f"at the rate of {hour(slot)}" + (", the busiest hour known" if question.peak else "")
        if slots != (slot,):
            notes = (f"of {hour(slot)} nothing is known yet: the mean of other days stands for it",)
    if sum(stream.rate for stream in streams) < LEAST:
        return supposed_demand(question, world)
    return Wanted(streams, words, notes=(*notes, *((BARE,) if question.requests is None else ())))


def supposed_demand(question: Question, world: World) -> Wanted:
    """Demand where nothing is known."""
    how = "every name alike, clients spread as IPv4 addresses are"
    if question.whole is None:
        note = "no demand is known: shares are per 100, and no capacity is looked at (--rate or --demand gives one)"
        return Wanted(assumed(world, 100.0), f"with demand assumed: {how}", known=False, notes=(note,))
    return Wanted(assumed(world, question.whole), f"with demand assumed: {how}")


def hour(slot: int) -> str:
    """A slot as people say it."""
    return f"{DAYS[slot // 24]} {slot % 24:02d}:00 UTC"


def foreseen(
    path: str,
    demand: str | None,
    body: Mapping[str, Any],
    read_text: Callable[[str], str],
    look_up: Callable[[str], Iterable[str]],
    wall: float,
) -> dict[str, object]:
    """What would be of a configuration in which all is up, with the demand in a CSV. Raises Faults, ValueError."""
    made = assembled(settled(path, read_text, look_up), read_text)
    asked = {word: tuple(body[word]) for word in ("down", "drain", "off")}
    question = Question(Hypothesis(**asked), requests=body["requests"], whole=body["whole"])
    if problem := unknown(question.hypothesis, made.world.model):
        raise ValueError(problem)
    if demand is None:
        wanted = supposed_demand(question, made.world)
    else:
        wanted = Wanted(given(read_text(demand), demand, made.world), f"at the rates in {demand}")
    return foresee(healthy(made.world, wall), question, wanted)


def healthy(world: World, wall: float) -> View:
    """A world in which every monitor says up: what a configuration can be asked without a node."""
    verdicts = {check: Verdict(check, up=True, since=wall, reason="supposed up") for check in checks(world.model)}
    return View(world, Belief(verdicts=verdicts, wall=wall))


def foresee(
    view: View, question: Question, wanted: Wanted, caches: Mapping[str, Population] = UNKNOWN
) -> dict[str, object]:
    """What would be, as data."""
    model = view.world.model
    if not wanted.known:
        bare = {name: replace(region, capacity=None) for name, region in model.regions.items()}
        view = replace(view, world=replace(view.world, model=replace(model, regions=bare)))
    if question.at is not None and question.at > view.belief.wall:
        view = replace(view, belief=replace(view.belief, wall=question.at))
    found = what_if(view, wanted.streams, question.hypothesis, question.requests or 1.0, caches)
    belief = view.belief
    words = supposed(belief, model, Hypothesis(drain=question.hypothesis.drain, off=question.hypothesis.off)).overrides
    ruled = [*rulings(belief.overrides, words, model, belief.wall)]
    unanswered = next((load for load in found.loads if load.place == NOBODY), None)
    return {
        "supposed": asdict(question.hypothesis),
        "at": question.at,
        "demand": wanted.words,
        "known": wanted.known,
        "notes": [*wanted.notes, *_notes(found, wanted)],
        "rate": found.rate,
        "regions": [
            {
                "region": load.place,
                "before": load.before,
                "after": load.after,
                "capacity": load.capacity,
                "overloaded": load.overloaded,
            }
            for load in found.loads
            if load.place != NOBODY
        ],
        "unanswered": {
            "before": unanswered.before if unanswered else 0.0,
            "after": unanswered.after if unanswered else 0.0,
        },
        "names": [asdict(effect) | {"opened": dict(effect.opened)} for effect in found.effects],
        "shifts": [
            {
                "fence": fence_name(shift.fence),
                "path": shift.fence,
                "rate": shift.rate,
                "to": [{"region": place, "rate": rate} for place, rate in shift.to],
            }
            for shift in found.shifts
        ],
        "stale": _stale(found),
        "queries": {"before": found.queries[0], "after": found.queries[1]},
        "latched": list(_latched(view, found)),
        "rules": [{"text": str(one), "broken": one.broken} for one in ruled],
        "troubles": [*troubles(found), *(f"a safety rule forbids it: {one}" for one in ruled if one.broken)],
        "carriers": carriers(found),
    }


def _notes(found: Foresight, wanted: Wanted) -> Iterator[str]:
    missing = unlimited(found)
    if missing and wanted.known:
        yield f"no capacity is written for {', '.join(missing)}: whether that would do is not looked at"


def _stale(found: Foresight) -> dict[str, object]:
    stale = found.stale
    return {
        "rate": stale.rate,
        "noticed": stale.noticed if isfinite(stale.noticed) else None,
        "honest": last_off(found),
        "curve": [list(point) for point in stale.curve],
        "extending": stale.extending,
    }


def _latched(view: View, found: Foresight) -> Iterator[Mapping[str, Any]]:
    """What would stay with a second choice that does not now."""
    model = view.world.model

    def keys(memory: Any) -> dict[tuple[str, str, str], dict[str, Any]]:
        return {(one.name, one.node, one.child): asdict(one) for one in latches(model, memory)}

    before = keys(view.belief.memory)
    yield from (one for key, one in keys(found.memory).items() if key not in before)
