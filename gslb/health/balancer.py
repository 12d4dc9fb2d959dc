"""What a regional balancer reports of itself, and what that says of the endpoint it stands at.

Theory. The balancer knows its backends, so its word for up or down needs no counting: each report decides. Its silence
proves little - the reporter may have died, and not the site - so it says what the monitor's `no_data` says:

    HEARD    silent < grace     as reported: up with `min_healthy` backends or more, unless it takes itself out
    SILENT   silent for longer  keep: the verdict stands (up, where there was none); up; down

Reports are ordered by (epoch, sequence). Only a later one counts: late, doubled and reordered ones change nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from gslb.health.quorum import Margin
from gslb.health.verdict import Cause
from gslb.model import Monitor, NoData


@dataclass(frozen=True, slots=True)
class BalancerReport:
    """One second of a balancer (`name`: edge/eu-west) at an `endpoint` (web/eu-west).

    `at`: when it was heard, monotonic seconds of the judge. Rates are a second, `latency` is in seconds. `capacity`
    is the requests a second that it could serve, `utilisation` what of it is used (1: all); None where it cannot
    tell. `out`: why it takes itself out, "" while it serves.
    """

    name: str
    endpoint: str
    epoch: int
    sequence: int
    at: float
    up: int
    total: int
    connections: int = 0
    queue: int = 0
    requests: float = 0.0
    errors: float = 0.0
    latency: float = 0.0
    capacity: float | None = None
    utilisation: float | None = None
    out: str = ""

    @property
    def position(self) -> tuple[int, int]:
        """Where it stands among all reports of its balancer."""
        return self.epoch, self.sequence

    @property
    def load(self) -> float | None:
        """What of its capacity is used, as told or else from its rate; None where nothing says."""
        if self.utilisation is not None:
            return self.utilisation
        return self.requests / self.capacity if self.capacity else None

    @property
    def cause(self) -> Cause:
        return Cause(f"{self.name}/{self.epoch}/{self.sequence}", self.at)


@dataclass(frozen=True, slots=True)
class Listening:
    """The last report of the balancer at one endpoint; before the first, it is awaited since `since` (monotonic)."""

    since: float
    report: BalancerReport | None = None

    def hear(self, report: BalancerReport) -> Listening:
        """The same object for a report that is not later than the last."""
        if self.report is not None and report.position <= self.report.position:
            return self
        return Listening(self.since, report)

    def silent_at(self, monitor: Monitor) -> float:
        """When it counts as silent, if nothing more is heard."""
        return (self.report.at if self.report else self.since) + monitor.grace

    def wake_at(self, monitor: Monitor, now: float) -> float:
        """When time alone changes what is believed next."""
        moment = self.silent_at(monitor)
        return moment if now < moment else inf

    def up(self, monitor: Monitor, now: float, *, known: bool) -> bool | None:
        """Up, down, or (None) what stands; `known`: whether anything does."""
        if now < self.silent_at(monitor):
            return None if self.report is None else _serves(self.report, monitor)
        match monitor.no_data:
            case NoData.UP:
                return True
            case NoData.DOWN:
                return False
            case NoData.KEEP:
                return None if known else True

    def margin(self, monitor: Monitor, now: float) -> Margin:
        """A report may take the endpoint away at any moment; one backend from the line, that is near."""
        report = self.report
        if report is None or now >= self.silent_at(monitor):
            return Margin(0.0)
        return Margin(0.0, turning=report.up < report.total and report.up <= monitor.min_healthy)

    def reason(self, monitor: Monitor, now: float) -> str:
        if now >= self.silent_at(monitor):
            heard = f"last said {_said(self.report, monitor)}" if self.report else "never heard"
            return f"balancer silent for {monitor.grace:g} s, {heard}"
        return _said(self.report, monitor) if self.report else "no report yet"


def _serves(report: BalancerReport, monitor: Monitor) -> bool:
    return not report.out and report.up >= monitor.min_healthy


def _said(report: BalancerReport, monitor: Monitor) -> str:
    if report.out:
        return f"out by its own word: {report.out}"
    backends = f"{report.up} of {report.total} backends up"
    return backends if report.up >= monitor.min_healthy else f"{backends}, needs {monitor.min_healthy}"
