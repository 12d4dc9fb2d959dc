"""Incidents: endpoints that went down together, read from the chronicle phase by phase.

evidence: it wavers ─► seen, suspect ┐
verdict: down ───────────────────────┼─► Incident ─► more that fall within half a minute ─► all back up
publication ─────────────────────────┘
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from gslb.control import ChangeKind, Recorded, verdict_of
from gslb.health import Verdict
from gslb.model import Check

TOGETHER = 30.0  # seconds after the last fall in which another one belongs to the same incident
PHASES = (ChangeKind.VERDICT, ChangeKind.EVIDENCE, ChangeKind.PUBLISHED)


@dataclass(frozen=True, slots=True)
class Incident:
    """Checks that went down together; moments are wall-clock seconds, None: not yet, or no longer known.

    `number`: that of the verdict with which it began. `seen`: the first observation against it was in, `suspect`: it
    was about to turn, `verdict`: it turned, `published`: it was answered so, as `generation`; all of them of the first
    check. `settled`: the number of the publication after the last fall. `back`: all of it is up again, or watched no
    more.
    """

    number: int
    checks: tuple[Check, ...]
    reason: str
    votes: tuple[int, int]
    cause: str
    seen: float
    suspect: float | None
    verdict: float
    latest: float  # when the last of its checks fell
    published: float | None = None
    generation: str = ""
    settled: int | None = None
    back: float | None = None

    @property
    def endpoints(self) -> tuple[str, ...]:
        """Paths of the endpoints that fell, in the order in which they did."""
        return tuple(dict.fromkeys(check.endpoint for check in self.checks if check.endpoint))


@dataclass(slots=True)
class _Watch:
    """What is known of one check so far."""

    up: bool
    calm: float = 0.0  # the largest horizon while up
    seen: float | None = None
    suspect: float | None = None


@dataclass(slots=True)
class Incidents:
    """Follows the chronicle, from its beginning on: changes of PHASES, in their order. Of incidents `most` are kept."""

    most: int = 1_000
    number: int = 0  # of the last change taken in
    _watched: dict[str, _Watch] = field(default_factory=dict)
    _found: dict[int, Incident] = field(default_factory=dict)
    _down: dict[str, int] = field(default_factory=dict)  # by check, the incident that it is down in
    _fallen: set[Check] = field(default_factory=set)  # the checks of the last incident
    _counts: Counter[int] = field(default_factory=Counter)  # by incident, the checks that are down in it

    def follow(self, changes: Iterable[Recorded]) -> None:
        """What came since."""
        for one in changes:
            self.number = one.number
            change = one.change
            if change.kind is ChangeKind.PUBLISHED:
                self._publish(one)
            elif change.kind in (ChangeKind.VERDICT, ChangeKind.EVIDENCE) and change.data is not None:
                self._judge(one, change.data)
            elif change.kind is ChangeKind.VERDICT:  # watched no more
                self._watched.pop(change.subject, None)
                self._rise(change.subject, change.at)

    def all(self) -> tuple[Incident, ...]:
        """Oldest first."""
        return tuple(self._found.values())

    def _judge(self, one: Recorded, data: Mapping[str, Any]) -> None:
        """A verdict's data as it stands: most only waver, and there may be very many."""
        subject, at = one.change.subject, one.change.at
        watch = self._watched.get(subject)
        if not data["known"]:
            self._watched.pop(subject, None)
        elif data["up"]:
            self._rise(subject, at)
            if watch is None or not watch.up:
                watch = self._watched[subject] = _Watch(up=True)
            _waver(watch, data, at)
        else:
            if watch is not None and watch.up:
                self._fall(one, verdict_of(data), watch)
            self._watched[subject] = _Watch(up=False)

    def _fall(self, one: Recorded, verdict: Verdict, watch: _Watch) -> None:
        at = one.change.at
        last = next(reversed(self._found.values()), None)
        if last is not None and last.back is None and at - last.latest <= TOGETHER:
            more = () if verdict.check in self._fallen else (verdict.check,)
            incident = replace(last, checks=(*last.checks, *more), latest=at, settled=None)
        else:
            self._fallen.clear()
            incident = Incident(
                number=one.number,
                checks=(verdict.check,),
                reason=verdict.reason,
                votes=verdict.votes,
                cause=verdict.cause.id if verdict.cause else "",
                seen=at if watch.seen is None else watch.seen,
                suspect=watch.suspect,
                verdict=at,
                latest=at,
            )
        self._found[incident.number] = incident
        self._fallen.add(verdict.check)
        self._down[one.change.subject] = incident.number
        self._counts[incident.number] += 1
        while len(self._found) > self.most:
            del self._found[next(iter(self._found))]

    def _rise(self, subject: str, at: float) -> None:
        number = self._down.pop(subject, None)
        if number is None:
            return
        self._counts[number] -= 1
        if not self._counts[number] and number in self._found:
            self._found[number] = replace(self._found[number], back=at)

    def _publish(self, one: Recorded) -> None:
        last = next(reversed(self._found.values()), None)
        if last is None or last.settled is not None:
            return
        if last.published is None:
            last = replace(last, published=one.change.at, generation=one.change.subject)
        self._found[last.number] = replace(last, settled=one.number)


def _waver(watch: _Watch, data: Mapping[str, Any], at: float) -> None:
    """Whether something speaks against a check that is up, and since when."""
    horizon = data["horizon"] or 0.0
    if not (data["suspect"] or data["votes"][1] or horizon < watch.calm):
        watch.calm, watch.seen, watch.suspect = horizon, None, None
        return
    watch.seen = at if watch.seen is None else watch.seen
    if watch.suspect is None and data["suspect"]:
        watch.suspect = at
