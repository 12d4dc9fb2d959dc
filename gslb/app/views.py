"""The view as a process other than a worker sees it: the last published belief over the world it was made for."""

from __future__ import annotations

from collections.abc import Callable

from gslb.app.folders import Folders
from gslb.control import Built, Part, join, load, thaw
from gslb.image import Tables
from gslb.nameserver import View


class Views:
    """Follows publications. `tables` may count for a slot; of a new generation only what changed is read.

    What cannot be read is told to `trouble`; then the last view stays, and the next look tries again.
    """

    def __init__(self, folders: Folders, tables: Tables, trouble: Callable[[Exception], None]) -> None:
        self.tables = tables
        self._folders, self._trouble = folders, trouble
        self._built: Built | None = None
        self._parts: dict[int, Part] = {}
        self._view: View | None = None
        self._generation = (0, 0)

    def built(self, digest: str) -> Built | None:
        """The snapshot of the last view, if it is called so."""
        return self._built if self._built is not None and self._built.digest == digest else None

    def now(self) -> View | None:
        """The view of the newest generation; None before the first."""
        try:
            self.tables.refresh()
            if self.tables.generation != self._generation:
                self._renew()
        except Exception as error:  # noqa: BLE001 - whatever the disk may bring: a view that is old is better than none
            self._trouble(error)
        return self._view

    def _renew(self) -> None:
        tables = self.tables
        built = self._built
        if built is None or built.digest != tables.model:
            built = load(self._folders.state, tables.model)
        parts = {reference: self._parts.get(reference) or thaw(tables.part(reference)) for reference in tables.state()}
        self._view = View(built.world, join(parts.values()))
        self._built, self._parts, self._generation = built, parts, tables.generation
