"""Round trips on their way through the control process: learned, kept, published for the builder, told by explain.

judge.sock (/v1/samples), imports ─► Estimator ─┬─► state/telemetry.db, now and then
                                                ├─► revise ─► state/measured.csv ─► reload, where it changed
                                                └─► what stands behind a round trip, for `gslb explain`
"""

from __future__ import annotations

import asyncio
import pickle
from collections import Counter
from collections.abc import Sequence

from gslb.app.folders import Folders
from gslb.app.inputs import Inputs
from gslb.app.keepsake import Keepsake
from gslb.control import Journal, LatencyFigures
from gslb.geo import (
    Atlas,
    Entries,
    Estimate,
    Estimator,
    Group,
    Location,
    Sample,
    by_match,
    every_row,
    prefix_of,
    read_rows,
    revise,
    rows,
    write_rows,
)
from gslb.model import Address, Measuring, Network
from gslb.nameserver import View
from gslb.policy import span

KEEP_EVERY = 60.0  # seconds


class Estimating:
    """Estimates of one node. Times are wall-clock seconds; what takes long is done in a thread, one at a time.

    `pending`: rows are written and not in force yet, until whoever reloads takes it back.
    """

    def __init__(self, folders: Folders, keepsake: Keepsake, journal: Journal, wall: float) -> None:
        self._folders, self._keepsake, self._journal = folders, keepsake, journal
        self._kept_at = self._published_at = wall
        self._dirty = self._waiting = self.pending = False
        self._atlas = Atlas.build()
        self._busy = asyncio.Lock()
        self.estimator, self.entries = Estimator(wall), Entries()
        self.samples: Counter[str] = Counter()
        self.latest: float | None = None
        kept = keepsake.load()
        if kept is not None:
            try:
                self.estimator, self.entries = _restored(kept)
            except Exception as error:  # noqa: BLE001 - whatever an older release's pickle may raise
                journal.warning("estimates_forgotten", error=repr(error))

    async def turn(self, samples: Sequence[Sample], view: View | None, wall: float) -> bool:
        """Learn, keep and publish, each if it is time; whether a reload is called for."""
        if view is None:
            return False
        measuring = view.world.model.clients.measured
        if samples:
            await self.observe(samples, view.world.atlas, measuring, wall)
        await self.keep(wall)
        return await self.publish(measuring.publish, wall)

    async def observe(self, samples: Sequence[Sample], atlas: Atlas, measuring: Measuring, wall: float) -> int:
        """Learn from samples; `atlas` tells which AS and country a prefix is in. Returns how many were not too old."""
        async with self._busy:
            if atlas.digest != self._atlas.digest:
                self._atlas = atlas
                await asyncio.to_thread(self.estimator.regroup, self._group)
            self.estimator.fade_by(measuring.half_life, wall)
            taken = self.estimator.observe(samples, self._group, wall)
            self.samples.update(one.source.value for one in samples)
            if taken:
                self._dirty = True
                self.latest = max(self.latest or 0.0, *(min(one.at, wall) for one in samples))
            return taken

    async def forget(self, wall: float) -> int:
        """Know nothing any more; the next publication takes all rows back. Returns how many prefixes were known."""
        async with self._busy:
            known = sum(1 for _ in self.estimator.prefixes())
            self.estimator, self.latest, self._dirty = Estimator(wall, self.estimator.half_life), None, True
            return known

    def _group(self, prefix: Network) -> Group:
        found = self._atlas.locate(prefix.network_address, prefix.prefixlen)
        return Group(found.asn, found.country)

    async def keep(self, wall: float, *, now: bool = False) -> None:
        """Write what is known to the disk, now and then."""
        if self._dirty and (now or wall - self._kept_at >= KEEP_EVERY):
            async with self._busy:
                self._kept_at, self._dirty = wall, False
                await asyncio.to_thread(lambda: self._keepsake.save(self._to_bytes()))

    def _to_bytes(self) -> bytes:
        return pickle.dumps((self.estimator.to_bytes(), write_rows(every_row(self.entries))))

    async def publish(self, every: float, wall: float) -> bool:
        """Write what is to be published, if it is time and something changed; whether a reload is called for."""
        if wall - self._published_at < every:
            return False
        self._published_at = wall
        async with self._busy:
            return await asyncio.to_thread(self._publish, wall)

    def _publish(self, wall: float) -> bool:
        entries = revise(self.entries, self.estimator, wall)
        text, path = write_rows(rows(entries)), self._folders.measured
        self._dirty = self._dirty or entries != self.entries
        self.entries = entries
        try:
            changed = text != (path.read_text() if path.exists() else write_rows(()))
            if not (changed or self.pending) or self._elsewhere_changed():
                return False
            draft = path.with_name(f".{path.name}")
            draft.write_text(text)
            draft.replace(path)
        except (OSError, UnicodeDecodeError) as error:
            self._journal.error("latency_unpublished", error=str(error))
            return False
        self.pending = True
        self._journal.info("latency_published", rows=len(every_row(entries)))
        return True

    def _elsewhere_changed(self) -> bool:
        """Whether a reload would bring more than round trips: an edit is the operator's to put in force."""
        known = Inputs.read(self._folders.inputs)
        waiting = known is not None and not known.but(str(self._folders.measured)).unchanged()
        if waiting and not self._waiting:
            reason = "files have changed that nobody has reloaded; round trips are published with the next reload"
            self._journal.warning("latency_unpublished", reason=reason)
        self._waiting = waiting
        return waiting

    def evidence(self, address: Address, location: Location, wall: float) -> tuple[tuple[str, str], ...]:
        """What stands behind each measured round trip of a client, in words, by region."""
        groups = [Group(location.asn, location.country), Group(None, location.country)]
        own = self.estimator.of_prefix(self.estimator.around(prefix_of(address)), wall)
        wider = [(str(group), self.estimator.of_group(group, wall)) for group in groups]
        found = []
        for region in (one.region for one in location.measured):
            for whose, estimates in (("", own), *wider):
                if region in estimates:
                    found.append((region, _behind(whose, estimates[region], wall)))
                    break
        return tuple(found)

    def figures(self) -> LatencyFigures:
        """For a scrape."""
        return LatencyFigures(
            samples=dict(self.samples),
            prefixes=sum(1 for _ in self.estimator.prefixes()),
            histograms=len(self.estimator),
            rows=len(every_row(self.entries)),
            latest=self.latest,
        )


def _behind(whose: str, estimate: Estimate, wall: float) -> str:
    old = span(wall - estimate.latest)
    return f"{whose}{': ' if whose else ''}n={max(1.0, estimate.count):.0f}, {old} old"


def _restored(kept: bytes) -> tuple[Estimator, Entries]:
    estimates, text = pickle.loads(kept)  # noqa: S301 - our own state directory
    return Estimator.from_bytes(estimates), by_match(read_rows(text))
