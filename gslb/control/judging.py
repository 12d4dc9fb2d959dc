"""The judge's loop as a step: what was heard and said since, to what is believed, published and kept.

observations ┐                  ┌─ belief: a new generation, and the steered names it touches
heartbeats   ├─► step(now, …) ──┼─ keep: verdicts, overrides and memory for the store
operator     ┤                  ├─ tell: lines for the journal
a new world  ┘                  └─ wake_at
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from gslb.control.built import Built
from gslb.control.publishing import Mentions
from gslb.health import Judge, Observation, Override, Verdict, Watched, watch
from gslb.model import Check, Endpoint, Model, checks, leaves
from gslb.nameserver import Belief, View, asks
from gslb.policy import Memory, merge, release, remember, wake_at

NOTHING = Memory()


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
class Said:
    """An operator's word."""

    override: Override


@dataclass(frozen=True, slots=True)
class Cleared:
    """An operator takes the word on `path` back."""

    path: str
    author: str


@dataclass(frozen=True, slots=True)
class Returned:
    """An operator lets a steered name go back to its best choice now."""

    name: str
    author: str


@dataclass(frozen=True, slots=True)
class Adopted:
    """A new world is to be answered from."""

    built: Built


Event = Heard | Beaten | Said | Cleared | Returned | Adopted


@dataclass(frozen=True, slots=True)
class Line:
    """One line for the journal."""

    event: str
    fields: tuple[tuple[str, object], ...]


@dataclass(slots=True)
class Effects:
    """What a step asks for. `belief` None: nothing to publish; `touched` None: every row anew."""

    belief: Belief | None = None
    touched: frozenset[str] | None = frozenset()
    verdicts: tuple[Verdict, ...] = ()
    put: tuple[Override, ...] = ()
    cleared: tuple[Cleared, ...] = ()
    memory: Memory | None = None
    lines: list[Line] = field(default_factory=list)
    wake_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Stored:
    """What a restart begins with."""

    verdicts: tuple[Verdict, ...] = ()
    overrides: tuple[Override, ...] = ()
    memory: Memory = NOTHING


class Judging:
    """What this node believes, and the generations that follow from it. One step at a time, nobody else writes it."""

    def __init__(
        self,
        built: Built,
        stored: Stored,
        epoch: int,
        now: float,
        wall: float,
        patience: float = 5.0,
    ) -> None:
        """`epoch` is larger than any before; `patience`: seconds that first verdicts are waited for at most."""
        self.built = built
        self.model = built.world.model
        self.epoch, self.generation = epoch, 0
        self.overrides = {override.path: override for override in stored.overrides}
        self.memory = stored.memory
        self.judge = Judge(watched(self.model), vantages(self.model), now, wall)
        self.judge.restore(stored.verdicts, now, wall)
        self.mentions = Mentions(self.model)
        self._everything = True
        self._open_at = now + min(patience, first_verdicts_by(self.model))
        self._memories: dict[str, Memory] = {}
        self._recall_at: dict[str, float] = {}
        self._said: dict[Check, bool] = {verdict.check: verdict.up for verdict in stored.verdicts}

    def step(self, now: float, wall: float, events: Iterable[Event]) -> Effects:
        """Take in what happened up to `now` (monotonic) and `wall` (both seconds)."""
        effects = Effects()
        touched: set[str] = set()
        changed: dict[object, Verdict] = {}
        for event in events:
            for verdict in self._take(event, now, wall, effects, touched):
                changed[verdict.check] = verdict
        for verdict in self.judge.tick(now, wall):
            changed[verdict.check] = verdict
        effects.verdicts = tuple(changed.values())
        for verdict in effects.verdicts:
            touched |= self.mentions.by_check.get(verdict.check, frozenset())
        touched |= self._expire(wall, effects)
        if self._everything:
            touched |= set(self.model.trees)
        touched |= self._recall(touched, wall, effects)
        self._note_flips(effects)
        if self._is_open(now) and (touched or self._everything):
            self.generation += 1
            effects.belief = self._belief(wall)
            effects.touched = None if self._everything else frozenset(touched)
            self._everything = False
        effects.wake_at = self._wake_at(now, wall)
        return effects

    def _take(self, event: Event, now: float, wall: float, effects: Effects, touched: set[str]) -> Sequence[Verdict]:
        match event:
            case Heard(observations):
                return self.judge.observe(observations, now, wall)
            case Beaten(monitor, at):
                return self.judge.heartbeat(monitor, at, now, wall)
            case Said(override):
                self.overrides[override.path] = override
                effects.put += (override,)
                touched |= self.mentions.by_path.get(override.path, frozenset())
                effects.lines.append(
                    _line("override", path=override.path, word=override.standing.value, **_who(override))
                )
            case Cleared(path, author):
                if self.overrides.pop(path, None) is not None:
                    effects.cleared += (event,)
                    touched |= self.mentions.by_path.get(path, frozenset())
                    effects.lines.append(_line("override", path=path, word="auto", author=author))
            case Returned(name, author):
                self.memory = effects.memory = release(self.model.trees[name], self.memory)
                touched.add(name)
                effects.lines.append(_line("failback", name=name, author=author))
            case Adopted(built):
                return self._adopt(built, now, wall, effects)
        return ()

    def _adopt(self, built: Built, now: float, wall: float, effects: Effects) -> Sequence[Verdict]:
        served = {
            (leaf.endpoint.path, address)
            for tree in self.model.trees.values()
            for leaf in leaves(tree)
            for kind in leaf.endpoint.families
            if not leaf.checks(kind) and (address := leaf.endpoint.address(kind))
        }
        self.built, self.model = built, built.world.model
        self.mentions = Mentions(self.model)
        self._everything = True
        effects.lines.append(
            _line("adopted", model=built.digest, zones=len(built.zones), names=len(self.model.steered))
        )
        return self.judge.adopt(watched(self.model), vantages(self.model), now, wall, served)

    def _expire(self, wall: float, effects: Effects) -> set[str]:
        gone = [one for one in self.overrides.values() if one.expires is not None and one.expires <= wall]
        touched: set[str] = set()
        for override in gone:
            del self.overrides[override.path]
            effects.cleared += (Cleared(override.path, "expiry"),)
            effects.lines.append(_line("override", path=override.path, word="auto", author="expiry"))
            touched |= self.mentions.by_path.get(override.path, frozenset())
        return touched

    def _recall(self, touched: Collection[str], wall: float, effects: Effects) -> set[str]:
        """Let memory follow for the names touched, and those whose time has come; the names whose memory changed."""
        due = {name for name, moment in self._recall_at.items() if moment <= wall}
        view = View(self.built.world, self._belief(wall))
        moved: set[str] = set()
        for name in {*touched, *due} & set(self.model.trees):
            steered, tree = self.model.steered[name], self.model.trees[name]
            after = remember(tree, asks(steered, view), self.memory, wall, steered.ttl)
            if after != self._memories.get(name, NOTHING):
                self._memories[name] = after
                moved.add(name)
            self._recall_at.pop(name, None)
            moment = wake_at(tree, after, wall)
            if moment is not None:
                self._recall_at[name] = moment
        if moved:
            self.memory = effects.memory = merge(self._memories.values())
        return moved

    def _belief(self, wall: float) -> Belief:
        return Belief(
            epoch=self.epoch,
            generation=self.generation,
            verdicts=dict(self.judge.verdicts()),
            overrides=dict(self.overrides),
            memory=self.memory,
            wall=wall,
            seed=self.generation,
        )

    def _is_open(self, now: float) -> bool:
        return self.generation > 0 or now >= self._open_at or all(one.known for one in self.judge.verdicts().values())

    def _note_flips(self, effects: Effects) -> None:
        for verdict in effects.verdicts:
            if not verdict.known or self._said.get(verdict.check) == verdict.up:
                continue
            self._said[verdict.check] = verdict.up
            cause = verdict.cause
            effects.lines.append(
                _line(
                    "verdict",
                    check=str(verdict.check),
                    state="up" if verdict.up else "down",
                    reason=verdict.reason,
                    votes=f"{verdict.votes[0]}/{sum(verdict.votes)}",
                    **({"cause": cause.id, "cause_at": round(cause.at, 3)} if cause else {}),
                )
            )

    def _wake_at(self, now: float, wall: float) -> float:
        """Monotonic time of the next step that is due without an event."""
        walls = [
            *self._recall_at.values(),
            *(one.expires for one in self.overrides.values() if one.expires is not None),
        ]
        moments = [self.judge.wake_at(), *(now + max(0.0, moment - wall) for moment in walls)]
        if self.generation == 0:
            moments.append(self._open_at)
        return min(moments)


def watched(model: Model) -> dict[Check, Watched]:
    """What has to be watched for a model: every check that some tree reads, and what these are calculated from."""
    endpoints: dict[str, Endpoint] = {
        endpoint.path: endpoint for pool in model.pools.values() for endpoint in pool.endpoints
    }
    return watch(checks(model), model.monitors, endpoints)


def vantages(model: Model) -> dict[str, str | None]:
    """Who votes: the node itself, and every vantage that has a token; each with the region it stands in."""
    named = {name: vantage.region for name, vantage in model.vantages.items()}
    return {model.node.name: model.node.region, **named}


def first_verdicts_by(model: Model) -> float:
    """Seconds in which every first observation is in, whatever it says."""
    return max((what.monitor.timeout + 0.5 for what in watched(model).values()), default=0.0)


def _who(override: Override) -> dict[str, object]:
    return {"why": override.reason, "author": override.author, "until": override.expires}


def _line(event: str, **fields: object) -> Line:
    return Line(event, tuple((key, value) for key, value in fields.items() if value is not None))
