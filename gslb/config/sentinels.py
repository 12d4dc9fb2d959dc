"""Sentinels as written: URLs of places that every vantage should always reach."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from gslb.config.scalars import Wrong
from gslb.config.shape import OneOrMany, Scalar
from gslb.config.timing import finish
from gslb.config.urls import url
from gslb.model import Collector, Monitor, MonitorKind, sentinel

KINDS = (MonitorKind.HTTP, MonitorKind.HTTPS, MonitorKind.TCP, MonitorKind.TLS)
HINT = "write https://ADDRESS/ or tcp://ADDRESS:PORT"


def sentinel_url(text: str) -> Monitor:
    """`https://192.0.2.250/`, `tcp://198.51.100.250:53`: an address that is connected to."""
    made = url(text)
    if made.kind not in KINDS:
        raise Wrong(f"{made.kind.value} is no way to ask a sentinel", HINT)
    if not made.host:
        raise Wrong(f"{text} does not say where", HINT)
    if made.kind is MonitorKind.TCP and made.port is None:
        raise Wrong(f"{text} has no port to connect to", f"write {text.rstrip('/')}:PORT")
    return finish(sentinel(made))


SentinelWord = Annotated[Monitor, Scalar(sentinel_url, {"type": "string", "pattern": "^(https?|tcp|tls)://"})]
SentinelsShape = Annotated[list[SentinelWord], OneOrMany(), Field(min_length=1)]


def sentinels(written: list[Monitor] | None, faults: Collector) -> dict[str, Monitor]:
    """The sentinels by their URLs."""
    found: dict[str, Monitor] = {}
    for monitor in written or ():
        if monitor.name in found:
            faults.add(f"{monitor.name} is a sentinel already", monitor.mark)
        found.setdefault(monitor.name, monitor)
    return found
