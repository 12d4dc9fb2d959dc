"""What balancers report, to the factors that load nodes draw by: kept in the memory, moved in the judge only.

reports ─► the latest of each endpoint ─► load of each child ─► shedding.steer, a node each ─► Memory.loads
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import inf

from gslb.control.mentions import root
from gslb.control.shedding import Course, Pace, begin, steer
from gslb.health import BalancerReport
from gslb.model import Load, Model, Tree, leaves, walk
from gslb.policy import Ask, Carried, carried_shares, carry_key, plain_shares

TICK = 2.0  # seconds between two looks
FRESH = 10.0  # seconds after which a report says nothing of now
WINDOW = 60.0  # seconds of a window at least, where none is written


class Loads:
    """The load nodes of a model, and all that balancers last said. One step after the other."""

    def __init__(self, model: Model, now: float) -> None:
        self._reports: dict[str, BalancerReport] = {}
        self._courses: dict[str, dict[str, Course]] = {}
        self._at = now
        self.adopt(model)

    def adopt(self, model: Model) -> None:
        """Go on with these nodes; who is no longer there is forgotten."""
        endpoints = {endpoint.path for pool in model.pools.values() for endpoint in pool.endpoints}
        self._reports = {path: report for path, report in self._reports.items() if path in endpoints}
        nodes: dict[str, Load] = {}
        lags: dict[str, float] = {}
        self._roots: dict[str, set[str]] = {}
        for name, tree in model.trees.items():
            for node in walk(tree):
                if isinstance(node, Load):
                    path = node.common.path
                    nodes[path] = node
                    lags[path] = max(lags.get(path, 1.0), float(model.steered[name].ttl.maximum))
                    self._roots.setdefault(path, set()).add(root(tree))
        self._nodes = {path: (node, pace(node, lags[path])) for path, node in nodes.items()}
        self._courses = {path: courses for path, courses in self._courses.items() if path in nodes}

    def hear(self, report: BalancerReport) -> None:
        """A balancer told how it is; what is not later than its last word is not heard."""
        known = self._reports.get(report.endpoint)
        if known is None or known.position < report.position:
            self._reports[report.endpoint] = report

    def requests(self, now: float) -> dict[str, float]:
        """The requests a second at each endpoint of which that was reported of late."""
        return {path: report.requests for path, report in self._reports.items() if now - report.at < FRESH}

    def step(self, now: float, ask: Ask) -> tuple[dict[str, Carried], set[str]]:
        """What is carried from now on, out of `ask.memory.loads`, and the root paths of the trees that this touches."""
        seconds, self._at = now - self._at, now
        carried = self.of(ask.memory.loads)
        touched: set[str] = set()
        for path, (node, pace_) in self._nodes.items():
            plain = plain_shares(node, ask)
            if not plain:
                continue
            answered = carried_shares(plain, carried)
            before = self._courses.get(path, {})
            courses = {key: before.get(key) or begin(share, fresh=bool(before)) for key, share in answered.items()}
            if before.keys() != courses.keys():
                courses = {key: begin_again(course, answered[key]) for key, course in courses.items()}
            loads = {key: load for key, child in _children(node) if (load := self._load(child, now)) is not None}
            self._courses[path], shares = steer(courses, answered, plain, loads, seconds, now, pace_)
            if shares is not None:
                carried = {key: said for key, said in carried.items() if key not in plain}
                carried |= factors(shares, plain, self._courses[path])
                touched |= self._roots[path]
        return carried, touched

    def of(self, loads: Mapping[str, Carried]) -> dict[str, Carried]:
        """Those of these nodes."""
        keys = (carry_key(node, child) for node, _ in self._nodes.values() for _, child in node.children)
        return {key: loads[key] for key in keys if key in loads}

    def told(self, now: float) -> list[dict[str, object]]:
        """What each balancer said last, and how many seconds ago, as plain data: `Balancing` reads it."""
        return [
            {
                "name": one.name,
                "endpoint": one.endpoint,
                "age": now - one.at,
                "up": one.up,
                "total": one.total,
                "requests": one.requests,
                "errors": one.errors,
                "used": one.load,
                "connections": one.connections,
            }
            for one in self._reports.values()
        ]

    def due(self, now: float) -> bool:
        return bool(self._nodes) and now >= self._at + TICK

    def wake_at(self, loads: Mapping[str, Carried]) -> float:
        """When to step next; never, where there is nothing to move."""
        moving = self._nodes and (loads or any(report.at > self._at - FRESH for report in self._reports.values()))
        return self._at + TICK if moving else inf

    def _load(self, child: Tree, now: float) -> float | None:
        """What of its capacity a child uses: of all its endpoints that are heard of, each by its capacity."""
        paths = dict.fromkeys(leaf.path for leaf in leaves(child))
        heard = [report for path in paths if (report := self._reports.get(path)) and now - report.at < FRESH]
        told = [(report.load, report.capacity) for report in heard if report.load is not None]
        if not told:
            return None
        sized = all(capacity for _, capacity in told)
        weighed = [(load, capacity if sized and capacity else 1.0) for load, capacity in told]
        return sum(load * size for load, size in weighed) / sum(size for _, size in weighed)


def pace(node: Load, lag: float) -> Pace:
    """How fast a node may move whose answers are kept for `lag` seconds."""
    window = max(WINDOW, 2 * lag) if node.window is None else node.window
    return Pace(lag, window, node.high_water, node.low_water)


def begin_again(course: Course, share: float) -> Course:
    """After one came or went, all shares are others: that was no turn."""
    return Course(share, course.felt, course.used, 0, share, course.turned)


def factors(
    shares: Mapping[str, float], plain: Mapping[str, float], courses: Mapping[str, Course]
) -> dict[str, Carried]:
    """Shares as factors of weights, none above 1; nothing where all take what they are to take by weight."""
    if all(abs(shares[key] - share) < 1e-9 for key, share in plain.items()):
        return {}
    ratios = {key: shares[key] / share for key, share in plain.items()}
    most = max(ratios.values())
    used = {key: None if (share := courses[key].used) is None else round(share, 3) for key in plain}
    return {key: Carried(round(ratio / most, 4), used[key]) for key, ratio in ratios.items()}


def _children(node: Load) -> Iterable[tuple[str, Tree]]:
    return ((carry_key(node, child), child) for _, child in node.children)
