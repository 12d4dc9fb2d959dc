"""What rules an operator's hand: routing controls, safety rules, how drains go, and windows of time."""

from __future__ import annotations

from dataclasses import dataclass, field

from gslb.model.mark import Mark

CONTROLS = "control:"  # the monitor of a routing control named like a path is called by this and that path
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class RoutingControl:
    """A switch that an operator turns on and off; under a region's, pool's or endpoint's path it gates all of that."""

    name: str
    note: str = ""
    mark: Mark | None = field(default=None, compare=False)

    @property
    def monitor(self) -> str:
        """The name of the monitor that reads it where its name is a path."""
        return CONTROLS + self.name


@dataclass(frozen=True, slots=True)
class SafetyRule:
    """What no change by hand may break: just one of `keep`, `gate` and `wait` is set.

    `keep`: so many of the paths or controls in `of` are not taken away. `gate`: those in `of` are changed only while
    this control is on. `wait`: seconds between two times that something in `of` (empty: anything) is taken away.
    """

    of: tuple[str, ...]
    keep: int = 0
    gate: str = ""
    wait: float = 0.0
    why: str = ""
    mark: Mark | None = field(default=None, compare=False)

    def __str__(self) -> str:
        of = f" of {', '.join(self.of)}" if self.of else ""
        kind = f"keep {self.keep}" if self.keep else f"gate {self.gate}" if self.gate else f"wait {self.wait:g}s"
        return kind + of + (f" ({self.why})" if self.why else "")


@dataclass(frozen=True, slots=True)
class Safety:
    rules: tuple[SafetyRule, ...] = ()


@dataclass(frozen=True, slots=True)
class Drain:
    """How drains go where nothing is said: seconds of ramp, and ahead of it that TTLs are short (None: one old TTL)."""

    ramp: float = 0.0
    lead: float | None = None


@dataclass(frozen=True, slots=True)
class Weekly:
    """On these days (0: Monday), from `begins` to `ends` (minutes of the day by the clocks of `zone`).

    One that ends no later than it begins runs over midnight: it ends on the day after.
    """

    days: tuple[int, ...]
    begins: int
    ends: int
    zone: str

    def __str__(self) -> str:
        days = "daily" if len(self.days) == len(WEEKDAYS) else ",".join(WEEKDAYS[day] for day in self.days)
        return f"{days} {_clock(self.begins)}-{_clock(self.ends)} {self.zone}"


@dataclass(frozen=True, slots=True)
class Dates:
    """Whole days from the first to the last (year, month, day), by the calendar of `zone`."""

    first: tuple[int, int, int]
    last: tuple[int, int, int]
    zone: str = "UTC"

    def __str__(self) -> str:
        return "{:04}-{:02}-{:02}".format(*self.first) + "/{:04}-{:02}-{:02}".format(*self.last) + f" {self.zone}"


Window = Weekly | Dates


@dataclass(frozen=True, slots=True)
class Windows:
    """Times in which work is expected (`maintenance`; none: always), and in which nothing is changed by hand."""

    maintenance: tuple[Window, ...] = ()
    freeze: tuple[Window, ...] = ()
    freeze_mark: Mark | None = field(default=None, compare=False)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
