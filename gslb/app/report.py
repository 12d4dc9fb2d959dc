"""What the builder says on standard output once it is done."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Report:
    """What was built: the snapshot's name, what changed in words, and what is legal but unwise."""

    digest: str
    changed: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @staticmethod
    def from_json(text: str) -> Report:
        data = json.loads(text)
        return Report(data["digest"], tuple(data["changed"]), tuple(data["warnings"]))


REFUSED = 2  # the builder's exit status where the input is wrong, and trying again would change nothing
