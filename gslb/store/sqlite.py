"""The embedded store: verdicts, overrides, memory and the chronicle in one SQLite file that survives kill -9.

Every call is one transaction (write-ahead log), several within `together` are one: after a kill the file holds each of
them whole or not at all. Overrides reach the disk before the call returns; what a machine can find out again may lag by
moments if the power fails.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gslb.control import Change, ChangeKind, Recorded
from gslb.health import Override, Standing, Verdict
from gslb.model import Check
from gslb.store.database import Database

DAYS = 35  # that the chronicle tells of
ROWS = 100_000  # of the chronicle that are kept: so many of weight, and so many details
PRUNE_EVERY = 1_000  # rows added
HELD = 2  # beside 0, down, and 1, up: what damping holds back


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

    `reading`: the file of another process, which must be there; it is never written. StoreError as `Database` says.
    """

    def __init__(self, path: Path, *, reading: bool = False, days: float = DAYS, rows: int = ROWS) -> None:
        self._database = Database(path, reading=reading)
        self._days, self._rows = days, rows
        self._added = 0

    def close(self) -> None:
        self._database.close()

    @contextmanager
    def together(self, *, durable: bool = False) -> Iterator[None]:
        """All calls in the block are kept, or none of them. `durable`: on the disk before the block is left."""
        with self._database.writing(durable=durable):
            yield

    # verdicts and overrides

    def load_verdicts(self) -> tuple[Verdict, ...]:
        query = "SELECT monitor, endpoint, address, up, since, reason FROM verdicts ORDER BY 1, 2, 3"
        rows = self._database.read(query)
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
        with self._database.writing() as connection:
            connection.executemany("REPLACE INTO verdicts VALUES (?, ?, ?, ?, ?, ?)", rows)
            connection.executemany("DELETE FROM verdicts WHERE (monitor, endpoint, address) = (?, ?, ?)", gone)

    def load_overrides(self) -> tuple[Override, ...]:
        """All of them by path, those that have expired too: whoever judges them clears them."""
        rows = self._database.read(
            "SELECT path, standing, reason, author, at, expires, id, begins, ramp, back, lead, forced = 1"
            " FROM overrides ORDER BY path"
        )
        return tuple(Override(row[0], Standing(row[1]), *row[2:]) for row in rows)

    def put_override(self, override: Override) -> None:
        """Store an operator's word, in place of an earlier one on the same path."""
        o = override
        with self._database.writing(durable=True) as connection:
            row = (o.path, o.standing.value, o.reason, o.author, o.at, o.expires, o.id, o.begins, o.ramp, o.back)
            connection.execute(
                "REPLACE INTO overrides"
                " (path, standing, reason, author, at, expires, id, begins, ramp, back, lead, forced)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*row, o.lead, int(o.forced)),
            )
            self._note(connection, Entry(o.at, o.author, o.path, o.standing.value, o.reason))

    def clear_override(self, path: str, author: str, at: float) -> None:
        """Back to auto; nothing happens where nothing was said."""
        with self._database.writing(durable=True) as connection:
            if connection.execute("DELETE FROM overrides WHERE path = ?", (path,)).rowcount:
                self._note(connection, Entry(at, author, path, "auto", ""))

    def audit(self, limit: int = 100) -> tuple[Entry, ...]:
        """The latest entries, newest first."""
        query = "SELECT at, author, path, word, reason FROM audit ORDER BY number DESC LIMIT ?"
        return tuple(Entry(*row) for row in self._database.read(query, limit))

    @staticmethod
    def _note(connection: sqlite3.Connection, entry: Entry) -> None:
        row = (entry.at, entry.author, entry.path, entry.word, entry.reason)
        connection.execute("INSERT INTO audit (at, author, path, word, reason) VALUES (?, ?, ?, ?, ?)", row)

    # anything else, by key

    def read(self, key: str) -> tuple[bytes | None, int]:
        """A value, None where there is none, and its revision: 0 where there never was one."""
        rows = self._database.read("SELECT value, revision FROM entries WHERE key = ?", key)
        return (rows[0][0], rows[0][1]) if rows else (None, 0)

    def compare_and_swap(self, key: str, value: bytes | None, revision: int) -> int | None:
        """Put a value (None: take it away) over the one of this revision; its new one.

        None where it is no longer that: somebody else was faster, and nothing is changed.
        """
        with self._database.writing() as connection:
            found = connection.execute("SELECT revision FROM entries WHERE key = ?", (key,)).fetchone()
            if (found[0] if found else 0) != revision:
                return None
            return self._put(connection, key, value)

    def watch(self, revision: int) -> tuple[tuple[str, bytes | None, int], ...]:
        """Key, value and revision of all that was put after `revision`, oldest first; ask again with the last."""
        query = "SELECT key, value, revision FROM entries WHERE revision > ? ORDER BY revision"
        return tuple((key, value, at) for key, value, at in self._database.read(query, revision))

    def load_memory(self, key: str = "choices") -> bytes | None:
        return self.read(key)[0]

    def save_memory(self, data: bytes, key: str = "choices") -> None:
        with self._database.writing() as connection:
            self._put(connection, key, data)

    @staticmethod
    def _put(connection: sqlite3.Connection, key: str, value: bytes | None) -> int:
        (highest,) = connection.execute("SELECT coalesce(max(revision), 0) FROM entries").fetchone()
        connection.execute("REPLACE INTO entries VALUES (?, ?, ?)", (key, value, highest + 1))
        return int(highest) + 1

    # the chronicle

    def record(self, changes: Iterable[Change]) -> None:
        """Add to the chronicle. Now and then what is too old goes: but of each state the latest that was true then."""
        rows = [
            (c.at, c.kind.value, c.subject, c.author, None if c.data is None else json.dumps(c.data), c.state, c.fine)
            for c in changes
        ]
        if not rows:
            return
        with self._database.writing() as connection:
            into = "INSERT INTO chronicle (at, kind, subject, author, data, state, fine) VALUES (?, ?, ?, ?, ?, ?, ?)"
            connection.executemany(into, rows)
            self._added += len(rows)
            if self._added >= PRUNE_EVERY:
                self._prune(connection, rows[-1][0])

    def _prune(self, connection: sqlite3.Connection, now: float) -> None:
        self._added = 0
        for fine in (0, 1):
            beyond = "SELECT number FROM chronicle WHERE fine = ? ORDER BY number DESC LIMIT 1 OFFSET ?"
            young = "SELECT coalesce(min(number) - 1, 1 << 62) FROM chronicle WHERE fine = ? AND at >= ?"
            (old,) = connection.execute(young, (fine, now - self._days * 86_400)).fetchone()
            excess = connection.execute(beyond, (fine, self._rows)).fetchone()
            until = max(old, excess[0] if excess else 0)
            connection.execute(
                "DELETE FROM chronicle WHERE fine = ?1 AND number <= ?2 AND (state IS NULL"
                " OR EXISTS (SELECT 1 FROM chronicle AS newer WHERE newer.state = chronicle.state"
                " AND newer.number > chronicle.number AND newer.number <= ?2)"
                " OR data IS NULL AND NOT EXISTS (SELECT 1 FROM chronicle AS older WHERE older.state = chronicle.state"
                " AND older.number < chronicle.number))",
                (fine, until),
            )

    def since(self, number: int, limit: int = 1_000, kinds: Collection[ChangeKind] = ()) -> tuple[Recorded, ...]:
        """The changes after that number, oldest first and at most `limit`; of these kinds, () being all.

        To be asked again with the last number, from any process.
        """
        query = (
            "SELECT number, at, kind, subject, author, data FROM chronicle WHERE number > ?1"
            " AND kind IN (SELECT value FROM json_each(?2)) ORDER BY number LIMIT ?3"
        )
        rows = self._database.read(query, number, _listed(kinds or ChangeKind), limit)
        return tuple(_recorded(row) for row in rows)

    def newest(self, limit: int, kinds: Collection[ChangeKind] = ()) -> tuple[Recorded, ...]:
        """The last changes of these kinds, () being all, oldest first and at most `limit`."""
        query = (
            "SELECT number, at, kind, subject, author, data FROM chronicle"
            " WHERE kind IN (SELECT value FROM json_each(?1)) ORDER BY number DESC LIMIT ?2"
        )
        rows = self._database.read(query, _listed(kinds or ChangeKind), limit)
        return tuple(_recorded(row) for row in reversed(rows))

    def last_number(self) -> int:
        """The number of the newest change, 0 where there is none."""
        return int(self._database.read("SELECT coalesce(max(number), 0) FROM chronicle")[0][0])

    def latest(self, until: int | None = None) -> tuple[Recorded, ...]:
        """Of each state the latest change, up to number `until` (None: of all)."""
        query = (
            "SELECT number, at, kind, subject, author, data FROM chronicle WHERE number IN ("
            "SELECT max(number) FROM chronicle WHERE state IS NOT NULL AND number <= ? GROUP BY state) ORDER BY number"
        )
        rows = self._database.read(query, (1 << 62) if until is None else until)
        known = {kind.value for kind in ChangeKind}  # a newer release may have written others
        return tuple(_recorded(row) for row in rows if row[2] in known)

    def last_before(self, at: float, kinds: Collection[ChangeKind]) -> Recorded | None:
        """The newest change of these kinds that was made by wall-clock `at`."""
        query = (
            "SELECT number, at, kind, subject, author, data FROM chronicle"
            " WHERE kind IN (SELECT value FROM json_each(?)) AND at <= ? ORDER BY number DESC LIMIT 1"
        )
        rows = self._database.read(query, _listed(kinds), at)
        return _recorded(rows[0]) if rows else None

    def last_until(self, number: int, kinds: Collection[ChangeKind]) -> Recorded | None:
        """The newest change of these kinds up to that number."""
        query = (
            "SELECT number, at, kind, subject, author, data FROM chronicle"
            " WHERE kind IN (SELECT value FROM json_each(?)) AND number <= ? ORDER BY number DESC LIMIT 1"
        )
        rows = self._database.read(query, _listed(kinds), number)
        return _recorded(rows[0]) if rows else None


def _listed(kinds: Iterable[ChangeKind]) -> str:
    return json.dumps([kind.value for kind in kinds])


def _recorded(row: tuple[int, float, str, str, str, str | None]) -> Recorded:
    number, at, kind, subject, author, data = row
    plain = None if data is None else json.loads(data)
    return Recorded(number, Change(at, ChangeKind(kind), subject, author, plain))
