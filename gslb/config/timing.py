"""When monitors are made and how they are judged, and what tells two of them apart."""

from __future__ import annotations

from dataclasses import replace
from hashlib import blake2s

from gslb.config.guards import DampedShape
from gslb.config.words import Count, InitialWord, PositiveSeconds, QuorumWord
from gslb.model import Collector, Monitor

TIMING = ("interval", "timeout", "confirm_interval", "rise", "fall", "vantages", "quorum", "initial", "damping")


class TimingShape(DampedShape):
    """When to probe and how to judge; what is left out comes from defaults."""

    interval: PositiveSeconds | None = None
    timeout: PositiveSeconds | None = None
    confirm_interval: PositiveSeconds | None = None
    rise: Count | None = None
    fall: Count | None = None
    vantages: Count | None = None
    quorum: QuorumWord | None = None
    initial: InitialWord | None = None

    def timed(self, monitor: Monitor, template: Monitor, faults: Collector) -> Monitor:
        """The monitor with the timing that is written here, and the template's for the rest."""
        if self.timeout is not None and self.timeout > (self.interval or template.interval):
            faults.add("timeout is above interval", self.where("timeout"), "a probe ends before the next begins")
        written = {key: getattr(self, key) for key in TIMING if getattr(self, key) is not None}
        written["damping"] = self.damped(template.damping, faults)
        return timed(monitor, replace(template, **written))


def timed(monitor: Monitor, template: Monitor) -> Monitor:
    """The monitor with the timing of the template; a probe ends before the next begins."""
    timing = {key: getattr(template, key) for key in TIMING}
    return replace(monitor, **timing | {"timeout": min(template.timeout, template.interval)})


def finish(monitor: Monitor) -> Monitor:
    """With the digest of all that changes what an observation means: how often it is made does not."""
    calculated = monitor.calculated
    means = (
        monitor.kind.value,
        monitor.host,
        monitor.port,
        monitor.path,
        monitor.method,
        monitor.headers,
        monitor.status,
        monitor.body,
        monitor.verify,
        monitor.follow,
        monitor.send,
        monitor.expect,
        monitor.tls,
        monitor.certificate,
        monitor.expires_in,
        monitor.warns,
        monitor.rdtype,
        monitor.recursive,
        monitor.command,
        monitor.query,
        monitor.at,
        str(monitor.passes),
        monitor.no_data.value,
        monitor.timeout,
        monitor.every,
        monitor.grace,
        monitor.control,
        monitor.balancer,
        monitor.min_healthy,
        *((secret.source, secret.name) if secret else () for secret in (monitor.credentials, monitor.token)),
        repr(calculated) if calculated else "",
    )
    return replace(monitor, digest=blake2s(repr(means).encode(), digest_size=8).hexdigest())
