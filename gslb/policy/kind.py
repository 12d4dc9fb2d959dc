"""What a policy is: a few functions about a node, with the answers of a plain list of children for defaults."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Any

from gslb.image import Bucket, Constant, Draw
from gslb.model import Common, Family, Leaf, Tree, children
from gslb.policy.ask import Latch, Outcome, Reason
from gslb.policy.state import has_family

if TYPE_CHECKING:
    from gslb.policy.look import Look

Trail = tuple[Reason, ...]
Key = tuple[Hashable, ...]  # () for every client, or not empty
Choice = Constant[Outcome] | Draw[Outcome] | Bucket[Outcome]


@dataclass(frozen=True, slots=True)
class Health:
    """Whether a node may be answered; the soonest that verdicts could end it (seconds); whether that may be near."""

    healthy: bool
    horizon: float = inf
    suspect: bool = False


ILL, WELL = Health(healthy=False), Health(healthy=True)


def counted(node: Tree, look: Look) -> Health:
    """A node is healthy when its monitors pass and `min_healthy` of its candidates are (all, where fewer take part)."""
    common = common_of(node)
    gate = look.gate(common)
    if not gate.healthy:
        return ILL
    candidates = look.candidates(node)
    well = [health for child in candidates if (health := look.health(child)).healthy]
    need = 1
    if common.min_healthy > 1 and look.leniency.counted:
        need = max(1, min(common.min_healthy, sum(has_family(child, look.ask.family) for child in candidates)))
    if len(well) < need:
        return ILL
    if len(well) == 1 and gate is WELL:
        return well[0]
    horizon = sorted([health.horizon for health in well])[len(well) - need]
    suspect = [health.suspect for health in well].count(False) < need
    return Health(healthy=True, horizon=min(horizon, gate.horizon), suspect=suspect or gate.suspect)


def below(node: Tree, look: Look) -> Key:
    """The key of a node that is blind to the client itself: the keys of its children."""
    return keys(look, children(node))


def keys(look: Look, nodes: Iterable[Tree]) -> Key:
    """The keys of several nodes as one; () if all are."""
    found = tuple(look.key(node) for node in nodes)
    return found if any(found) else ()


def everyone(node: Tree, look: Look) -> Sequence[Tree]:  # noqa: ARG001 - whoever asks
    """The candidates of a node that is blind to the client: its children."""
    return children(node)


def never(node: Tree, family: Family) -> bool:  # noqa: ARG001 - as for any
    """Of what does not matter at a node."""
    return False


@dataclass(frozen=True, slots=True)
class Kind:
    """A policy. `choose` is called only for a healthy node, with the reasons that led to it."""

    word: str
    choose: Callable[[Any, Look, Trail], Choice]
    health: Callable[[Any, Look], Health] = counted
    candidates: Callable[[Any, Look], Sequence[Tree]] = everyone  # for this client, best first
    key: Callable[[Any, Look], Key] = below  # what of the client, never of health, it depends on; () if nothing
    by_place: Callable[[Any, Family], bool] = never  # whether the client's place can matter at this node
    by_prefix: Callable[[Any, Family], bool] = never  # whether the client's own prefix can
    learn: Callable[[Any, Look], Latch | None] | None = None  # the latch that the node has from now on
    patience: Callable[[Any], float | None] = lambda _: None  # seconds a better child is healthy before it is used


def common_of(node: Tree) -> Common:
    """What any node carries; a leaf carries only its path."""
    return Common(node.path) if isinstance(node, Leaf) else node.common


def label(node: Tree) -> str:
    """A node's path."""
    return node.path if isinstance(node, Leaf) else node.common.path


def word(node: Tree, child: Tree) -> str:
    """A child's name among its siblings, as written: what its path adds to its parent's."""
    return label(child).removeprefix(label(node) + "/")
