"""What a vantage probes: a check with all it takes to carry it out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from string import Template

from gslb.health import Watched
from gslb.model import Check, Monitor, Secret


@dataclass(frozen=True, slots=True)
class Target:
    """One check to carry out. `authorization` is the whole value of that header, if there is one to send.

    `port` is 0 for a kind without one; `region` is the endpoint's.
    """

    check: Check
    monitor: Monitor
    port: int
    authorization: str | None = field(default=None, repr=False)
    region: str = ""

    def __hash__(self) -> int:
        return hash((self.check, self.monitor.digest))  # timetables ask often, and a monitor has thirty fields

    def __str__(self) -> str:
        return f"{self.check} {self.monitor.digest}"

    @property
    def host(self) -> str:
        """What is connected to: an address, or a name (without its final dot) that is looked up anew each time."""
        return self.check.address.removesuffix(".")

    def filled(self, text: str, address: str) -> str:
        """A text with what it says of the endpoint filled in: $endpoint, $pool, $region, $address, $port; $$ is $."""
        path = self.check.endpoint
        words = {
            "endpoint": path,
            "pool": path.partition("/")[0],
            "region": self.region,
            "address": address,
            "port": str(self.port or ""),
        }
        return Template(text).safe_substitute(words)


def targets(watched: Mapping[Check, Watched], secret: Callable[[Secret], str]) -> tuple[Target, ...]:
    """All that a vantage probes, of all that is watched; `secret` reads the credentials that monitors name."""
    return tuple(
        Target(
            check,
            what.monitor,
            what.port or 0,
            secret(what.monitor.credentials) if what.monitor.credentials else None,
            what.region or "",
        )
        for check, what in watched.items()
        if what.monitor.kind.probed and (what.port is not None or not what.monitor.kind.has_port)
    )
