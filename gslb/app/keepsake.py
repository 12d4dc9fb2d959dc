"""What the control process learns and keeps over restarts, value by value, in a file of its own.

learned ─► octets ─► Keepsake.save, now and then, in a thread ─► state/telemetry.db ─► Keepsake.load at the next start
"""

from __future__ import annotations

from gslb.app.folders import Folders
from gslb.control import Entries, Journal
from gslb.store import SqliteStore, StoreError


class Keepsake:
    """One value under `key` that this process alone writes. Without a store, or with a broken one, nothing is kept.

    Calls wait for the disk: an event loop makes them in a thread.
    """

    def __init__(self, store: Entries | None, key: str, journal: Journal) -> None:
        self._store, self._key, self._journal = store, key, journal
        self._revision = 0

    def load(self) -> bytes | None:
        """What was kept last; None where nothing was, or it cannot be read."""
        if self._store is None:
            return None
        try:
            value, self._revision = self._store.read(self._key)
        except StoreError as error:
            self._journal.error("store_failed", key=self._key, error=str(error))
            return None
        return value

    def save(self, value: bytes) -> bool:
        """Keep this from now on. False where it cannot be written: that is told, and may be tried again later."""
        if self._store is None:
            return False
        try:
            revision = self._store.compare_and_swap(self._key, value, self._revision)
            if revision is None:  # an older process of this node wrote last
                _, self._revision = self._store.read(self._key)
                revision = self._store.compare_and_swap(self._key, value, self._revision)
        except StoreError as error:
            self._journal.error("store_failed", key=self._key, error=str(error))
            return False
        self._revision = revision or 0
        return revision is not None


def open_telemetry(folders: Folders, journal: Journal) -> SqliteStore | None:
    """The store of what is learned; None where it cannot be opened: that is told, and learning begins anew."""
    try:
        return SqliteStore(folders.telemetry)
    except StoreError as error:
        journal.error("store_failed", error=str(error))
        return None
