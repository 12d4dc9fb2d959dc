"""What guards verdicts: sentinels, which every vantage asks to know whether it is cut off itself."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address

from gslb.model.fence import forbidden
from gslb.model.mark import Collector
from gslb.model.model import Model
from gslb.model.monitors import Check, Monitor


def sentinel(monitor: Monitor) -> Monitor:
    """The monitor of a place that every vantage should always reach: asked often, believed at the first failure.

    Whatever answers there will do, so no status and no certificate is wrong.
    """
    return replace(
        monitor,
        interval=1.0,
        timeout=1.0,
        confirm_interval=1.0,
        rise=2,
        fall=1,
        vantages=0,
        verify=False,
        status=((100, 599),),
    )


def sentinels(model: Model) -> dict[Check, Monitor]:
    """The sentinels by what is asked of whom: the address is that of the URL."""
    return {Check(name, "", monitor.host.strip("[]")): monitor for name, monitor in model.sentinels.items()}


def check_guards(model: Model, faults: Collector) -> None:
    """Every fault of sentinels: they must be probed, and must not be what is judged."""
    judged = {
        str(address): endpoint.path
        for pool in model.pools.values()
        for endpoint in pool.endpoints
        for address in (endpoint.v4, endpoint.v6)
        if address
    }
    for check, monitor in sentinels(model).items():
        try:
            address = ip_address(check.address)
        except ValueError:
            continue
        if (network := forbidden(address, model.probes.forbid, model.probes.allow)) is not None:
            message = f"{address} is not probed: {network} is forbidden"
            faults.add(message, monitor.mark, f"write probes: {{allow: [{address}]}} if that is meant")
        if (path := judged.get(str(address))) is not None:
            message = f"{address} is {path}: when it dies, every vantage thinks itself cut off"
            faults.add(message, monitor.mark, "write places that have nothing to do with what is judged")
