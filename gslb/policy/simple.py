"""simple: all healthy endpoints, shuffled."""

from __future__ import annotations

from collections.abc import Sequence

from gslb.model import Alias, Leaf, Rdata, Simple
from gslb.policy.ask import Outcome, Reason
from gslb.policy.compose import Plain, draw
from gslb.policy.kind import Choice, Trail, label
from gslb.policy.look import Look
from gslb.policy.orders import orders


def choose(node: Simple, look: Look, trail: Trail) -> Choice:
    alive = [leaf for leaf in node.children if look.alive(leaf)]
    why = look.reason(node, trail, f"{len(alive)} of {len(node.children)} usable")
    return listed(alive, len(alive), look, why)


def listed(leaves: Sequence[Leaf | Rdata | Alias], answers: int, look: Look, trail: Trail) -> Plain[Outcome]:
    """Up to `answers` of these leaves, each once, in random orders.

    One, if any of them is a name: that stands alone (RFC 1034, section 3.6.2).
    """
    leaves = list({label(leaf): leaf for leaf in leaves}.values())
    answers = 1 if any(map(stands_alone, leaves)) else min(answers, len(leaves))
    said = [look.said(leaf, trail) for leaf in leaves]
    some = orders(len(leaves), answers, look.ask.seed)
    if answers < len(leaves):
        return draw((weight, _outcome(order, leaves, said, look, trail)) for weight, order in some)
    whole = look.outcome(tuple(leaves), (*trail, *said))
    return draw(
        (weight, Outcome(tuple([leaves[at] for at in order]), whole.horizon, whole.suspect, whole.opened, whole.why))
        for weight, order in some
    )


def _outcome(
    order: Sequence[int],
    leaves: Sequence[Leaf | Rdata | Alias],
    said: Sequence[Reason],
    look: Look,
    trail: Trail,
) -> Outcome:
    return look.outcome(tuple([leaves[at] for at in order]), (*trail, *[said[at] for at in order]))


def stands_alone(leaf: Leaf | Rdata | Alias) -> bool:
    """Whether nothing may stand beside it in an answer: it is answered as a CNAME, or by another name's data."""
    match leaf:
        case Leaf(endpoint=endpoint):
            return endpoint.target is not None and endpoint.rdata is None
        case Rdata(type=kind):
            return kind == "CNAME"
        case Alias():
            return True
