"""The tables of a store's file, and how those of each earlier version become today's.

verdicts   what was believed, by check             written when a verdict turns
overrides  an operator's words, by path            written with a row in the audit, both or neither
entries    anything else, by key, with a revision  opaque bytes; revisions grow over the whole file
chronicle  every change, numbered                  only ever added to, and pruned at its old end
audit      who put or cleared which override       as version 1 wrote it; the chronicle tells the same since
"""

from __future__ import annotations

BY_VERSION = (
    """
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
    """,
    """
    CREATE TABLE entries (key TEXT PRIMARY KEY, value BLOB, revision INTEGER NOT NULL) WITHOUT ROWID;
    CREATE INDEX entries_by_revision ON entries (revision);
    INSERT INTO entries SELECT key, value, row_number() OVER (ORDER BY key) FROM memory;
    DROP TABLE memory;
    CREATE TABLE chronicle (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        at REAL NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, author TEXT NOT NULL, data TEXT,
        state TEXT, fine INTEGER NOT NULL
    );
    CREATE INDEX chronicle_by_state ON chronicle (state, number) WHERE state IS NOT NULL;
    CREATE INDEX chronicle_by_kind ON chronicle (kind, at);
    CREATE INDEX chronicle_by_fineness ON chronicle (fine, number);
    """,
    """
    ALTER TABLE overrides ADD COLUMN id TEXT NOT NULL DEFAULT '';
    ALTER TABLE overrides ADD COLUMN begins REAL;
    ALTER TABLE overrides ADD COLUMN ramp REAL NOT NULL DEFAULT 0;
    ALTER TABLE overrides ADD COLUMN back REAL NOT NULL DEFAULT 0;
    ALTER TABLE overrides ADD COLUMN lead REAL;
    ALTER TABLE overrides ADD COLUMN forced INTEGER NOT NULL DEFAULT 0;
    """,
)
"""What makes version n + 1 of a file of version n; a new file goes through all of them."""

SCHEMA = len(BY_VERSION)


def upgrade(version: int) -> str:
    """The statements that bring a file of this version to today's, as one transaction."""
    return f"BEGIN IMMEDIATE; {''.join(BY_VERSION[version:])} PRAGMA user_version = {SCHEMA}; COMMIT;"
