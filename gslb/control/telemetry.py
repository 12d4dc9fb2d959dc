"""Every metric in one table with its help text, and what a scrape reads them from."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from dns.rcode import Rcode
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from gslb.caching import Tuned
from gslb.control.balancing import Balancing, balancer_samples, load_samples
from gslb.health import Verdict
from gslb.image import CounterLabel, EngineCounter
from gslb.nameserver import Belief


class Kind(Enum):
    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Told:
    """A metric: its name, kind, help text and labels. Counters get `_total` behind their name."""

    name: str
    kind: Kind
    help: str
    labels: tuple[str, ...] = ()


TIMING = re.compile(r" in \d+(\.\d+)? m?s$")  # how long this probe took would make a series of each flip
C, G, H = Kind.COUNTER, Kind.GAUGE, Kind.HISTOGRAM
TABLE = {
    told.name: told
    for told in (
        Told(
            "gslb_queries",
            C,
            "Answers given from tables, over UDP and TCP, by zone, type (other: none of the zone's) and rcode. "
            "What the responder made, and what is outside all zones, is in gslb_responses only.",
            ("zone", "type", "rcode"),
        ),
        Told(
            "gslb_answers",
            C,
            "Answers of a steered name, by the endpoint named first (empty: none).",
            ("name", "type", "endpoint"),
        ),
        Told(
            "gslb_responses",
            C,
            "Responses made, by transport and rcode, with and without the responder.",
            ("transport", "rcode"),
        ),
        Told("gslb_packets_received", C, "Packets read from the network, and messages from TCP connections."),
        Told("gslb_dropped", C, "Packets that got no answer, by reason.", ("reason",)),
        Told("gslb_forwarded", C, "Packets that no table answers, passed to the responder; those over TCP are not."),
        Told("gslb_truncated", C, "Responses that did not fit and said so (TC)."),
        Told("gslb_send_failed", C, "Responses that the system would not send."),
        Told("gslb_refresh_failed", C, "Times that new tables could not be read and the old ones stayed."),
        Told("gslb_failed", C, "Questions that the responder could not answer, by a fault in the program."),
        Told("gslb_tcp_accepted", C, "TCP connections accepted."),
        Told("gslb_tcp_not_accepted", C, "Times that the system would not accept a TCP connection."),
        Told(
            "gslb_tcp_closed",
            C,
            "TCP connections closed by us, by reason: evicted (made room), idle, slow (answers not taken), garbage.",
            ("reason",),
        ),
        Told("gslb_faults", C, "Packets that the tables had no good answer for, by a fault in them or in the program."),
        Told(
            "gslb_verdict",
            G,
            "1 while a check is up, 0 while it is down.",
            ("monitor", "endpoint", "address", "reason"),
        ),
        Told(
            "gslb_verdict_votes", G, "Fresh vantages that say up, and down.", ("monitor", "endpoint", "address", "vote")
        ),
        Told(
            "gslb_verdict_changed_seconds",
            G,
            "When a verdict last turned, seconds since 1970.",
            ("monitor", "endpoint", "address"),
        ),
        Told(
            "gslb_probe_seconds",
            H,
            "How long probes took, by monitor, vantage and outcome.",
            ("monitor", "vantage", "ok"),
        ),
        Told("gslb_vantage_absent", G, "1 while a vantage has no say, or less of one, by why.", ("vantage", "lack")),
        Told(
            "gslb_overrides",
            G,
            "For what share of clients an operator's word counts; 0: it is planned.",
            ("path", "word"),
        ),
        Told(
            "gslb_region_demand",
            G,
            "Answers a second that name an endpoint of a region first.",
            ("region",),
        ),
        Told(
            "gslb_region_utilisation",
            G,
            "The share of its capacity that a region's answers a second are.",
            ("region",),
        ),
        Told("gslb_generation", G, "The generation that is answered from."),
        Told("gslb_generation_age_seconds", G, "How long ago that generation was published."),
        Told("gslb_reloads", C, "Reloads of the configuration, by outcome.", ("outcome",)),
        Told("gslb_ttl_seconds", G, "The TTL that traffic and promise advise for a name in calm times.", ("name",)),
        Told(
            "gslb_ttl_queries",
            G,
            "Queries a second for a name whose TTL is chosen: predicted for it, and seen.",
            ("name", "which"),
        ),
        Told(
            "gslb_ttl_recovery_seconds",
            G,
            "Seconds from a death until clients have left, predicted for the TTL chosen: mean, median, worst honest.",
            ("name", "client"),
        ),
        Told("gslb_ttl_alarm", G, "1 while a name's promise (rto) or budget (queries) cannot be kept.", ("name",)),
        Told(
            "gslb_name_healthy_ratio",
            G,
            "Share of the last day, week and month in which all clients of a name were answered from what is up.",
            ("name", "window"),
        ),
        Told("gslb_latency_samples", C, "Measured round trips that were learned from, by source.", ("source",)),
        Told("gslb_latency_prefixes", G, "Client prefixes of which round trips are known."),
        Told("gslb_latency_histograms", G, "Histograms of round trips, of prefixes, ASes and countries."),
        Told("gslb_latency_rows", G, "Round trips that are published."),
        Told("gslb_latency_latest_seconds", G, "When the newest round trip was measured, seconds since 1970."),
        Told(
            "gslb_notifications",
            C,
            "Notifications by recipient and outcome: sent, failed (a try; it is tried again), dropped (to make room).",
            ("recipient", "outcome"),
        ),
        Told("gslb_balancer_backends", G, "Backends of a balancer by state, as it reports.", ("balancer", "state")),
        Told("gslb_balancer_requests", G, "Requests a second at a balancer, all and failed.", ("balancer", "which")),
        Told("gslb_balancer_utilisation", G, "What of its capacity a balancer says is used.", ("balancer",)),
        Told("gslb_balancer_age_seconds", G, "How long ago a balancer reported last.", ("balancer",)),
        Told("gslb_load_factor", G, "The factor of its weight that a child of a load node takes.", ("node", "child")),
        Told("gslb_workers", G, "Workers that made a turn in the last second."),
    )
}


@dataclass(frozen=True, slots=True)
class ProbeTimes:
    """A histogram of probe durations: cumulative counts by upper bound (seconds, as text), and the sum."""

    monitor: str
    vantage: str
    ok: bool
    buckets: tuple[tuple[str, int], ...]
    total: float


@dataclass(frozen=True, slots=True)
class LatencyFigures:
    """What is known of round trips: `samples` by source, how much of it there is, when the newest was measured."""

    samples: Mapping[str, int]
    prefixes: int = 0
    histograms: int = 0
    rows: int = 0
    latest: float | None = None


@dataclass(frozen=True, slots=True)
class Scrape:
    """What one scrape reads, taken at one moment. `zones` are labels and counts of each zone image in use.

    `demand` (answers a second) and `capacity` are by region; a region may have no capacity.
    """

    engine: Sequence[int] = ()
    zones: tuple[tuple[Sequence[CounterLabel], Sequence[int]], ...] = ()
    belief: Belief | None = None
    age: float | None = None
    reloads: Mapping[str, int] = field(default_factory=dict)
    probes: tuple[ProbeTimes, ...] = ()
    workers: int = 0
    balancers: tuple[Balancing, ...] = ()
    latency: LatencyFigures | None = None
    demand: Mapping[str, float] = field(default_factory=dict)
    capacity: Mapping[str, float] = field(default_factory=dict)
    ttls: Mapping[str, Tuned] = field(default_factory=dict)
    available: Mapping[tuple[str, str], float] = field(default_factory=dict)  # by name and window
    notified: Mapping[tuple[str, str], int] = field(default_factory=dict)  # by recipient and outcome


Sample = tuple[tuple[str, ...], float]


def samples(scrape: Scrape) -> Iterator[tuple[str, Iterable[Sample]]]:
    """Every counter and gauge with its samples: label values in the table's order, and the value."""
    yield from _answers(scrape.zones)
    if scrape.engine:
        yield from _engine(scrape.engine)
    yield "gslb_reloads", [((outcome,), count) for outcome, count in scrape.reloads.items()]
    yield "gslb_workers", [((), scrape.workers)]
    yield "gslb_notifications", list(scrape.notified.items())
    if scrape.latency is not None:
        yield from _latency(scrape.latency)
    yield "gslb_region_demand", [((region,), rate) for region, rate in scrape.demand.items()]
    used = {region: scrape.demand.get(region, 0.0) / most for region, most in scrape.capacity.items() if most}
    yield "gslb_region_utilisation", [((region,), share) for region, share in used.items()]
    yield from _ttls({name: tuned for name, tuned in scrape.ttls.items() if tuned.bounds.auto is not None})
    yield "gslb_name_healthy_ratio", scrape.available.items()
    if scrape.age is not None:
        yield "gslb_generation_age_seconds", [((), scrape.age)]
    if scrape.belief is not None:
        yield "gslb_generation", [((), scrape.belief.generation)]
        overrides = scrape.belief.overrides.values()
        wall = scrape.belief.wall
        yield "gslb_overrides", [((one.path, one.standing.value), one.share(wall)) for one in overrides]
        absences = scrape.belief.absences.values()
        yield "gslb_vantage_absent", [((one.vantage, one.lack.value), 1) for one in absences]
        yield from _verdicts(scrape.belief.verdicts.values())
        yield from load_samples(scrape.belief.memory.loads)
    yield from balancer_samples(scrape.balancers)


def _answers(zones: Iterable[tuple[Sequence[CounterLabel], Sequence[int]]]) -> Iterator[tuple[str, Iterable[Sample]]]:
    queries: dict[tuple[str, ...], float] = defaultdict(float)
    answers: dict[tuple[str, ...], float] = defaultdict(float)
    for labels, counts in zones:
        for label, count in zip(labels, counts, strict=False):
            queries[label.zone, label.rdtype, label.rcode] += count
            if label.name:
                answers[label.name, label.rdtype, label.leaf] += count
    yield "gslb_queries", queries.items()
    yield "gslb_answers", answers.items()


def _latency(found: LatencyFigures) -> Iterator[tuple[str, Iterable[Sample]]]:
    yield "gslb_latency_samples", [((source,), count) for source, count in found.samples.items()]
    yield "gslb_latency_prefixes", [((), found.prefixes)]
    yield "gslb_latency_histograms", [((), found.histograms)]
    yield "gslb_latency_rows", [((), found.rows)]
    if found.latest is not None:
        yield "gslb_latency_latest_seconds", [((), found.latest)]


def _engine(counts: Sequence[int]) -> Iterator[tuple[str, Iterable[Sample]]]:
    def of(counter: EngineCounter) -> list[Sample]:
        return [((), counts[counter])]

    first = {"udp": EngineCounter.ANSWERED_UDP, "tcp": EngineCounter.ANSWERED_TCP}
    yield (
        "gslb_responses",
        [
            ((transport, Rcode.to_text(Rcode.make(rcode))), counts[start + rcode])
            for transport, start in first.items()
            for rcode in range(16)
            if counts[start + rcode]
        ],
    )
    yield "gslb_packets_received", of(EngineCounter.RECEIVED)
    reasons = {
        "not_a_query": EngineCounter.DROPPED,
        "oversized": EngineCounter.OVERSIZED,
        "queue_full": EngineCounter.QUEUE_FULL,
        "aged": EngineCounter.AGED,
        "crowded": EngineCounter.CROWDED,
    }
    yield "gslb_dropped", [((reason,), counts[counter]) for reason, counter in reasons.items()]
    yield "gslb_forwarded", of(EngineCounter.FORWARDED)
    yield "gslb_truncated", of(EngineCounter.TRUNCATED)
    yield "gslb_send_failed", of(EngineCounter.SEND_FAILED)
    yield "gslb_refresh_failed", of(EngineCounter.REFRESH_FAILED)
    yield "gslb_faults", of(EngineCounter.FAULTS)
    yield "gslb_failed", of(EngineCounter.FAILED)
    yield "gslb_tcp_accepted", of(EngineCounter.TCP_ACCEPTED)
    yield "gslb_tcp_not_accepted", of(EngineCounter.TCP_NOT_ACCEPTED)
    closed = {
        "evicted": EngineCounter.TCP_EVICTED,
        "idle": EngineCounter.TCP_IDLE,
        "slow": EngineCounter.TCP_SLOW,
        "garbage": EngineCounter.TCP_GARBAGE,
    }
    yield "gslb_tcp_closed", [((reason,), counts[counter]) for reason, counter in closed.items()]


def _ttls(ttls: Mapping[str, Tuned]) -> Iterator[tuple[str, Iterable[Sample]]]:
    forecasts = {name: tuned.at(tuned.now) for name, tuned in ttls.items()}
    predicted = [
        ((name, "predicted"), forecasts[name].queries + tuned.uncached) for name, tuned in ttls.items() if tuned.caches
    ]
    seen = [((name, "seen"), tuned.seen) for name, tuned in ttls.items() if tuned.seen is not None]
    known = {name: forecasts[name] for name, tuned in ttls.items() if tuned.delay is not None}
    yield "gslb_ttl_seconds", [((name,), tuned.now) for name, tuned in ttls.items()]
    yield "gslb_ttl_queries", [*predicted, *seen]
    yield (
        "gslb_ttl_recovery_seconds",
        [
            ((name, client), value)
            for name, one in known.items()
            for client, value in (("mean", one.mean), ("median", one.median), ("worst", one.worst))
        ],
    )
    yield "gslb_ttl_alarm", [((name,), float(bool(tuned.alarm))) for name, tuned in ttls.items()]


def _verdicts(verdicts: Iterable[Verdict]) -> Iterator[tuple[str, Iterable[Sample]]]:
    known = [verdict for verdict in verdicts if verdict.known]
    about = [(one.check.monitor, one.check.endpoint, one.check.address) for one in known]
    pairs = list(zip(about, known, strict=True))
    yield "gslb_verdict", [((*check, TIMING.sub("", one.reason)), float(one.up)) for check, one in pairs]
    votes = ("up", "down")
    yield (
        "gslb_verdict_votes",
        [((*check, vote), count) for check, one in pairs for vote, count in zip(votes, one.votes, strict=True)],
    )
    yield "gslb_verdict_changed_seconds", [(check, one.since) for check, one in pairs]


class _Once(Collector):
    """One scrape as the client library wants it."""

    def __init__(self, scrape: Scrape) -> None:
        self._scrape = scrape

    def collect(self) -> Iterator[Metric]:
        for name, found in samples(self._scrape):
            told = TABLE[name]
            family: CounterMetricFamily | GaugeMetricFamily
            if told.kind is Kind.COUNTER:
                family = CounterMetricFamily(name, told.help, labels=told.labels)
            else:
                family = GaugeMetricFamily(name, told.help, labels=told.labels)
            for labels, value in found:
                family.add_metric([*map(_clean, labels)], value)
            yield family
        told = TABLE["gslb_probe_seconds"]
        times = HistogramMetricFamily(told.name, told.help, labels=told.labels)
        for one in self._scrape.probes:
            values = [one.monitor, one.vantage, "true" if one.ok else "false"]
            times.add_metric([*map(_clean, values)], buckets=list(one.buckets), sum_value=one.total)
        yield times


def _clean(value: str) -> str:
    """A label's value as text that has a UTF-8 form: what was heard on the network may have none."""
    return value.encode(errors="replace").decode()


def exposition(scrape: Scrape) -> bytes:
    """A scrape as Prometheus text (format 0.0.4)."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Once(scrape))
    return generate_latest(registry)
