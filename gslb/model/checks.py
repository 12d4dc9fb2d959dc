"""What there is to know about a model's health: which monitor is asked of which address, and how soon it tells."""

from __future__ import annotations

from collections.abc import Iterable

from gslb.model.dependencies import Dependencies
from gslb.model.model import Model
from gslb.model.monitors import Check, Monitor, MonitorKind, NoData
from gslb.model.tree import Leaf, Tree, leaves, walk


def checks(model: Model) -> tuple[Check, ...]:
    """Every check that some tree reads, each once, and those that these are calculated from or depend on."""
    found: dict[Check, None] = {}
    for tree in model.trees.values():
        for check in read_by(tree):
            found.update(dict.fromkeys(expand(check, model)))
    dependencies = Dependencies(model)
    waiting = list(found)
    while waiting:
        for needed in (each for group in dependencies.of(waiting.pop()) for each in group):
            new = [each for each in expand(needed, model) if each not in found]
            found.update(dict.fromkeys(new))
            waiting += new
    return tuple(found)


def read_by(tree: Tree) -> Iterable[Check]:
    """The checks that a tree's own nodes and leaves read."""
    for node in walk(tree):
        if isinstance(node, Leaf):
            for family in node.endpoint.families:
                yield from node.checks(family)
        else:
            yield from (Check(name) for name in node.common.monitors)


def expand(check: Check, model: Model) -> Iterable[Check]:
    """A check and all it is calculated from, about the same endpoint as far as they have a target."""
    yield check
    calculated = model.monitors[check.monitor].calculated
    for member in calculated.members if calculated else ():
        about = Check(member, check.endpoint, check.address) if model.targeted(member) else Check(member)
        yield from expand(about, model)


def detection(tree: Tree, model: Model) -> float | None:
    """Seconds in which the death of any endpoint of a tree is known; None where some death is never known."""
    times = [_soonest((*leaf.monitors, *leaf.gates), model) for leaf in leaves(tree)]
    return None if not times or None in times else max(time for time in times if time is not None)


def _soonest(names: Iterable[str], model: Model) -> float | None:
    """All monitors of an endpoint must pass, so the first to fail decides."""
    times = [time for name in names if (time := _time(model.monitors[name], model)) is not None]
    return min(times, default=None)


def _time(monitor: Monitor, model: Model) -> float | None:
    match monitor.kind:
        case MonitorKind.PUSH:
            return monitor.every + monitor.grace
        case MonitorKind.CONTROL:
            return None
        case MonitorKind.BALANCER:
            return monitor.grace if monitor.no_data is NoData.DOWN else None
        case MonitorKind.CALCULATED:
            return _calculated_time(monitor, model)
        case _:
            return monitor.detection


def _calculated_time(monitor: Monitor, model: Model) -> float | None:
    calculated = monitor.calculated
    if calculated is None or calculated.inverted:
        return None
    falling = sorted(
        (time, weight)
        for name, weight in zip(calculated.members, calculated.weighed, strict=True)
        if (time := _time(model.monitors[name], model)) is not None
    )
    standing = sum(calculated.weighed)
    for time, weight in falling:
        standing -= weight
        if standing < calculated.needed:
            return time
    return None
