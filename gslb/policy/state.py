"""What is believed of one leaf in one family: its verdicts under an operator's word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import inf

from gslb.health import Override, Standing, Verdict
from gslb.model import Alias, Endpoint, Family, Leaf, Rdata, Tree, children
from gslb.policy.ask import Ask
from gslb.policy.leniency import Leniency

SEVERITY = (Standing.OFF, Standing.DRAIN, Standing.UP)
TAKING = (Standing.OFF, Standing.DRAIN)


@dataclass(frozen=True, slots=True)
class State:
    """`up` None: waits for a first verdict. `word`: the override in force. `verdicts`: those known of its checks.

    `held`: not up, and all that keeps it so is damping. `moves`: wall time of its next planned move; the past, while
    it moves.
    """

    up: bool | None
    word: Override | None = None
    verdicts: tuple[Verdict, ...] = ()
    held: bool = False
    moves: float = inf

    @property
    def standing(self) -> Standing | None:
        return self.word.standing if self.word else None

    @property
    def horizon(self) -> float:
        """Seconds before which a verdict cannot take it away; an operator's `up` has none."""
        return inf if self.standing is Standing.UP else min((verdict.horizon for verdict in self.verdicts), default=inf)

    @property
    def suspect(self) -> bool:
        """Whether it may be about to go: failures are being counted, or it drains."""
        if self.standing is None:
            return any(verdict.suspect for verdict in self.verdicts)
        return self.standing is not Standing.UP

    def usable(self, leniency: Leniency, good: bool = False) -> bool:
        """Whether it may be answered; `good` says that the last healthy answer named it."""
        if self.standing is Standing.OFF:
            return leniency.off
        if self.standing is Standing.DRAIN and not leniency.draining:
            return False
        if leniency.good:
            return good
        if self.held and leniency.held:
            return True
        return not leniency.up or self.up is True or (self.up is None and leniency.waiting)


def word_on(
    endpoint: Endpoint, overrides: Mapping[str, Override], wall: float, threshold: float = 0.0
) -> Override | None:
    """The operator's word in force on an endpoint: the one on the longest path that holds it.

    `web/eu-west/a`, then `web/eu-west`, then the pool and the region. These two cross, neither holds the other, so both
    are heard: off beats drain, drain beats up. A word counts where its share is above `threshold`.
    """
    for level in _levels(endpoint):
        found = (overrides[path] for path in level if path in overrides)
        said = [each for each in found if each.standing in SEVERITY and each.share(wall) > threshold]
        if said:
            return min(said, key=lambda override: SEVERITY.index(override.standing))
    return None


def moves_at(endpoint: Endpoint, overrides: Mapping[str, Override], wall: float, lead: float | None = None) -> float:
    """The wall time from which a word takes clients away from an endpoint, as long as it has not taken all of them.

    With a `lead`, less what it is to be prepared for: the word's own, else so many seconds. Infinity where none is.
    """
    said = (overrides[path] for level in _levels(endpoint) for path in level if path in overrides)
    moving = (one for one in said if one.standing in TAKING and one.begins is not None and one.share(wall) < 1.0)
    return min(
        (
            one.starts - (0.0 if lead is None else lead if one.lead is None else one.lead)
            for one in moving
            if wall < one.ends
        ),
        default=inf,
    )


def _levels(endpoint: Endpoint) -> Iterator[tuple[str, ...]]:
    path = endpoint.path
    while path.count("/"):
        if path != endpoint.pool:
            yield (path,)
        path = path.rpartition("/")[0]
    yield (endpoint.pool,) if endpoint.region is None else (endpoint.pool, endpoint.region)


def state(leaf: Leaf, ask: Ask) -> State | None:
    """A leaf's state in the family asked for; None where it has no such address. Without monitors it is up."""
    if leaf.endpoint.address(ask.family) is None:
        return None
    word = word_on(leaf.endpoint, ask.overrides, ask.wall, ask.threshold) if ask.overrides else None
    moves = moves_at(leaf.endpoint, ask.overrides, ask.wall) if ask.overrides else inf
    found = [ask.verdicts.get(check) for check in leaf.checks(ask.family)]
    known = tuple(verdict for verdict in found if verdict is not None and verdict.known)
    held = False
    if word and word.standing is Standing.UP:
        up: bool | None = True
    elif any(not verdict.up for verdict in known):
        up = False
        held = len(known) == len(found) and all(verdict.up or verdict.held for verdict in known)
    else:
        up = True if len(known) == len(found) else None
    return State(up, word, known, held, moves)


def has_family(tree: Tree, family: Family) -> bool:
    """Whether anything in the tree could be answered in a family. If not, that type of the name is NODATA."""
    match tree:
        case Leaf(endpoint=endpoint):
            return endpoint.address(family) is not None
        case Rdata(type=kind):
            return family is (Family(kind) if kind in ("A", "AAAA") else Family.NAME)
        case Alias(tree=None):
            return True  # static data answers for itself
        case _:
            return any(has_family(child, family) for child in children(tree))
