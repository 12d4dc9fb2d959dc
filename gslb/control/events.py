"""What a judging step takes in, and what it asks for.

Event ─► Judging.step ─► Effects
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf

from gslb.control.board import Board
from gslb.control.built import Built
from gslb.control.chronicle import Change, Recorded
from gslb.health import BalancerReport, Observation, Override, Verdict
from gslb.model import Check
from gslb.nameserver import Belief
from gslb.policy import Memory


@dataclass(frozen=True, slots=True)
class Heard:
    """Observations, from here or from a remote vantage."""

    observations: tuple[Observation, ...]


@dataclass(frozen=True, slots=True)
class Beaten:
    """A push monitor's service said that it lives, at monotonic `at`."""

    monitor: str
    at: float


@dataclass(frozen=True, slots=True)
class Reported:
    """A regional balancer told how it is."""

    report: BalancerReport


@dataclass(frozen=True, slots=True)
class Said:
    """An operator's word, or a plan of one that begins later."""

    override: Override

    def __str__(self) -> str:
        return f"{self.override.standing.value} {self.override.path}"


@dataclass(frozen=True, slots=True)
class Cleared:
    """The word on `path` is taken back, by an operator or by its expiry."""

    path: str
    author: str
    reason: str = ""

    def __str__(self) -> str:
        return f"auto {self.path}"


@dataclass(frozen=True, slots=True)
class Undrained:
    """A drain of `path` ends now; its clients are back after `ramp` seconds."""

    path: str
    ramp: float
    author: str
    reason: str = ""

    def __str__(self) -> str:
        return f"undrain {self.path}"


@dataclass(frozen=True, slots=True)
class Cancelled:
    """All that stands or is planned under an id is taken back at once."""

    id: str
    author: str
    reason: str = ""

    def __str__(self) -> str:
        return f"cancel {self.id}"


@dataclass(frozen=True, slots=True)
class Switched:
    """Routing controls are turned on or off, all of them or none."""

    controls: tuple[tuple[str, bool], ...]
    author: str
    reason: str = ""

    def __str__(self) -> str:
        return "control " + " ".join(f"{name}={'on' if on else 'off'}" for name, on in self.controls)


@dataclass(frozen=True, slots=True)
class Returned:
    """An operator lets a steered name (whole, as in the model) go back to its best choice within `ramp` seconds."""

    name: str
    author: str
    ramp: float = 0.0
    reason: str = ""

    def __str__(self) -> str:
        return f"failback {self.name}"


Command = Said | Cleared | Undrained | Cancelled | Switched | Returned


@dataclass(frozen=True, slots=True)
class Ordered:
    """Commands that are carried out together or not at all. `force`: whatever rules say; `trial`: only say what if."""

    commands: tuple[Command, ...]
    force: bool = False
    trial: bool = False

    @property
    def author(self) -> str:
        first = self.commands[0]
        return first.override.author if isinstance(first, Said) else first.author

    @property
    def reason(self) -> str:
        first = self.commands[0]
        return first.override.reason if isinstance(first, Said) else first.reason

    def __str__(self) -> str:
        return ", ".join(map(str, self.commands))


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of an order (`event`: what it was asked with): why it was `refused`, or the `words` that it left.

    `paths`: everything that stands otherwise because of it. `warnings`: what was done all the same.
    """

    event: object
    refused: str = ""
    words: tuple[Override, ...] = ()
    paths: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Advised:
    """TTLs that measured traffic advises, seconds by steered name."""

    seconds: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Adopted:
    """A new world is to be answered from."""

    built: Built


@dataclass(frozen=True, slots=True)
class Unpublished:
    """The last generation could not be published: what is believed is to be published as another one."""


Event = Heard | Beaten | Reported | Command | Ordered | Advised | Adopted | Unpublished


@dataclass(frozen=True, slots=True)
class Line:
    """One line for the journal."""

    event: str
    fields: tuple[tuple[str, object], ...]

    @staticmethod
    def of(event: str, **fields: object) -> Line:
        """What is None is left out."""
        return Line(event, tuple((name, value) for name, value in fields.items() if value is not None))


@dataclass(slots=True)
class Effects:
    """What a step asks for: publish, then keep, then tell.

    `belief` None: nothing to publish; else `touched` are the steered names whose plans are to be made anew, None: all.
    `adopted`: what to publish from, from now on. `verdicts` and `forgotten`, `put` and `cleared`, `board`, `memory` are
    for the store, together with `changes`, which tell of them. `replies`: to whoever ordered something. `wake_at`: when
    to step again at the latest (monotonic seconds).
    """

    belief: Belief | None = None
    touched: frozenset[str] | None = frozenset()
    adopted: Built | None = None
    verdicts: tuple[Verdict, ...] = ()
    forgotten: tuple[Check, ...] = ()
    put: list[Override] = field(default_factory=list)
    cleared: list[Cleared] = field(default_factory=list)
    board: Board | None = None
    replies: list[Reply] = field(default_factory=list)
    memory: Memory | None = None
    changes: list[Change] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    wake_at: float = inf


@dataclass(frozen=True, slots=True)
class Stored:
    """What a restart begins with; `recorded`: of each state that the chronicle tells of the latest change."""

    verdicts: tuple[Verdict, ...] = ()
    overrides: tuple[Override, ...] = ()
    memory: Memory = field(default_factory=Memory)
    recorded: tuple[Recorded, ...] = ()
    board: Board = field(default_factory=Board)
