"""A routing control as a check: up while an operator has it on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf

from gslb.health.quorum import Margin
from gslb.health.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Switch:
    """On or off, and why in words. Nobody has touched one that is on to begin with."""

    on: bool = True
    reason: str = "on"


def settle_switch(standing: Verdict, switch: Switch, wall: float) -> tuple[Verdict, Margin]:
    """What follows from a switch: it turns when an operator says so, and has no horizon."""
    margin = Margin(inf)
    if (standing.up, standing.known, standing.reason) == (switch.on, True, switch.reason):
        return standing, margin
    turned = not standing.known or standing.up is not switch.on
    since = wall if turned else standing.since
    return replace(standing, up=switch.on, known=True, since=since, reason=switch.reason, horizon=inf), margin
