"""multivalue: up to `answers` healthy endpoints, in an order from a set redrawn at each publication."""

from __future__ import annotations

from dataclasses import replace

from gslb.image import Constant
from gslb.model import Leaf, Multivalue, Simple, Tree
from gslb.policy.ask import Outcome
from gslb.policy.compose import Plain, bind, couple, shaped
from gslb.policy.kind import Choice, Trail
from gslb.policy.look import Look
from gslb.policy.simple import listed


def choose(node: Multivalue, look: Look, trail: Trail) -> Choice:
    """Endpoints of pools are all listed; a child with a policy of its own adds what that chooses, on the same draw."""
    alive = [child for child in node.children if look.alive(child)]
    why = look.reason(node, trail, f"up to {node.answers} from {len(alive)} of {len(node.children)}")
    if all(isinstance(child, Leaf) for child in alive):
        return listed([child for child in alive if isinstance(child, Leaf)], node.answers, look, why)

    def together(outcomes: tuple[Outcome, ...]) -> Plain[Outcome]:
        leaves = [leaf for outcome in outcomes for leaf in outcome.leaves]
        if not leaves:
            return Constant(outcomes[0])
        horizon = min(outcome.horizon for outcome in outcomes)
        suspect = any(outcome.suspect for outcome in outcomes)
        opened = next((outcome.opened for outcome in outcomes if outcome.opened), "")
        return shaped(
            listed(leaves, node.answers, look, why),
            lambda outcome: replace(outcome, horizon=horizon, suspect=suspect, opened=opened),
        )

    return bind(couple([_part(child, look, why) for child in alive]), together)


def _part(child: Tree, look: Look, trail: Trail) -> Choice:
    """One outcome with all of a pool's endpoints; else the child's own choice."""
    if not isinstance(child, Simple) or child.common.on_all_down is not None:
        return look.choose(child, trail)
    outcome = look.outcome(tuple([leaf for leaf in child.children if look.alive(leaf)]), trail)
    health = look.health(child)
    return Constant(
        replace(outcome, horizon=min(outcome.horizon, health.horizon), suspect=outcome.suspect or health.suspect)
    )
