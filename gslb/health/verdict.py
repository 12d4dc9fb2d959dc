"""What is believed of one check, how sure, and what made it so."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from gslb.model import Check


@dataclass(frozen=True, slots=True)
class Cause:
    """The observation that brought a change about: its id ("vantage/epoch/sequence") and monotonic time in seconds."""

    id: str
    at: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """Up or down, since when (wall clock, seconds), why in words, and how far from turning.

    `horizon`: for an up verdict, seconds before which the quorum cannot turn it down, counted from the machines'
    state (not a countdown); infinity for a down verdict. `suspect`: failures are being counted on enough vantages
    that it may turn. `votes` are (up, down) fresh vantages. `known` is False while nothing was ever observed
    (initial: wait). `held`: those who watch say up, and damping keeps it down for a while; `up` is False then.
    `because`: of a down verdict, the check whose being down explains it, the first cause of a chain.
    """

    check: Check
    up: bool
    since: float
    reason: str
    horizon: float = inf
    suspect: bool = False
    votes: tuple[int, int] = (0, 0)
    known: bool = True
    cause: Cause | None = None
    held: bool = False
    because: Check | None = None
