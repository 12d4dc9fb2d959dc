"""What was measured: figures by server, case and quantity, kept in a file so that a run can be made in parts."""

import json
import os
import platform
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import NamedTuple


class Key(NamedTuple):
    """`gdnsd`, `static`, `rate`."""

    server: str
    case: str
    quantity: str


@dataclass
class Results:
    """Figures of every run of one machine. Rates are answers a second, times seconds, latencies microseconds."""

    figures: dict[Key, list[float]] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)  # part -> what went wrong, or what its reader has to know
    profiles: dict[str, str] = field(default_factory=dict)  # server, case -> where the time goes
    parts: dict[str, str] = field(default_factory=dict)  # part -> when and how it was measured

    def add(self, server: str, case: str, **quantities: float) -> None:
        """One run's figures."""
        for quantity, value in quantities.items():
            self.figures.setdefault(Key(server, case, quantity), []).append(value)

    def median(self, server: str, case: str, quantity: str) -> float | None:
        """The middle of the runs; None where there was none."""
        runs = self.figures.get(Key(server, case, quantity))
        return median(runs) if runs else None

    def ratio(self, one: Key, other: Key) -> float | None:
        """The median of one by the median of the other."""
        above, below = self.median(*one), self.median(*other)
        return above / below if above is not None and below else None

    def worst(self, server: str, case: str, quantity: str) -> float | None:
        """The largest of the runs."""
        runs = self.figures.get(Key(server, case, quantity))
        return max(runs) if runs else None

    def replace(self, newer: "Results") -> None:
        """Take over what was measured again, and keep the rest: whole (server, case, quantity) rows at a time."""
        self.figures |= newer.figures
        self.notes |= newer.notes
        self.profiles |= newer.profiles
        self.parts |= newer.parts

    def forget_note(self, part: str) -> None:
        """A part is measured anew."""
        self.notes.pop(part, None)

    def save(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        rows = [[*key, [round(value, 6) for value in values]] for key, values in sorted(self.figures.items())]
        lines = ",\n".join("  " + json.dumps(row) for row in rows)
        texts = json.dumps(
            {"parts": self.parts, "notes": self.notes, "profiles": self.profiles}, indent=1, ensure_ascii=False
        )
        path.write_text(f'{texts[:-2]},\n "figures": [\n{lines}\n]}}\n')

    @classmethod
    def load(cls, path: Path) -> "Results":
        """What a file holds; nothing when there is none."""
        if not path.exists():
            return cls()
        told = json.loads(path.read_text())
        return cls(
            {Key(*key): list(values) for *key, values in told["figures"]},
            told["notes"],
            told["profiles"],
            told["parts"],
        )


def machine() -> str:
    """The processor as it names itself, fit for a file name."""
    model = platform.machine()
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next((line.partition(":")[2] for line in lines if line.startswith("model name")), model)
    words = "".join(letter if letter.isalnum() or letter == "." else " " for letter in model.lower()).split()
    return "-".join([*words, f"{os.cpu_count()}cores"])
