"""The view as a process other than a worker sees it: the last published belief over the world it was made for."""

from __future__ import annotations

from gslb.app.folders import Folders
from gslb.control import Built, load, thaw
from gslb.image import Tables
from gslb.nameserver import View


class Views:
    """Follows publications. `tables` may count for a slot; the view is made anew only when the generation changes."""

    def __init__(self, folders: Folders, tables: Tables) -> None:
        self._folders = folders
        self.tables = tables
        self._built: Built | None = None
        self._view: View | None = None

    def now(self) -> View | None:
        """The view of the newest generation; None before the first."""
        if self.tables.refresh() or self._view is None:
            self._renew()
        return self._view

    @property
    def built(self) -> Built | None:
        """What the view was built from."""
        return self._built

    def _renew(self) -> None:
        tables = self.tables
        if not tables.model:
            return
        if self._built is None or self._built.digest != tables.model:
            self._built = load(self._folders.state, tables.model)
        self._view = View(self._built.world, thaw(tables.state()))
