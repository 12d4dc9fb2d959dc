"""What a node answered from at a moment in the past: the chronicle says what was believed, a snapshot in which world.

wall-clock moment ─► the generation published last by then ─► all changes up to it ─► Belief ┐
                                                           └► digest ─► snapshot ─► World ───┴─► View
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gslb.app.folders import Folders
from gslb.control import Built, ChangeKind, Recorded, believed, load
from gslb.nameserver import Belief, View
from gslb.store import SqliteStore, StoreError


class ForgottenError(Exception):
    """That moment is not known, or no longer; the text says why, and from when on things are known."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What was answered from, and since when (wall-clock seconds)."""

    view: View
    since: float


class Past:
    """Looks back into a state directory. Calls wait for the disk and may take long: an event loop makes them elsewhere.

    `known` may have a snapshot at hand, by its digest; else the one looked into last is kept.
    """

    def __init__(self, folders: Folders, known: Callable[[str], Built | None] = lambda _: None) -> None:
        self._folders, self._known = folders, known
        self._built: Built | None = None

    def at(self, moment: float) -> Moment:
        """What was answered from at wall-clock `moment`, in seconds. Raises ForgottenError."""
        with self._chronicle() as store:
            return self._moment(store, _published(store, moment))

    def up_to(self, number: int) -> Moment:
        """What was answered from when the chronicle had come to that number. Raises ForgottenError."""
        with self._chronicle() as store:
            published = store.last_until(number, [ChangeKind.PUBLISHED])
            if published is None:
                raise ForgottenError(f"nothing is known of what was published by change {number}")
            return self._moment(store, published)

    @contextlib.contextmanager
    def _chronicle(self) -> Iterator[SqliteStore]:
        try:
            store = SqliteStore(self._folders.store, reading=True)
        except StoreError as error:
            raise ForgottenError(f"there is no chronicle: {error}") from error
        try:
            yield store
        except StoreError as error:
            raise ForgottenError(f"the chronicle cannot be read: {error}") from error
        finally:
            store.close()

    def _moment(self, store: SqliteStore, published: Recorded) -> Moment:
        told = believed(store.latest(until=published.number))
        data = published.change.data or {}
        epoch, _, generation = published.change.subject.partition("/")
        belief = Belief(
            epoch=int(epoch),
            generation=int(generation),
            verdicts=told.verdicts,
            overrides=told.overrides,
            memory=told.memory,
            wall=data["wall"],
            seed=data["seed"],
        )
        return Moment(View(self._world(data["model"], published.change.at).world, belief), published.change.at)

    def _world(self, digest: str, at: float) -> Built:
        known = self._known(digest)
        if known is not None:
            return known
        if self._built is None or self._built.digest != digest:
            try:
                self._built = load(self._folders.state, digest)
            except FileNotFoundError as error:
                text = f"the configuration of {stamp(at)} (snapshot {digest}) is no longer kept"
                raise ForgottenError(text) from error
            except Exception as error:  # whatever another release's pickle may raise
                text = f"the configuration of {stamp(at)} (snapshot {digest}) was written by another release: {error!r}"
                raise ForgottenError(text) from error
        return self._built


def _published(store: SqliteStore, moment: float) -> Recorded:
    """The publication that was in force. Raises ForgottenError where none is known, or not all that came before it."""
    published = store.last_before(moment, [ChangeKind.PUBLISHED])
    if published is None:
        first = next(iter(store.since(0, 1, [ChangeKind.PUBLISHED])), None)
        known = f"the chronicle begins {stamp(first.change.at)}" if first else "nothing was published yet"
        raise ForgottenError(f"nothing is known of {stamp(moment)}: {known}")
    gap = next(iter(store.since(published.number, 1, [ChangeKind.GAP])), None)
    if gap is not None and (gap.change.data or {}).get("since", gap.change.at) <= moment:
        since, until = (gap.change.data or {})["since"], gap.change.at
        text = f"nothing is known of {stamp(moment)}: what changed from {stamp(since)} to {stamp(until)} could not be"
        raise ForgottenError(f"{text} written")
    return published


def stamp(moment: float) -> str:
    """A wall-clock moment as people here write it."""
    return time.strftime("%F %T%z", time.localtime(moment))
