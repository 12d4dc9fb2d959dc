"""The judge: observations, heartbeats and time in, changed verdicts out.

    observations ─► Panel (a machine a vantage) ─► quorum ─┐
    heartbeats ───► Heartbeat ─────────────────────────────┤
    reports ──────► Listening (the last of a balancer) ────┼─► Verdict ─► calculated ─► Verdict
    tick ─────────► who aged, which heartbeat is late ─────┘

It is a fold. What it believes after `observe` depends on which observations were in that batch and on nothing else
of it: not their order, not how often each came. Handing over again what was handed over before changes nothing at
all. Only monotonic time turns a verdict; the wall clock is written down and never read.

A verdict is replaced when up, known, horizon, suspect or votes change, and not at every probe, so a view holds it
by reference.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from heapq import heapify, heappop, heappush
from math import inf
from types import MappingProxyType

from gslb.health.absence import Absence, Lack
from gslb.health.assign import assigned
from gslb.health.balancer import BalancerReport, Listening
from gslb.health.cases import Case, Members, dismissed, edited, mind_of, patience_of
from gslb.health.damping import damped
from gslb.health.fleet import Fleet
from gslb.health.heartbeat import Heartbeat
from gslb.health.inherit import first_verdict, inherited
from gslb.health.machine import Machine, State, believing
from gslb.health.observation import Observation
from gslb.health.panel import Ballot, Panel, Told
from gslb.health.sentinels import Lookout
from gslb.health.settle import Settled, explained, settle_balancer, settle_calculated, settle_heartbeat, settle_panel
from gslb.health.switch import Switch, settle_switch
from gslb.health.verdict import Verdict
from gslb.health.watched import Watched, by_depth
from gslb.model import Check, Monitor

NOBODY: Mapping[Check, Monitor] = MappingProxyType({})


class Judge:
    """Holds what is believed of every watched check; `vantages` maps each vantage to the region it is in, if any.

    `sentinels` are what every vantage asks to know whether it is cut off itself; no verdict is of them.
    """

    def __init__(
        self,
        watched: Mapping[Check, Watched],
        vantages: Mapping[str, str | None],
        now: float,
        wall: float,
        sentinels: Mapping[Check, Monitor] = NOBODY,
    ) -> None:
        self._cases: dict[Check, Case] = {}
        self._alarms: list[tuple[float, Check]] = []
        self._depths: dict[Check, int] = {}
        self._dependents: dict[Check, list[Check]] = {}
        self._pushed: dict[str, list[Check]] = {}
        self._listening: dict[str, list[Check]] = {}
        self._switches: dict[str, Switch] = {}
        self._lookout, self._fleet = Lookout(), Fleet()
        self._now = now
        self._adopt(watched, vantages, now, wall, frozenset(), sentinels, State.NEW)

    def adopt(
        self,
        watched: Mapping[Check, Watched],
        vantages: Mapping[str, str | None],
        now: float,
        wall: float,
        served: Collection[tuple[str, str]] = frozenset(),
        sentinels: Mapping[Check, Monitor] = NOBODY,
    ) -> tuple[Verdict, ...]:
        """Judge exactly these checks from now on, and return new and changed verdicts.

        What goes is forgotten. A check whose monitor was edited keeps its verdict until it has its own; an added
        one takes that of the other checks of its endpoint and address. `served` are the (endpoint, address) pairs
        that were answered without a monitor so far, and are up until the added monitor says otherwise. ValueError:
        calculated monitors form a loop or lack a member.
        """
        return self._adopt(watched, vantages, now, wall, served, sentinels, State.WAITING)

    def restore(self, stored: Iterable[Verdict], now: float, wall: float) -> None:
        """Believe what was stored, before the first observation; what is no longer watched is inherited by what is."""
        old = {verdict.check: verdict for verdict in stored}
        inner = self._inner()
        for check, case in self._cases.items():
            if (verdict := inherited(check, old, inner, (), wall)) is not None:
                case.believe(verdict, now)
        self._update({check: [] for check in self._cases}, now, wall)

    def observe(self, observations: Iterable[Observation], now: float, wall: float) -> tuple[Verdict, ...]:
        """Take in a batch and return the verdicts it changed.

        Observations of a check or by a vantage that is not known, or under another digest, are not counted.
        """
        everything = list(observations)
        told: dict[Check, list[Told]] = {}
        for vantage in self._lookout.hear(everything):
            told |= {check: [] for check, case in self._cases.items() if dismissed(case.mind, vantage)}
        batch: dict[Check, list[Observation]] = defaultdict(list)
        for observation in everything:
            self._fleet.hear(observation.vantage, observation.at)
            case = self._cases.get(observation.check)
            if case is None or observation.digest != case.watched.monitor.digest:
                continue
            if self._lookout.counts(observation):
                batch[observation.check].append(observation)
        for check, heard in batch.items():
            case = self._cases[check]
            if isinstance(case.mind, Panel) and (news := case.mind.hear(heard, self._seed(case))):
                told[check] = news
        return self._update(told, now, wall)

    def heartbeat(self, monitor: str, at: float, now: float, wall: float) -> tuple[Verdict, ...]:
        """A push monitor's service was heard at monotonic `at`; returns the verdicts that changed."""
        for check in (beaten := self._pushed.get(monitor, ())):
            case = self._cases[check]
            if isinstance(case.mind, Heartbeat):
                case.mind = case.mind.beat(at)
        return self._update({check: [] for check in beaten}, now, wall)

    def report(self, report: BalancerReport, now: float, wall: float) -> tuple[Verdict, ...]:
        """A balancer told how it is; returns the verdicts that changed. One that is not its latest says nothing."""
        told: dict[Check, list[Told]] = {}
        for check in self._listening.get(report.endpoint, ()):
            case = self._cases[check]
            if isinstance(case.mind, Listening) and (mind := case.mind.hear(report)) is not case.mind:
                case.mind = mind
                told[check] = []
        return self._update(told, now, wall)

    def switch(self, control: str, switch: Switch, now: float, wall: float) -> tuple[Verdict, ...]:
        """A routing control is on or off from now on; returns the verdicts that changed."""
        self._switches[control] = switch
        read = [check for check, case in self._cases.items() if case.watched.monitor.control == control]
        for check in read:
            self._cases[check].mind = switch
        return self._update({check: [] for check in read}, now, wall)

    def tick(self, now: float, wall: float) -> tuple[Verdict, ...]:
        """Let time pass; returns the verdicts it changed. To be called at `wake_at` or soon after."""
        return self._update({}, now, wall)

    def wake_at(self) -> float:
        """When time alone may change something next, monotonic seconds; may be early."""
        return min(self._alarms[0][0] if self._alarms else inf, self._fleet.wake_at(self._now))

    def absences(self) -> Mapping[str, Absence]:
        """By name, the vantages that have no say now, or less of one."""
        found = {}
        for name in self._vantages:
            absence = self._fleet.absence(name, self._now)
            if absence is None or absence.lack is Lack.ALONE:
                absence = self._lookout.absence(name) or absence
            if absence is not None:
                found[name] = absence
        return found

    def verdicts(self) -> Mapping[Check, Verdict]:
        """What is believed now, frozen."""
        return MappingProxyType({check: case.verdict for check, case in self._cases.items()})

    def ballots(self, check: Check) -> tuple[Ballot, ...]:
        """What each vantage says of a probed check; () for others."""
        mind = self._cases[check].mind
        return mind.ballots() if isinstance(mind, Panel) else ()

    def _adopt(
        self,
        watched: Mapping[Check, Watched],
        vantages: Mapping[str, str | None],
        now: float,
        wall: float,
        served: Collection[tuple[str, str]],
        sentinels: Mapping[Check, Monitor],
        unseen: State,
    ) -> tuple[Verdict, ...]:
        depths = by_depth(watched)
        old = {check: case.verdict for check, case in self._cases.items()}
        inner = self._inner()
        guarded = bool(sentinels)
        cases = {}
        for check, what in watched.items():
            case = self._cases.get(check)
            if case is None:
                verdict = inherited(check, old, inner, served, wall) or first_verdict(check, what.monitor, wall)
                case = Case(what, verdict, verdict, mind_of(check, watched, vantages, now, guarded=guarded), unseen)
                case.believe(verdict, now)
            elif isinstance(case.mind, Members) or edited(case.watched.monitor, what.monitor):
                case.mind, case.unseen = mind_of(check, watched, vantages, now, guarded=guarded), unseen
            elif isinstance(case.mind, Panel):
                case.mind.admit(what.monitor, assigned(check, what, vantages), what.region, guarded=guarded)
            if what.monitor.control:
                case.mind = self._switches.get(what.monitor.control, Switch())
            case.watched, case.wakes = what, inf
            cases[check] = case
        self._cases, self._depths, self._alarms = cases, depths, []
        self._dependents, self._pushed, self._listening = defaultdict(list), defaultdict(list), defaultdict(list)
        for check, case in cases.items():
            for needed in (each for group in case.watched.needs for each in group):
                self._dependents[needed].append(check)
            match case.mind:
                case Members(checks=below):
                    for member in below:
                        self._dependents[member].append(check)
                case Heartbeat():
                    self._pushed[check.monitor].append(check)
                case Listening():
                    self._listening[check.endpoint].append(check)
        self._vantages = sorted(vantages)
        self._lookout.adopt(sentinels, vantages)
        self._fleet.adopt(cases, patience_of(cases.values()), now)
        self._update({check: [] for check in cases}, now, wall)
        return tuple(case.verdict for check, case in cases.items() if case.verdict is not old.get(check))

    def _inner(self) -> set[Check]:
        """Checks that are asked as members of calculated ones."""
        return {
            member for case in self._cases.values() if isinstance(case.mind, Members) for member in case.mind.checks
        }

    @staticmethod
    def _seed(case: Case) -> Machine:
        return believing(up=case.said.up) if case.said.known else Machine(case.unseen)

    def _update(self, told: dict[Check, list[Told]], now: float, wall: float) -> tuple[Verdict, ...]:
        """Settle the checks that were told something, those whose time has come, and what is calculated from them."""
        while self._alarms and self._alarms[0][0] <= now:
            moment, check = heappop(self._alarms)
            if moment == self._cases[check].wakes:
                self._cases[check].wakes = inf
                told.setdefault(check, [])
        self._now = now
        for check in told:
            if isinstance(mind := self._cases[check].mind, Panel):
                self._fleet.note(check, mind.sight(now))
        told |= {check: [] for check in self._fleet.settle() - told.keys()}
        changed = []
        queue = [(self._depths.get(check, 0), check) for check in told]
        heapify(queue)
        queued = set(told)
        while queue:
            _, check = heappop(queue)
            case = self._cases[check]
            said, margin = self._settled(check, case, told.get(check, ()), now, wall)
            settled = explained(said, self._root(case, said)), margin
            if settled != (case.said, case.margin):
                for dependent in self._dependents.get(check, ()):
                    if dependent not in queued:
                        queued.add(dependent)
                        heappush(queue, (self._depths[dependent], dependent))
            verdict = self._damped(check, case, settled[0], now, wall)
            case.said, case.margin = settled
            if verdict is not case.verdict:
                case.verdict = verdict
                changed.append(verdict)
                if not verdict.held:
                    case.said = verdict
        return tuple(changed)

    def _root(self, case: Case, said: Verdict) -> Check | None:
        """What explains that a check is down: a group that it needs is, or what explains that."""
        if said.up or not said.known:
            return None
        for group in case.watched.needs:
            verdicts = [self._cases[needed].said for needed in group]
            if all(verdict.known and not verdict.up for verdict in verdicts):
                return verdicts[0].because or verdicts[0].check
        return None

    def _damped(self, check: Check, case: Case, said: Verdict, now: float, wall: float) -> Verdict:
        """The verdict that counts, where those who watch say `said` from now on."""
        damping = case.watched.monitor.damping
        if case.said.known and said.up is not case.said.up:
            case.unrest = case.unrest.turned(damping, now, up=said.up)
        verdict = damped(said, case.verdict, case.unrest, damping, now, wall)
        if verdict.held:
            self._set_alarm(check, case, case.unrest.free_at(damping))
        return verdict

    def _settled(self, check: Check, case: Case, told: Sequence[Told], now: float, wall: float) -> Settled:
        monitor = case.watched.monitor
        match case.mind:
            case Panel() as panel:
                settled = settle_panel(case.said, panel, monitor, told, now, wall, self._fleet.doubted)
                self._set_alarm(check, case, panel.wake_at())
                return settled
            case Heartbeat() as heartbeat:
                settled = settle_heartbeat(case.said, heartbeat, monitor, now, wall)
                self._set_alarm(check, case, heartbeat.wake_at(monitor, now))
                return settled
            case Listening() as listening:
                settled = settle_balancer(case.said, listening, monitor, now, wall)
                self._set_alarm(check, case, listening.wake_at(monitor, now))
                return settled
            case Switch() as switch:
                return settle_switch(case.said, switch, wall)
            case Members(rule, checks):
                below = [(self._cases[member].said, self._cases[member].margin) for member in checks]
                return settle_calculated(case.said, rule, below, wall)

    def _set_alarm(self, check: Check, case: Case, moment: float) -> None:
        """Have `check` settled at `moment`; an alarm set for sooner stays, and sets the next one when it goes off."""
        if moment < case.wakes:
            case.wakes = moment
            heappush(self._alarms, (moment, check))
