"""When each check is probed next: phases that spread the load, confirmation after a failure, no overlap.

A check has a grid: starts `interval` apart, shifted by its phase. The checks of one interval are ranked by hash and
take evenly spaced phases in that order, so every second sees the mean, give or take one probe for each interval in
use.

    after a success, or once `fall` failures in a row are known  the next point of the grid
    after a failure, while fewer than `fall` are counted         confirm_interval from the start of the failed probe
    always                                                       once the last one ended, and no closer than `spacing`;
                                                                 after a success half an interval is enough

So a probe starts at most `interval` after the start of a good one, and at most max(confirm_interval, timeout) after
the start of a failed one while it matters: what `Monitor.detection` adds up. Failures are counted here as they
come, whatever the judge believes, so a vantage confirms at once after its own restart too. A probe that was late is
followed by one on the grid, sooner by as much: only between failures does a horizon promise `spacing` (see machine).
What is late is caught up with at a bounded pace (see pace); what confirms a failure waits for nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from heapq import heappop, heappush
from math import floor, inf
from typing import Generic, TypeVar

from gslb.health.machine import spacing
from gslb.health.pace import FIRST_ROUND, Pace
from gslb.model import Monitor

K = TypeVar("K", bound=Hashable)

SLACK = 0.1  # seconds by which a start may be late and still count as on time, so that the grid does not drift


def _fraction(text: str) -> float:
    """A number in [0, 1) that is the same for the same text everywhere."""
    return int.from_bytes(blake2b(text.encode(), digest_size=6).digest(), "big") / (1 << 48)


def phases(monitors: Mapping[K, Monitor], vantage: str) -> dict[K, float]:
    """Each key's phase in seconds, 0 up to its interval, as `vantage` probes it; keys are told apart by their text."""
    groups: dict[float, list[K]] = defaultdict(list)
    for key, monitor in monitors.items():
        groups[monitor.interval].append(key)
    shift = _fraction(vantage)
    return {
        key: (rank + shift) * interval / len(group)
        for interval, group in groups.items()
        for rank, key in enumerate(sorted(group, key=lambda key: (_fraction(f"{vantage} {key}"), str(key))))
    }


def first_start(monitor: Monitor, phase: float, count: int, now: float) -> float:
    """When to probe first a key that came with `count` new ones: on its grid, or sooner when they are few."""
    return now + (phase - now) % monitor.interval * min(1.0, count / FIRST_ROUND / monitor.interval)


def next_start(monitor: Monitor, phase: float, failures: int, started: float, ended: float) -> float:
    """When to probe again after a probe from `started` to `ended`, the last of `failures` bad ones (0: it was good)."""
    apart = spacing(monitor) if failures else min(spacing(monitor), monitor.interval / 2)
    earliest = max(started + apart, ended)
    if 0 < failures < monitor.fall:
        return earliest
    passed = floor((started - phase) / monitor.interval + 1e-6)
    return max(phase + (passed + 1) * monitor.interval, earliest)


@dataclass(frozen=True, slots=True)
class Turn(Generic[K]):
    """What to do now, and when (monotonic seconds) to ask again at the latest."""

    starts: tuple[K, ...]
    wake_at: float


@dataclass(slots=True)
class _Row:
    monitor: Monitor
    phase: float
    due: float
    started: float
    failures: int = 0

    @property
    def confirms(self) -> bool:
        """Whether its next probe confirms a failure."""
        return 0 < self.failures < self.monitor.fall


class Timetable(Generic[K]):
    """The probes of one vantage as a step machine: finished probes and the time in, probes to start out.

    At most `limit` probes are under way at once; what is due beyond that waits its turn: what confirms failures first,
    then what has been due longest.
    """

    def __init__(self, vantage: str, limit: int = 512) -> None:
        self._vantage = vantage
        self._limit = limit
        self._rows: dict[K, _Row] = {}
        self._under_way: set[K] = set()
        self._queue: list[tuple[float, int, K]] = []
        self._confirming: list[tuple[float, int, K]] = []
        self._pace = Pace()
        self._pushed = 0

    def adopt(self, monitors: Mapping[K, Monitor], now: float) -> None:
        """Probe exactly these from now on. A key that stays keeps its next start, one that goes has none."""
        spread = phases(monitors, self._vantage)
        new = sum(key not in self._rows for key in monitors)
        rows = {}
        for key, monitor in monitors.items():
            row = self._rows.get(key)
            if row is None:
                row = _Row(monitor, spread[key], first_start(monitor, spread[key], new, now), started=now)
            row.monitor, row.phase = monitor, spread[key]
            rows[key] = row
        self._rows = rows
        self._queue, self._confirming = [], []
        for key, row in rows.items():
            if key not in self._under_way:
                self._put(key, row)
        self._pace = Pace(sum(1 / monitor.interval for monitor in monitors.values()))

    def step(self, now: float, finished: Iterable[tuple[K, bool]] = ()) -> Turn[K]:
        """Take in probes that ended now (key, whether it was good) and say which to start."""
        for key, ok in finished:
            self._under_way.discard(key)
            row = self._rows.get(key)
            if row is not None:
                row.failures = 0 if ok else row.failures + 1
                row.due = next_start(row.monitor, row.phase, row.failures, row.started, now)
                self._put(key, row)
        starts: list[K] = []
        while self._has_room and self._confirming and self._confirming[0][0] <= now:
            self._begin(heappop(self._confirming), now, starts)
        while self._has_room and self._queue and self._queue[0][0] <= now:
            if not self._pace.take(now):
                break
            self._begin(heappop(self._queue), now, starts)
        return Turn(tuple(starts), self._wake_at(now))

    @property
    def _has_room(self) -> bool:
        return len(self._under_way) < self._limit

    def _wake_at(self, now: float) -> float:
        if not self._has_room:
            return inf
        confirm = self._confirming[0][0] if self._confirming else inf
        grid = self._queue[0][0] if self._queue else inf
        return min(confirm, self._pace.again_at(now) if grid <= now else grid)

    def _begin(self, due: tuple[float, int, K], now: float, starts: list[K]) -> None:
        moment, _, key = due
        self._rows[key].started = moment if now - moment <= SLACK else now
        self._under_way.add(key)
        starts.append(key)

    def _put(self, key: K, row: _Row) -> None:
        self._pushed += 1
        heappush(self._confirming if row.confirms else self._queue, (row.due, self._pushed, key))
