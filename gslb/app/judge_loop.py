"""The shell that turns judging: hands it what happened, and does what it asks for - publish, then keep, then tell.

put ─► (a few ms, so that what happens together is one generation) ─► Judging.step ─► Publisher, Store, Journal
"""

from __future__ import annotations

import asyncio
import contextlib
import pickle
import time
from collections.abc import Callable, Sequence
from dataclasses import fields, replace

from gslb.app.answered import as_answered, published
from gslb.app.folders import Folders
from gslb.app.keeping import BOARD, Keeping
from gslb.control import (
    Board,
    Built,
    Effects,
    Event,
    Journal,
    Judging,
    Ordered,
    Publishing,
    Reply,
    Store,
    Stored,
    Unpublished,
    publication_change,
)
from gslb.image import Publisher
from gslb.policy import Memory
from gslb.store import SqliteStore, StoreError

GATHER = 0.005  # seconds in which what happens together is one publication
AGAIN = 1.0  # seconds after which a publication that failed is tried again


Turned = tuple[tuple[str, ...], dict[int, Reply]]
"""What went wrong in a turn, in words, and the reply to each order, by the identity of what it was asked with."""


class JudgeLoop:
    """One node's judging over its folders; `beat` is called while a turn is long.

    `adopted` are called with each new world, as soon as it is judged.
    """

    def __init__(
        self,
        folders: Folders,
        built: Built,
        store: Store | None,
        journal: Journal,
        beat: Callable[[], None] = lambda: None,
    ) -> None:
        self.folders, self.journal, self.store = folders, journal, store
        self.publisher = Publisher(folders.run)
        self.publishing = Publishing(built)
        epoch = self.publisher.generation[0] + 1
        stored = as_answered(recall(store, journal), published(folders.run))
        self.judging = Judging(built, stored, epoch, time.monotonic(), time.time(), beat=beat)
        self.published = asyncio.Event()
        self.adopted: list[Callable[[Built], None]] = []
        self._beat = beat
        self._events: list[Event] = []
        self._woken = asyncio.Event()
        self._turn: asyncio.Future[Turned] | None = None
        self._troubles: list[str] = []
        self._replies: dict[int, Reply] = {}
        self._again = False
        self._unadopted: Built | None = None
        self._keeping = None if store is None else Keeping(store)

    def put(self, event: Event) -> None:
        """Something happened; it counts from the next turn on."""
        self._events.append(event)
        self._woken.set()

    async def carry_out(self, event: Event) -> tuple[str, ...]:
        """The same, and wait until what follows is published and kept. Returns what went wrong with that, in words."""
        return (await self._carried(event))[0]

    async def order(self, event: Ordered) -> Reply:
        """Have an order carried out, and wait likewise; what went wrong then is among the warnings."""
        troubles, replies = await self._carried(event)
        reply = replies[id(event)]
        return replace(reply, warnings=(*reply.warnings, *troubles))

    async def _carried(self, event: Event) -> Turned:
        self.put(event)
        if self._turn is None:
            self._turn = asyncio.get_running_loop().create_future()
        return await asyncio.shield(self._turn)

    def adopt_again(self) -> None:
        """Let those who look after the world read anew what is not in it: files of secrets."""
        for adopt in self.adopted:
            adopt(self.judging.built)

    async def run(self) -> None:
        """Turn whenever something happened or is due, for ever."""
        wake_at = time.monotonic()
        while True:
            delay = max(0.0, wake_at - time.monotonic())
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), min(3600, delay))
                await asyncio.sleep(GATHER)
            self._woken.clear()
            events, self._events = self._events, []
            turn, self._turn = self._turn, None
            wake_at = self.turn(events)
            if turn is not None:
                turn.set_result((tuple(self._troubles), self._replies))

    def turn(self, events: Sequence[Event]) -> float:
        """One step and all its effects; returns when the next is due (monotonic)."""
        self._troubles = []
        again = (Unpublished(),) if self._again else ()
        wall = time.time()
        effects = self.judging.step(time.monotonic(), wall, (*events, *again))
        if effects.adopted is not None:
            self.publishing, self._unadopted = Publishing(effects.adopted), effects.adopted
            for adopt in self.adopted:
                adopt(effects.adopted)
        published = self._publish(effects)
        if self._keeping is not None:
            self.judging.chronicle(effects, wall)
            if published is not None:
                self._tell(effects, published)
            self._keep(effects, self._keeping)
        self._replies = {id(reply.event): reply for reply in effects.replies}
        for line in effects.lines:
            self.journal.info(line.event, **dict(line.fields))
        return min(effects.wake_at, *self._own_alarms())

    def _own_alarms(self) -> tuple[float, float]:
        never = float("inf")
        again = time.monotonic() + AGAIN if self._again else never
        return again, self._keeping.wake_at() if self._keeping is not None else never

    def _publish(self, effects: Effects) -> float | None:
        """Make a generation what is answered, if there is one; returns when that was done, wall-clock seconds.

        Where it fails the last one stays, and soon it is tried again.
        """
        belief = effects.belief
        if belief is None:
            return None
        publication = self.publishing.publication(belief, effects.touched, time.monotonic(), self._beat)
        try:
            self.publisher.publish(publication)
        except OSError as error:
            self._again = True
            self._trouble("publish_failed", f"not published yet: {error}", generation=belief.generation)
            return None
        done = time.time()
        self._again = False
        if self._unadopted is not None:
            self.folders.adopt(self._unadopted.digest)
            self._unadopted = None
        self.published.set()
        return done

    def _tell(self, effects: Effects, published: float) -> None:
        """Add to the changes of a step that it is published, and from what names are answered since."""
        belief, changes, model = effects.belief, effects.changes, self.publishing.built.digest
        if belief is not None:
            changes.append(publication_change(belief, effects.touched, model, changes, published))
        opened, whole = self.publishing.opened, effects.touched is None
        changes += self.judging.chronicler.standings(opened, published, whole=whole)

    def _keep(self, effects: Effects, keeping: Keeping) -> None:
        """Store what the step changed, and what the disk did not take before."""
        keeping.add(effects, self.judging.overrides)
        try:
            if keeping.write(time.monotonic(), time.time()):  # changes were lost: at the next step all is told anew
                self.judging.chronicler.rebase(keeping.store.latest())
                self._woken.set()
        except StoreError as error:
            self._trouble("store_failed", f"not stored yet: {error}")

    def _trouble(self, event: str, text: str, **fields: object) -> None:
        self._troubles.append(text)
        self.journal.error(event, error=text, **fields)

    def first_verdicts(self) -> str:
        """What is known at the start, for the operator's line."""
        verdicts = [one for one in self.judging.verdicts.values() if one.check.endpoint]
        up = sum(one.known and one.up for one in verdicts)
        down = sum(one.known and not one.up for one in verdicts)
        waiting = len(verdicts) - up - down
        return f"first verdicts {up} up {down} down" + (f" {waiting} waiting" if waiting else "") if verdicts else ""

    def close(self) -> None:
        """Let another judge follow."""
        self.publisher.close()
        if self._keeping is not None:
            with contextlib.suppress(StoreError):
                self._keeping.finish(time.monotonic(), time.time())
            self._keeping.store.close()


def recall(store: Store | None, journal: Journal) -> Stored:
    """What a restart begins with; what cannot be read is told and left out."""
    if store is None:
        return Stored()
    try:
        return Stored(
            tuple(store.load_verdicts()),
            tuple(store.load_overrides()),
            _memory(store, journal),
            tuple(store.latest()),
            _board(store, journal),
        )
    except StoreError as error:
        journal.error("store_failed", error=str(error))
        return Stored()


def _board(store: Store, journal: Journal) -> Board:
    kept = store.load_memory(BOARD)
    try:
        return Board() if kept is None else Board.from_json(kept)
    except (ValueError, TypeError, KeyError) as error:
        journal.error("board_forgotten", error=repr(error))
        return Board()


def _memory(store: Store, journal: Journal) -> Memory:
    kept = store.load_memory()
    try:
        memory = Memory() if kept is None else pickle.loads(kept)  # noqa: S301 - our own state directory
    except Exception as error:  # noqa: BLE001 - whatever an older release's pickle may raise
        journal.warning("memory_forgotten", error=repr(error))
        return Memory()
    return _whole(memory) if isinstance(memory, Memory) else Memory()


def _whole(memory: Memory) -> Memory:
    """The same, with what an older release did not know yet."""
    known = (field.name for field in fields(Memory) if hasattr(memory, field.name))
    return Memory(**{name: getattr(memory, name) for name in known})


def open_store(folders: Folders, journal: Journal) -> SqliteStore | None:
    """The store, or None where it cannot be opened: a node without memory still answers."""
    try:
        return SqliteStore(folders.store)
    except StoreError as error:
        journal.error("store_failed", error=str(error))
        return None
