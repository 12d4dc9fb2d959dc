"""What must hold of routing controls and safety rules: every name in them is one, and every switch moves something."""

from __future__ import annotations

from collections.abc import Iterator

from gslb.model.mark import Collector, mark_of
from gslb.model.model import Broken, Model
from gslb.model.monitors import MonitorKind
from gslb.model.operations import CONTROLS
from gslb.model.paths import paths_of
from gslb.model.suggest import did_you_mean


def check_operations(model: Model, broken: Broken, faults: Collector) -> None:
    """Every fault of what rules an operator's hand."""
    paths = set(operable(model))
    known = {*paths, *model.routing_controls}
    read = {monitor.control for monitor in model.monitors.values() if not monitor.name.startswith(CONTROLS)}
    ruled = {name for rule in model.safety.rules for name in (*rule.of, rule.gate)}
    for monitor in model.monitors.values():
        if monitor.kind is MonitorKind.CONTROL and monitor.control not in model.routing_controls:
            hint = (
                did_you_mean(monitor.control, model.routing_controls)
                or f"write routing_controls: {{{monitor.control}: {{}}}}"
            )
            faults.add(f"unknown routing control {monitor.control}", mark_of(monitor.control, monitor.mark), hint)
    for control in model.routing_controls.values():
        if control.name not in paths | read | ruled and not broken:
            hint = did_you_mean(control.name, paths) or f"hang a monitor {{control: {control.name}}} somewhere"
            faults.add(f"{control.name} switches nothing: it is no path, and no monitor reads it", control.mark, hint)
    for rule in model.safety.rules:
        for name in rule.of:
            if name not in known and not broken:
                hint = did_you_mean(name, known) or "write a region, a pool, an endpoint or a routing control"
                faults.add(f"unknown path {name}", mark_of(name, rule.mark), hint)
        if rule.gate and rule.gate not in model.routing_controls:
            hint = did_you_mean(rule.gate, model.routing_controls) or f"write routing_controls: {{{rule.gate}: {{}}}}"
            faults.add(f"unknown routing control {rule.gate}", mark_of(rule.gate, rule.mark), hint)


def operable(model: Model) -> Iterator[str]:
    """Every path that an operator may speak of: regions, pools, their parts, endpoints; some more than once."""
    yield from model.regions
    for pool in model.pools.values():
        for endpoint in pool.endpoints:
            yield from paths_of(endpoint)
