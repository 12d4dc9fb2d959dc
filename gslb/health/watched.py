"""What is watched: every check that a verdict is wanted of, with the monitor, region and port that go with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from gslb.model import Check, Endpoint, Monitor, MonitorKind, Needs

PORTS = {MonitorKind.HTTP: 80, MonitorKind.HTTPS: 443, MonitorKind.TLS: 443, MonitorKind.DNS: 53}


@dataclass(frozen=True, slots=True)
class Watched:
    """What goes with a check. `region` is the endpoint's; `port` is what probes connect to (None: no probes).

    Where all checks of one of the groups it `needs` are down, that is why it is.
    """

    monitor: Monitor
    region: str | None = None
    port: int | None = None
    needs: Needs = ()


def watch(
    checks: Iterable[Check],
    monitors: Mapping[str, Monitor],
    endpoints: Mapping[str, Endpoint],
    needs: Callable[[Check], Needs] | None = None,
) -> dict[Check, Watched]:
    """Each check with what goes with it; `endpoints` is by path. Members of calculated ones must be among them."""
    watched = {}
    for check in checks:
        monitor, endpoint = monitors[check.monitor], endpoints.get(check.endpoint)
        port = monitor.port or (endpoint.port if endpoint else None) or PORTS.get(monitor.kind)
        region = endpoint.region if endpoint else None
        watched[check] = Watched(monitor, region, port if monitor.kind.probed else None, needs(check) if needs else ())
    return watched


def members(check: Check, watched: Mapping[Check, Watched]) -> tuple[Check, ...]:
    """The checks a calculated one is made of, in the order written; () for others."""
    rule = watched[check].monitor.calculated
    if rule is None:
        return ()
    same_target = (Check(name, check.endpoint, check.address) for name in rule.members)
    return tuple(member if member in watched else Check(member.monitor) for member in same_target)


def by_depth(watched: Mapping[Check, Watched]) -> dict[Check, int]:
    """How deep each check stands above plain ones: above all that it is calculated from or needs; 0 is left out.

    ValueError: they form a loop, or a member is not watched.
    """
    depths: dict[Check, int] = {}

    def depth(check: Check, above: tuple[Check, ...]) -> int:
        if check in above:
            raise ValueError(f"monitors form a loop: {' -> '.join(map(str, (*above, check)))}")
        if check not in watched:
            raise ValueError(f"{above[-1]} needs {check}, which is not watched")
        what = watched[check]
        if what.monitor.calculated is None and not what.needs:
            return 0
        if check not in depths:
            below = (*members(check, watched), *(each for group in what.needs for each in group))
            depths[check] = 1 + max((depth(each, (*above, check)) for each in below), default=0)
        return depths[check]

    for check in watched:
        depth(check, ())
    return depths
