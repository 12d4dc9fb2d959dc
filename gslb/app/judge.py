"""The judge: probes to verdicts, verdicts to plans, plans to a new generation. Alone it keeps failover alive."""

from __future__ import annotations

import asyncio
import contextlib
import pickle
import time
from bisect import bisect_left
from collections.abc import Callable, Iterable
from itertools import accumulate
from pathlib import Path

from gslb.app.folders import Folders
from gslb.app.local import Local
from gslb.app.reports import node_side
from gslb.control import Adopted, Built, Effects, Event, Heard, Journal, Judging, Line, Publishing, Stored, load
from gslb.health import Observation
from gslb.image import Publisher
from gslb.policy import Memory
from gslb.probe import Prober, Runner
from gslb.server import Inheritance, inherited, lifetime
from gslb.store import SqliteStore, StoreError

GATHER = 0.005  # seconds in which what happens together is one publication


class JudgeLoop:
    """Turns `Judging`: feeds it events, and does what its effects ask for - publish first, then keep, then tell."""

    def __init__(self, folders: Folders, built: Built, store: SqliteStore | None, journal: Journal) -> None:
        self.folders = folders
        self.journal = journal
        self.store = store
        self.publisher = Publisher(folders.run)
        self.publishing = Publishing(built)
        epoch = self.publisher.generation[0] + 1
        self.judging = Judging(built, recall(store, journal), epoch, time.monotonic(), time.time())
        self.published = asyncio.Event()
        self.adopted: list[Callable[[Built], None]] = []  # who else must know of a new world
        self._events: list[Event] = []
        self._woken = asyncio.Event()

    def put(self, event: Event) -> None:
        """Something happened; it counts from the next step on."""
        self._events.append(event)
        self._woken.set()

    async def run(self) -> None:
        """Step whenever something happened or is due, for ever."""
        wake_at = time.monotonic()
        while True:
            delay = max(0.0, wake_at - time.monotonic())
            try:
                await asyncio.wait_for(self._woken.wait(), min(3600, delay))
                await asyncio.sleep(GATHER)
            except TimeoutError:
                pass
            self._woken.clear()
            events, self._events = self._events, []
            wake_at = self.step(events)

    def step(self, events: list[Event]) -> float:
        """One step and all its effects; returns when the next is due (monotonic)."""
        for event in events:
            if isinstance(event, Adopted):
                self.publishing = Publishing(event.built)
        effects = self.judging.step(time.monotonic(), time.time(), events)
        if effects.belief is not None:
            self._publish(effects)
        for event in events:
            if isinstance(event, Adopted):
                self.folders.adopt(event.built.digest)
                for told in self.adopted:
                    told(event.built)
        self._keep(effects)
        for line in effects.lines:
            self._tell(line)
        return effects.wake_at

    def _publish(self, effects: Effects) -> None:
        belief = effects.belief
        if belief is None:
            return
        try:
            self.publisher.publish(self.publishing.publication(belief, effects.touched, time.monotonic()))
        except OSError as error:  # the last generation stays; the next change tries again
            self.journal.error("publish_failed", error=str(error), generation=belief.generation)
            return
        self.published.set()

    def _keep(self, effects: Effects) -> None:
        store = self.store
        if store is None:
            return
        try:
            if effects.verdicts:
                store.save_verdicts(effects.verdicts)
            for override in effects.put:
                store.put_override(override)
            for cleared in effects.cleared:
                store.clear_override(cleared.path, cleared.author, time.time())
            if effects.memory is not None:
                store.save_memory(pickle.dumps(effects.memory, protocol=5))
        except StoreError as error:
            self.journal.error("store_failed", error=str(error))

    def first_verdicts(self) -> str:
        """What is known at the start, for the operator's line."""
        verdicts = [one for one in self.judging.judge.verdicts().values() if one.check.endpoint]
        up = sum(one.known and one.up for one in verdicts)
        down = sum(one.known and not one.up for one in verdicts)
        waiting = len(verdicts) - up - down
        return f"first verdicts {up} up {down} down" + (f" {waiting} waiting" if waiting else "") if verdicts else ""

    def close(self) -> None:
        """Let another judge follow."""
        self.publisher.close()
        if self.store is not None:
            self.store.close()

    def _tell(self, line: Line) -> None:
        self.journal.info(line.event, **dict(line.fields))


def recall(store: SqliteStore | None, journal: Journal) -> Stored:
    """What a restart begins with; what cannot be read is told and left out."""
    if store is None:
        return Stored()
    try:
        memory = Memory()
        kept = store.load_memory()
        if kept is not None:
            try:
                memory = pickle.loads(kept)  # noqa: S301 - our own state directory
            except Exception as error:  # noqa: BLE001 - whatever an older release's pickle may raise
                journal.warning("memory_forgotten", error=repr(error))
        return Stored(tuple(store.load_verdicts()), tuple(store.load_overrides()), memory)
    except StoreError as error:
        journal.error("store_failed", error=str(error))
        return Stored()


def open_store(folders: Folders, journal: Journal) -> SqliteStore | None:
    """The store, or None where it cannot be opened: a node without memory still answers."""
    try:
        return SqliteStore(folders.store)
    except StoreError as error:
        journal.error("store_failed", error=str(error))
        return None


BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds


class ProbeTimesKept:
    """How long probes took, as histograms by monitor, vantage and outcome."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str, bool], list[int]] = {}
        self._totals: dict[tuple[str, str, bool], float] = {}

    def add(self, observations: Iterable[Observation]) -> None:
        for one in observations:
            key = (one.check.monitor, one.vantage, one.ok)
            counts = self._counts.setdefault(key, [0] * (len(BOUNDS) + 1))
            counts[bisect_left(BOUNDS, one.took)] += 1
            self._totals[key] = self._totals.get(key, 0.0) + one.took

    def told(self) -> list[dict[str, object]]:
        """As the control process reads it: cumulative counts by upper bound."""
        bounds = [*map(str, BOUNDS), "+Inf"]
        return [
            {
                "monitor": monitor,
                "vantage": vantage,
                "ok": ok,
                "buckets": list(zip(bounds, accumulate(counts), strict=True)),
                "total": self._totals[monitor, vantage, ok],
            }
            for (monitor, vantage, ok), counts in self._counts.items()
        ]


def main(state: str) -> int:
    """Judge until SIGTERM."""
    asyncio.run(_run(Folders(Path(state)), inherited()))
    return 0


async def _run(folders: Folders, inheritance: Inheritance) -> None:
    journal = Journal("judge")
    journal.adopt_logging()
    built = load(folders.state, folders.adopted())
    store = open_store(folders, journal)
    loop = JudgeLoop(folders, built, store, journal)
    times = ProbeTimesKept()

    def heard(observations: tuple[Observation, ...]) -> None:
        times.add(observations)
        loop.put(Heard(observations))

    async with contextlib.AsyncExitStack() as stack:
        stopped = await stack.enter_async_context(lifetime(inheritance.beat))
        probe = await stack.enter_async_context(Prober())
        runner = Runner(built.world.model.node.name, time.time_ns(), probe, lambda one: heard((one,)))
        reports = node_side(inheritance, heard, loop.put, journal)

        def adopt(new: Built) -> None:
            runner.adopt(reports.adopt(new.world.model))

        adopt(built)
        loop.adopted.append(adopt)
        local = Local(lambda: loop.judging, loop.put, lambda digest: load(folders.state, digest), times.told)
        await local.start(folders.judge_socket)
        await reports.start()
        tasks = [asyncio.create_task(runner.run()), asyncio.create_task(loop.run())]
        ending = asyncio.create_task(stopped.wait())
        first = asyncio.create_task(loop.published.wait())
        await asyncio.wait((first, ending, *tasks), return_when=asyncio.FIRST_COMPLETED)
        if first.done():
            inheritance.ready(loop.first_verdicts())
        await asyncio.wait((ending, *tasks), return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            if task.done():
                task.result()
            task.cancel()
        await local.stop()
        await reports.stop()
        loop.close()
