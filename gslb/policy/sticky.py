"""sticky: rendezvous hashing of the client prefix over the healthy, weighted; losing one moves only its own clients."""

from __future__ import annotations

from gslb.model import Sticky
from gslb.policy.compose import divide
from gslb.policy.kind import Choice, Trail, label, word
from gslb.policy.look import Look
from gslb.policy.rendezvous import by_rendezvous
from gslb.policy.weighted import in_play


def choose(node: Sticky, look: Look, trail: Trail) -> Choice:
    """Both families read one bucket, so A and AAAA agree wherever the same children live in both."""
    group, alive = in_play(node.children, look)
    living = [child for (_, child), lives in zip(group, alive, strict=True) if lives]
    text = f"by client among {len(living)} of {len(node.children)}"
    choices = [look.choose(child, look.reason(node, trail, text, word(node, child))) for child in living]
    if len(choices) == 1:
        return choices[0]
    paths, weights = tuple(label(child) for _, child in group), tuple(weight for weight, _ in group)
    return divide(by_rendezvous(paths, weights, alive), choices)
