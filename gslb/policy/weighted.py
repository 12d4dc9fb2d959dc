"""weighted: by weight among the healthy, exactly; with `by: client` each client prefix keeps its side."""

from __future__ import annotations

from collections.abc import Sequence

from gslb.model import Family, Sticky, Tree, Weighted
from gslb.policy.compose import divide, mix
from gslb.policy.kind import Choice, Trail, label, word
from gslb.policy.look import Look
from gslb.policy.shares import by_weight
from gslb.policy.state import has_family


def choose(node: Weighted, look: Look, trail: Trail) -> Choice:
    group, alive = in_play(node.children, look)
    living = [(weight, child) for (weight, child), lives in zip(group, alive, strict=True) if lives]
    text = ", ".join(f"{word(node, child)} {weight}" for weight, child in living) + (
        ", by client" if node.by_client else ""
    )
    choices = [look.choose(child, look.reason(node, trail, text, word(node, child))) for _, child in living]
    if len(choices) == 1:
        return choices[0]
    if not node.by_client:
        return mix([(weight, choice) for (weight, _), choice in zip(living, choices, strict=True)])
    return divide(by_weight(label(node), tuple(weight for weight, _ in group), alive), choices)


def in_play(weighted: Sequence[tuple[int, Tree]], look: Look) -> tuple[list[tuple[int, Tree]], tuple[bool, ...]]:
    """The children that the choice is among, with their weights, and which of them live.

    Those of weight 0 are in play only when every other one is down, and then evenly.
    """
    group = [(weight, child) for weight, child in weighted if weight]
    alive = tuple(look.alive(child) for _, child in group)
    if any(alive):
        return group, alive
    group = [(1, child) for weight, child in weighted if not weight]
    return group, tuple(look.alive(child) for _, child in group)


def divides_clients(node: Weighted | Sticky, family: Family) -> bool:
    """Whether two clients can differ by their prefix: two children are in play at once."""
    taking = [bool(weight) for weight, child in node.children if has_family(child, family)]
    return taking.count(True) > 1 or taking.count(False) > 1


def by_prefix(node: Weighted, family: Family) -> bool:
    return node.by_client and divides_clients(node, family)
