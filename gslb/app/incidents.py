"""Incidents with what they cost: phases from the chronicle, names that moved, and when answers followed.

chronicle ─► Incidents ─► what was answered before and after ─► moves ┐
counters  ─► Activity ─► first answer with the new, last with the old ┴─► Measured, kept in state/telemetry.db
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from math import inf
from typing import Any

from gslb.app.folders import Folders
from gslb.app.past import ForgottenError, Past
from gslb.control import Entries, Journal
from gslb.history import PHASES, Activity, Answered, Incident, Incidents
from gslb.image import Counted, ImageError
from gslb.nameserver import Move, moves
from gslb.store import SqliteStore, StoreError

FOLLOWED = 3_600.0  # seconds after its last fall for which an incident is measured
STRAY = 60.0  # seconds after a publication in which answers may still follow it; later ones are about something else
PAGE = 1_000
KEY = "incident "
LOOK_EVERY = 0.5  # seconds between two looks at counters
SHARE = 20  # of the time that a look takes passes at least so many times before the next
FOLLOW_EVERY = 2.0


@dataclass(frozen=True, slots=True)
class Measured:
    """What an incident moved, and when answers followed: wall-clock seconds, None: nobody asked, or not yet.

    `stale`: when the last client may have let go of an old answer, by its TTL. `exact`: seconds between two looks.
    """

    moves: tuple[Move, ...]
    first: float | None
    last: float | None
    stale: float | None
    exact: float


@dataclass(frozen=True, slots=True)
class Moved:
    """What an incident moved; `calm`: by name the TTL of answers from before anything spoke against the endpoint."""

    moves: tuple[Move, ...] = ()
    calm: Mapping[str, int] = field(default_factory=dict)


class Measuring:
    """Follows a node's incidents while they go on. `store` keeps what was measured; None: nothing is kept."""

    def __init__(self, folders: Folders, past: Past, store: Entries | None, journal: Journal) -> None:
        self.activity = Activity()
        self.exact = 0.0
        self._since = inf  # of the first look: what was answered before is not known
        self._folders, self._store, self._journal = folders, store, journal
        self._past = past
        self._incidents = Incidents()
        self._moves: dict[tuple[int, int], Moved] = {}  # by incident and the publication it settled in
        self._kept: dict[int, str] = {}

    async def run(self, zones: Callable[[], Iterable[Counted]]) -> None:
        """Measure for ever; `zones` are all counters, labels with their totals."""
        await asyncio.gather(self._look_on(zones), self._follow_on())

    async def _look_on(self, zones: Callable[[], Iterable[Counted]]) -> None:
        before, cost = time.monotonic(), 0.0
        while True:
            began = time.monotonic()
            try:
                self.look(time.time(), answered(zones()), began - before)
                before, cost = began, time.monotonic() - began
            except (ImageError, OSError) as error:  # what is known stands
                self._journal.error("view_failed", error=repr(error))
            await asyncio.sleep(max(LOOK_EVERY, SHARE * cost))

    async def _follow_on(self) -> None:
        young = await asyncio.to_thread(self.follow, time.time())
        await asyncio.to_thread(self.forget)
        while True:
            await asyncio.to_thread(self.keep, [(one, self.measured(one, moved)) for one, moved in young])
            await asyncio.sleep(FOLLOW_EVERY)
            young = await asyncio.to_thread(self.follow, time.time())

    def look(self, now: float, totals: Mapping[Answered, int], exact: float) -> None:
        """Take in the counters of answers; the last look was `exact` seconds ago."""
        self._since = min(self._since, now)
        self.activity.look(now, totals)
        self.exact = exact

    def follow(self, now: float) -> list[tuple[Incident, Moved]]:
        """Read on in the chronicle: incidents to be measured now, with what they moved. Waits for the disk."""
        try:
            chronicle = SqliteStore(self._folders.store, reading=True)
        except StoreError:  # before the judge has made it
            return []
        try:
            catch_up(self._incidents, chronicle)
        except StoreError as error:
            self._journal.error("store_failed", error=str(error))
        finally:
            chronicle.close()
        young = [one for one in self._incidents.all() if now - one.latest <= FOLLOWED and one.published is not None]
        return [(one, self._moved(one)) for one in young]

    def measured(self, incident: Incident, moved: Moved) -> Measured:
        """When answers followed an incident, as far as is known."""
        published = incident.published or incident.verdict
        new = {(move.name, path) for move in moved.moves for path in move.new}
        firsts = [at for key in new if (at := self.activity.first_since(key, published)) is not None]
        until = min(published + STRAY, inf if incident.back is None else incident.back)
        lasts, stale = [], published if moved.moves else None
        for move in moved.moves:
            mine = [self.activity.last_from((move.name, path), published + self.exact) for path in move.old]
            seen = [at for at in mine if at is not None and at <= until]
            lasts += seen
            last = max(seen, default=published)
            calm = min(last, incident.seen) + moved.calm.get(move.name, 0)
            stale = max(stale or published, last + move.ttl, calm)
        first = min(firsts, default=None)
        return Measured(moved.moves, first, max(lasts, default=None), stale, self.exact)

    def keep(self, found: Sequence[tuple[Incident, Measured]]) -> None:
        """Write down what was measured, where that is new. Waits for the disk."""
        for incident, measured in found:
            said = json.dumps(asdict(measured))
            if self._store is None or self._kept.get(incident.number) == said:
                continue
            try:
                known, revision = self._store.read(key(incident))
                if known is not None and incident.verdict < self._since:
                    continue  # who measured it then knew more
                self._store.compare_and_swap(key(incident), said.encode(), revision)
                self._kept[incident.number] = said
            except StoreError as error:
                self._journal.error("store_failed", error=str(error))

    def forget(self) -> None:
        """Take away what was measured of incidents that the chronicle tells of no more. Waits for the disk."""
        if self._store is None or not self._incidents.number:  # nothing could be read yet
            return
        told_of = set(map(key, self._incidents.all()))
        try:
            for name, value, revision in self._store.watch(0):
                if name.startswith(KEY) and value is not None and name not in told_of:
                    self._store.compare_and_swap(name, None, revision)
        except StoreError as error:
            self._journal.error("store_failed", error=str(error))

    def _moved(self, incident: Incident) -> Moved:
        at = incident.number, incident.settled or 0
        if at not in self._moves:
            try:
                before = self._past.up_to(incident.number).view
                after = self._past.up_to(incident.settled or incident.number).view
                found = moves(before, after, incident.endpoints)
                calm = moves(self._past.at(incident.seen - 0.001).view, after, incident.endpoints)
                self._moves[at] = Moved(found, {move.name: move.ttl for move in calm})
            except ForgottenError:
                self._moves[at] = Moved()
            if len(self._moves) > PAGE:
                del self._moves[next(iter(self._moves))]
        return self._moves[at]


def answered(zones: Iterable[Counted]) -> Counter[Answered]:
    """Answers so far of each steered name by the endpoint named first."""
    found: Counter[Answered] = Counter()
    for labels, totals in zones:
        for label, total in zip(labels, totals, strict=False):
            if label.leaf:
                found[label.name, label.leaf] += total
    return found


def key(incident: Incident) -> str:
    """Under which what was measured is kept."""
    return f"{KEY}{incident.number}"


def catch_up(incidents: Incidents, chronicle: SqliteStore) -> None:
    """Follow a chronicle to its end. Raises StoreError."""
    while found := chronicle.since(incidents.number, PAGE, PHASES):
        incidents.follow(found)


def told(incident: Incident, measured: Mapping[str, Any] | None) -> dict[str, Any]:
    """An incident as plain data, with what was measured of it; moments are wall-clock seconds."""
    found = measured or {}
    stale = found.get("stale")
    return {
        "number": incident.number,
        "checks": [asdict(check) for check in incident.checks],
        "endpoints": list(incident.endpoints),
        "reason": incident.reason,
        "votes": list(incident.votes),
        "cause": incident.cause,
        "generation": incident.generation,
        "injected": None,
        "seen": incident.seen,
        "suspect": incident.suspect,
        "verdict": incident.verdict,
        "published": incident.published,
        "first_answer": found.get("first"),
        "last_old_answer": found.get("last"),
        "last_stale": stale,
        "back": incident.back,
        "moved": found.get("moves", []),
        "exact": found.get("exact"),
        "rto": None if stale is None else stale - incident.seen,
    }


def incidents_told(folders: Folders) -> list[dict[str, Any]]:
    """Every incident that the chronicle tells of, oldest first. Needs no process. Raises StoreError."""
    chronicle = SqliteStore(folders.store, reading=True)
    try:
        incidents = Incidents()
        catch_up(incidents, chronicle)
    finally:
        chronicle.close()
    kept: dict[str, bytes | None] = {}
    if folders.telemetry.exists():
        telemetry = SqliteStore(folders.telemetry, reading=True)
        try:
            kept = {one: telemetry.read(one)[0] for one in map(key, incidents.all())}
        finally:
            telemetry.close()
    return [told(one, json.loads(data) if (data := kept.get(key(one))) else None) for one in incidents.all()]
