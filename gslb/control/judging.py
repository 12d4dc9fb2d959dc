"""The judge's loop as a step: what was heard and said since, to what is believed, published and kept.

observations ┐                  ┌─ belief: a new generation, and the steered names it touches
heartbeats   ├─► step(now, …) ──┼─ keep: verdicts, overrides and memory for the store
operator     ┤                  ├─ tell: lines for the journal
a new world  ┘                  └─ wake_at
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from gslb.control import absences
from gslb.control.built import Built
from gslb.control.chronicling import Chronicler
from gslb.control.events import (
    Adopted,
    Advised,
    Beaten,
    Cancelled,
    Cleared,
    Effects,
    Event,
    Heard,
    Line,
    Ordered,
    Reported,
    Returned,
    Said,
    Stored,
    Switched,
    Undrained,
    Unpublished,
)
from gslb.control.hand import Hand, Moved
from gslb.control.loads import Loads
from gslb.control.mentions import Mentions
from gslb.control.remembering import Remembering
from gslb.geo import NOWHERE
from gslb.health import FIRST_ROUND, Absence, Judge, Override, Switch, Verdict, Watched, watch
from gslb.model import Check, Dependencies, Endpoint, Family, Model, checks, leaves, sentinels
from gslb.nameserver import Belief, Memo, View
from gslb.policy import Ask, Memory


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
        beat: Callable[[], None] = lambda: None,
    ) -> None:
        """`epoch` is larger than any before. `patience`: seconds that first verdicts are waited for at most.

        `beat` is called while a step is long, so that whoever watches this process can tell.
        """
        self.built = built
        self.model = built.world.model
        self.epoch, self.generation = epoch, 0
        self.mentions = Mentions(self.model)
        self.hand = Hand(self.model, self.mentions, stored.overrides, stored.board, wall)
        self._lasting = lasting(self.model)
        self._memo = Memo()
        self._remembering = Remembering(self.model, stored.memory)
        self.chronicler = Chronicler(stored.recorded, epoch)
        self._loads = Loads(self.model, now)
        self._judge = Judge(watched(self.model), vantages(self.model), now, wall, sentinels(self.model))
        for name, control in stored.board.controls.items():
            self._judge.switch(name, Switch(control.on, control.text), now, wall)
        self._judge.restore(stored.verdicts, now, wall)
        self.verdicts = dict(self._judge.verdicts())
        self.absences: Mapping[str, Absence] = {}
        self._said = {check: verdict for check, verdict in self.verdicts.items() if verdict.known}
        kept = {verdict.check for verdict in stored.verdicts}
        self._unkept = {check: verdict for check, verdict in self.verdicts.items() if check not in kept}
        self._forgotten = kept - self.verdicts.keys()
        self._open_at = now + min(patience, first_verdicts_by(self.model))
        self._beat = beat
        # What is to be published with the next generation:
        self._everything = True
        self._touched: set[str] = set()
        self._turned: dict[Check, Verdict] = {}
        self._news = False

    def step(self, now: float, wall: float, events: Iterable[Event]) -> Effects:
        """Take in what happened up to `now` (monotonic) and `wall` (both seconds)."""
        effects = Effects()
        memory = self._remembering.memory
        changed, self._unkept = self._unkept, {}
        for event in events:
            self._take(event, now, wall, effects, changed)
        self._believe(self._judge.tick(now, wall), changed)
        self._miss(wall, effects)
        self._move(self.hand.tick(wall, effects), now, wall, changed)
        self._carry(now, wall)
        if self._is_open(now):
            self._generate(now, wall, effects)
        effects.verdicts = tuple(changed.values())
        effects.forgotten, self._forgotten = tuple(sorted(self._forgotten)), set()
        effects.memory = None if self._remembering.memory is memory else self._remembering.memory
        effects.wake_at = self._wake_at(now, wall)
        return effects

    def chronicle(self, effects: Effects, wall: float) -> None:
        """Add to the changes of the step just made what follows from its effects; there is time for that once they are
        published."""
        effects.changes += self.chronicler.changes(
            effects, self.verdicts, self.overrides, self.memory, self.built.digest, wall
        )

    @property
    def overrides(self) -> Mapping[str, Override]:
        """Every operator's word and plan, by path."""
        return self.hand.desk.overrides

    @property
    def memory(self) -> Memory:
        """What earlier choices left behind."""
        return self._remembering.memory

    def balancers(self, now: float) -> list[dict[str, object]]:
        """What each balancer said last."""
        return self._loads.told(now)

    def requests(self, now: float) -> dict[str, float]:
        """The requests a second that balancers count at endpoints, of those who have told of late."""
        return self._loads.requests(now)

    def _take(self, event: Event, now: float, wall: float, effects: Effects, changed: dict[Check, Verdict]) -> None:
        match event:
            case Heard(observations):
                self._believe(self._judge.observe(observations, now, wall), changed)
            case Beaten(monitor, at):
                self._believe(self._judge.heartbeat(monitor, at, now, wall), changed)
            case Reported(report):
                self._loads.hear(report)
                self._believe(self._judge.report(report, now, wall), changed)
            case Ordered():
                self._move(self.hand.order(event, wall, effects), now, wall, changed)
            case Said() | Cleared() | Undrained() | Cancelled() | Switched() | Returned():
                moved = self.hand.order(Ordered((event,)), wall, effects, event)
                self._move(moved, now, wall, changed)
            case Advised(seconds):
                for name in self._remembering.advise(seconds):
                    self._touched.add(name)
                    effects.lines.append(Line.of("ttl", name=name, seconds=self.memory.advice[name]))
            case Adopted(built):
                self._adopt(built, now, wall, effects, changed)
            case Unpublished():
                self._news = True

    def _believe(self, verdicts: Iterable[Verdict], changed: dict[Check, Verdict]) -> None:
        """Take over what the judge believes now."""
        for verdict in verdicts:
            before, names = self.verdicts.get(verdict.check), self.mentions.by_check(verdict.check)
            if before is None or _seen(before) != _seen(verdict):
                self._turned[verdict.check] = verdict
            else:
                names = self._lasting & names
            self._touched |= names
            changed[verdict.check] = self.verdicts[verdict.check] = verdict
            self._news = True

    def _miss(self, wall: float, effects: Effects) -> None:
        """Tell which vantages lost their say, and which have it back."""
        found = self._judge.absences()
        turned = absences.turned(self.absences, found)
        if turned:
            self.absences = found
            self._news = True
            effects.lines += absences.lines(turned)
            effects.changes += absences.changes(turned, wall)

    def _carry(self, now: float, wall: float) -> None:
        """Let load nodes follow what balancers report, when it is time to look."""
        if self._loads.due(now):
            ask = Ask(Family.V4, NOWHERE, self.verdicts, self.overrides, self.memory, wall, 0, self.built.world.sites)
            loads, roots = self._loads.step(now, ask)
            if loads != self.memory.loads:
                self._remembering.carry(loads)
            for path in roots:
                self._touched.update(self.mentions.by_root(path))

    def _move(self, moved: Moved, now: float, wall: float, changed: dict[Check, Verdict]) -> None:
        """Let what an operator's hand has moved be answered otherwise."""
        for name, control in moved.switched.items():
            self._believe(self._judge.switch(name, Switch(control.on, control.text), now, wall), changed)
        for name in moved.released:
            for path in self._remembering.release(name):
                self._touched.update(self.mentions.by_root(path))
        for path in moved.paths:
            self._touched |= self.mentions.by_path(path) | self.mentions.by_root(path)
            self._news = True

    def _adopt(self, built: Built, now: float, wall: float, effects: Effects, changed: dict[Check, Verdict]) -> None:
        """Go on in another world: verdicts and words are kept, what is no longer watched is forgotten."""
        served = {
            (leaf.endpoint.path, address)
            for tree in self.model.trees.values()
            for leaf in leaves(tree)
            for kind in leaf.endpoint.families
            if not leaf.checks(kind) and (address := leaf.endpoint.address(kind))
        }
        self.built, self.model = built, built.world.model
        self.mentions = Mentions(self.model)
        self.hand.adopt(self.model, self.mentions)
        self._lasting = lasting(self.model)
        self._memo = Memo()
        self._loads.adopt(self.model)
        self._remembering = Remembering(self.model, self._remembering.memory)
        self._remembering.carry(self._loads.of(self.memory.loads))
        before = self.verdicts.keys()
        found = self._judge.adopt(watched(self.model), vantages(self.model), now, wall, served, sentinels(self.model))
        self.verdicts = dict(self._judge.verdicts())
        gone = before - self.verdicts.keys()
        for check in gone:
            for index in (changed, self._turned, self._said):
                index.pop(check, None)
        self._believe(found, changed)
        self._forgotten |= gone
        self._everything = True
        effects.adopted = built
        names = len(self.model.steered)
        effects.lines.append(Line.of("adopted", model=built.digest, zones=len(built.zones), names=names))

    def _generate(self, now: float, wall: float, effects: Effects) -> None:
        """Another generation, if there is anything to publish."""
        if self._everything or self._touched or self._remembering.wake_at() <= wall:
            names = None if self._everything else self._touched
            view = View(self.built.world, self._belief(wall), self._memo)
            moved = self._remembering.renew(names, view, wall, self._beat)
            for path in moved:
                self._touched.update(self.mentions.by_root(path))
        if self._everything or self._touched or self._news:
            self.generation += 1
            effects.belief = self._belief(wall)
            effects.touched = None if self._everything else frozenset(self._touched)
            effects.lines += self._flips(now)
            self._everything, self._touched, self._turned, self._news = False, set(), {}, False

    def _belief(self, wall: float) -> Belief:
        return Belief(
            epoch=self.epoch,
            generation=self.generation,
            verdicts=dict(self.verdicts),
            overrides=dict(self.overrides),
            absences=dict(self.absences),
            memory=self._remembering.memory,
            wall=wall,
            seed=self.generation,
        )

    def _is_open(self, now: float) -> bool:
        """Whether to publish: from the first generation on, which waits for first verdicts, but not for ever."""
        return self.generation > 0 or now >= self._open_at or all(one.known for one in self.verdicts.values())

    def _flips(self, now: float) -> Iterable[Line]:
        """A line for each verdict that turned, with what caused it, the generation it is in, and what that took."""
        for check, verdict in self._turned.items():
            before, self._said[check] = self._said.get(check), verdict
            turned = before is None or before.up is not verdict.up
            if verdict.known and (turned or (verdict.held and before is not None and not before.held)):
                cause = verdict.cause
                yield Line.of(
                    "verdict" if turned else "held_back",
                    check=str(check),
                    state="up" if verdict.up else "down",
                    reason=verdict.reason,
                    votes=f"{verdict.votes[0]}/{sum(verdict.votes)}",
                    because=str(verdict.because) if verdict.because else None,
                    cause=cause.id if cause else None,
                    cause_at=cause.at if cause else None,
                    took=now - cause.at if cause else None,
                    generation=self.generation,
                )

    def _wake_at(self, now: float, wall: float) -> float:
        """Monotonic time of the next step that is due without an event."""
        soonest = min(self._remembering.wake_at(), self.hand.wake_at(wall))
        moments = [self._judge.wake_at(), self._loads.wake_at(self.memory.loads), now + max(0.0, soonest - wall)]
        if self.generation == 0:
            moments.append(self._open_at)
        return min(moments)


def _seen(verdict: Verdict) -> tuple[bool, bool, bool]:
    """What choices are made by."""
    return verdict.known, verdict.up, verdict.held


def lasting(model: Model) -> frozenset[str]:
    """The names whose TTL follows how sure their verdicts are; of a fixed one they change nothing."""
    return frozenset(name for name, steered in model.steered.items() if steered.ttl.minimum < steered.ttl.maximum)


def watched(model: Model) -> dict[Check, Watched]:
    """What has to be watched for a model: every check that some tree reads, and what these are calculated from."""
    endpoints: dict[str, Endpoint] = {
        endpoint.path: endpoint for pool in model.pools.values() for endpoint in pool.endpoints
    }
    return watch(checks(model), model.monitors, endpoints, Dependencies(model).of)


def own_vantage(model: Model) -> str:
    """The name that this node probes under: that of the vantage without a token, else the node's own."""
    return next((name for name, vantage in model.vantages.items() if vantage.token is None), model.node.name)


def vantages(model: Model) -> dict[str, str | None]:
    """Who votes: the node itself, and every vantage that has a token; each with the region it stands in."""
    return {own_vantage(model): model.node.region} | {name: one.region for name, one in model.vantages.items()}


def first_verdicts_by(model: Model) -> float:
    """Seconds in which every first probe has ended, whatever it says: those of many begin spread out."""
    probed = [what.monitor for what in watched(model).values() if what.monitor.kind.probed]
    spread = len(probed) / FIRST_ROUND
    return max((min(spread, one.interval) + one.timeout + 0.5 for one in probed), default=0.0)
