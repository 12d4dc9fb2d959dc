"""What is supposed to happen - places lost, drained, turned off - put into a belief as the judge would come to hold it.

Hypothesis ─┬─ down        ─► what probes there would say, what is calculated from it ─► verdicts ─┐
            └─ drain, off  ─► an operator's words                                      ─► overrides ┴─► Belief
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import inf

from gslb.health import Member, Override, Standing, Verdict, combine
from gslb.model import Check, Endpoint, Leaf, Model, MonitorKind, NoData, expand, leaves, paths_of, walk
from gslb.nameserver import Belief

WHO = "what if"


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """Paths of endpoints, parts of pools, pools and regions, as an operator would name them."""

    down: tuple[str, ...] = ()
    drain: tuple[str, ...] = ()
    off: tuple[str, ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        return (*self.down, *self.drain, *self.off)


def concerned(model: Model, named: tuple[str, ...]) -> frozenset[str]:
    """The endpoints that these paths stand for, by their own paths."""
    endpoints = (endpoint for pool in model.pools.values() for endpoint in pool.endpoints)
    return frozenset(endpoint.path for endpoint in endpoints if not {*paths_of(endpoint)}.isdisjoint(named))


def known_paths(model: Model) -> tuple[str, ...]:
    """Every path that can be named: regions, pools, their parts, endpoints."""
    endpoints = (endpoint for pool in model.pools.values() for endpoint in pool.endpoints)
    return tuple(dict.fromkeys((*model.regions, *(path for endpoint in endpoints for path in paths_of(endpoint)))))


def supposed(belief: Belief, model: Model, hypothesis: Hypothesis) -> Belief:
    """The belief once all of it has happened and has been noticed; memory is as it was."""
    words = {path: _word(path, Standing.DRAIN, belief) for path in hypothesis.drain}
    words |= {path: _word(path, Standing.OFF, belief) for path in hypothesis.off}
    fallen = _Fallen(model, belief.verdicts, concerned(model, hypothesis.down)).verdicts(belief.wall)
    return replace(belief, verdicts={**belief.verdicts, **fallen}, overrides={**belief.overrides, **words})


def _word(path: str, standing: Standing, belief: Belief) -> Override:
    return Override(path, standing, WHO, WHO, belief.wall)


class _Fallen:
    """What monitors would say with some endpoints dead.

    Who connects to a dead endpoint fails. Nobody reports of it, and a metric of it has no
    value: their `no_data` counts. A heartbeat is silent when all that hangs on it
    is dead. What is calculated follows its members.
    """

    def __init__(self, model: Model, before: Mapping[Check, Verdict], dead: frozenset[str]) -> None:
        self._model, self._before, self._dead = model, before, dead
        self._readers = _readers(model) if dead else {}
        self._known: dict[Check, bool | None] = {}

    def verdicts(self, wall: float) -> dict[Check, Verdict]:
        """Of every check that would turn, its verdict then."""
        found: dict[Check, Verdict] = {}
        for check in self._readers:
            before, up = self._before.get(check), self._up(check)
            if up is None or (before is not None and before.known and before.up is up):
                continue
            standing = before or Verdict(check, up, wall, "")
            votes = sum(standing.votes) or 1
            found[check] = replace(
                standing,
                up=up,
                since=wall,
                reason=f"supposed {'up' if up else 'down'}",
                horizon=inf,
                suspect=False,
                votes=(votes, 0) if up else (0, votes),
                known=True,
                held=False,
            )
        return found

    def _up(self, check: Check) -> bool | None:
        """Up, down, or None where nothing is known of it."""
        if check not in self._known:
            self._known[check] = self._decide(check)
        return self._known[check]

    def _decide(self, check: Check) -> bool | None:
        monitor, verdict = self._model.monitors[check.monitor], self._before.get(check)
        before = verdict.up if verdict is not None and verdict.known else None
        if monitor.calculated is not None:
            members = [Member(each.monitor, self._up(each)) for each in self._members(check)]
            touched = any(self._up(each) is not self._standing(each) for each in self._members(check))
            return combine(monitor.calculated, members) if touched else before
        if monitor.kind is MonitorKind.PUSH:
            readers = self._readers.get(check, frozenset())
            return False if readers and readers <= self._dead else before
        if not monitor.kind.has_target or check.endpoint not in self._dead:
            return before
        if monitor.kind in (MonitorKind.METRIC, MonitorKind.BALANCER):
            return {NoData.UP: True, NoData.DOWN: False, NoData.KEEP: before}[monitor.no_data]
        return False

    def _standing(self, check: Check) -> bool | None:
        verdict = self._before.get(check)
        return verdict.up if verdict is not None and verdict.known else None

    def _members(self, check: Check) -> Iterator[Check]:
        calculated = self._model.monitors[check.monitor].calculated
        for member in calculated.members if calculated else ():
            yield Check(member, check.endpoint, check.address) if self._model.targeted(member) else Check(member)


def _readers(model: Model) -> dict[Check, frozenset[str]]:
    """Every check that some tree reads or another is calculated from, and the endpoints that hang on it."""
    found: dict[Check, set[str]] = defaultdict(set)

    def note(check: Check, endpoints: list[Endpoint]) -> None:
        for each in expand(check, model):
            found[each].update(endpoint.path for endpoint in endpoints)

    for tree in {id(tree): tree for tree in model.trees.values()}.values():
        for node in walk(tree):
            if isinstance(node, Leaf):
                for family in node.endpoint.families:
                    for check in node.checks(family):
                        note(check, [node.endpoint])
            elif node.common.monitors:
                below = [leaf.endpoint for leaf in leaves(node)]
                for name in node.common.monitors:
                    note(Check(name), below)
    return {check: frozenset(endpoints) for check, endpoints in found.items()}
