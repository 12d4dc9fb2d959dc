"""Monitors over monitors: all, any or k of the members, possibly turned round, with the soonest moment it could turn.

A member that nothing is known of counts for neither side: the outcome is known as soon as the others settle it. For
an outcome to turn, enough members of the winning side must turn first; the soonest that can happen is the time of
the last one needed, taken in the order in which they can.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf

from gslb.health.quorum import UNKNOWN, Margin
from gslb.model import Calculated, CalculatedKind


@dataclass(frozen=True, slots=True)
class Member:
    """One member as it stands: its name, up or down (None: not known), and how far from turning."""

    name: str
    up: bool | None
    margin: Margin = UNKNOWN
    reason: str = ""


def needed(rule: Calculated) -> int:
    """How many members must be up for the outcome (before it is inverted) to be up."""
    match rule.kind:
        case CalculatedKind.ALL:
            return len(rule.members)
        case CalculatedKind.ANY:
            return 1
        case CalculatedKind.COUNT:
            return rule.amount


def combine(rule: Calculated, members: Sequence[Member]) -> bool | None:
    """Up, down, or None while members not yet known could settle it either way."""
    need = needed(rule)
    if sum(member.up is True for member in members) >= need:
        return not rule.inverted
    return rule.inverted if sum(member.up is not False for member in members) < need else None


def margin(rule: Calculated, members: Sequence[Member]) -> Margin:
    """How far a known outcome is from turning."""
    up = combine(rule, members)
    ups = sum(member.up is True for member in members)
    if up is not rule.inverted:  # enough are up: more than the spare ones must fall
        moments = sorted(member.margin.seconds for member in members if member.up is True)
        last = ups - needed(rule)
    else:  # too few are up: the missing ones must rise, and one not yet known may do so at any moment
        moments = sorted(
            0.0 if member.up is None else member.margin.seconds for member in members if member.up is not True
        )
        last = needed(rule) - ups - 1
    turned = [replace(m, up=not m.up) if m.up is not None and m.margin.turning else m for m in members]
    return Margin(moments[last] if last < len(moments) else inf, combine(rule, turned) is (not up))


def reason(rule: Calculated, members: Sequence[Member]) -> str:
    """The outcome in words: how many are up, and the first that is not."""
    up = sum(member.up is True for member in members)
    said = f"{up} of {len(members)} up, {needed(rule)} needed" + (" not to be" if rule.inverted else "")
    first = next((member for member in members if member.up is False), None)
    return f"{said}; {first.name}: {first.reason}" if first else said
