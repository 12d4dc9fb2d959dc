"""Where the loops meet the edges: what they ask of a store, in one place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from gslb.control.chronicle import Change, ChangeKind, Recorded
from gslb.health import Override, Verdict
from gslb.model import Check


class Entries(Protocol):
    """Opaque values by key, each with a revision; the edges' own error where one cannot be read or written."""

    def read(self, key: str) -> tuple[bytes | None, int]: ...

    def compare_and_swap(self, key: str, value: bytes | None, revision: int) -> int | None: ...

    def watch(self, revision: int) -> Sequence[tuple[str, bytes | None, int]]: ...


class Chronicle(Protocol):
    """What changed, numbered. `latest`: of each state the last change; `since`: what came after a number."""

    def since(self, number: int, limit: int = 1_000, kinds: Collection[ChangeKind] = ()) -> Sequence[Recorded]: ...

    def newest(self, limit: int, kinds: Collection[ChangeKind] = ()) -> Sequence[Recorded]: ...

    def latest(self, until: int | None = None) -> Sequence[Recorded]: ...

    def last_before(self, at: float, kinds: Collection[ChangeKind]) -> Recorded | None: ...


class Store(Entries, Chronicle, Protocol):
    """What must survive a restart. Calls return when it is kept; the store's error when it cannot be.

    What is called within `together` is kept as a whole or not at all.
    """

    def together(self, *, durable: bool = False) -> AbstractContextManager[None]: ...

    def load_verdicts(self) -> Sequence[Verdict]: ...

    def save_verdicts(self, changed: Iterable[Verdict], forgotten: Iterable[Check] = ()) -> None: ...

    def load_overrides(self) -> Sequence[Override]: ...

    def put_override(self, override: Override) -> None: ...

    def clear_override(self, path: str, author: str, at: float) -> None: ...

    def load_memory(self, key: str = "choices") -> bytes | None: ...

    def save_memory(self, data: bytes, key: str = "choices") -> None: ...

    def record(self, changes: Iterable[Change]) -> None: ...

    def close(self) -> None: ...
