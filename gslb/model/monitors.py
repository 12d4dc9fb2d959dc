"""Monitors: what to probe, how and how often, and who has to agree."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from gslb.model.mark import Mark
from gslb.model.nouns import Network, Secret


class MonitorKind(Enum):
    HTTP = "http"
    HTTPS = "https"
    TCP = "tcp"
    TLS = "tls"
    DNS = "dns"
    ICMP = "icmp"
    GRPC = "grpc"
    EXEC = "exec"
    METRIC = "metric"
    PUSH = "push"
    CONTROL = "control"
    CALCULATED = "calculated"
    BALANCER = "balancer"

    @property
    def has_target(self) -> bool:
        """Whether it is asked of each endpoint it hangs on (else it has one verdict of its own)."""
        return self not in (MonitorKind.PUSH, MonitorKind.CONTROL, MonitorKind.CALCULATED)

    @property
    def probed(self) -> bool:
        """Whether vantages ask (else something is heard, or follows from others)."""
        return self.has_target and self is not MonitorKind.BALANCER

    @property
    def connects(self) -> bool:
        """Whether it sends something to the endpoint itself."""
        return self.probed and self not in (MonitorKind.EXEC, MonitorKind.METRIC)

    @property
    def has_port(self) -> bool:
        """Whether it connects to a port of the endpoint."""
        return self.connects and self is not MonitorKind.ICMP


class Initial(Enum):
    WAIT = "wait"
    UP = "up"
    DOWN = "down"


class QuorumKind(Enum):
    MAJORITY = "majority"
    ANY = "any"
    ALL = "all"
    COUNT = "count"  # at least `amount` fresh vantages say up
    REGIONS = "regions"  # a majority in each region of vantages, then a majority of these regions
    SHARE = "share"  # more than `amount` of a hundred say up (18 is Route 53's rule)


@dataclass(frozen=True, slots=True)
class Quorum:
    kind: QuorumKind = QuorumKind.MAJORITY
    amount: float = 0


@dataclass(frozen=True, slots=True)
class Damping:
    """From the fall numbered `falls` on, each less than `within` seconds after a return, the return is held back.

    It waits `hold` seconds since the last fall, twice as long with each further one, `most` at most. `falls` 0: never.
    """

    falls: int = 2
    within: float = 300.0
    hold: float = 300.0
    most: float = 1_800.0


class CalculatedKind(Enum):
    ALL = "all"
    ANY = "any"
    COUNT = "count"  # members that weigh at least `amount`


@dataclass(frozen=True, slots=True)
class Calculated:
    """A monitor over other monitors; `inverted` turns the outcome round. `weights`: (): each member weighs one."""

    kind: CalculatedKind
    members: tuple[str, ...]
    amount: int = 0
    inverted: bool = False
    weights: tuple[int, ...] = ()

    @property
    def weighed(self) -> tuple[int, ...]:
        """What each member weighs."""
        return self.weights or (1,) * len(self.members)

    @property
    def needed(self) -> int:
        """What the members that are up weigh at least while the outcome (before it is inverted) is up."""
        match self.kind:
            case CalculatedKind.ALL:
                return sum(self.weighed)
            case CalculatedKind.ANY:
                return 1
            case CalculatedKind.COUNT:
                return self.amount


class NoData(Enum):
    """What a metric without a value says of an endpoint."""

    UP = "up"
    DOWN = "down"
    KEEP = "keep"  # nothing: its last verdict stands


class Relation(Enum):
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="
    EQUAL = "=="
    UNEQUAL = "!="

    def holds(self, value: float, limit: float) -> bool:
        match self:
            case Relation.LESS:
                return value < limit
            case Relation.AT_MOST:
                return value <= limit
            case Relation.MORE:
                return value > limit
            case Relation.AT_LEAST:
                return value >= limit
            case Relation.EQUAL:
                return value == limit
            case Relation.UNEQUAL:
                return value != limit


@dataclass(frozen=True, slots=True)
class Bound:
    """What a value must keep for its endpoint to be up."""

    relation: Relation = Relation.AT_LEAST
    limit: float = 1.0

    def holds(self, value: float) -> bool:
        return self.relation.holds(value, self.limit)

    def __str__(self) -> str:
        return f"{self.relation.value} {self.limit:g}"


@dataclass(frozen=True, slots=True)
class Probes:
    """Where probes may go and what they may start: networks kept out or let in besides what never makes sense."""

    forbid: tuple[Network, ...] = ()
    allow: tuple[Network, ...] = ()
    programs: bool = False  # exec monitors


@dataclass(frozen=True, slots=True)
class Monitor:
    """What to probe, how, how often.

    `host` is the Host header and SNI; the connection goes to the endpoint's address and `port` (None: the endpoint's
    own port, else the scheme's). `digest` is a short hex digest of all that changes what an observation means;
    observations under another digest are not counted. `credentials` hold the whole value of an Authorization header.
    """

    name: str
    kind: MonitorKind
    host: str = ""
    port: int | None = None
    path: str = "/"
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    status: tuple[tuple[int, int], ...] = ((200, 399),)  # inclusive ranges
    credentials: Secret | None = None
    body: str | None = None  # must stand in the first 5,120 bytes
    verify: bool = True  # https: check the certificate
    follow: int = 0  # http, https: redirects that are followed at most
    send: str | None = None
    expect: str | None = None  # dns: the rdata that must be among the answers
    tls: bool = False  # grpc
    certificate: str | None = None  # grpc: a client certificate and its key (PEM), where the probe runs
    expires_in: float = 0.0  # tls: seconds that the certificate has to last
    warns: bool = False  # tls: a certificate that ends sooner is only told
    rdtype: str = "A"  # dns
    recursive: bool = False  # dns: the endpoint is a resolver
    command: tuple[str, ...] = ()  # exec
    query: str = ""  # metric
    at: str = ""  # metric: the Prometheus server's URL
    passes: Bound = Bound()
    no_data: NoData = NoData.KEEP
    interval: float = 10.0
    timeout: float = 4.0
    confirm_interval: float = 0.0  # 0: as interval
    rise: int = 2
    fall: int = 3
    vantages: int = 0  # how many watch each check; 0: all
    quorum: Quorum = Quorum()
    initial: Initial = Initial.WAIT
    damping: Damping = Damping()
    token: Secret | None = None  # push
    every: float = 0.0  # push: a heartbeat is due this often
    grace: float = 0.0  # push: how late it may be; balancer: how long it may be silent
    balancer: str = ""  # balancer: whose reports are heard
    min_healthy: int = 1  # balancer: backends that have to be up
    calculated: Calculated | None = None
    depends_on: tuple[str, ...] = ()  # monitors that explain why this one is down
    control: str = ""  # control: the routing control it reads
    digest: str = ""
    mark: Mark | None = field(default=None, compare=False)

    @property
    def detection(self) -> float:
        """T_det, seconds: the longest time from a death to the verdict (docs/howto/monitors.md)."""
        confirm = self.confirm_interval or self.interval
        return self.interval + (self.fall - 1) * max(confirm, self.timeout) + self.timeout + 1.0


@dataclass(frozen=True, slots=True, order=True)
class Check:
    """One thing to know: a monitor asked of one address of one endpoint (both "" where it has no target)."""

    monitor: str
    endpoint: str = ""
    address: str = ""

    def __str__(self) -> str:
        return f"{self.monitor}@{self.endpoint}[{self.address}]" if self.endpoint else self.monitor
