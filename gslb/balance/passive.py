"""Passive health: what responses to clients say of a member, and for how long it is left alone because of it.

    `max_fails` failures within `fail_timeout`    ─┐
    `consecutive` responses of 5xx in a row       ─┼─► ejected for `eject` seconds, longer each time ─► back
    slower than `slower` times the others' median ─┘

Ejection is a guess from a few responses, so it is bounded: at most `share` of the members at a time. The time grows
with each ejection that follows another (1, 2, 3 … times `eject`, `most` at most); after `most` quiet seconds it begins
anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import inf


@dataclass(frozen=True, slots=True)
class Passive:
    """When a member is ejected, and for how long (seconds). 0 of a count: never for that."""

    max_fails: int = 1
    fail_timeout: float = 10.0
    consecutive: int = 5
    eject: float = 10.0
    most: float = 300.0
    share: float = 0.5
    slower: float = 5.0


@dataclass(frozen=True, slots=True)
class Record:
    """What was seen of one member lately. `until`: it is left alone before then (monotonic; -inf: it is not)."""

    fails: tuple[float, ...] = ()  # when it failed, of those that still count
    fives: int = 0  # responses of 5xx in a row
    ejections: int = 0
    until: float = -inf
    why: str = field(default="", compare=False)

    def ejected(self, now: float) -> bool:
        return now < self.until

    def failed(self, rule: Passive, now: float, why: str) -> Record:
        """After a connection that could not be made, broke, or ran out of time; `ejected` tells what follows."""
        fails = (*(at for at in self.fails if at > now - rule.fail_timeout), now)
        if rule.max_fails and len(fails) >= rule.max_fails:
            return self._ejected(rule, now, f"{len(fails)} failures in {rule.fail_timeout:g} s: {why}")
        return replace(self, fails=fails)

    def answered(self, rule: Passive, status: int, now: float) -> Record:
        """After a response."""
        if status < 500:
            if not self.fives and not self.fails and not self.ejections:
                return self
            calm = now >= self.until + rule.most
            return Record(ejections=0 if calm else self.ejections, until=self.until)
        fives = self.fives + 1
        if rule.consecutive and fives >= rule.consecutive:
            return self._ejected(rule, now, f"{fives} responses of 5xx in a row")
        return replace(self, fives=fives)

    def lagged(self, rule: Passive, seconds: float, others: Sequence[float], now: float) -> Record:
        """With an answering time of `seconds`, where those of the `others` are known."""
        usual = sorted(others)[len(others) // 2] if others else 0.0
        if not rule.slower or not usual or seconds <= rule.slower * usual:
            return self
        return self._ejected(rule, now, f"takes {seconds:.3g} s where others take {usual:.3g} s")

    def _ejected(self, rule: Passive, now: float, why: str) -> Record:
        ejections = self.ejections + 1
        return Record((), 0, ejections, now + min(rule.eject * ejections, rule.most), why)


def may_eject(rule: Passive, members: int, ejected: int) -> bool:
    """Whether one more of so many may be left alone."""
    return ejected + 1 <= rule.share * members
