"""Who asks for what from where: queries a second now, and their mean in each hour of the week, in bounded memory.

samples ─► Source, weight ─┬─ counts that halve each minute            ─► rates now
                           └─ the running hour ─ at its end, its slot ─► means of 168 hours, older weeks weigh less

An hour's slot is its place in the week in UTC, from Monday 00:00. Rates are of queries at this node's own counters: a
query is not a request, caches stand between (docs/howto/what-if.md).
"""

from __future__ import annotations

import pickle
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from math import exp, log

HOURS = 168
ROOM = 2_048  # sources that are told apart; the lightest go to OTHER
HALF_LIFE = 60.0  # seconds, of what counts as now
KEPT = 0.75  # what a mean keeps of its weight each week
LONGEST_GAP = 10.0  # seconds between ticks that still count as watched
MONDAY = 72  # hours from Monday 00:00 to 1970-01-01 00:00, a Thursday


@dataclass(frozen=True, slots=True)
class Source:
    """Queries for one steered name and type, from one place, that its tree answers alike.

    `place`: in words; `alike`: a name of the class of clients (`gslb.policy.class_name`).
    """

    name: str
    rdtype: str
    place: str = ""
    alike: str = ""


OTHER = Source("", "", "other")
"""What is known by its total only."""


@dataclass(frozen=True, slots=True)
class Stream:
    """A source with its rate (queries a second). `client`: one of its clients, "203.0.113.0/24" or an address."""

    source: Source
    client: str
    rate: float


@dataclass(slots=True)
class _Cell:
    client: str
    level: float = 0.0  # decayed weight at `at`
    at: float = 0.0
    hour: float = 0.0  # weight in the running hour
    means: array[float] | None = None  # by slot

    def now(self, wall: float) -> float:
        return self.level * _faded(wall - self.at)

    def weight(self, wall: float) -> float:
        """By which the lightest are found: queries of late, of this hour, and of a mean week's hours."""
        return self.now(wall) + self.hour + (sum(self.means) if self.means is not None else 0.0)


def _faded(seconds: float) -> float:
    return exp(-max(0.0, seconds) * log(2) / HALF_LIFE)


def slot_of(wall: float) -> int:
    """The hour of the week, 0 to 167, that a wall clock time (seconds since 1970) lies in."""
    return (int(wall // 3_600) + MONDAY) % HOURS


class Demand:
    """What is asked, by source. All times are wall clock seconds."""

    def __init__(self, wall: float) -> None:
        self._began = self._ticked = wall
        self._hour = int(wall // 3_600)
        self._watched = 0.0  # seconds of the running hour
        self._cells: dict[Source, _Cell] = {}
        self._weeks = [0.0] * HOURS  # how many weeks each mean is of, older ones faded
        self._folded = [0] * HOURS  # the hour since 1970 that each slot took in last

    def __len__(self) -> int:
        return len(self._cells)

    def see(self, source: Source, client: str, weight: float, wall: float) -> None:
        """A sampled query that stands for `weight`."""
        cell = self._cells.get(source)
        if cell is None:
            if len(self._cells) >= ROOM and source != OTHER:
                self._make_room(wall)
            cell = self._cells[source] = _Cell(client)
        cell.level = cell.now(wall) + weight
        cell.at = max(cell.at, wall)
        cell.hour += weight

    def _make_room(self, wall: float) -> None:
        """Let the lightest go, several at once: to find them costs a look at all."""
        weights = {source: cell.weight(wall) for source, cell in self._cells.items() if source != OTHER}
        for source in sorted(weights, key=weights.__getitem__)[: max(1, ROOM // 8)]:
            self._merge(source, wall)

    def _merge(self, source: Source, wall: float) -> None:
        """Let a source go to OTHER, so that totals stay right."""
        gone = self._cells.pop(source)
        other = self._cells.setdefault(OTHER, _Cell(""))
        other.level, other.at = other.now(wall) + gone.now(wall), wall
        other.hour += gone.hour
        if gone.means is not None:
            other.means = other.means or array("d", bytes(8 * HOURS))
            for slot, mean in enumerate(gone.means):
                other.means[slot] += mean

    def tick(self, wall: float) -> None:
        """Time passes: to be called every second or so, after what was seen until then is told."""
        hour = int(wall // 3_600)
        if hour != self._hour:
            self._fold()
            self._hour, self._watched = hour, 0.0
        self._watched += min(max(0.0, wall - self._ticked), LONGEST_GAP)
        self._ticked = wall

    def _fold(self) -> None:
        """Take the hour that has ended into its slot; a part of an hour weighs less."""
        slot, share = (self._hour + MONDAY) % HOURS, min(1.0, self._watched / 3_600)
        if share > 0:
            weeks = max(0, self._hour - self._folded[slot]) / HOURS
            before = self._weeks[slot] * KEPT**weeks
            self._weeks[slot] = before + share
            self._folded[slot] = self._hour
            part = share / self._weeks[slot]
            for cell in self._cells.values():
                if cell.means is None:
                    cell.means = array("d", bytes(8 * HOURS))
                cell.means[slot] += part * (cell.hour / self._watched - cell.means[slot])
        for cell in self._cells.values():
            cell.hour = 0.0

    @property
    def known(self) -> frozenset[int]:
        """The slots that something is known of, with the running hour's."""
        running = {(self._hour + MONDAY) % HOURS} if self._watched > 0 else set()
        return frozenset({slot for slot, weeks in enumerate(self._weeks) if weeks > 0} | running)

    @property
    def weeks(self) -> float:
        """How many weeks the best known slot is of, older ones faded."""
        return max(self._weeks)

    def now(self, wall: float) -> list[Stream]:
        """Rates of the last minute or two."""
        seen = HALF_LIFE / log(2) * max(1e-9, 1.0 - _faded(wall - self._began))
        return self._streams((source, cell.now(wall) / seen) for source, cell in self._cells.items())

    def at(self, slots: Iterable[int]) -> list[Stream]:
        """Mean rates over these slots, which must be known."""
        wanted = [*slots]
        rates = ((source, sum(self._mean(cell, slot) for slot in wanted)) for source, cell in self._cells.items())
        return self._streams((source, total / len(wanted)) for source, total in rates)

    def like(self, slot: int) -> tuple[int, ...]:
        """The slot if it is known, else the known ones at that hour of other days; () if there are none."""
        known = self.known
        return (slot,) if slot in known else tuple(sorted(one for one in known if one % 24 == slot % 24))

    def peak(self) -> int | None:
        """The known slot with the highest rate; None while nothing is known."""
        totals = {slot: sum(self._mean(cell, slot) for cell in self._cells.values()) for slot in sorted(self.known)}
        return max(totals, key=totals.__getitem__, default=None)

    def _mean(self, cell: _Cell, slot: int) -> float:
        if not self._weeks[slot]:
            return cell.hour / self._watched
        return cell.means[slot] if cell.means is not None else 0.0

    def _streams(self, rates: Iterable[tuple[Source, float]]) -> list[Stream]:
        found = [Stream(source, self._cells[source].client, rate) for source, rate in rates if rate > 0]
        return sorted(found, key=lambda stream: -stream.rate)

    def to_bytes(self) -> bytes:
        """For a file of our own, to be read back by `from_bytes`."""
        cells = [
            (source.name, source.rdtype, source.place, source.alike, cell.client, cell.hour, _octets(cell.means))
            for source, cell in self._cells.items()
        ]
        running = (self._hour, self._watched)
        return pickle.dumps((running, self._weeks, self._folded, cells), protocol=5)

    @staticmethod
    def from_bytes(data: bytes, wall: float) -> Demand:
        """What `to_bytes` wrote, at `wall`. ValueError for what it did not write."""
        demand = Demand(wall)
        try:
            (hour, watched), weeks, folded, cells = pickle.loads(data)  # noqa: S301 - our own state directory
            demand._hour, demand._watched = hour, watched
            demand._weeks[:], demand._folded[:] = weeks, folded
            for name, rdtype, place, alike, client, sum_, octets in cells:
                means = array("d", octets) if octets else None
                demand._cells[Source(name, rdtype, place, alike)] = _Cell(client, hour=sum_, means=means)
        except Exception as error:
            raise ValueError(f"no demand can be read: {error!r}") from error
        return demand


def _octets(means: array[float] | None) -> bytes:
    return b"" if means is None else means.tobytes()
