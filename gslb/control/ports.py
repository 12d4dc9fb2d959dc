"""Where the loops meet the edges: what they ask of a store, in one place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from gslb.health import Override, Verdict
from gslb.model import Check


class Store(Protocol):
    """What must survive a restart. Calls return when it is on disk; OSError or the store's error when it cannot be."""

    def load_verdicts(self) -> Sequence[Verdict]: ...

    def save_verdicts(self, changed: Iterable[Verdict], forgotten: Iterable[Check] = ()) -> None: ...

    def load_overrides(self) -> Sequence[Override]: ...

    def put_override(self, override: Override) -> None: ...

    def clear_override(self, path: str, author: str, at: float) -> None: ...

    def load_memory(self) -> bytes | None: ...

    def save_memory(self, data: bytes) -> None: ...

    def close(self) -> None: ...
