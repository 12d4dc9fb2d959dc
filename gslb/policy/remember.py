"""What choices leave behind: latches, last good answers and settled TTLs, renewed when verdicts change or time passes.

    verdicts, overrides, wall ──► remember(tree, asks, memory, wall) ──► memory ──► choose(tree, ask with that memory)

Keys: `path|family` of a node, and `|class` of client after it where the node's choices depend on that. One latch for
each family: a verdict is of an address, so is its return. Paths are unique over all trees: their memories never meet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from math import inf

from gslb.health import Override
from gslb.image import outcomes
from gslb.model import Alias, Family, LastResort, Leaf, Rdata, Tree, Ttl, leaves, walk
from gslb.policy.ask import Ask, Carried, Latch, Memory, Settled, name_of
from gslb.policy.kind import WELL, Health, common_of, label
from gslb.policy.kinds import KINDS
from gslb.policy.look import Look
from gslb.policy.ramps import last_reached
from gslb.policy.resort import last_resort
from gslb.policy.shared import Shared
from gslb.policy.state import moves_at
from gslb.policy.ttl import goal, lead, rises_at, settle, ttl_key

NO_WORDS: Mapping[str, Override] = {}
FIXED = Ttl()  # bounds that are equal leave nothing to remember


def remember(tree: Tree, asks: Iterable[Ask], memory: Memory, wall: float, bounds: Ttl = FIXED) -> Memory:
    """The memory of one tree from now on, out of the `memory` of all.

    `asks`: one for each family and class of clients of the tree (their own memory and wall are not read). Only what
    these touch is kept, so that nothing stays of classes and nodes that are no more; `merge` joins trees. What an alias
    leads to is another tree's to remember.
    """
    latches: dict[str, Latch] = {}
    last_good: dict[str, tuple[str, ...]] = {}
    goals: dict[str, int] = {}
    families: dict[Family, Shared] = {}
    for asked in asks:
        ask = asked if asked.memory is memory and asked.wall == wall else replace(asked, memory=memory, wall=wall)
        shared = families.get(ask.family) or families.setdefault(ask.family, Shared(KINDS, quiet=True))
        look = Look(last_reached(ask), KINDS, shared=shared)
        for node, health, is_root in _reached(tree, look, WELL, is_root=True):
            learn = KINDS[type(node)].learn
            if learn is not None and (latch := learn(node, look)) is not None:
                latches[look.memory_key(node)] = latch
            if (is_root or common_of(node).on_all_down) and last_resort(node).kind is LastResort.LAST_GOOD:
                _keep_good(node, look, last_good)
            if isinstance(node, Leaf | Rdata) and bounds.minimum < bounds.maximum:
                key = ttl_key(tree, ask.family, bounds, label(node))
                reach = goal(bounds, health.horizon, health.suspect) if health.healthy else bounds.minimum
                if wall >= _shrinks_at(node, ask.overrides, memory.ttls.get(key), bounds, wall):
                    reach = bounds.minimum
                goals[key] = min(reach, goals.get(key, reach))
    ttls = {key: settle(memory.ttls.get(key), reach, wall) for key, reach in goals.items()}
    return Memory(latches, last_good, ttls)


def _shrinks_at(
    node: Leaf | Rdata, overrides: Mapping[str, Override], before: Settled | None, bounds: Ttl, wall: float
) -> float:
    """The wall time from which answers that name a leaf are short because it is planned to move."""
    if not overrides or isinstance(node, Rdata):
        return inf
    return moves_at(node.endpoint, overrides, wall, lead(before, bounds))


def remembers(tree: Tree, bounds: Ttl) -> bool:
    """Whether there is anything to remember of a tree, whatever happens."""
    return bounds.minimum < bounds.maximum or any(
        KINDS[type(node)].learn is not None
        or (not isinstance(node, Leaf) and last_resort(node).kind is LastResort.LAST_GOOD)
        for node in walk(tree)
    )


def _reached(node: Tree, look: Look, above: Health, *, is_root: bool = False) -> Iterator[tuple[Tree, Health, bool]]:
    """Each node that these clients could be answered from, with the health that an answer from there has.

    Not again those that clients elsewhere have reached in the same way, and where nothing hangs on the place.
    """
    if look.shared.blind(node):
        if above in look.shared.reached(node):
            return
        look.shared.reached(node).append(above)
    health = look.own_health(node)
    bounds = common_of(node).min_healthy > 1 or common_of(node).monitors or isinstance(node, Leaf)
    here = _worse(above, health) if bounds or not health.healthy else above
    yield node, here, is_root
    for child in () if isinstance(node, Alias) else look.candidates(node):
        yield from _reached(child, look, here)


def _worse(one: Health, other: Health) -> Health:
    return Health(one.healthy and other.healthy, min(one.horizon, other.horizon), one.suspect or other.suspect)


def _keep_good(node: Tree, look: Look, last_good: dict[str, tuple[str, ...]]) -> None:
    key = look.memory_key(node)
    choice = look.own(node, ())
    if choice is not None:
        found = {name_of(leaf): None for outcome in outcomes(choice) for leaf in outcome.leaves}
        last_good[key] = tuple(sorted(found))
    elif key in look.ask.memory.last_good:
        last_good[key] = look.ask.memory.last_good[key]


def merge(memories: Iterable[Memory]) -> Memory:
    """The memories of several trees as one."""
    latches: dict[str, Latch] = {}
    last_good: dict[str, tuple[str, ...]] = {}
    ttls: dict[str, Settled] = {}
    advice: dict[str, int] = {}
    loads: dict[str, Carried] = {}
    for memory in memories:
        latches.update(memory.latches)
        last_good.update(memory.last_good)
        ttls.update(memory.ttls)
        advice.update(memory.advice)
        loads.update(memory.loads)
    return Memory(latches, last_good, ttls, advice, loads)


def wake_at(
    tree: Tree, memory: Memory, wall: float, overrides: Mapping[str, Override] = NO_WORDS, bounds: Ttl = FIXED
) -> float | None:
    """The next wall time at which a tree's memory, just remembered at `wall`, changes with nothing but time."""
    patience = {label(node): KINDS[type(node)].patience(node) for node in walk(tree)}
    moments = [
        since + seconds
        for key, latch in memory.latches.items()
        if (seconds := patience.get(_path(key))) is not None
        for _, since in latch.better_since
    ]
    moments += [
        moment
        for key, known in memory.ttls.items()
        if _path(key) == label(tree) and (moment := rises_at(known)) is not None
    ]
    if overrides and bounds.minimum < bounds.maximum:
        for leaf in leaves(tree):
            keys = (ttl_key(tree, family, bounds, label(leaf)) for family in leaf.endpoint.families)
            moments += [_shrinks_at(leaf, overrides, memory.ttls.get(key), bounds, wall) for key in keys]
    return min((moment for moment in moments if wall < moment < inf), default=None)


def release(tree: Tree, memory: Memory, path: str | None = None) -> Memory:
    """The memory without a tree's latches, or one node's: the operator's word to go back to the best now."""
    paths = {label(node) for node in walk(tree)} if path is None else {path}
    return replace(memory, latches={key: latch for key, latch in memory.latches.items() if _path(key) not in paths})


def _path(key: str) -> str:
    return key.partition("|")[0]
