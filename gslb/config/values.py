"""Nouns back to the words of the language: the key of each value, and its text with its unit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gslb.config.log import size_text
from gslb.config.outline import addresses, failback, last_resort
from gslb.config.scalars import duration_text, rate_text
from gslb.model import (
    Balancer,
    Calculated,
    CalculatedKind,
    Clients,
    Damping,
    Defaults,
    Drain,
    Endpoint,
    Listen,
    Listener,
    Log,
    Monitor,
    MonitorKind,
    NetworkSet,
    Node,
    Notify,
    PlaceSet,
    Pool,
    Probes,
    Quorum,
    QuorumKind,
    Region,
    RoutingControl,
    Safety,
    Secret,
    Steered,
    Ttl,
    Vantage,
    Windows,
    ZoneSource,
)

Value = tuple[str, object]  # None: it has none
Noun = (
    Balancer
    | Clients
    | Defaults
    | Drain
    | Endpoint
    | Listen
    | Log
    | Monitor
    | NetworkSet
    | Notify
    | Node
    | PlaceSet
    | Pool
    | Probes
    | Region
    | RoutingControl
    | Safety
    | Steered
    | Vantage
    | Windows
    | ZoneSource
)


def values(noun: Noun) -> Iterator[tuple[str, str]]:
    """Each key under which the noun's values are written, with dots where a map stands inside, and the value's text."""
    for key, value in _values(noun):
        if value is not None and value != "":
            yield key, str(value)


def _values(noun: Noun) -> Iterable[Value]:
    match noun:
        case Node():
            return (
                ("name", noun.name),
                ("region", noun.region),
                ("state", noun.state),
                ("user", noun.user),
                ("version", noun.version or "hidden"),
                ("identity", noun.identity or "hidden"),
                ("workers", noun.workers or "auto"),
            )
        case Listen():
            return (
                ("dns", ", ".join(map(_listener, noun.dns))),
                ("admin", _listener(noun.admin) if noun.admin else None),
                ("metrics", _listener(noun.metrics) if noun.metrics else None),
            )
        case Clients():
            return (
                ("locate", noun.locate),
                *((f"geodb.{role}", path) for role, path in noun.geodb),
                ("geodb.warn_after", duration_text(noun.warn_after)),
                ("overlay", noun.overlay),
                ("public_resolvers", noun.public_resolvers),
                *(
                    (f"latency.{row.match}.{row.region}", duration_text(row.milliseconds / 1_000))
                    for row in noun.latency
                ),
                ("measured.token", _secret(noun.measured.token)),
                ("measured.half_life", duration_text(noun.measured.half_life)),
                ("measured.publish", duration_text(noun.measured.publish)),
            )
        case Defaults():
            return (
                ("steer.ttl", _ttl(noun.ttl)),
                ("steer.failback", failback(noun.failback)),
                ("steer.on_all_down", last_resort(noun.on_all_down.kind, noun.on_all_down.fallback)),
            )
        case Drain():
            return (
                ("ramp", duration_text(noun.ramp)),
                ("lead", "auto" if noun.lead is None else duration_text(noun.lead)),
            )
        case Safety():
            return ((f"{rule.mark or ''}".rpartition("/")[2] or "rule", rule) for rule in noun.rules)
        case Windows():
            return (
                ("maintenance", _names(tuple(map(str, noun.maintenance)))),
                ("freeze", _names(tuple(map(str, noun.freeze)))),
            )
        case Log(decisions):
            return (("decisions", size_text(decisions)),)
        case RoutingControl():
            return (("note", noun.note),)
        case NetworkSet():
            return (("networks", ", ".join((*map(str, noun.prefixes), *(f"AS{asn}" for asn in noun.asns)))),)
        case PlaceSet():
            return (("places", ", ".join(noun.members)),)
        case Region():
            capacity = None if noun.capacity is None else rate_text(noun.capacity)
            return (
                ("at", noun.at),
                ("country", noun.country),
                ("capacity", capacity),
                ("monitor", _names(noun.monitors)),
            )
        case Vantage():
            return (("token", _secret(noun.token) or "this node"), ("region", noun.region), ("at", noun.at))
        case Balancer():
            return (
                ("serves", noun.serves),
                ("token", _secret(noun.token)),
                *((f"token.{key}", _secret(secret)) for key, secret in noun.tokens),
            )
        case Notify():
            return (
                (f"{each.name}", ", ".join(occasion.value for occasion in each.occasions)) for each in noun.recipients
            )
        case Probes():
            return (
                ("forbid", _names(tuple(map(str, noun.forbid)))),
                ("allow", _names(tuple(map(str, noun.allow)))),
                ("exec", "allow" if noun.programs else "refused"),
            )
        case Monitor():
            return _monitor(noun)
        case Pool():
            return (
                ("type", noun.type),
                ("monitor", _names(noun.monitors)),
                ("min_healthy", noun.min_healthy),
                *((f"endpoints.{each.path.partition('/')[2]}", addresses(each)) for each in noun.endpoints),
            )
        case Endpoint():
            return (
                ("address" if noun.v4 or noun.v6 else "rdata" if noun.rdata else "name", addresses(noun)),
                ("weight", noun.weight),
                ("monitor", _names(noun.monitors)),
                ("note", noun.note),
            )
        case ZoneSource():
            lines = len(noun.records.splitlines())
            return (
                ("file", noun.file),
                ("records", f"{lines} lines" if lines else None),
                ("owner", noun.owner),
            )
        case Steered():
            return (("ttl", _ttl(noun.ttl)), ("owner", noun.owner), ("runbook", noun.runbook))


def _monitor(monitor: Monitor) -> Iterator[Value]:
    yield from _asked(monitor)
    yield "depends_on", _names(monitor.depends_on)
    yield "damping", _damping(monitor.damping)
    if monitor.kind in (MonitorKind.PUSH, MonitorKind.BALANCER, MonitorKind.CONTROL, MonitorKind.CALCULATED):
        return
    yield from (
        ("interval", duration_text(monitor.interval)),
        ("timeout", duration_text(monitor.timeout)),
        ("confirm_interval", duration_text(monitor.confirm_interval or monitor.interval)),
        ("rise", monitor.rise),
        ("fall", monitor.fall),
        ("vantages", monitor.vantages or None),
        ("quorum", _quorum(monitor.quorum)),
        ("initial", monitor.initial.value),
    )


def _asked(monitor: Monitor) -> Iterable[Value]:
    match monitor.kind:
        case MonitorKind.PUSH:
            return (
                ("push", _secret(monitor.token)),
                ("every", duration_text(monitor.every)),
                ("grace", duration_text(monitor.grace)),
                ("initial", monitor.initial.value),
            )
        case MonitorKind.BALANCER:
            return (
                ("balancer", monitor.balancer),
                ("min_healthy", monitor.min_healthy),
                ("grace", duration_text(monitor.grace)),
                ("no_data", monitor.no_data.value),
                ("initial", monitor.initial.value),
            )
        case MonitorKind.CONTROL:
            return (("control", monitor.control),)
        case MonitorKind.CALCULATED:
            return _calculated(monitor)
        case MonitorKind.TCP:
            return (("probe", _url(monitor)), ("send", monitor.send), ("expect", monitor.expect))
        case MonitorKind.TLS:
            return (
                ("probe", _url(monitor)),
                ("verify", _yes(monitor.verify)),
                ("expires_in", duration_text(monitor.expires_in)),
                ("effect", "warn" if monitor.warns else "down"),
            )
        case MonitorKind.DNS:
            return (("probe", _url(monitor)), ("expect", monitor.expect), ("recurse", _yes(monitor.recursive)))
        case MonitorKind.ICMP:
            return (("probe", _url(monitor)),)
        case MonitorKind.GRPC:
            return (
                ("probe", _url(monitor)),
                ("tls" if monitor.certificate is None else "tls.client", monitor.certificate or _yes(monitor.tls)),
                ("verify", _yes(monitor.verify) if monitor.tls else None),
                ("credentials", _secret(monitor.credentials)),
            )
        case MonitorKind.EXEC:
            return (("exec", " ".join(monitor.command)),)
        case MonitorKind.METRIC:
            return (
                ("metric", monitor.query),
                ("at", monitor.at),
                ("up", monitor.passes),
                ("no_data", monitor.no_data.value),
                ("credentials", _secret(monitor.credentials)),
            )
        case _:
            return (
                ("probe", _url(monitor)),
                ("method", monitor.method),
                *((f"headers.{key}", value) for key, value in monitor.headers),
                ("credentials", _secret(monitor.credentials)),
                ("status", ", ".join(str(low) if low == high else f"{low}-{high}" for low, high in monitor.status)),
                ("body", monitor.body),
                ("follow", monitor.follow or None),
                ("verify", _yes(monitor.verify) if monitor.kind is MonitorKind.HTTPS else None),
            )


def _calculated(monitor: Monitor) -> Iterable[Value]:
    calculated = monitor.calculated
    if calculated is None:
        return ()
    count = calculated.kind is CalculatedKind.COUNT
    return (
        ("at_least", calculated.amount if count else None),
        ("of" if count else calculated.kind.value, ", ".join(_weighing(calculated))),
        ("invert", _yes(calculated.inverted)),
    )


def _weighing(calculated: Calculated) -> Iterable[str]:
    if not calculated.weights:
        return calculated.members
    return (f"{name}: {weight}" for name, weight in zip(calculated.members, calculated.weights, strict=True))


def _url(monitor: Monitor) -> str:
    port = f":{monitor.port}" if monitor.port else ""
    pathless = (MonitorKind.TCP, MonitorKind.TLS, MonitorKind.ICMP)
    path = "" if monitor.kind in pathless else monitor.path
    asked = f"?type={monitor.rdtype}" if monitor.kind is MonitorKind.DNS else ""
    return f"{monitor.kind.value}://{monitor.host}{port}{path}{asked}"


def _yes(flag: bool) -> str:
    return "true" if flag else "false"


def _listener(listener: Listener) -> str:
    host = f"[{listener.host}]" if ":" in listener.host else listener.host
    return f"{host}:{listener.port}"


def _ttl(ttl: Ttl) -> str:
    if ttl.minimum == ttl.maximum:
        return duration_text(ttl.minimum)
    kept = [("rto", duration_text(ttl.auto.rto))] if ttl.auto and ttl.auto.rto is not None else []
    kept += [("queries", rate_text(ttl.auto.queries))] if ttl.auto and ttl.auto.queries is not None else []
    auto = f"auto: {{{', '.join(f'{key}: {text}' for key, text in kept)}}}, " if kept else ""
    return f"{{{auto}min: {duration_text(ttl.minimum)}, max: {duration_text(ttl.maximum)}}}"


def _damping(damping: Damping) -> str:
    if damping.falls == 0:
        return "off"
    within, hold, most = map(duration_text, (damping.within, damping.hold, damping.most))
    return f"{{falls: {damping.falls}, within: {within}, hold: {hold}, most: {most}}}"


def _quorum(quorum: Quorum) -> str:
    match quorum.kind:
        case QuorumKind.COUNT:
            return f"{quorum.amount:g}"
        case QuorumKind.SHARE:
            return f"{quorum.amount:g}%"
        case _:
            return str(quorum.kind.value)


def _secret(secret: Secret | None) -> str | None:
    return f"{secret.source}:{secret.name}" if secret else None


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(names)
