"""What a change moved: which names answered some endpoints before, what they answer now, and how long caches lag.

view before ─► choices with these endpoints ┐
view after  ─► choices of the same clients ─┴─► Move
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from gslb.image import outcomes
from gslb.model import Leaf, leaves
from gslb.nameserver.steer import asks
from gslb.nameserver.view import View
from gslb.policy import Ask, Outcome, choose, name_of, ttl


@dataclass(frozen=True, slots=True)
class Move:
    """A steered name that answered the endpoints `old`, and `new` to the same clients afterwards (none: nothing).

    `ttl`: seconds that an answer from before may be kept.
    """

    name: str
    old: tuple[str, ...]
    new: tuple[str, ...]
    ttl: int


def moves(before: View, after: View, endpoints: Collection[str]) -> tuple[Move, ...]:
    """Every name that answered some of these endpoints (by path) before and answers fewer of them after."""
    found = [_move(name, before, after, frozenset(endpoints)) for name in before.world.model.trees]
    return tuple(move for move in found if move is not None)


def _move(name: str, before: View, after: View, endpoints: frozenset[str]) -> Move | None:
    tree, steered = before.world.model.trees[name], before.world.model.steered[name]
    if not any(leaf.path in endpoints for leaf in leaves(tree)) or name not in after.world.model.trees:
        return None
    later = after.world.model.trees[name]
    then = {(ask.family, ask.location): ask for ask in asks(after.world.model.steered[name], after)}
    gone: dict[str, None] = {}
    come: dict[str, None] = {}
    seconds = 0
    for ask in asks(steered, before):
        hit = [one for one in outcomes(choose(tree, ask)) if endpoints.intersection(_named(one))]
        if not hit or (ask.family, ask.location) not in then:
            continue
        now = _answered(outcomes(choose(later, then[ask.family, ask.location])))
        left = [path for path in _answered(tuple(hit)) if path in endpoints and path not in now]
        if left:
            gone |= dict.fromkeys(left)
            come |= now
            seconds = max(seconds, *(_seconds(before, name, ask, one) for one in hit))
    return Move(name, tuple(gone), tuple(come), seconds) if gone else None


def _seconds(view: View, name: str, ask: Ask, outcome: Outcome) -> int:
    model = view.world.model
    return ttl(model.trees[name], ask.family, model.steered[name].ttl, outcome, view.belief.memory, name)


def _named(outcome: Outcome) -> list[str]:
    return [name_of(leaf) for leaf in outcome.leaves if isinstance(leaf, Leaf)]


def _answered(found: tuple[Outcome, ...]) -> dict[str, None]:
    return {path: None for outcome in found for path in _named(outcome)}
