"""What an operator's hand keeps beside its words: numbers, routing controls, when what was taken away."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True, slots=True)
class Control:
    """Where a routing control stands, and who put it there, when (wall seconds) and why."""

    on: bool = True
    at: float = 0.0
    author: str = ""
    reason: str = ""

    @property
    def text(self) -> str:
        """In words, as the reason of a verdict."""
        return f"{'on' if self.on else 'off'} by {self.author}" + (f": {self.reason}" if self.reason else "")


@dataclass(frozen=True, slots=True)
class Board:
    """Beside the words: how many were numbered, every control that was touched, when paths were last taken away."""

    number: int = 0
    controls: Mapping[str, Control] = field(default_factory=dict)
    taken: Mapping[str, float] = field(default_factory=dict)

    def to_json(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @staticmethod
    def from_json(octets: bytes) -> Board:
        """ValueError, TypeError or KeyError where it is none."""
        found = json.loads(octets)
        controls = {name: Control(**fields) for name, fields in found["controls"].items()}
        return Board(found["number"], controls, found["taken"])
