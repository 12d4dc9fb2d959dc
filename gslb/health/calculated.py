"""Monitors over monitors: all, any or enough of the members, possibly turned round, and the soonest it could turn.

A member that nothing is known of counts for neither side: the outcome is known as soon as the others settle it. For
an outcome to turn, members that weigh enough must turn first; the soonest that can happen is the time of the last one
needed, taken in the order in which they can.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import inf

from gslb.health.quorum import UNKNOWN, Margin
from gslb.model import Calculated


@dataclass(frozen=True, slots=True)
class Member:
    """One member as it stands: its name, up or down (None: not known), and how far from turning."""

    name: str
    up: bool | None
    margin: Margin = UNKNOWN
    reason: str = ""


def combine(rule: Calculated, members: Sequence[Member]) -> bool | None:
    """Up, down, or None while members not yet known could settle it either way."""
    up, unknown = _weighed(rule, members)
    if up >= rule.needed:
        return not rule.inverted
    return rule.inverted if up + unknown < rule.needed else None


def margin(rule: Calculated, members: Sequence[Member]) -> Margin:
    """How far a known outcome is from turning."""
    outcome = combine(rule, members)
    up, _ = _weighed(rule, members)
    pairs = list(zip(members, rule.weighed, strict=True))
    if outcome is not rule.inverted:  # enough are up: what is spare, and more, must fall
        turning = [(member.margin.seconds, weight) for member, weight in pairs if member.up is True]
        missing = up - rule.needed + 1
    else:  # too few are up: what is missing must rise, and one not yet known may do so at any moment
        turning = [
            (0.0 if member.up is None else member.margin.seconds, weight)
            for member, weight in pairs
            if member.up is not True
        ]
        missing = rule.needed - up
    turned = [replace(m, up=not m.up) if m.up is not None and m.margin.turning else m for m in members]
    return Margin(_soonest(turning, missing), combine(rule, turned) is (not outcome))


def reason(rule: Calculated, members: Sequence[Member]) -> str:
    """The outcome in words: how many are up, and the first that is not."""
    up = sum(member.up is True for member in members)
    weight, _ = _weighed(rule, members)
    weighing = f", weighing {weight} of {sum(rule.weights)}" if rule.weights else ""
    said = f"{up} of {len(members)} up{weighing}, {rule.needed} needed" + (" not to be" if rule.inverted else "")
    first = next((member for member in members if member.up is False), None)
    return f"{said}; {first.name}: {first.reason}" if first else said


def _weighed(rule: Calculated, members: Sequence[Member]) -> tuple[int, int]:
    """What the members that are up weigh, and those that are not known."""
    pairs = list(zip(members, rule.weighed, strict=True))
    return (
        sum(weight for member, weight in pairs if member.up),
        sum(weight for member, weight in pairs if member.up is None),
    )


def _soonest(turning: Iterable[tuple[float, int]], missing: int) -> float:
    """When members that turn at their moments (seconds) weigh `missing` together."""
    for moment, weight in sorted(turning):
        missing -= weight
        if missing <= 0:
            return moment
    return inf
