"""The nouns of the product: what an operator writes down, frozen, each with the place it was written at.

Two nouns are equal when they mean the same, wherever they were written. Durations are seconds. Names of zones, steered
names and targets are absolute, lower case, with their final dot. `monitors` are as written on that noun: names (inline
URLs are named by their text), after "none" where what the nouns around it hang on it is cut off.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from gslb.model.mark import Mark

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


class Family(Enum):
    """What an endpoint is reached by: an address of one family, or a name (or other rdata), which has no family."""

    V4 = "A"
    V6 = "AAAA"
    NAME = "NAME"


@dataclass(frozen=True, slots=True)
class Secret:
    """Where a secret is kept (`file:PATH` or `env:NAME`), never the secret itself."""

    source: str  # "file" or "env"
    name: str
    mark: Mark | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Region:
    """A place that serves. `at` is an IATA code ("FRA") or "LAT,LON" in degrees; capacity in answers a second."""

    name: str
    at: str | None = None
    country: str | None = None
    capacity: float | None = None
    monitors: tuple[str, ...] = ()
    mark: Mark | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Vantage:
    """A place that probes. `token` None: the node itself (one at most). `region` is the region it stands in, if any."""

    name: str
    token: Secret | None = None
    region: str | None = None
    at: str | None = None
    mark: Mark | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What serves in a region: at most one address a family, or one name, or (typed pools) one rdata in text.

    `path` is `pool/region` or `pool/region/name`; `region` is None where no regions are written. `port` is set only
    where the pool is of backends. `target` is the name a CNAME answers, or the host that another rdata names (None: it
    names none). All monitors that apply to it at one place of a tree are in `Leaf.monitors`.
    """

    path: str
    pool: str
    region: str | None = None
    v4: IPv4Address | None = None
    v6: IPv6Address | None = None
    target: str | None = None
    rdata: str | None = None
    port: int | None = None
    weight: int = 1
    monitors: tuple[str, ...] = ()
    note: str = ""
    mark: Mark | None = field(default=None, compare=False)

    def address(self, family: Family) -> str | None:
        """What an observation of this endpoint in that family is about: an address or a name as text."""
        match family:
            case Family.V4:
                return str(self.v4) if self.v4 else None
            case Family.V6:
                return str(self.v6) if self.v6 else None
            case Family.NAME:
                return self.target or self.rdata

    @property
    def families(self) -> tuple[Family, ...]:
        by_family = ((Family.V4, self.v4), (Family.V6, self.v6), (Family.NAME, self.target or self.rdata))
        return tuple(family for family, reached in by_family if reached is not None)


@dataclass(frozen=True, slots=True)
class Pool:
    """Endpoints that serve the same thing. `type` is "ADDRESS" (A and AAAA), "CNAME", or another rdata type."""

    name: str
    endpoints: tuple[Endpoint, ...]
    type: str = "ADDRESS"
    monitors: tuple[str, ...] = ()
    min_healthy: int = 1
    mark: Mark | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Auto:
    """What a TTL that is chosen by measured traffic has to keep; one of both at least.

    `rto`: seconds after which the last honest client has left what died; `queries`: a second, that caches may cost.
    """

    rto: float | None = None
    queries: float | None = None


@dataclass(frozen=True, slots=True)
class Ttl:
    """Bounds in seconds for a steered answer's TTL; equal bounds are a fixed TTL. `auto`: what chooses within them."""

    minimum: int = 30
    maximum: int = 30
    auto: Auto | None = None


@dataclass(frozen=True, slots=True)
class LatencyRow:
    """A line of an operator's latency table: clients in `match` see `region` at `milliseconds`."""

    match: str  # a CIDR, an AS number, a name under networks, or a country's two capitals
    region: str
    milliseconds: float
    mark: Mark | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Measuring:
    """What becomes of measured round trips. `token`: of who may post them; nobody may without.

    `half_life`: seconds in which what a sample counts halves; `publish`: seconds between two looks at what to publish.
    """

    token: Secret | None = None
    half_life: float = 86_400.0
    publish: float = 300.0


@dataclass(frozen=True, slots=True)
class Clients:
    """Where clients are. `geodb`: role ("country", "city", "asn") and path; a role may stand more than once."""

    locate: str = "ecs"  # or "resolver"
    geodb: tuple[tuple[str, str], ...] = ()
    warn_after: float = 60 * 86400.0
    overlay: str | None = None
    public_resolvers: str | None = None
    latency: tuple[LatencyRow, ...] = ()
    measured: Measuring = field(default_factory=Measuring)
    mark: Mark | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class NetworkSet:
    """Named client networks: prefixes and/or AS numbers."""

    name: str
    prefixes: tuple[Network, ...] = ()
    asns: tuple[int, ...] = ()
    mark: Mark | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class PlaceSet:
    """A named set of countries, continents (words) and subdivisions; `eu` and `eea` are built in."""

    name: str
    members: tuple[str, ...]
    mark: Mark | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Listener:
    """An address and port to answer on; host "0.0.0.0" or "::" stands for every local address of the family."""

    host: str
    port: int = 53
    mark: Mark | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Node:
    """This server: its name, the region it stands in, where it keeps state, and its workers (0: one a core)."""

    name: str = "ns1"
    region: str | None = None
    state: str | None = None
    workers: int = 0
    user: str | None = None  # whom to become once sockets are held
    version: str | None = None  # what version.bind says; None: hidden (REFUSED)
    identity: str | None = None  # what id.server and NSID say; None: hidden


@dataclass(frozen=True, slots=True)
class Listen:
    dns: tuple[Listener, ...] = ()
    admin: Listener | None = None
    metrics: Listener | None = None


@dataclass(frozen=True, slots=True)
class Log:
    """What is written down of queries: `decisions` octets of sampled answers with their reasons, 0 for none."""

    decisions: int = 16_000_000


@dataclass(frozen=True, slots=True)
class ZoneSource:
    """Where a zone's static data comes from: master files and/or text, before steered names are added."""

    name: str
    file: str | None = None
    records: str = ""
    records_mark: Mark | None = field(default=None, compare=False)  # of the first character of the text
    owner: str = ""
    mark: Mark | None = field(default=None, compare=False)
