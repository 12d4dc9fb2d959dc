"""What survives a restart: verdicts, overrides and memory on disk.

judge ──► SqliteStore ──► state/gslb.db      (one writer; whole transactions, never half of one)
"""

from gslb.store.sqlite import Entry, SqliteStore, StoreError

__all__ = ["Entry", "SqliteStore", "StoreError"]
