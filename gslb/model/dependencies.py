"""Dependencies between monitors: what else must be up for a check to be, so that its fall is no news of its own.

monitor ready, `depends_on: gateway` ─► for each check of ready, the checks of gateway that it stands behind:
                                          of its own endpoint, else of those in its region, else all there are
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from gslb.model.mark import Collector, mark_of
from gslb.model.model import Broken, Model
from gslb.model.monitors import Check, Monitor
from gslb.model.nouns import Endpoint
from gslb.model.suggest import did_you_mean

Needs = tuple[tuple[Check, ...], ...]
"""Groups of checks: what stands behind them goes when all of one group are down."""


class Dependencies:
    """What each check of a model depends on."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._asked: dict[str, dict[str, tuple[Check, ...]]] = defaultdict(dict)  # by monitor and endpoint
        self._regions = {each.path: each.region for pool in model.pools.values() for each in pool.endpoints}
        if any(monitor.depends_on for monitor in model.monitors.values()):
            for endpoint, name in asked(model):
                addresses = filter(None, map(endpoint.address, endpoint.families))
                self._asked[name][endpoint.path] = tuple(Check(name, endpoint.path, address) for address in addresses)

    def of(self, check: Check) -> Needs:
        """In the order written, for each monitor that this check's own depends on, its checks."""
        groups = (self._group(name, check) for name in self._model.monitors[check.monitor].depends_on)
        return tuple(group for group in groups if group)

    def _group(self, name: str, check: Check) -> tuple[Check, ...]:
        if not self._model.targeted(name):
            return (Check(name),)
        found, region = self._asked[name], self._regions.get(check.endpoint)
        if check.endpoint in found:
            own = found[check.endpoint]
            return tuple(each for each in own if each.address == check.address) or own
        near = [path for path in found if region is not None and self._regions[path] == region]
        return tuple(each for path in near or found for each in found[path])


def asked(model: Model) -> Iterator[tuple[Endpoint, str]]:
    """Every endpoint with each monitor that hangs on it, on its pool or on its region and is asked of endpoints."""
    for pool in model.pools.values():
        for endpoint in pool.endpoints:
            region = model.regions.get(endpoint.region or "")
            hung: dict[str, None] = {}
            for word in (*(region.monitors if region else ()), *pool.monitors, *endpoint.monitors):
                if word == "none":
                    hung.clear()
                elif model.targeted(word):
                    hung[str(word)] = None
            yield from ((endpoint, name) for name in hung)


def check_dependencies(model: Model, broken: Broken, faults: Collector) -> None:
    """Every fault of what monitors depend on: it must be there, be asked of something, and not depend on them."""
    hung = {name for _, name in asked(model)}
    for monitor in model.monitors.values():
        for word in monitor.depends_on:
            mark = mark_of(word, monitor.mark)
            if word not in model.monitors:
                if ("monitors", word) not in broken:
                    faults.add(f"unknown monitor {word}", mark, did_you_mean(word, model.monitors))
            elif monitor.name in _below(str(word), model):
                faults.add(f"{monitor.name} depends on itself", mark)
            elif model.targeted(word) and word not in hung:
                hint = "hang it on an endpoint: pools: {gateways: {monitor: …, endpoints: {…}}}"
                faults.add(f"{word} is asked of no endpoint", mark, hint)


def _below(name: str, model: Model) -> set[str]:
    """A monitor and all that it depends on or is calculated from."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        monitor: Monitor | None = model.monitors.get(waiting.pop())
        if monitor and monitor.name not in found:
            found.add(monitor.name)
            waiting += (*monitor.depends_on, *(monitor.calculated.members if monitor.calculated else ()))
    return found
