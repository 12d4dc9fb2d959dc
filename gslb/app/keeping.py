"""What a judge's steps want kept: written together, and held until the disk takes it.

Effects ─► add ─► write: one transaction for all that waits ─► Store
                  (memory at most once a second: it may be large)
"""

from __future__ import annotations

import pickle
from collections.abc import Collection
from dataclasses import dataclass, field
from math import inf

from gslb.control import Board, Change, ChangeKind, Cleared, Effects, Store
from gslb.health import Override, Verdict
from gslb.model import Check
from gslb.policy import Memory

MEMORY_EVERY = 1.0  # seconds between two times that memory is stored: verdicts bring most of it back
AGAIN = 1.0  # seconds after which what the disk did not take is tried again
BOARD = "board"  # the key of what an operator's hand keeps beside its words
MOST = 20_000  # changes that wait for the disk; beyond that the chronicle has a gap


@dataclass(slots=True)
class Keeping:
    """All that is not on disk yet. `gap`: since when (wall) changes were dropped, None where none were."""

    store: Store
    gap: float | None = None
    _verdicts: dict[Check, Verdict | None] = field(default_factory=dict)
    _words: dict[str, Override | Cleared] = field(default_factory=dict)
    _changes: list[Change] = field(default_factory=list)
    _board: Board | None = None
    _memory: Memory | None = None
    _memory_at: float = -inf
    _failed_at: float = -inf

    def add(self, effects: Effects, standing: Collection[str]) -> None:
        """What a step asks to be kept; `standing` are the paths on which a word stands after it."""
        self._verdicts |= dict.fromkeys(effects.forgotten)
        self._verdicts |= {verdict.check: verdict for verdict in effects.verdicts}
        self._words |= {override.path: override for override in effects.put}
        self._words |= {cleared.path: cleared for cleared in effects.cleared if cleared.path not in standing}
        self._board = effects.board or self._board
        self._memory = effects.memory or self._memory
        if self.gap is None:
            self._changes += effects.changes
        if len(self._changes) > MOST:
            self.gap = self._changes[0].at
            self._changes.clear()

    def write(self, now: float, wall: float) -> bool:
        """Write all that waits, as one: what is told of with what tells of it. Raises the store's error.

        `now` is monotonic, `wall` the wall clock, both in seconds. What cannot be written waits. Returns whether
        changes were dropped before, so that the chronicle is behind what is believed.
        """
        memory = self._memory if now >= self._memory_at + MEMORY_EVERY else None
        board = self._board
        waiting = (
            self._verdicts,
            self._words,
            self._changes,
            board is not None,
            memory is not None,
            self.gap is not None,
        )
        if not any(waiting):
            return False
        words, store = self._words.values(), self.store
        self._failed_at = now
        with store.together(durable=bool(words) or board is not None):
            store.save_verdicts(
                [verdict for verdict in self._verdicts.values() if verdict is not None],
                [check for check, verdict in self._verdicts.items() if verdict is None],
            )
            for word in words:
                match word:
                    case Override():
                        store.put_override(word)
                    case Cleared(path, author):
                        store.clear_override(path, author, wall)
            if board is not None:
                store.save_memory(board.to_json(), BOARD)
            if memory is not None:
                store.save_memory(pickle.dumps(memory, protocol=5))
            if self.gap is not None:
                store.record([Change(wall, ChangeKind.GAP, "", "", {"since": self.gap})])
            store.record(self._changes)
        self._failed_at = -inf
        self._verdicts.clear()
        self._words.clear()
        self._changes.clear()
        self._board = None
        if memory is not None:
            self._memory, self._memory_at = None, now
        behind, self.gap = self.gap is not None, None
        return behind

    def finish(self, now: float, wall: float) -> None:
        """Write everything now, memory too."""
        self._memory_at = -inf
        self.write(now, wall)

    def wake_at(self) -> float:
        """When to write again without a step, monotonic; infinity where nothing waits."""
        if self._failed_at > -inf:
            return self._failed_at + AGAIN
        return self._memory_at + MEMORY_EVERY if self._memory is not None else inf
