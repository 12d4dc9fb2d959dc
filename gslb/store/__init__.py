"""What survives a restart: verdicts, overrides, memory and the chronicle on disk.

    judge ───────────► SqliteStore ──► state/gslb.db          (one writer; whole transactions, never half of one)
    control process ─► SqliteStore ──► state/telemetry.db     (what it learns: estimates, populations, demand)
                    └► SqliteStore ──► state/gslb.db          (for reading: the chronicle)

schema: the tables, version by version      database: one file, its transactions and its troubles
"""

from gslb.store.database import StoreError
from gslb.store.sqlite import Entry, SqliteStore

__all__ = ["Entry", "SqliteStore", "StoreError"]
