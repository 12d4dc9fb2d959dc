"""The vantages that watch one check: a machine each, in step with what each has reported, and who of them is fresh.

Observations of one vantage apply in the order of (epoch, sequence). What is not newer than the last one applied
changes nothing, so a report may come twice or late. A new epoch keeps the belief and begins the count again. A
vantage first heard, or heard again after three silent intervals, starts from what is believed, so that nobody's old
belief turns a verdict by coming back.

    FRESH   younger than 2 intervals    votes
    LATE    younger than 3 intervals    votes; a live vantage would have reported, so it may be about to fall silent
    SILENT                              does not vote

Who is found to be cut off is silent from that moment.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from math import inf

from gslb.health.fleet import Sight
from gslb.health.machine import Machine, believing
from gslb.health.observation import Observation
from gslb.health.quorum import Vote
from gslb.model import Monitor

LONG_AGO = -1e300  # when one was heard that is not to be heeded


class Stage(Enum):
    """How long ago a vantage was heard; the value is how many intervals the stage lasts at most."""

    FRESH = 2
    LATE = 3
    SILENT = inf


@dataclass(frozen=True, slots=True)
class Seat:
    """One vantage's machine, the last observation applied to it, and its stage when last looked at."""

    machine: Machine
    last: Observation
    stage: Stage = Stage.FRESH


@dataclass(frozen=True, slots=True)
class Told:
    """An observation that may change the quorum's mind; `turned`: it turned what its vantage says."""

    observation: Observation
    turned: bool


@dataclass(frozen=True, slots=True)
class Ballot:
    """What one vantage says, for people: `run` counts what speaks against it; heard last `at` (None: never)."""

    vantage: str
    up: bool | None = None
    run: int = 0
    stage: Stage = Stage.SILENT
    at: float | None = None
    reason: str = ""


class Panel:
    """The seats of one check, by vantage. `vantages` are all that may sit, each with the region it stands in.

    `guarded`: any of them may be found to be cut off, at any moment.
    """

    def __init__(
        self, monitor: Monitor, vantages: Mapping[str, str | None], region: str | None, *, guarded: bool = False
    ) -> None:
        self.seats: dict[str, Seat] = {}
        self.admit(monitor, vantages, region, guarded=guarded)

    def admit(
        self, monitor: Monitor, vantages: Mapping[str, str | None], region: str | None, *, guarded: bool = False
    ) -> None:
        """Go on with these vantages under this monitor; seats of others go."""
        self._monitor, self._guarded = monitor, guarded
        self._own = {name: region is not None and at == region for name, at in vantages.items()}
        self._places = {name: name if at is None else at for name, at in vantages.items()}
        self.seats = {name: seat for name, seat in self.seats.items() if name in vantages}

    def hear(self, observations: Iterable[Observation], seed: Machine) -> list[Told]:
        """Apply what is new, in whatever order it is given, and return what may change the quorum's mind.

        `seed` is the machine of a vantage that starts from what is believed. Call `look` before counting votes.
        """
        telling = []
        for observation in sorted(observations, key=lambda one: (one.vantage, one.position)):
            seat = self.seats.get(observation.vantage)
            if observation.vantage not in self._own or (
                seat is not None and observation.position <= seat.last.position
            ):
                continue
            if seat is None or observation.at >= self._end(seat.last, Stage.LATE):
                before = seed
            elif observation.epoch != seat.last.epoch:
                before = seat.machine.restarted()
            else:
                before = seat.machine
            after = before.step(self._monitor, ok=observation.ok)
            if seat is None or after != seat.machine or seat.stage is not Stage.FRESH:
                telling.append(Told(observation, after.up is not before.up))
            self.seats[observation.vantage] = Seat(after, observation)
        return telling

    def dismiss(self, vantage: str) -> bool:
        """Have a vantage not vote until it is heard again; returns whether it did."""
        seat = self.seats.get(vantage)
        if seat is None or seat.stage is Stage.SILENT:
            return False
        self.seats[vantage] = Seat(seat.machine, replace(seat.last, at=LONG_AGO), Stage.SILENT)
        return True

    def look(self, now: float) -> list[Observation]:
        """Bring every seat's stage up to `now`; returns the last words of those that aged since the last look."""
        aged = []
        for name, seat in self.seats.items():
            stage = next(stage for stage in Stage if now < self._end(seat.last, stage))
            if stage is not seat.stage:
                self.seats[name] = replace(seat, stage=stage)
                aged.append(seat.last)
        return aged

    def wake_at(self) -> float:
        """When the next seat ages, monotonic seconds."""
        return min((self._end(seat.last, seat.stage) for seat in self.seats.values()), default=inf)

    def votes(self, doubted: Collection[str] = ()) -> list[Vote]:
        """One for each vantage that is not silent."""
        votes = []
        for name, seat in self.seats.items():
            if seat.stage is not Stage.SILENT:
                late = seat.stage is Stage.LATE
                leaves = 0.0 if late or self._guarded else self._monitor.interval
                falls, counting = seat.machine.soonest_fall(self._monitor), seat.machine.run > 0
                own, doubt, place = self._own[name], name in doubted, self._places[name]
                votes.append(Vote(seat.machine.up, own, falls, leaves, counting, late, doubt, place))
        return votes

    @property
    def vantages(self) -> Collection[str]:
        """All that may sit."""
        return self._own.keys()

    def sight(self, now: float) -> Sight:
        """Who says anything, and who alone sees a failure."""
        saying = {
            name: seat.machine
            for name, seat in self.seats.items()
            if seat.machine.up is not None and now < self._end(seat.last, Stage.LATE)
        }
        failing = [name for name, machine in saying.items() if not machine.up or machine.run]
        return Sight(frozenset(saying), failing[0] if len(failing) == 1 < len(saying) else None)

    def silent(self) -> list[Vote]:
        """The vantages that do not vote, each as it would be if it came back now to an up verdict."""
        falls = believing(up=True).soonest_fall(self._monitor)
        absent = [name for name in self._own if name not in self.seats or self.seats[name].stage is Stage.SILENT]
        return [Vote(up=True, own=self._own[name], falls=falls, place=self._places[name]) for name in absent]

    def agreeing(self, *, up: bool) -> Observation | None:
        """The newest observation of a voting vantage that says `up`."""
        voting = [seat.last for seat in self.seats.values() if seat.stage is not Stage.SILENT and seat.machine.up is up]
        return max(voting, key=lambda one: (one.at, one.vantage), default=None)

    def ballots(self) -> tuple[Ballot, ...]:
        """What every vantage says, by name, those never heard too."""
        return tuple(
            Ballot(name, seat.machine.up, seat.machine.run, seat.stage, seat.last.at, seat.last.reason)
            if (seat := self.seats.get(name)) and seat.last.at > LONG_AGO
            else Ballot(name)
            for name in sorted(self._own)
        )

    def _end(self, last: Observation, stage: Stage) -> float:
        return last.at + float(stage.value) * self._monitor.interval
