"""Taking over from the program that this process was before: slot after slot, and nobody goes who is still needed.

turn of a slot     exclusive: old told ──► old gone ──► new started ──► new ready
                   otherwise: new started ──► new ready ──► old told
"""

from __future__ import annotations

import signal
from collections.abc import Iterable, Sequence
from math import inf

from gslb.server.child import Child
from gslb.server.events import Effect, Note, Send, Slot


class Takeover:
    """Which of the `heirs` may start, and which of the `predecessors` (slot and pid) have to go; without any, all may.

    `old` are the predecessors alive.
    """

    def __init__(self, heirs: Iterable[Child], predecessors: Iterable[tuple[Slot, int]]) -> None:
        self._turns = sorted(heirs, key=lambda heir: heir.slot.turn)
        self._heirs = {heir.slot.name: heir for heir in self._turns}
        self._turn = 0
        self.old = [Child(slot, 0.0, pid=pid, ready=True) for slot, pid in predecessors]

    @property
    def kept(self) -> list[str]:
        """The slots whose predecessor still does its work."""
        return [old.slot.name for old in self.old if not old.told]

    @property
    def over(self) -> bool:
        """Every heir is in its place, and every predecessor is told to go."""
        return self._turn == len(self._turns) and not self.kept

    @property
    def wake_at(self) -> float:
        return min((old.leave_by for old in self.old if not old.killed), default=inf)

    def may_start(self, heir: Child) -> bool:
        """In its turn, or at once where nobody is left to take over from; never beside a predecessor if exclusive."""
        if not any(heir.slot.name == old.slot.name for old in self.old):
            return True
        return not heir.slot.exclusive and heir in self._reached()

    def gone(self, pid: int) -> None:
        """A predecessor has ended."""
        self.old = [old for old in self.old if old.pid != pid]

    def step(self, now: float) -> Sequence[Effect]:
        """Tell predecessors to go once they are not needed, and kill who does not."""
        while self._turn < len(self._turns) and self._turns[self._turn].ready:
            self._turn += 1
        effects: list[Effect] = []
        for old in self.old:
            if old.pid is None:
                continue
            if not old.told and self._dispensable(old):
                old.told, old.leave_by = True, now + old.slot.retire_within
                effects.append(Send(old.slot.name, old.pid, old.slot.retire))
            elif now >= old.leave_by and not old.killed:
                old.killed = True
                effects.append(
                    Note("warning", "child killed", {"child": old.slot.name, "reason": "it did not retire in time"})
                )
                effects.append(Send(old.slot.name, old.pid, signal.SIGKILL))
        return effects

    def _reached(self) -> Sequence[Child]:
        """Whose turn has come."""
        return self._turns[: self._turn + 1]

    def _dispensable(self, old: Child) -> bool:
        """Whether nothing is lost when it goes: its successor is there, or can only then come; nobody leans on it."""
        heir = self._heirs.get(old.slot.name)
        if heir is not None and heir.slot.exclusive:
            return heir in self._reached()
        if any(other.slot.stage < old.slot.stage and not other.slot.exclusive for other in self.old):
            return False  # the old responder answers what old workers pass on
        return heir.ready if heir is not None else self._turn == len(self._turns)
