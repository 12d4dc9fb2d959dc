"""load: by weight among the healthy, the weights moved by what balancers report of their capacity."""

from __future__ import annotations

from collections.abc import Sequence

from gslb.model import Load, Tree
from gslb.policy.ask import Carried, Memory
from gslb.policy.compose import mix
from gslb.policy.kind import Choice, Trail, label, word
from gslb.policy.look import Look
from gslb.policy.weighted import in_play

PARTS = 1_000  # a factor is rounded to so many parts, so that draws stay whole numbers
PLAIN = Carried(1.0, None)


def choose(node: Load, look: Look, trail: Trail) -> Choice:
    group, alive = in_play(node.children, look)
    living = [(weight, child) for (weight, child), lives in zip(group, alive, strict=True) if lives]
    weights = moved(node, living, look.ask.memory)

    def because() -> str:
        return ", ".join(
            _because(node, child, weight, weight / sum(plain for plain, _ in living), takes / sum(weights), look)
            for (weight, child), takes in zip(living, weights, strict=True)
        )

    choices = [look.choose(child, look.reason(node, trail, because, word(node, child))) for _, child in living]
    return choices[0] if len(choices) == 1 else mix(list(zip(weights, choices, strict=True)))


def moved(node: Load, living: Sequence[tuple[int, Tree]], memory: Memory) -> list[int]:
    """The weights that are drawn by: those written, where nothing is carried by a factor; none is 0."""
    factors = [memory.loads.get(carry_key(node, child), PLAIN).factor for _, child in living]
    if all(factor == 1.0 for factor in factors):
        return [weight for weight, _ in living]
    return [max(1, round(weight * PARTS * factor)) for (weight, _), factor in zip(living, factors, strict=True)]


def carry_key(node: Load, child: Tree) -> str:
    """Where it is kept what a child carries: one for both families."""
    return f"{label(node)}|{label(child)}"


def _because(node: Load, child: Tree, weight: int, plain: float, takes: float, look: Look) -> str:
    said = look.ask.memory.loads.get(carry_key(node, child))
    if said is None:
        return f"{word(node, child)} {weight}"
    used = "not heard of" if said.used is None else f"{said.used:.0%} of capacity"
    return f"{word(node, child)} {weight}, {used}: takes {takes / plain:.0%} of its share"
