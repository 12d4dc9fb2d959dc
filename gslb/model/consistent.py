"""What must hold between the sections of a model: one namespace, known names, quorums that can be reached."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from gslb.model.branches import network_or_asn
from gslb.model.dependencies import check_dependencies
from gslb.model.fence import forbidden
from gslb.model.guards import check_guards
from gslb.model.mark import Collector, Mark, mark_of
from gslb.model.model import Broken, Model
from gslb.model.monitors import Monitor, MonitorKind, QuorumKind
from gslb.model.nouns import Endpoint, Pool
from gslb.model.places import is_country
from gslb.model.safeguards import check_operations
from gslb.model.served import check_balancers
from gslb.model.suggest import did_you_mean

WITHOUT_PORT = {MonitorKind.TCP: "write tcp://:PORT", MonitorKind.GRPC: "write grpc://HOST:PORT/SERVICE"}
"""Kinds that have no port of their own, and where to write one."""


def check_sections(model: Model, broken: Broken, faults: Collector) -> None:
    """Every fault between sections that has nothing to do with trees."""
    _one_namespace(model, faults)
    _regions_known(model, broken, faults)
    _networks_known(model, broken, faults)
    _monitors_known(model, broken, faults)
    _members_known(model, broken, faults)
    for pool in model.pools.values():
        _endpoints_stand_apart(pool, faults)
    _ports_known(model, faults)
    _probes_allowed(model, faults)
    check_guards(model, faults)
    check_dependencies(model, broken, faults)
    _quorums_reachable(model, faults)
    check_balancers(model, broken, faults)
    _zones_known(model, broken, faults)
    check_operations(model, broken, faults)


def _one_namespace(model: Model, faults: Collector) -> None:
    sections: tuple[tuple[str, Mapping[str, object]], ...] = (
        ("region", model.regions),
        ("pool", model.pools),
        ("policy", model.policies),
    )
    seen: dict[str, str] = {}
    for kind, section in sections:
        for name in section:
            other = seen.setdefault(name, kind)
            if other != kind:
                faults.add(
                    f"{name} is a {other} already", mark_of(name), "regions, pools and policies share one namespace"
                )


def _regions_known(model: Model, broken: Broken, faults: Collector) -> None:
    uses: list[tuple[str | None, Mark | None]] = [(model.node.region, mark_of(model.node.region or ""))]
    uses += ((vantage.region, mark_of(vantage.region or "", vantage.mark)) for vantage in model.vantages.values())
    uses += ((row.region, mark_of(row.region, row.mark)) for row in model.clients.latency)
    uses += ((each.region, each.mark) for pool in model.pools.values() for each in pool.endpoints)
    for region, mark in uses:
        if region is not None and region not in model.regions and ("regions", region) not in broken:
            faults.add(f"unknown region {region}", mark, did_you_mean(region, model.regions))


def _networks_known(model: Model, broken: Broken, faults: Collector) -> None:
    for row in model.clients.latency:
        if row.match in model.networks or is_country(row.match) or ("networks", row.match) in broken:
            continue
        try:
            network_or_asn(row.match)
        except ValueError as error:
            hint = did_you_mean(row.match, model.networks) or str(error)
            faults.add(f"unknown clients {row.match}", mark_of(row.match, row.mark), hint)


def _monitors_known(model: Model, broken: Broken, faults: Collector) -> None:
    hung: list[tuple[tuple[str, ...], Mark | None]] = [
        (region.monitors, region.mark) for region in model.regions.values()
    ]
    for pool in model.pools.values():
        hung.append((pool.monitors, pool.mark))
        hung += ((endpoint.monitors, endpoint.mark) for endpoint in pool.endpoints)
    for words, mark in hung:
        for word in words:
            if word != "none":
                _known_monitor(word, mark, model, broken, faults)


def _known_monitor(word: str, mark: Mark | None, model: Model, broken: Broken, faults: Collector) -> None:
    if word not in model.monitors and ("monitors", word) not in broken:
        faults.add(f"unknown monitor {word}", mark_of(word, mark), did_you_mean(word, model.monitors))


def _members_known(model: Model, broken: Broken, faults: Collector) -> None:
    for monitor in model.monitors.values():
        if monitor.calculated is None:
            continue
        for member in monitor.calculated.members:
            _known_monitor(member, monitor.mark, model, broken, faults)
            if monitor.name in _reached(member, model):
                faults.add(f"{monitor.name} is calculated from itself", mark_of(member, monitor.mark))


def _reached(name: str, model: Model) -> set[str]:
    """A monitor and all that it is calculated from."""
    reached: set[str] = set()
    waiting = [name]
    while waiting:
        monitor = model.monitors.get(waiting.pop())
        if monitor and monitor.name not in reached:
            reached.add(monitor.name)
            waiting += monitor.calculated.members if monitor.calculated else ()
    return reached


def _endpoints_stand_apart(pool: Pool, faults: Collector) -> None:
    paths = {endpoint.path for endpoint in pool.endpoints}
    for endpoint in pool.endpoints:
        above = endpoint.path.rpartition("/")[0]
        if above in paths:
            faults.add(f"{endpoint.path} stands beside {above}", endpoint.mark, f"write {above}/NAME for both")
    if pool.min_healthy > len(pool.endpoints):
        faults.add(f"min_healthy: {pool.min_healthy} of {len(pool.endpoints)} endpoints can never be", pool.mark)


def _ports_known(model: Model, faults: Collector) -> None:
    for endpoint, word, monitor in _probed(model):
        if monitor.kind in WITHOUT_PORT and monitor.port is None and endpoint.port is None:
            message = f"{word} has no port to connect to at {endpoint.path}"
            faults.add(message, mark_of(word, monitor.mark), WITHOUT_PORT[monitor.kind])


def _probes_allowed(model: Model, faults: Collector) -> None:
    """No probe is sent where it must not go, and no program started, unless the configuration says so."""
    probes = model.probes
    for monitor in model.monitors.values():
        if monitor.kind is MonitorKind.EXEC and not probes.programs:
            hint = "write probes: {exec: allow} if whoever can write here may run programs on this machine"
            faults.add(f"{monitor.name}: programs are not started", monitor.mark, hint)
    for recipient in model.notify.recipients:
        if recipient.command and not probes.programs:
            hint = "write probes: {exec: allow} if whoever can write here may run programs on this machine"
            faults.add(f"{recipient.name}: programs are not started", recipient.mark, hint)
    told: set[str] = set()
    for endpoint, _, monitor in _probed(model):
        for address in (endpoint.v4, endpoint.v6):
            network = forbidden(address, probes.forbid, probes.allow) if address and monitor.kind.connects else None
            if network is not None and str(address) not in told:
                told.add(str(address))
                message = f"{address} of {endpoint.path} is not probed: {network} is forbidden"
                faults.add(message, endpoint.mark, f"write probes: {{allow: [{address}]}} if that is meant")


def _probed(model: Model) -> Iterator[tuple[Endpoint, str, Monitor]]:
    """Every endpoint with each probe that hangs on it, and the word by which it was hung there."""
    for pool in model.pools.values():
        for endpoint in pool.endpoints:
            region = model.regions.get(endpoint.region or "")
            for word in (*(region.monitors if region else ()), *pool.monitors, *endpoint.monitors):
                for monitor in _probes(word, model):
                    yield endpoint, word, monitor


def _probes(name: str, model: Model) -> Iterable[Monitor]:
    return (model.monitors[reached] for reached in _reached(name, model) if model.monitors[reached].kind.probed)


def _quorums_reachable(model: Model, faults: Collector) -> None:
    everybody = max(1, len(model.vantages))
    for monitor in model.monitors.values():
        count = min(everybody, monitor.vantages or everybody)
        if monitor.quorum.kind is QuorumKind.COUNT and monitor.quorum.amount > count:
            message = f"quorum: {monitor.quorum.amount:g} of {count} vantages can never be"
            faults.add(message, monitor.mark, "write majority, or add vantages")
    local = [vantage for vantage in model.vantages.values() if vantage.token is None]
    for vantage in local[1:]:
        hint = "write token: file:PATH for a vantage elsewhere"
        faults.add(f"{vantage.name} has no token, and {local[0].name} is this node already", vantage.mark, hint)


def _zones_known(model: Model, broken: Broken, faults: Collector) -> None:
    for steered in model.steered.values():
        if steered.zone not in model.zones and ("zones", steered.zone) not in broken:
            faults.add(f"{steered.name} is in no zone of ours", steered.mark, did_you_mean(steered.zone, model.zones))
