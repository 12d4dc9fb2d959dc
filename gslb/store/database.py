"""One SQLite file: opened, brought to today's tables, written in whole transactions, and tried again when it failed.

A file that can be read but not written is opened all the same: reading works, writing says why it does not. A call that
cannot be carried out raises StoreError, changes nothing, and may be tried again later: nothing needs a restart.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import RLock
from typing import Any
from urllib.parse import quote

from gslb.store.schema import SCHEMA, upgrade

PATIENCE = 1.0  # seconds that another writer is waited for


class StoreError(Exception):
    """What could not be read or written, and what to do about it; nothing was changed."""


class Database:
    """The file at `path`, which is made when absent; `reading`: one that somebody else writes, and must be there.

    May be called from any thread. StoreError: it cannot be opened, is damaged, or was written by a newer version.
    """

    def __init__(self, path: Path, *, reading: bool = False) -> None:
        self._path = path
        self._lock = RLock()
        self._within = False
        self._reading = reading
        self._read_only = ""
        self.connection = self._open()

    def close(self) -> None:
        with self._lock:
            self.connection.close()

    def read(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows that a query finds."""
        with self._lock, self._translated("read"):
            return self.connection.execute(query, values).fetchall()

    @contextmanager
    def writing(self, *, durable: bool = False) -> Iterator[sqlite3.Connection]:
        """A transaction: all of the block or nothing of it. Within another one it is part of that.

        `durable`: it is on the disk before the block is left, whatever the power does; else it may lag by moments.
        """
        with self._lock, self._translated("write"):
            if self._within:
                yield self.connection
                return
            if self._reading or self._read_only:
                self._reopen()
            self.connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self.connection.execute("BEGIN IMMEDIATE")
            self._within = True
            try:
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    self.connection.execute("ROLLBACK")
                raise
            finally:
                self._within = False

    def _reopen(self) -> None:
        """It could only be read when it was opened; perhaps it can be written by now."""
        if self._reading:
            raise StoreError(f"cannot write {self._path}: it was opened for reading")
        connection = self._open()
        self.connection.close()
        self.connection = connection
        if self._read_only:
            raise StoreError(f"cannot write {self._path}: {self._read_only}")

    def _open(self) -> sqlite3.Connection:
        with self._translated("open"):
            try:
                connection = self._connect("mode=rw" if self._reading else "mode=rwc")
                self._read_only = ""
            except sqlite3.OperationalError as fault:
                if not self._path.exists():
                    raise
                connection = self._connect(self._as_it_lies())
                self._read_only = str(fault)
        return connection

    def _as_it_lies(self) -> str:
        """How to read a file without writing beside it: whose last writer closed it has nothing beside it."""
        wal = self._path.with_name(self._path.name + "-wal")
        return "mode=ro" if wal.exists() else "immutable=1"

    def _connect(self, how: str) -> sqlite3.Connection:
        uri = f"file:{quote(str(self._path.absolute()))}?{how}"
        connection = sqlite3.connect(uri, uri=True, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
        try:
            self._prepare(connection, writable=how == "mode=rwc")
        except BaseException:
            connection.close()
            raise
        return connection

    def _prepare(self, connection: sqlite3.Connection, *, writable: bool) -> None:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > SCHEMA:
            newer = f"schema {version}, this one knows {SCHEMA}"
            raise StoreError(f"{self._path} was written by a newer version ({newer})")
        if writable:
            connection.execute("PRAGMA journal_mode = WAL")
            if version < SCHEMA:
                connection.executescript(upgrade(version))
            connection.execute("BEGIN IMMEDIATE")  # find out now whether it can be written
            connection.execute("ROLLBACK")
        elif version < SCHEMA:
            raise StoreError(f"{self._path} was written by an older version, and is not brought up to date by reading")

    @contextmanager
    def _translated(self, verb: str) -> Iterator[None]:
        """Turn what SQLite says into what a person can act on."""
        try:
            yield
        except sqlite3.OperationalError as fault:
            raise StoreError(f"cannot {verb} {self._path}: {fault}") from fault
        except sqlite3.DatabaseError as fault:
            hint = "move it away to begin anew: verdicts will be observed again, overrides must be said again"
            raise StoreError(f"cannot {verb} {self._path}: {fault}; {hint}") from fault
