"""What if: demand put through the very choices that answers are made of, as things are and as they are supposed.

streams ─► places ─┬─ answers as believed  ─┬─► regions before and after, and who is overloaded
                   └─ answers as supposed  ─┴─► who is moved where, who is not answered, who stays how long
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import fsum, inf

from dns.rdatatype import RdataType

from gslb.caching import DECIDE_AND_PUBLISH, Population
from gslb.control import root, roots
from gslb.foresight.demand import OTHER, Stream
from gslb.foresight.hypothesis import Hypothesis, concerned, supposed
from gslb.foresight.places import whereabouts
from gslb.foresight.portions import NOBODY, ROUNDING, Portions, by_path, by_place, by_resort, more, portions, refreshes
from gslb.foresight.stale import Held, Stale, leaving, stale
from gslb.geo import Location
from gslb.model import Family, Leaf, Model, Tree, detection, walk
from gslb.nameserver import View, ask, family
from gslb.policy import Memory, merge, remember, survey

UNKNOWN: Mapping[str, Population] = {}
STEPS = 10  # in which clients are taken to leave along a ramp


@dataclass(frozen=True, slots=True)
class Load:
    """A region, or an endpoint that is in none, and the requests a second that answers send there."""

    place: str
    before: float
    after: float
    capacity: float | None = None

    @property
    def overloaded(self) -> bool:
        """Whether it would have to carry more than its capacity."""
        return self.capacity is not None and self.after > self.capacity * (1 + ROUNDING)


@dataclass(frozen=True, slots=True)
class Shift:
    """Clients who were sent to what is gone, and where they are sent then, the most first (NOBODY: no answer).

    `fence`: the path of the innermost fence around them, "" for none.
    """

    fence: str
    rate: float
    to: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Effect:
    """What becomes of a steered name: its rate, and what of it is moved, no longer answered, kept with what is gone.

    `opened`: the last resorts that answer more than before, and how much more.
    """

    name: str
    rate: float
    moved: float
    unanswered: float
    kept: float
    opened: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Foresight:
    """What would be. Rates are requests a second; `queries` are DNS: before, and after by the TTLs.

    `memory` is what choices would leave behind: latches among it.
    """

    rate: float
    loads: tuple[Load, ...]
    effects: tuple[Effect, ...]
    shifts: tuple[Shift, ...]
    stale: Stale
    queries: tuple[float, float]
    memory: Memory


@dataclass(frozen=True, slots=True)
class _Clients:
    """Alike clients of one name: their rate, and what they are answered before and after."""

    rate: float
    was: Portions
    then: Portions
    fence: str


@dataclass(slots=True)
class _Sums:
    before: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    after: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    shifts: dict[str, dict[str, float]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(float)))
    held: list[Held] = field(default_factory=list)
    queries: float = 0.0


def what_if(
    view: View,
    streams: Sequence[Stream],
    hypothesis: Hypothesis,
    requests: float = 1.0,
    caches: Mapping[str, Population] = UNKNOWN,
) -> Foresight:
    """What `hypothesis` would make of these streams, were it to happen in this view.

    `requests`: how many each query stands for; `caches`: those that were measured, by steered name. Streams of names
    that are not steered are left out; what is known by its total only is taken to be like the rest.
    """
    model, streams = view.world.model, spread(streams, view.world.model)
    gone, died = concerned(model, hypothesis.paths), concerned(model, hypothesis.down)
    after = view
    if hypothesis.paths:
        new = replace(view, belief=supposed(view.belief, model, hypothesis))
        after = replace(new, belief=replace(new.belief, memory=remembered(new, streams)))
    ramp = model.drain.ramp if hypothesis.drain else 0.0
    spoken = tuple(DECIDE_AND_PUBLISH + ramp * step / STEPS for step in range(1, STEPS + 1))
    times = {path: (seconds,) if path in died else spoken for path, seconds in _noticed(model).items()}
    sums, effects = _Sums(), []
    for name, clients in _clients(view, after, streams, gone, requests):
        effects.append(_effect(name, clients, gone))
        for each in clients:
            _add(sums, each, gone, times, caches.get(name, ()))
    return Foresight(
        rate=fsum(sums.before.values()),
        loads=tuple(_loads(model, sums)),
        effects=tuple(sorted(effects, key=lambda one: -one.rate)),
        shifts=tuple(_shift(fence, to) for fence, to in sorted(sums.shifts.items())),
        stale=stale(sums.held),
        queries=(fsum(stream.rate for stream in streams), sums.queries / requests),
        memory=after.belief.memory,
    )


def spread(streams: Sequence[Stream], model: Model) -> list[Stream]:
    """Streams of steered names, with what is known by its total only put on them in proportion."""
    other = fsum(stream.rate for stream in streams if stream.source == OTHER)
    named = [stream for stream in streams if stream.source.name in model.trees]
    whole = fsum(stream.rate for stream in named)
    return [replace(one, rate=one.rate * (1 + other / whole)) for one in named] if other and whole else named


def remembered(view: View, streams: Iterable[Stream]) -> Memory:
    """What choices for these streams leave behind in a view, as the judge would keep it."""
    world, belief = view.world, view.belief
    owners = {root(tree): name for name, tree in world.model.trees.items()}
    asked: dict[str, dict[tuple[Family, Location], None]] = defaultdict(dict)
    for stream in streams:
        name, place = stream.source.name, whereabouts(stream.client, world)
        for owner in (name, *(owners[path] for path in roots(world.model.trees[name]))):
            asked[owner][family(RdataType.from_text(stream.source.rdtype)), place] = None
    found = merge(
        remember(
            world.model.trees[name],
            [ask(view, kind, place) for kind, place in questions],
            belief.memory,
            belief.wall,
            world.model.steered[name].ttl,
        )
        for name, questions in asked.items()
    )
    return replace(belief.memory, latches=found.latches, last_good=found.last_good, ttls=found.ttls)


def _clients(
    view: View, after: View, streams: Iterable[Stream], gone: frozenset[str], requests: float
) -> Iterator[tuple[str, list[_Clients]]]:
    """The clients of each name."""
    model = view.world.model
    groups: dict[str, dict[str, list[Stream]]] = defaultdict(lambda: defaultdict(list))
    for stream in streams:
        groups[stream.source.name][stream.source.rdtype].append(stream)
    for name, by_type in groups.items():
        steered, tree = model.steered[name], model.trees[name]
        found: list[_Clients] = []
        for rdtype, group in by_type.items():
            kind = family(RdataType.from_text(rdtype))
            places = [whereabouts(stream.client, view.world) for stream in group]
            pairs = zip(*(portions(steered, kind, places, each) for each in (view, after)), strict=True)
            for stream, place, (was, then) in zip(group, places, pairs, strict=True):
                loses = any(answer.path in gone for answer in was)
                fence = _fence(tree, kind, place, view) if loses else ""
                found.append(_Clients(stream.rate * requests, was, then, fence))
        yield name, found


def _effect(name: str, clients: Iterable[_Clients], gone: frozenset[str]) -> Effect:
    rate = moved = unanswered = kept = 0.0
    opened: dict[str, float] = defaultdict(float)
    for one in clients:
        rate += one.rate
        for place, gain in more(by_place(one.was), by_place(one.then)).items():
            if place == NOBODY:
                unanswered += one.rate * gain
            else:
                moved += one.rate * gain
        kept += one.rate * sum(share for answer, share in one.then.items() if answer.path in gone)
        for resort, gain in more(by_resort(one.was), by_resort(one.then)).items():
            opened[resort] += one.rate * gain
    return Effect(name, rate, moved, unanswered, kept, tuple(opened.items()))


def _add(
    sums: _Sums, one: _Clients, gone: frozenset[str], times: Mapping[str, Sequence[float]], caches: Population
) -> None:
    for place, share in by_place(one.was).items():
        sums.before[place] += one.rate * share
    for place, share in by_place(one.then).items():
        sums.after[place] += one.rate * share
    sums.queries += one.rate * refreshes(one.then, caches) / refreshes(one.was, caches)
    was, then = by_path(one.was), by_path(one.then)
    losing = {path: less for (_, path), less in more(then, was).items() if path in gone}
    gains = more(was, then)
    all_gains = sum(gains.values())
    for (place, _), gain in gains.items():
        sums.shifts[one.fence][place] += one.rate * gain / all_gains * sum(losing.values())
    for (place, path), share in was.items():
        if path in gone and (stays := share - losing.get(path, 0.0)) > ROUNDING:
            sums.shifts[one.fence][place] += one.rate * stays
    for answer, share in one.was.items():
        if answer.path in gone:
            part = losing.get(answer.path, 0.0) / was[answer.place, answer.path]
            moments = times.get(answer.path, (inf,))
            for moment in moments:
                sums.held += leaving(one.rate * share * part / len(moments), moment, answer.ttl, caches)
            sums.held.append(Held(one.rate * share * (1 - part), inf, answer.ttl))


def _shift(fence: str, to: Mapping[str, float]) -> Shift:
    return Shift(fence, fsum(to.values()), tuple(sorted(to.items(), key=lambda item: -item[1])))


def _fence(tree: Tree, kind: Family, place: Location, view: View) -> str:
    """The path of the innermost fence around clients at a place."""
    fences = {node.common.path for node in walk(tree) if not isinstance(node, Leaf) and node.common.fence}
    if not fences:
        return ""
    held = [one.path for one in survey(tree, ask(view, kind, place)) if one.within and one.path in fences]
    return held[-1] if held else ""


def _noticed(model: Model) -> Mapping[str, float]:
    """Seconds in which the death of each endpoint is known everywhere, by its path."""
    found: dict[str, float] = {}
    for tree in model.trees.values():
        for node in walk(tree):
            if isinstance(node, Leaf):
                found[node.path] = max(found.get(node.path, 0.0), detection(node, model) or inf)
    return found


def _loads(model: Model, sums: _Sums) -> Iterator[Load]:
    for place in dict.fromkeys((*model.regions, *sums.before, *sums.after)):
        region = model.regions.get(place)
        yield Load(place, sums.before.get(place, 0.0), sums.after.get(place, 0.0), region.capacity if region else None)
