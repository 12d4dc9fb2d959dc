"""What a judge's steps change, as rows of the chronicle: compared with what the chronicle says already.

Effects of a step ─► Chronicler ─► changes, to be kept together with what they tell of
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from gslb.control.availability import standing_change
from gslb.control.chronicle import (
    Change,
    ChangeKind,
    Recorded,
    at_rest,
    believed,
    memory_changes,
    override_change,
    verdict_change,
)
from gslb.control.events import Effects
from gslb.health import Override, Verdict
from gslb.model import Check
from gslb.policy import Memory


class Chronicler:
    """Knows what the chronicle says, `recorded` being the latest change of each state in it."""

    def __init__(self, recorded: Iterable[Recorded], epoch: int) -> None:
        self._epoch = epoch
        self.rebase(recorded)

    def rebase(self, recorded: Iterable[Recorded]) -> None:
        """Compare with these from now on, and tell at the next step whatever is otherwise than they say."""
        known = believed(recorded)
        self._verdicts = {check: at_rest(verdict) for check, verdict in known.verdicts.items()}
        self._overrides = dict(known.overrides)
        self._memory = known.memory
        self._adopted = known.adopted
        self._standings = dict(known.standings)
        self._begins = True

    def changes(
        self,
        effects: Effects,
        verdicts: Mapping[Check, Verdict],
        overrides: Mapping[str, Override],
        memory: Memory,
        digest: str,
        wall: float,
    ) -> list[Change]:
        """The changes that a step made, in an order in which they can be told.

        `verdicts`, `overrides`, `memory`, `digest` (of the snapshot): all that is believed after it. `effects` say what
        of it changed, except at a beginning, where all of it is compared.
        """
        found: list[Change] = []
        if digest != self._adopted:
            found.append(Change(wall, ChangeKind.ADOPTED, digest))
            self._adopted = digest
        if self._begins:
            found.append(Change(wall, ChangeKind.STARTED, str(self._epoch)))
            found += self._forgotten(self._verdicts.keys() - verdicts.keys(), wall)
            found += self._cleared(dict.fromkeys(self._overrides.keys() - overrides.keys(), ""), wall)
            found += self._said(
                override for path, override in overrides.items() if self._overrides.get(path) != override
            )
            found += self._believed(verdicts.values(), wall)
        else:
            found += self._forgotten(effects.forgotten, wall)
            found += self._said(effects.put)
            gone = {one.path: one.author for one in effects.cleared if one.path not in overrides}
            found += self._cleared(gone, wall)
            found += self._believed(effects.verdicts, wall)
        if self._begins or effects.memory is not None:
            found += memory_changes(self._memory, memory, wall)
            self._memory = memory
        self._begins = False
        return found

    def standings(self, opened: Mapping[str, Collection[str]], wall: float, *, whole: bool) -> list[Change]:
        """Of the names just published, those answered from something else than before. `whole`: there are no others."""
        found: list[Change] = []
        for name, resorts in opened.items():
            change = standing_change(name, resorts, wall)
            if change is None or change.data is None or change.data["standing"] == self._standings.get(name):
                continue
            self._standings[name] = change.data["standing"]
            found.append(change)
        for name in self._standings.keys() - opened.keys() if whole else ():
            del self._standings[name]
            found.append(Change(wall, ChangeKind.STANDING, name, "", None))
        return found

    def _believed(self, verdicts: Iterable[Verdict], wall: float) -> Iterator[Change]:
        for verdict in verdicts:
            before = self._verdicts.get(verdict.check)
            if before == verdict:
                continue
            self._verdicts[verdict.check] = verdict
            turned = before is None or _side(before) != _side(verdict)
            yield verdict_change(verdict, wall, ChangeKind.VERDICT if turned else ChangeKind.EVIDENCE)

    def _forgotten(self, checks: Collection[Check], wall: float) -> Iterator[Change]:
        for check in sorted(checks):
            if self._verdicts.pop(check, None) is not None:
                yield Change(wall, ChangeKind.VERDICT, str(check), "", None)

    def _said(self, overrides: Iterable[Override]) -> Iterator[Change]:
        for override in overrides:
            self._overrides[override.path] = override
            yield override_change(override)

    def _cleared(self, authors: Mapping[str, str], wall: float) -> Iterator[Change]:
        for path, author in authors.items():
            if self._overrides.pop(path, None) is not None:
                yield Change(wall, ChangeKind.OVERRIDE, path, author, None)


def _side(verdict: Verdict) -> tuple[bool, bool, bool]:
    return verdict.up, verdict.known, verdict.held
