"""What a judging step takes in, and what it asks for.

Event ─► Judging.step ─► Effects
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf

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
    """An operator's word."""

    override: Override


@dataclass(frozen=True, slots=True)
class Cleared:
    """The word on `path` is taken back, by an operator or by its expiry."""

    path: str
    author: str


@dataclass(frozen=True, slots=True)
class Returned:
    """An operator lets a steered name (whole, as in the model) go back to its best choice now."""

    name: str
    author: str


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


Event = Heard | Beaten | Reported | Said | Cleared | Returned | Advised | Adopted | Unpublished


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
    `adopted`: what to publish from, from now on. `verdicts` and `forgotten`, `put` and `cleared`, `memory` are for the
    store, together with `changes`, which tell of them. `wake_at`: when to step again at the latest (monotonic seconds).
    """

    belief: Belief | None = None
    touched: frozenset[str] | None = frozenset()
    adopted: Built | None = None
    verdicts: tuple[Verdict, ...] = ()
    forgotten: tuple[Check, ...] = ()
    put: list[Override] = field(default_factory=list)
    cleared: list[Cleared] = field(default_factory=list)
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
