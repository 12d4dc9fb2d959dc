"""The last resort: what a root, or a node with `on_all_down`, answers when nothing in it is healthy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gslb.health import Standing
from gslb.image import Constant
from gslb.model import Alias, Check, LastResort, Leaf, OnAllDown, Rdata, Tree, children
from gslb.policy.ask import Ask, Outcome, Reason, Resort
from gslb.policy.kind import Choice, Trail, common_of, label
from gslb.policy.leniency import (
    EVERYTHING,
    FEW,
    FEW_DRAINING,
    FEW_HELD,
    HELD,
    LAST_GOOD,
    OPEN,
    OPEN_DRAINING,
    STRICT,
    UNGATED,
    UNGATED_DRAINING,
    Leniency,
)
from gslb.policy.state import state

if TYPE_CHECKING:
    from gslb.policy.look import Look

ALL = (UNGATED, UNGATED_DRAINING, OPEN, OPEN_DRAINING)
TEXTS = {
    Resort.HELD: "nothing else is up: what is held back",
    Resort.MIN_HEALTHY: "too few healthy: what is up",
    Resort.DRAIN: "nothing else is up: what drains",
    Resort.UNJUDGED: "nothing has a verdict yet: all as up",
    Resort.OPEN: "nothing is up: all as up",
    Resort.FALLBACK: "nothing is up: the fallback",
    Resort.LAST_GOOD: "nothing is up: the last healthy answer",
    Resort.CLOSED: "nothing is up: closed",
}


def resort(node: Tree, look: Look, trail: Trail) -> Choice | None:
    """The choice of a node that answers for itself; None where it has nothing that this client may be answered.

    First what is healthy. Then what damping holds back, with what is healthy beside it; then what is up, ignoring
    `min_healthy`, and what is held back, ignoring it; then what is up but drains; then, if nothing has a verdict yet,
    everything; then what `on_all_down` says. A fallback that cannot be answered (no address in the family,
    or off) and a last good answer of which nothing is left are followed by everything, too. Of everything, what is up
    (in a node whose own monitors fail) comes first, what drains comes last, and what is off never.
    """
    found = look.under(STRICT).own(node, trail)
    if found is not None or not look.under(EVERYTHING).own_health(node).healthy:
        return found

    def opened(kind: Resort, *leniencies: Leniency, good: frozenset[str] = frozenset()) -> Choice | None:
        why = (*trail, Reason(label(node), "last resort", TEXTS[kind], len(trail)))
        looks = (look.under(leniency, kind.value, good) for leniency in leniencies)
        return next((choice for lenient in looks if (choice := lenient.own(node, why)) is not None), None)

    found = (
        opened(Resort.HELD, HELD)
        or opened(Resort.MIN_HEALTHY, FEW)
        or opened(Resort.HELD, FEW_HELD)
        or opened(Resort.DRAIN, FEW_DRAINING)
    )
    if found is not None:
        return found
    if unjudged(node, look.ask):
        return opened(Resort.UNJUDGED, *ALL)
    last = last_resort(node)
    match last.kind:
        case LastResort.CLOSED:
            why = (*trail, Reason(label(node), "last resort", TEXTS[Resort.CLOSED], len(trail)))
            return Constant(Outcome((), 0.0, suspect=True, opened=Resort.CLOSED.value, why=why))
        case LastResort.FALLBACK if last.fallback is not None:
            why = (*trail, Reason(label(node), "last resort", TEXTS[Resort.FALLBACK], len(trail), label(last.fallback)))
            found = look.under(OPEN_DRAINING, Resort.FALLBACK.value).own(last.fallback, why)
        case LastResort.LAST_GOOD:
            good = look.ask.memory.last_good.get(look.memory_key(node), ())
            found = opened(Resort.LAST_GOOD, LAST_GOOD, good=frozenset(good))
        case _:
            pass
    return found or opened(Resort.OPEN, *ALL)


def last_resort(node: Tree) -> OnAllDown:
    """What a root does when nothing is healthy; an alias does as its target unless it says otherwise."""
    own = common_of(node).on_all_down
    if own is None and isinstance(node, Alias) and node.tree is not None:
        return last_resort(node.tree)
    return own or OnAllDown()


def unjudged(node: Tree, ask: Ask) -> bool:
    """Whether nothing in a node has a verdict yet, and something waits for one."""
    heard = list(_heard(node, ask))
    return bool(heard) and not any(heard)


def _heard(node: Tree, ask: Ask) -> Iterator[bool]:
    """For each thing that could be known to be up or down, whether it is."""
    for monitor in common_of(node).monitors:
        verdict = ask.verdicts.get(Check(monitor))
        yield verdict is not None and verdict.known
    match node:
        case Leaf():
            found = state(node, ask)
            if found is not None and found.standing is not Standing.OFF:
                yield found.up is not None or bool(found.verdicts)
        case Rdata(common=common) | Alias(common=common, tree=None) if not common.monitors:
            yield True
        case _:
            for child in children(node):
                yield from _heard(child, ask)
