"""The shell of the tune loop: counters and populations in, advice to the judge out; populations outlive a restart.

every 10 s: Tracing, counters ─► Tuning.step ─► judge.sock (advise)        once a minute: ─► state/telemetry.db
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace

from gslb.app.keepsake import Keepsake
from gslb.app.tracing import Tracing
from gslb.caching import Population, Tuned, Tuning, populations_from_json, populations_to_json
from gslb.control import Journal
from gslb.image import Counted
from gslb.nameserver import View

EVERY = 10.0  # seconds
KEEP_EVERY = 60.0  # seconds

Advise = Callable[[Mapping[str, int]], Awaitable[str]]
"""Tells the judge; returns what went wrong, "" for nothing."""


class TtlTuning:
    """One node's, over what is traced. `now` is monotonic, `wall` the wall clock (seconds)."""

    def __init__(self, tracing: Tracing, keepsake: Keepsake, journal: Journal, now: float, wall: float) -> None:
        self.tuning = Tuning()
        self._tracing, self._keepsake, self._journal = tracing, keepsake, journal
        self._due, self._kept_at = now + EVERY, wall
        self._alarms: dict[str, str] = {}
        kept = keepsake.load()
        if kept is not None:
            try:
                tracing.populations.remember(populations_from_json(kept, wall))
            except (ValueError, KeyError, TypeError) as error:
                journal.warning("populations_forgotten", error=repr(error))

    @property
    def tuned(self) -> Mapping[str, Tuned]:
        """How it stands with each name that is tuned or asked for."""
        return self.tuning.tuned

    def measured(self) -> Mapping[str, Population]:
        """The caches that ask for each name of which enough is known."""
        return {name: tuned.caches for name, tuned in self.tuned.items() if tuned.trusted}

    def of(self, name: str, view: View) -> Tuned:
        """How it stands with a steered name, asked for or not."""
        standing = view.belief.memory.advice
        known = self.tuned.get(name)
        if known is None:
            return self.tuning.look(name, view.world.model, standing)
        return replace(known, now=standing.get(name, known.now))

    async def turn(
        self, view: View | None, zones: Callable[[], Iterable[Counted]], advise: Advise, now: float, wall: float
    ) -> None:
        """One step, if it is due."""
        if view is None or now < self._due:
            return
        self._due = now + EVERY
        populations = self._tracing.populations
        measured = populations.measured(now)
        standing, model = view.belief.memory.advice, view.world.model
        found = self.tuning.step(now, model, standing, measured, answers_by_name(zones()), populations.stood_for)
        self._tell()
        if found and (trouble := await advise(found)):
            self._journal.warning("advise_failed", error=trouble)
        if wall - self._kept_at >= KEEP_EVERY:
            self._kept_at = wall
            known = {name: one for name, one in measured.items() if name in model.steered}
            await asyncio.to_thread(self._keepsake.save, populations_to_json(known, wall))

    def _tell(self) -> None:
        """A line for each promise that can no longer be kept, and for each that can again."""
        alarms = {name: tuned.alarm for name, tuned in self.tuned.items() if tuned.alarm}
        for name in alarms.keys() - self._alarms.keys():
            self._journal.warning("ttl_alarm", name=name, alarm=alarms[name])
        for name in self._alarms.keys() - alarms.keys():
            self._journal.info("ttl_alarm_over", name=name)
        self._alarms = alarms


def answers_by_name(zones: Iterable[Counted]) -> dict[str, float]:
    """Answers so far that named an endpoint, by steered name."""
    found: Counter[str] = Counter()
    for labels, totals in zones:
        for label, total in zip(labels, totals, strict=False):
            if label.name and label.leaf:
                found[label.name] += total
    return dict(found)
