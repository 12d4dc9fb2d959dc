"""What a scenario did and saw, in order: what was injected, what was answered, when, and which promise held.

Printed as it happens, and kept under build/ledgers, one JSON object a line: `{"at": seconds, "injected": …}`, `{"at",
"who", "answered", "times"}` (each answer until it changed), `{"at", "held", "seen", "limit"}`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Self

FOLDER = Path(__file__).parents[2] / "build" / "ledgers"


class Ledger:
    """One scenario's; `clock` gives seconds, and counts from the beginning of the `with` block."""

    def __init__(self, name: str, clock: Callable[[], float] = time.monotonic, folder: Path = FOLDER) -> None:
        self.path = folder / f"{name}.jsonl"
        self._clock = clock
        self._last: dict[str, tuple[str, float, int]] = {}

    def __enter__(self) -> Self:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self.path.open("w", encoding="utf-8")
        self._began = self._clock()
        return self

    def __exit__(self, *_: object) -> None:
        for who in [*self._last]:
            self._close(who)
        self._file.close()

    def injected(self, what: str) -> float:
        """Something was done to what is tested; returns the clock's time."""
        now = self._clock()
        self._write(now, injected=what)
        return now

    def answered(self, who: str, answers: Iterable[str]) -> None:
        """Somebody answered with these; what is the same as before is only counted."""
        text = " ".join(sorted(answers)) or "nothing"
        before, since, times = self._last.get(who, ("", 0.0, 0))
        if text == before:
            self._last[who] = text, since, times + 1
            return
        self._close(who)
        self._last[who] = text, self._clock(), 1

    def held(self, promise: str, seen: float, limit: float) -> None:
        """A promise: what was seen is at most the limit. AssertionError where it is not, and the ledger says so too."""
        self._write(self._clock(), held=promise, seen=round(seen, 4), limit=limit)
        assert seen <= limit, f"{promise}: {seen:g}, limit {limit:g}"

    def _close(self, who: str) -> None:
        if who in self._last:
            text, since, times = self._last.pop(who)
            self._write(since, who=who, answered=text, times=times)

    def _write(self, at: float, **said: object) -> None:
        line = json.dumps({"at": round(at - self._began, 3)} | said, ensure_ascii=False)
        self._file.write(line + "\n")
        self._file.flush()
        print(line)
