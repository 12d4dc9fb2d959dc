"""Votes to a decision: when vantages disagree, who is believed, and how far that is from turning.

Only fresh vantages vote (younger than three intervals). Nobody fresh, or nobody who knows yet: no decision, the
verdict stays.

    majority  more up than down is up; a tie changes nothing        any   one up is up         all   one down is down
    count k   up when k say up (all who vote, if they are fewer)     share p   up when more than p of a hundred say up
    regions  a majority within each region of vantages, then a majority of those regions that came to one

Vantages of the endpoint's own region share its fate and its wires: where they alone say up while others are fresh,
their word for up is not counted.

A vantage that is doubted (see fleet) is not heeded where it alone sees a failure.

The margin is the soonest moment at which the decision could be down. Every decision above is monotone: turning an
up vote into a down vote, taking an up vote away or adding a down vote never helps up. So the soonest moment is
found by letting everything that can go wrong go wrong as early as it can, and asking at each such moment.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import inf

from gslb.model import Quorum, QuorumKind


@dataclass(frozen=True, slots=True)
class Vote:
    """What one fresh vantage says (`up` None: it does not know yet).

    `own`: it stands in the endpoint's region. `falls`: seconds before which it cannot say down (0 where it does).
    `leaves`: seconds before which it cannot fall silent. `counting`: observations against what it says are being
    counted. `late`: it should have reported by now. `doubted`: it fails what others find well, on more than half of all
    that it watches, so that its word for down does not count while it is alone with it. `place` is the region it
    stands in, or what else tells it from those elsewhere.
    """

    up: bool | None
    own: bool = False
    falls: float = 0.0
    leaves: float = inf
    counting: bool = False
    late: bool = False
    doubted: bool = False
    place: str = ""

    @property
    def failing(self) -> bool:
        """Whether it says down, or may soon."""
        return self.up is False or (self.up is True and self.counting)


@dataclass(frozen=True, slots=True)
class Margin:
    """How far a verdict is from turning: not before `seconds`, and whether what would turn it is being counted."""

    seconds: float = 0.0
    turning: bool = False


UNKNOWN = Margin()


def decide(quorum: Quorum, votes: Iterable[Vote]) -> bool | None:
    """Up, down, or (None) nothing that would change a verdict."""
    fresh = _heeded(votes)
    voting = [vote for vote in fresh if vote.up is not None]
    ups = [vote for vote in voting if vote.up]
    if ups and all(vote.own for vote in ups) and any(not vote.own for vote in fresh):
        voting = [vote for vote in voting if not vote.up]
        ups = []
    up, all_votes = len(ups), len(voting)
    if not voting:
        return None
    match quorum.kind:
        case QuorumKind.MAJORITY:
            return _majority(up, all_votes)
        case QuorumKind.REGIONS:
            total, agreeing = (Counter(vote.place for vote in some) for some in (voting, ups))
            sides = [_majority(agreeing[place], total[place]) for place in total]
            return _majority(sides.count(True), sides.count(True) + sides.count(False))
        case QuorumKind.ANY:
            return up > 0
        case QuorumKind.ALL:
            return up == all_votes
        case QuorumKind.COUNT:
            return up >= min(quorum.amount, all_votes)
        case QuorumKind.SHARE:
            return 100 * up > quorum.amount * all_votes


def _majority(up: int, votes: int) -> bool | None:
    return None if 2 * up == votes else 2 * up > votes


def _heeded(votes: Iterable[Vote]) -> list[Vote]:
    """The votes without that of a doubted vantage which alone sees a failure."""
    fresh = list(votes)
    failing = [vote for vote in fresh if vote.failing]
    if len(failing) != 1 or failing[0].up or not failing[0].doubted or not any(vote.up for vote in fresh):
        return fresh
    return [vote for vote in fresh if not vote.failing]


def margin_down(quorum: Quorum, votes: Sequence[Vote], silent: Sequence[Vote]) -> Margin:
    """How far an up verdict is from down; `silent` are those who do not vote now, each as if it came back."""
    moments = sorted({0.0, *(v.falls for v in (*votes, *silent)), *(v.leaves for v in votes)} - {inf})
    soonest = inf
    for moment in moments:
        if decide(quorum, _worst(votes, silent, moment)) is False:
            soonest = moment
            break
    falling = [replace(vote, up=False, doubted=False) if vote.failing else vote for vote in votes]
    staying = [vote for vote in falling if not (vote.up and vote.late)]
    return Margin(soonest, decide(quorum, staying) is False)


def margin_up(quorum: Quorum, votes: Sequence[Vote]) -> Margin:
    """How far a down verdict is from up: returns are not confirmed faster, so no least time is promised."""
    rising = [replace(vote, up=True) if not vote.up and vote.counting else vote for vote in votes]
    return Margin(0.0, decide(quorum, rising) is True)


def _worst(votes: Sequence[Vote], silent: Sequence[Vote], moment: float) -> list[Vote]:
    """The votes `moment` seconds from now if everything goes against up as early as it can."""
    down = [replace(vote, up=False, doubted=False) for vote in (*votes, *silent) if vote.falls <= moment]
    return down + [vote for vote in votes if vote.falls > moment and vote.leaves > moment]
