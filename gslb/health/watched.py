"""What is watched: every check that a verdict is wanted of, with the monitor, region and port that go with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gslb.model import Check, Endpoint, Monitor, MonitorKind

PORTS = {MonitorKind.HTTP: 80, MonitorKind.HTTPS: 443, MonitorKind.TLS: 443, MonitorKind.DNS: 53}


@dataclass(frozen=True, slots=True)
class Watched:
    """What goes with a check. `region` is the endpoint's; `port` is what probes connect to (None: no probes)."""

    monitor: Monitor
    region: str | None = None
    port: int | None = None


def watch(
    checks: Iterable[Check], monitors: Mapping[str, Monitor], endpoints: Mapping[str, Endpoint]
) -> dict[Check, Watched]:
    """Each check with what goes with it; `endpoints` is by path. Members of calculated ones must be among them."""
    watched = {}
    for check in checks:
        monitor, endpoint = monitors[check.monitor], endpoints.get(check.endpoint)
        port = monitor.port or (endpoint.port if endpoint else None) or PORTS.get(monitor.kind)
        region = endpoint.region if endpoint else None
        watched[check] = Watched(monitor, region, port if monitor.kind.probed else None)
    return watched


def members(check: Check, watched: Mapping[Check, Watched]) -> tuple[Check, ...]:
    """The checks a calculated one is made of, in the order written; () for others."""
    rule = watched[check].monitor.calculated
    if rule is None:
        return ()
    same_target = (Check(name, check.endpoint, check.address) for name in rule.members)
    return tuple(member if member in watched else Check(member.monitor) for member in same_target)


def by_depth(watched: Mapping[Check, Watched]) -> dict[Check, int]:
    """Each calculated check's depth: 1 above plain monitors, more above calculated ones.

    ValueError: they form a loop, or a member is not watched.
    """
    depths: dict[Check, int] = {}

    def depth(check: Check, above: tuple[Check, ...]) -> int:
        if check in above:
            raise ValueError(f"calculated monitors form a loop: {' -> '.join(map(str, (*above, check)))}")
        if check not in watched:
            raise ValueError(f"{above[-1]} needs {check}, which is not watched")
        if watched[check].monitor.calculated is None:
            return 0
        if check not in depths:
            depths[check] = 1 + max((depth(member, (*above, check)) for member in members(check, watched)), default=0)
        return depths[check]

    for check in watched:
        depth(check, ())
    return depths
