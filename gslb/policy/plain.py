"""What each child of a load node takes when nobody is hot, and what the loop that moves it goes by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from gslb.model import Family, Load
from gslb.policy.ask import Ask, Carried
from gslb.policy.kinds import KINDS
from gslb.policy.load import PLAIN, carry_key
from gslb.policy.look import Look
from gslb.policy.weighted import in_play


def plain_shares(node: Load, ask: Ask) -> dict[str, float]:
    """By the keys of children that live, in the first family that any of them does: the share by weight alone."""
    for family in Family:
        look = Look(replace(ask, family=family), KINDS)
        group, alive = in_play(node.children, look)
        living = {carry_key(node, child): weight for (weight, child), on in zip(group, alive, strict=True) if on}
        if living:
            return {key: weight / sum(living.values()) for key, weight in living.items()}
    return {}


def carried_shares(plain: Mapping[str, float], loads: Mapping[str, Carried]) -> dict[str, float]:
    """The shares that are drawn by under these factors."""
    taking = {key: share * loads.get(key, PLAIN).factor for key, share in plain.items()}
    whole = sum(taking.values())
    return {key: taken / whole for key, taken in taking.items()}
