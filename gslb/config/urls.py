"""What a monitor probes, as one URL: its scheme is the kind, then Host and SNI, port, path where it has any."""

from __future__ import annotations

import re
from dataclasses import replace

from gslb.config.names import any_type
from gslb.config.scalars import Wrong
from gslb.model import Monitor, MonitorKind, did_you_mean, mark_of

SCHEMES = ("http", "https", "tcp", "tls", "dns", "icmp", "grpc")
NAMELESS = (MonitorKind.TCP, MonitorKind.DNS, MonitorKind.ICMP)
TLS_PORT = 443


def url(text: str) -> Monitor:
    """`https://www.example.com:8443/health`, `tcp://:443`: a monitor called by its URL, with the timing of nouns."""
    found = re.fullmatch(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)([^#]*)", text)
    if not found:
        raise Wrong(f"{text} is no URL to probe", "write https://HOST/PATH or tcp://:PORT")
    scheme, authority, path = found[1], found[2], found[3]
    if scheme not in SCHEMES:
        raise Wrong(f"{scheme} is no way to probe", did_you_mean(scheme, SCHEMES) or f"known: {', '.join(SCHEMES)}")
    if "@" in authority:
        raise Wrong("a secret is never written here", "write credentials: file:PATH beside probe:")
    parts = re.fullmatch(r"(\[[0-9a-fA-F:.]+\]|[^:\[\]]*)(?::([0-9]{1,5}))?", authority)
    port = int(parts[2]) if parts and parts[2] else None
    if not parts or (port is not None and not 0 < port < 65_536):
        raise Wrong(f"{authority} is no host and port", "write HOST or HOST:PORT")
    kind = MonitorKind(scheme)
    if kind not in NAMELESS and not parts[1]:
        hint = f"write {scheme}://HOST{authority}{path}" + (", as in the Host header" if path else "")
        raise Wrong(f"{text} names no host", hint)
    made = Monitor(text, kind, parts[1], port, mark=mark_of(text))
    return _finished(made, path)


def _finished(monitor: Monitor, path: str) -> Monitor:
    """With what stands behind the host, which means another thing for each kind."""
    kind, name = monitor.kind, monitor.name
    slashed = path if path.startswith("/") else f"/{path}"
    match kind:
        case MonitorKind.HTTP | MonitorKind.HTTPS:
            return _with(monitor, path=slashed)
        case MonitorKind.GRPC:
            return _with(monitor, path=slashed, tls=monitor.port == TLS_PORT)
        case MonitorKind.DNS:
            return _question(monitor, path)
        case MonitorKind.ICMP if monitor.host or monitor.port:
            raise Wrong(f"{name}: the endpoint's own address is asked", "write icmp://")
        case _ if path not in ("", "/"):
            hint = "write tcp://:PORT, with send: and expect: beside it" if kind is MonitorKind.TCP else ""
            raise Wrong(f"{kind.value} has no path {path}", hint)
        case _:
            return monitor


def _question(monitor: Monitor, path: str) -> Monitor:
    """`dns:///www.example.com?type=AAAA` (RFC 4501, but its host is the endpoint)."""
    found = re.fullmatch(r"/([^/?;]+)(?:[?;]type=([A-Za-z0-9]+))?", path)
    if not found:
        raise Wrong(f"{monitor.name} does not say what to ask", "write dns:///NAME or dns:///NAME?type=AAAA")
    if monitor.host:
        raise Wrong(f"{monitor.name}: the endpoint's own address is asked", f"write dns://{path}")
    return _with(monitor, path=f"/{found[1]}", rdtype=any_type((found[2] or "A").upper()))


def _with(monitor: Monitor, **changes: object) -> Monitor:
    return replace(monitor, **changes)  # type: ignore[arg-type]  # each by its name
