"""What is believed of one leaf in one family: its verdicts under an operator's word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from math import inf

from gslb.health import Override, Standing, Verdict
from gslb.model import Alias, Endpoint, Family, Leaf, Rdata, Tree, children
from gslb.policy.ask import Ask

SEVERITY = (Standing.OFF, Standing.DRAIN, Standing.UP)


class Leniency(Enum):
    """What counts as usable, from what healthy means to what could ever be answered; last resorts stand between."""

    STRICT = auto()  # up, and neither off nor draining; nodes with their monitors and min_healthy
    WAITING = auto()  # as STRICT, had every first verdict still to come been up
    ANY_UP = auto()  # as STRICT, but min_healthy counts for nothing
    DRAINING = auto()  # as ANY_UP, and what drains
    LAST_GOOD = auto()  # what the last healthy answer named, unless off or draining
    OPEN = auto()  # all as up, unless off or draining
    OPEN_DRAINING = auto()  # all as up, unless off
    EVERYTHING = auto()  # whatever has the family


@dataclass(frozen=True, slots=True)
class State:
    """`up` None: waits for a first verdict. `word`: the override in force. `verdicts`: those known of its checks."""

    up: bool | None
    word: Override | None = None
    verdicts: tuple[Verdict, ...] = ()

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
        off, drains = self.standing is Standing.OFF, self.standing is Standing.DRAIN
        match leniency:
            case Leniency.STRICT | Leniency.ANY_UP:
                return self.up is True and not off and not drains
            case Leniency.WAITING:
                return self.up is not False and not off and not drains
            case Leniency.DRAINING:
                return self.up is True and not off
            case Leniency.LAST_GOOD:
                return good and not off and not drains
            case Leniency.OPEN:
                return not off and not drains
            case Leniency.OPEN_DRAINING:
                return not off
            case Leniency.EVERYTHING:
                return True


def word_on(endpoint: Endpoint, overrides: Mapping[str, Override], wall: float) -> Override | None:
    """The operator's word in force on an endpoint: the one on the longest path that holds it.

    `web/eu-west/a`, then `web/eu-west`, then the pool and the region. These two cross, neither holds the other, so both
    are heard: off beats drain, drain beats up. A word counts until its expiry.
    """
    for level in _levels(endpoint):
        said = [
            override
            for path in level
            if (override := overrides.get(path)) and (override.expires is None or override.expires > wall)
        ]
        if said:
            return min(said, key=lambda override: SEVERITY.index(override.standing))
    return None


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
    word = word_on(leaf.endpoint, ask.overrides, ask.wall) if ask.overrides else None
    found = [ask.verdicts.get(check) for check in leaf.checks(ask.family)]
    known = tuple(verdict for verdict in found if verdict is not None and verdict.known)
    if word and word.standing is Standing.UP:
        up: bool | None = True
    elif any(not verdict.up for verdict in known):
        up = False
    else:
        up = True if len(known) == len(found) else None
    return State(up, word, known)


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
