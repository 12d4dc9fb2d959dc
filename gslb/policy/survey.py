"""The whole tree as one client sees it, healthy or not: what `explain` and `status` print beside the path taken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gslb.model import Leaf, Tree, children
from gslb.policy.ask import Ask
from gslb.policy.kind import label
from gslb.policy.kinds import KINDS
from gslb.policy.look import Look


@dataclass(frozen=True, slots=True)
class Condition:
    """A node: where it is, whether it may be answered to this client, and what is believed of it.

    `within` is False for what this client cannot be answered from (another place, beyond a fence).
    """

    path: str
    kind: str
    depth: int
    healthy: bool
    within: bool
    text: str


def survey(tree: Tree, ask: Ask) -> tuple[Condition, ...]:
    """Every node from the root down, in the order written."""
    return tuple(_walk(tree, Look(ask, KINDS), 0, within=True))


def _walk(node: Tree, look: Look, depth: int, *, within: bool) -> Iterator[Condition]:
    kind = KINDS[type(node)]
    health = look.health(node)
    if isinstance(node, Leaf):
        text = look.said(node, ()).text
    else:
        latch = look.latch(node)
        alive = sum(look.alive(child) for child in children(node))
        text = f"{alive} of {len(children(node))} healthy" + (f", stays with {latch.child}" if latch else "")
    yield Condition(label(node), kind.word, depth, health.healthy, within, text)
    reached = {id(child) for child in look.candidates(node)}
    for child in children(node):
        yield from _walk(child, look, depth + 1, within=within and id(child) in reached)
