"""The way in: what a tree chooses for one client, what of the client that depends on, and how far answers vary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gslb.geo import Location
from gslb.image import Constant, Scoping
from gslb.model import Alias, Family, Geo, LastResort, Leaf, NetworkMatch, Rdata, Tree, walk
from gslb.policy.ask import Ask, Memory, Outcome, Reason
from gslb.policy.compose import mix
from gslb.policy.kind import Choice, Key, common_of, label
from gslb.policy.kinds import KINDS
from gslb.policy.look import Look
from gslb.policy.narrowest import DEFAULT
from gslb.policy.ramps import mixed, reached, rungs
from gslb.policy.resort import resort
from gslb.policy.shared import Shared
from gslb.policy.state import has_family

NOWHERE: Mapping[str, tuple[float, float]] = {}
NOTHING = Constant(Outcome(()))


def choose(tree: Tree, ask: Ask) -> Choice:
    """What the clients at one place are answered: a constant, a draw, or a bucket of these.

    An outcome without leaves is NODATA: nothing in the tree has the family; no match and no default; a fence without
    the family, for its clients; all that is left is off; or closed.
    """
    return mix([(weight, _choose(tree, part)) for weight, part in rungs(ask)])


def _choose(tree: Tree, ask: Ask) -> Choice:
    """What clients are answered who stand alike among those that a word reaches."""
    said = reached(ask)
    found = resort(tree, Look(ask, KINDS), (Reason(label(tree), "ramp", said),) if said else ())
    if found is not None:
        return found
    text = f"nothing here may be answered as {ask.family.value}"
    return Constant(Outcome((), why=(Reason(label(tree), KINDS[type(tree)].word, text),)))


def choose_each(tree: Tree, asks: Iterable[Ask]) -> list[Choice]:
    """What `choose` gives for each of these asks, one at least, which differ in their places only; without the reasons.

    Whatever no place changes is worked out once for all, and choices that are one are the same object.
    """
    columns = [*zip(*(rungs(ask) for ask in asks), strict=True)]
    choices = []
    for column in columns:
        shared = Shared(KINDS, quiet=True)
        choices.append([resort(tree, Look(ask, KINDS, shared=shared), ()) or NOTHING for _, ask in column])
    return choices[0] if len(choices) == 1 else mixed([column[0][0] for column in columns], choices)


def classify(tree: Tree, location: Location, sites: Mapping[str, tuple[float, float]] = NOWHERE) -> Key:
    """The class of a place: places of one class get equal choices whatever is healthy, overridden or remembered.

    () for every place if the tree does not look at the client's place. `sites` as in the `Ask`.
    """
    ask = Ask(Family.NAME, location, {}, {}, Memory(), 0.0, 0, sites)
    return Look(ask, KINDS).key(tree)


def varies(tree: Tree, family: Family | None = None) -> Scoping:
    """How answers in a family (None: in any) follow the client, whatever is healthy; not, if only one is possible.

    The sender's own place is looked at when every node that looks at the client says `locate: resolver`.
    """
    if family is None:
        each = [varies(tree, one) for one in Family]
        looking_up = [one.locate_resolver for one in each if one.by_class or one.by_prefix]
        return Scoping(
            any(one.by_class for one in each), any(one.by_prefix for one in each), bool(looking_up) and all(looking_up)
        )
    if not has_family(tree, family) or _one_answer(tree, family):
        return Scoping()
    nodes = [node for node in walk(tree) if has_family(node, family)]
    seeing = [node for node in nodes if KINDS[type(node)].by_place(node, family)]
    hashing = [node for node in nodes if KINDS[type(node)].by_prefix(node, family)]
    looking = [*seeing, *hashing]
    return Scoping(
        by_class=bool(seeing),
        by_prefix=bool(hashing),
        locate_resolver=bool(looking) and all(common_of(node).locate == "resolver" for node in looking),
    )


def _one_answer(tree: Tree, family: Family) -> bool:
    """Whether all clients are answered the same one thing at any time: one leaf, and no way to answer none of it."""
    answers: set[str] = set()
    for node in walk(tree):
        match node:
            case Leaf() | Rdata() | Alias(tree=None) if has_family(node, family):
                answers.add(label(node))
            case Geo(children=parts) | NetworkMatch(children=parts):
                shut = any(common_of(child).fence and not has_family(child, family) for _, child in parts)
                if shut or DEFAULT not in dict(parts):
                    return False
        last = common_of(node).on_all_down
        if last is not None and last.kind is LastResort.CLOSED:
            return False
        if last is not None and last.fallback is not None and has_family(last.fallback, family):
            answers.add(label(last.fallback))
    return len(answers) < 2
