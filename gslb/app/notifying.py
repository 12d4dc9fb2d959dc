"""Tells people: follows the chronicle, keeps what is to be told until it was taken, and tries again until then.

chronicle ─► Notices ─► outbox, one a recipient, kept in state/telemetry.db ─► deliver ─► taken, or again later
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from gslb.app.delivery import DeliveryError, deliver
from gslb.app.folders import Folders
from gslb.app.keepsake import Keepsake
from gslb.control import Journal, Recorded
from gslb.history import NOTICED, Notices
from gslb.model import Model, Recipient
from gslb.probe import Fence
from gslb.store import SqliteStore, StoreError

EVERY = 1.0  # seconds between two looks at the chronicle
PAGE = 1_000
MOST = 100  # notifications that wait for one recipient; the oldest go first
PATIENCE = 300.0  # seconds between two tries at most


class Notifying:
    """One node's notifications. `model` is what is answered from, None before anything is."""

    def __init__(
        self,
        folders: Folders,
        keepsake: Keepsake,
        journal: Journal,
        model: Callable[[], Model | None],
        patience: float = 1.0,
    ) -> None:
        """`patience`: seconds after which what was not taken is tried again first; doubled each time."""
        self.counts: Counter[tuple[str, str]] = Counter()
        self.outbox: dict[str, list[dict[str, Any]]] = {}
        self._folders, self._keepsake, self._journal, self._model = folders, keepsake, journal, model
        self._patience = patience
        self._notices: Notices | None = None
        self._kept = ""
        self._senders: dict[str, asyncio.Task[None]] = {}

    async def run(self, wall: Callable[[], float] = time.time) -> None:
        """For ever."""
        self.recall(await asyncio.to_thread(self._keepsake.load))
        try:
            while True:
                model = self._model()
                if model is not None:
                    await self.turn(model, wall())
                await asyncio.sleep(EVERY)
        finally:
            for task in self._senders.values():
                task.cancel()

    def recall(self, kept: bytes | None) -> None:
        """Go on where an earlier process stopped; what cannot be read is told and begun anew."""
        if kept is None:
            return
        try:
            said = json.loads(kept)
            self._notices = Notices.of(said["notices"])
            self.outbox = {str(name): list(waiting) for name, waiting in said["outbox"].items()}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            self._journal.warning("notices_forgotten", error=repr(error))

    async def turn(self, model: Model, wall: float) -> None:
        """Read on, note what is to be told, keep that, and have it sent."""
        recipients = {recipient.name: recipient for recipient in model.notify.recipients}
        await asyncio.to_thread(self._read, model)
        if self._notices is not None:
            for notice in await asyncio.to_thread(self._notices.step, wall, model):
                for recipient in recipients.values():
                    if notice.occasion in recipient.occasions:
                        self._put(recipient.name, notice.plain())
        for name in self.outbox.keys() - recipients.keys():
            del self.outbox[name]
        await self.keep()
        for name, recipient in recipients.items():
            sender = self._senders.get(name)
            if self.outbox.get(name) and (sender is None or sender.done()):
                self._senders[name] = asyncio.create_task(self._send(recipient, model))

    def _read(self, model: Model) -> None:
        try:
            chronicle = SqliteStore(self._folders.store, reading=True)
        except StoreError:  # before the judge has made it
            return
        try:
            if self._notices is None:  # nobody is told of what was before we came
                self._notices = begun(chronicle.latest())
            while found := chronicle.since(self._notices.number, PAGE, NOTICED):
                self._notices.follow(found, model)
        except StoreError as error:
            self._journal.error("store_failed", error=str(error))
        finally:
            chronicle.close()

    def _put(self, name: str, said: dict[str, Any]) -> None:
        waiting = self.outbox.setdefault(name, [])
        waiting.append(said)
        if len(waiting) > MOST:
            del waiting[0]
            self.counts[name, "dropped"] += 1

    async def keep(self) -> None:
        """Write down what was noted and what waits, where that is new."""
        if self._notices is None:
            return
        said = {"notices": self._notices.kept(), "outbox": self.outbox}
        same = json.dumps({**said, "notices": {**said["notices"], "number": 0}})
        if same != self._kept and await asyncio.to_thread(self._keepsake.save, json.dumps(said).encode()):
            self._kept = same

    async def _send(self, recipient: Recipient, model: Model) -> None:
        """All that waits for one, in order; what is not taken is tried again until it is, or has to make room."""
        probes = model.probes
        fence, delay = Fence(probes.forbid, probes.allow), self._patience
        while waiting := self.outbox.get(recipient.name):
            said = waiting[0]
            try:
                await deliver(recipient, said, fence, programs=probes.programs)
            except DeliveryError as error:
                self.counts[recipient.name, "failed"] += 1
                self._journal.warning("not_notified", recipient=recipient.name, error=str(error), again_in=delay)
                await asyncio.sleep(delay)
                delay = min(PATIENCE, 2 * delay)
                current = self._model()
                known = current.notify.recipients if current else ()
                if current is None or recipient not in known or current.probes != probes:
                    return  # the next turn sends as it is written now
                continue
            delay = self._patience
            self.counts[recipient.name, "sent"] += 1
            self._journal.info("notified", recipient=recipient.name, occasion=said["occasion"], subject=said["subject"])
            if waiting and waiting[0] is said:
                del waiting[0]
            await self.keep()


def begun(latest: Sequence[Recorded]) -> Notices:
    """The notices of who comes new to a chronicle: words in force are known, what is down already is not told."""
    found = Notices(max((one.number for one in latest), default=0))
    found.meet(latest)
    return found
