"""The embedded store: verdicts, overrides and memory in one SQLite file that survives kill -9.

    verdicts   what was believed, by check             written when a verdict turns
    overrides  an operator's words, by path            written with a row in the audit, both or neither
    memory     what choices left behind, by key        opaque bytes
    audit      who put or cleared which override       never changed

Every call is one transaction (write-ahead log): after a kill the file holds each of them whole or not at all.
Overrides reach the disk before the call returns, what a machine can find out again may lag by moments if the power
fails. A call that cannot be carried out raises StoreError, changes nothing, and may be tried again later: nothing
needs a restart once there is room again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import quote

from gslb.health import Override, Standing, Verdict
from gslb.model import Check

SCHEMA = 1
HELD = 2  # beside 0, down, and 1, up: what damping holds back
TABLES = """
CREATE TABLE verdicts (
    monitor TEXT NOT NULL, endpoint TEXT NOT NULL, address TEXT NOT NULL,
    up INTEGER NOT NULL, since REAL NOT NULL, reason TEXT NOT NULL,
    PRIMARY KEY (monitor, endpoint, address)
) WITHOUT ROWID;
CREATE TABLE overrides (
    path TEXT PRIMARY KEY, standing TEXT NOT NULL, reason TEXT NOT NULL,
    author TEXT NOT NULL, at REAL NOT NULL, expires REAL
) WITHOUT ROWID;
CREATE TABLE memory (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE audit (
    number INTEGER PRIMARY KEY,
    at REAL NOT NULL, author TEXT NOT NULL, path TEXT NOT NULL, word TEXT NOT NULL, reason TEXT NOT NULL
);
"""


class StoreError(Exception):
    """What could not be read or written, and what to do about it; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the audit: at wall-clock `at`, `author` said `word` (up, drain, off, auto) of `path`."""

    at: float
    author: str
    path: str
    word: str
    reason: str


class SqliteStore:
    """A store in the file at `path`, which is made when absent; may be called from any thread.

    StoreError: it cannot be opened, is damaged, or was written by a newer version. A file that can be read but not
    written is opened all the same: loading works, and saving says why it does not.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._read_only = ""
        self._connection = self._open()

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def load_verdicts(self) -> tuple[Verdict, ...]:
        rows = self._read("SELECT monitor, endpoint, address, up, since, reason FROM verdicts ORDER BY 1, 2, 3")
        return tuple(
            Verdict(Check(*row[:3]), up=row[3] == 1, since=row[4], reason=row[5], held=row[3] == HELD) for row in rows
        )

    def save_verdicts(self, changed: Iterable[Verdict], forgotten: Iterable[Check] = ()) -> None:
        """Store verdicts that are known, and drop those of checks no longer watched; all or none of it."""
        rows = [
            (v.check.monitor, v.check.endpoint, v.check.address, HELD if v.held else int(v.up), v.since, v.reason)
            for v in changed
            if v.known
        ]
        gone = [(check.monitor, check.endpoint, check.address) for check in forgotten]
        with self._writing() as connection:
            connection.executemany("REPLACE INTO verdicts VALUES (?, ?, ?, ?, ?, ?)", rows)
            connection.executemany("DELETE FROM verdicts WHERE (monitor, endpoint, address) = (?, ?, ?)", gone)

    def load_overrides(self) -> tuple[Override, ...]:
        """All of them by path, those that have expired too: whoever judges them clears them."""
        rows = self._read("SELECT path, standing, reason, author, at, expires FROM overrides ORDER BY path")
        return tuple(Override(path, Standing(standing), *rest) for path, standing, *rest in rows)

    def put_override(self, override: Override) -> None:
        """Store an operator's word, in place of an earlier one on the same path."""
        o = override
        with self._writing(durable=True) as connection:
            row = (o.path, o.standing.value, o.reason, o.author, o.at, o.expires)
            connection.execute("REPLACE INTO overrides VALUES (?, ?, ?, ?, ?, ?)", row)
            self._note(connection, Entry(o.at, o.author, o.path, o.standing.value, o.reason))

    def clear_override(self, path: str, author: str, at: float) -> None:
        """Back to auto; nothing happens where nothing was said."""
        with self._writing(durable=True) as connection:
            if connection.execute("DELETE FROM overrides WHERE path = ?", (path,)).rowcount:
                self._note(connection, Entry(at, author, path, "auto", ""))

    def audit(self, limit: int = 100) -> tuple[Entry, ...]:
        """The latest entries, newest first."""
        rows = self._read("SELECT at, author, path, word, reason FROM audit ORDER BY number DESC LIMIT ?", limit)
        return tuple(Entry(*row) for row in rows)

    def load_memory(self, key: str = "choices") -> bytes | None:
        rows = self._read("SELECT value FROM memory WHERE key = ?", key)
        return bytes(rows[0][0]) if rows else None

    def save_memory(self, data: bytes, key: str = "choices") -> None:
        with self._writing() as connection:
            connection.execute("REPLACE INTO memory VALUES (?, ?)", (key, data))

    @staticmethod
    def _note(connection: sqlite3.Connection, entry: Entry) -> None:
        row = (entry.at, entry.author, entry.path, entry.word, entry.reason)
        connection.execute("INSERT INTO audit (at, author, path, word, reason) VALUES (?, ?, ?, ?, ?)", row)

    def _read(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with self._lock, self._translated("read"):
            return self._connection.execute(query, values).fetchall()

    @contextmanager
    def _writing(self, *, durable: bool = False) -> Iterator[sqlite3.Connection]:
        with self._lock, self._translated("write"):
            if self._read_only:
                self._reopen()
            self._connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
                raise

    def _reopen(self) -> None:
        """It could only be read when it was opened; perhaps it can be written by now."""
        connection = self._open()
        self._connection.close()
        self._connection = connection
        if self._read_only:
            raise StoreError(f"cannot write {self._path}: {self._read_only}")

    def _open(self) -> sqlite3.Connection:
        with self._translated("open"):
            try:
                connection = self._connect("mode=rwc")
                self._read_only = ""
            except sqlite3.OperationalError as fault:
                if not self._path.exists():
                    raise
                wal = self._path.with_name(self._path.name + "-wal")
                connection = self._connect("mode=ro" if wal.exists() else "immutable=1")
                self._read_only = str(fault)
        return connection

    def _connect(self, how: str) -> sqlite3.Connection:
        uri = f"file:{quote(str(self._path.absolute()))}?{how}"
        connection = sqlite3.connect(uri, uri=True, timeout=1.0, isolation_level=None, check_same_thread=False)
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
            if version == 0:
                connection.executescript(f"BEGIN IMMEDIATE; {TABLES} PRAGMA user_version = {SCHEMA}; COMMIT;")
            connection.execute("BEGIN IMMEDIATE")  # find out now whether it can be written
            connection.execute("ROLLBACK")

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
