"""The vantages seen from all checks at once: who is heard at all, and who alone sees everything fail.

Theory. Where one vantage fails what others, as fresh as it, find well, either the way from there is broken or the
vantage is. Of one check nobody can tell; but the ways to more than half of everything do not break at once for one
vantage and for nobody else. Such a vantage is doubted: where nobody else sees a failure, its own does not count.
Where another does, it counts as ever, at once: so what two vantages agree on is never delayed, and a check's own margin
need not know of doubts, as without them there is only more that speaks against up.

A failure is a machine that says down or counts towards it. Doubt begins above one half of the checks that a vantage
watches beside others, of LEAST at least, and ends at a quarter. It is worked out when a step is over, so that in a step
no order of what was heard matters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import inf

from gslb.health.absence import Absence, Lack
from gslb.model import Check

LEAST = 2  # checks: of a single one nobody can tell whose fault it is


@dataclass(frozen=True, slots=True)
class Sight:
    """Of one check: the vantages that say anything, and the one that alone sees it fail."""

    saying: frozenset[str] = frozenset()
    lone: str | None = None


NOTHING = Sight()


class Fleet:
    """What is known of each vantage; `doubted` are those whose lone failures do not count."""

    def __init__(self) -> None:
        self.doubted: set[str] = set()
        self._sights: dict[Check, Sight] = {}
        self._beside: Counter[str] = Counter()  # checks on which it says something and another does, too
        self._lone: dict[str, set[Check]] = {}
        self._patience: dict[str, float] = {}
        self._heard: dict[str, float] = {}  # when last; before the first time, since when it is awaited
        self._ever: set[str] = set()

    def adopt(self, checks: Collection[Check], patience: Mapping[str, float], now: float) -> None:
        """Go on with these checks, and with these vantages: seconds after which the silence of each is told."""
        for check in [check for check in self._sights if check not in checks]:
            self.note(check, NOTHING)
            del self._sights[check]
        self._patience = dict(patience)
        self._heard = {name: self._heard.get(name, now) for name in patience}
        self._ever &= patience.keys()
        self.doubted &= patience.keys()

    def hear(self, vantage: str, at: float) -> None:
        """It told something that it saw at monotonic `at`."""
        if vantage in self._heard:
            self._heard[vantage] = at if vantage not in self._ever else max(at, self._heard[vantage])
            self._ever.add(vantage)

    def note(self, check: Check, sight: Sight) -> None:
        """A check is seen like this from now on."""
        before = self._sights.get(check, NOTHING)
        if sight == before:
            return
        self._sights[check] = sight
        for one, sign in ((before, -1), (sight, 1)):
            for name in one.saying if len(one.saying) > 1 else ():
                self._beside[name] += sign
        if before.lone is not None:
            self._lone[before.lone].discard(check)
        if sight.lone is not None:
            self._lone.setdefault(sight.lone, set()).add(check)

    def settle(self) -> set[Check]:
        """Work out who is doubted; returns the checks that are to be decided anew for it."""
        anew: set[Check] = set()
        for name in self._patience:
            lone, beside = self._lone.get(name, set()), self._beside[name]
            if name in self.doubted:
                if 4 * len(lone) <= beside:
                    self.doubted.discard(name)
                    anew |= lone
            elif beside >= LEAST and 2 * len(lone) > beside:
                self.doubted.add(name)
                anew |= lone
        return anew

    def wake_at(self, now: float) -> float:
        """When the next one will be missed, unless it is heard before."""
        ends = (self._heard[name] + patience for name, patience in self._patience.items())
        return min((end for end in ends if end > now), default=inf)

    def absence(self, vantage: str, now: float) -> Absence | None:
        """What it lacks; None for one that has its say."""
        patience = self._patience.get(vantage, inf)
        if now >= self._heard.get(vantage, now) + patience:
            words = f"not heard for {patience:g} s" if vantage in self._ever else "never heard"
            return Absence(vantage, Lack.SILENT, words)
        if vantage in self.doubted:
            lone, beside = len(self._lone.get(vantage, ())), self._beside[vantage]
            return Absence(vantage, Lack.ALONE, f"alone it sees {lone} of {beside} checks fail")
        return None
