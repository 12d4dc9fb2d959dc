"""How available each steered name was over a day, a week and a month, from the chronicle alone.

chronicle: from what names were answered, and since when ─► shares of each window ─► `gslb availability`, metrics
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping
from typing import Any

from gslb.app.folders import Folders
from gslb.control import WINDOWS, Change, ChangeKind, Standing, availabilities
from gslb.store import SqliteStore, StoreError

PAGE = 10_000
EVERY = 30.0  # seconds between two looks for the metrics


def availability_told(folders: Folders, now: float) -> list[dict[str, Any]]:
    """Each name with its windows: the share healthy, and seconds by standing. Needs no process. Raises StoreError."""
    chronicle = SqliteStore(folders.store, reading=True)
    changes: list[Change] = []
    try:
        number = 0
        while found := chronicle.since(number, PAGE, [ChangeKind.STANDING]):
            number = found[-1].number
            changes += [one.change for one in found]
    finally:
        chronicle.close()
    by_name: dict[str, dict[str, Any]] = {}
    for window, seconds in WINDOWS.items():
        for name, shares in availabilities(changes, now - seconds, now).items():
            by_name.setdefault(name, {})[window] = {
                "healthy": shares.healthy,
                "known": shares.seconds,
                "seconds": {standing.value: shares.by.get(standing, 0.0) for standing in Standing},
            }
    return [{"name": name, "windows": windows} for name, windows in sorted(by_name.items())]


async def follow_availability(folders: Folders, take: Callable[[Mapping[tuple[str, str], float]], None]) -> None:
    """Hand over the healthy share by name and window now and then; where it cannot be read, what was known stands."""
    while True:
        with contextlib.suppress(StoreError):
            found = await asyncio.to_thread(availability_told, folders, time.time())
            take({(one["name"], window): of["healthy"] for one in found for window, of in one["windows"].items()})
        await asyncio.sleep(EVERY)
