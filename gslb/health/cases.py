"""One check under judgement: what its kind needs to be judged, what is said of it, and what counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import inf

from gslb.health.assign import assigned
from gslb.health.balancer import Listening
from gslb.health.damping import CALM, Unrest, restless
from gslb.health.heartbeat import Heartbeat
from gslb.health.machine import State
from gslb.health.panel import Panel, Stage
from gslb.health.quorum import UNKNOWN, Margin
from gslb.health.switch import Switch
from gslb.health.verdict import Verdict
from gslb.health.watched import Watched, members
from gslb.model import Calculated, Check, Monitor, MonitorKind


@dataclass(frozen=True, slots=True)
class Members:
    """What a calculated check is made of."""

    rule: Calculated
    checks: tuple[Check, ...]


@dataclass(slots=True)
class Case:
    """One check under judgement: `mind` is what its kind needs, `unseen` a vantage's state while nothing is known.

    `said` is what those who watch say, with `margin`; `verdict` what counts, after damping.
    """

    watched: Watched
    verdict: Verdict
    said: Verdict
    mind: Panel | Heartbeat | Listening | Switch | Members
    unseen: State
    margin: Margin = UNKNOWN
    unrest: Unrest = CALM
    wakes: float = inf

    def believe(self, verdict: Verdict, now: float) -> None:
        """Go on from a verdict that was made elsewhere."""
        self.verdict = self.said = verdict
        if verdict.held:
            self.said = replace(verdict, up=True, held=False)
            self.unrest = restless(self.watched.monitor.damping, now)


def mind_of(
    check: Check, watched: Mapping[Check, Watched], vantages: Mapping[str, str | None], now: float, *, guarded: bool
) -> Panel | Heartbeat | Listening | Switch | Members:
    what = watched[check]
    if what.monitor.calculated is not None:
        return Members(what.monitor.calculated, members(check, watched))
    if what.monitor.kind is MonitorKind.PUSH:
        return Heartbeat(now)
    if what.monitor.kind is MonitorKind.BALANCER:
        return Listening(now)
    if what.monitor.kind is MonitorKind.CONTROL:
        return Switch()
    return Panel(what.monitor, assigned(check, what, vantages), what.region, guarded=guarded)


def dismissed(mind: object, vantage: str) -> bool:
    return isinstance(mind, Panel) and mind.dismiss(vantage)


def patience_of(cases: Iterable[Case]) -> dict[str, float]:
    """For each vantage that watches anything, how long it is heard of nothing before that is told."""
    patience: dict[str, float] = {}
    for case in cases:
        for name in case.mind.vantages if isinstance(case.mind, Panel) else ():
            longest = float(Stage.LATE.value) * case.watched.monitor.interval
            patience[name] = min(longest, patience.get(name, inf))
    return patience


def edited(before: Monitor, after: Monitor) -> bool:
    """Whether what was observed under one says nothing about the other."""
    return (before.kind, before.digest) != (after.kind, after.digest)
