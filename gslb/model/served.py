"""What must hold of balancers: a known pool each, no pool twice, and monitors that hear them where they stand."""

from __future__ import annotations

from gslb.model.mark import Collector, mark_of
from gslb.model.model import Broken, Model
from gslb.model.monitors import Monitor
from gslb.model.spec import Steered
from gslb.model.suggest import did_you_mean
from gslb.model.tree import Tree, leaves


def check_balancers(model: Model, broken: Broken, faults: Collector) -> None:
    serving: dict[str, str] = {}
    for balancer in model.balancers.values():
        pool = model.pools.get(balancer.serves)
        mark = mark_of(balancer.serves, balancer.mark)
        if pool is None and ("pools", balancer.serves) not in broken:
            faults.add(f"unknown pool {balancer.serves}", mark, did_you_mean(balancer.serves, model.pools))
        other = serving.setdefault(str(balancer.serves), balancer.name)
        if other != balancer.name:
            faults.add(f"{balancer.serves} is served by {other} already", mark, "one balancer stands on a pool")
        places = [endpoint.path.partition("/")[2] for endpoint in pool.endpoints] if pool else []
        for key, _ in balancer.tokens if pool else ():
            if key not in places:
                hint = did_you_mean(key, places)
                faults.add(f"{balancer.serves} has no endpoint {key}", mark_of(key, balancer.mark), hint)
    for monitor in model.monitors.values():
        heard = monitor.balancer
        if heard and heard not in model.balancers and ("balancers", heard) not in broken:
            hint = did_you_mean(heard, model.balancers) or "write it under balancers:"
            faults.add(f"unknown balancer {heard}", mark_of(heard, monitor.mark), hint)


def check_heard(steered: Steered, tree: Tree, model: Model, faults: Collector) -> None:
    """A monitor that hears a balancer hangs on what that one serves, and nowhere else."""
    for leaf in leaves(tree):
        for monitor in _heard(leaf.monitors, model):
            balancer = model.balancers.get(monitor.balancer)
            if balancer is None or balancer.serves not in model.pools:
                continue
            if balancer.serves != leaf.endpoint.pool:
                message = f"{monitor.name} hears {balancer.name}, which does not serve {leaf.endpoint.pool}"
                hint = f"hang it on {balancer.serves}, which {balancer.name} stands on"
                faults.add(message, leaf.endpoint.mark or steered.mark, hint)


def _heard(names: tuple[str, ...], model: Model) -> list[Monitor]:
    """Those of these monitors, and of all they are calculated from, that hear a balancer."""
    waiting, reached = list(names), dict[str, Monitor]()
    while waiting:
        monitor = model.monitors.get(waiting.pop())
        if monitor is not None and monitor.name not in reached:
            reached[monitor.name] = monitor
            waiting += monitor.calculated.members if monitor.calculated else ()
    return [monitor for monitor in reached.values() if monitor.balancer]
