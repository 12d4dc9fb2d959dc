"""Sentinels: a vantage that reaches none of the places it should always reach is itself cut off, and does not vote.

Theory. A vantage whose own way out is broken sees everything fall, and so do all that share that way. Sentinels are
asked like any target, but often, and one failure is enough: FALL failures of every sentinel are known within

    INTERVAL + TIMEOUT, and however late reports are (LATENESS of the machine)

after a cut. An endpoint's failures need (fall - 1) spacings at least after the first, and mostly a timeout each, so a
vantage abstains before it says down wherever that is longer. Where it is not, what its word turned in that moment is
decided anew without it.

It votes again after RISE successes in a row of any sentinel. Probes that began before the last of these were made while
it was cut off and are not counted; after it, every machine starts from what is believed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from math import inf

from gslb.health.absence import Absence, Lack
from gslb.health.machine import Machine, State
from gslb.health.observation import Observation
from gslb.model import Check, Monitor


@dataclass(frozen=True, slots=True)
class _View:
    """How one vantage sees one sentinel."""

    machine: Machine
    last: Observation


class Lookout:
    """What every vantage sees of every sentinel."""

    def __init__(self) -> None:
        self.sentinels: Mapping[Check, Monitor] = {}
        self._views: dict[str, dict[Check, _View]] = {}
        self._back: dict[str, float] = {}  # when a vantage last came back

    def adopt(self, sentinels: Mapping[Check, Monitor], vantages: Collection[str]) -> None:
        """Go on with these; what is known of others is forgotten."""
        self.sentinels = dict(sentinels)
        kept = {name: views for name, views in self._views.items() if name in vantages}
        self._views = {
            name: {check: view for check, view in views.items() if check in self.sentinels}
            for name, views in kept.items()
        }
        self._back = {name: at for name, at in self._back.items() if name in vantages}
        for name in vantages:
            self._views.setdefault(name, {})

    def hear(self, observations: Iterable[Observation]) -> set[str]:
        """Take in what was seen of sentinels, in whatever order; returns the vantages that were found to be cut off."""
        cut_off: set[str] = set()
        asked = (one for one in observations if one.check in self.sentinels)
        for one in sorted(asked, key=lambda one: (one.vantage, one.position)):
            monitor, views = self.sentinels[one.check], self._views.get(one.vantage)
            if views is None or one.digest != monitor.digest:
                continue
            view = views.get(one.check)
            if view is not None and one.position <= view.last.position:
                continue
            away = self.abstains(one.vantage)
            machine = Machine(State.NEW) if view is None else view.machine
            if view is not None and one.epoch != view.last.epoch:
                machine = machine.restarted()
            views[one.check] = _View(machine.step(monitor, ok=one.ok), one)
            if away and not self.abstains(one.vantage):
                self._back[one.vantage] = one.at
            elif not away and self.abstains(one.vantage):
                cut_off.add(one.vantage)
        return cut_off

    def abstains(self, vantage: str) -> bool:
        """Whether all of its sentinels fail."""
        views = self._views.get(vantage, {})
        return bool(self.sentinels) and all(
            (view := views.get(check)) is not None and view.machine.up is False for check in self.sentinels
        )

    def counts(self, one: Observation) -> bool:
        """Whether an observation of an endpoint was made by a vantage that was not cut off when the probe began."""
        if not self.sentinels:
            return True
        return not self.abstains(one.vantage) and one.at - one.took >= self._back.get(one.vantage, -inf)

    def absence(self, vantage: str) -> Absence | None:
        if not self.abstains(vantage):
            return None
        views = self._views[vantage]
        words = ", ".join(f"{check.monitor} {views[check].last.reason}" for check in sorted(self.sentinels))
        return Absence(vantage, Lack.CUT_OFF, f"reaches none of its sentinels: {words}")
