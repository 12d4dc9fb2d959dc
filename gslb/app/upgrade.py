"""Becoming the program that is on disk, once it was tried in a process of its own.

old: NextProgram.rehearse ──► new: rehearse ──► images, snapshot, report ──► old: NextProgram.leave ══► new: serve
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from typing import NoReturn

from gslb.app.folders import Folders
from gslb.app.report import Report
from gslb.app.state import Claim, Holder
from gslb.server import Legacy, Rehearsal, Slot, own_command

REHEARSAL = "GSLB_REHEARSAL"  # in the environment: the state directory of the node that asks


class NextProgram:
    """How a running node becomes its own successor (server.Successor). `legacy` is what it leaves, but the children."""

    def __init__(self, folders: Folders, claim: Claim, legacy: Legacy) -> None:
        self._folders, self._claim, self._legacy = folders, claim, legacy

    def rehearse(self) -> Rehearsal:
        """Begin to try our own command line with what is on disk now. Raises OSError."""
        environment = {key: value for key, value in os.environ.items() if key != "NOTIFY_SOCKET"}
        return Rehearsal(own_command(), environment | {REHEARSAL: str(self._folders.state)})

    def leave(self, report: str, living: Sequence[tuple[Slot, int]]) -> NoReturn:
        """Become it. Raises OSError where the system will not run it."""
        facts = {**self._legacy.facts, "snapshot": Report.from_json(report).digest}
        replace(self._legacy, facts=facts, children=tuple(living)).pass_on(own_command())

    def tell(self, words: str, *, upgraded: bool) -> None:
        """Let `gslb upgrade` know what came of it."""
        before = self._claim.told()
        self._claim.say(Holder(os.getpid(), before.upgrades + 1 if before else 1, upgraded, words))
