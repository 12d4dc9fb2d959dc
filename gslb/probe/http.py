"""The http and https probe: one request, the status and perhaps the first of the body, nothing followed, nothing kept.

The connection goes to the endpoint's own address; Host and SNI are what the monitor's URL says, and with https the
certificate must be valid for that name. Redirects are answers like any other. Of the body at most 5,120 octets are
read.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from types import SimpleNamespace, TracebackType
from typing import Self

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from gslb.model import MonitorKind
from gslb.probe import metric
from gslb.probe.dial import small
from gslb.probe.result import LOOKED_AT, Progress, Result, Unable, bad, good, plain, refused
from gslb.probe.target import Target

DEFAULT_PORTS = {MonitorKind.HTTP: 80, MonitorKind.HTTPS: 443}
REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True, slots=True)
class Hop:
    """One request: the URL, the address that is connected to, the Host header, the name that TLS asks for.

    `asked` is its query. `own`: it goes to the endpoint, and may carry the monitor's credentials.
    """

    url: URL
    address: str
    host: str
    name: str
    asked: Mapping[str, str] | None = None
    own: bool = False


class Nowhere(AbstractResolver):
    """Looks nothing up: every request goes to an address that was looked up, and checked, before."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:  # pragma: no cover - nobody asks
        raise OSError(f"{host}:{port} ({family}) is not looked up here")

    async def close(self) -> None:
        """There is nothing to close."""


class Browser:
    """Makes the requests of all http, https and metric probes; `trust` verifies certificates."""

    def __init__(self, trust: ssl.SSLContext, blind: ssl.SSLContext, resolve: Callable[[str], Awaitable[str]]) -> None:
        """`resolve` gives the address to connect to for a host, or refuses it."""
        self._trust, self._blind, self._resolve = trust, blind, resolve

    async def __aenter__(self) -> Self:
        connected = aiohttp.TraceConfig()
        connected.on_connection_create_end.append(_connected)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=0,
                force_close=True,
                use_dns_cache=False,
                resolver=Nowhere(),
                socket_factory=lambda info: small(info[0]),
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(),  # none: the runner gives each probe its time as a whole
            headers={"User-Agent": "gslb-probe", "Accept": "*/*", "Accept-Encoding": "identity"},
            auto_decompress=False,
            read_bufsize=2 * LOOKED_AT,
            trace_configs=[connected],
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def probe(self, target: Target, address: str, progress: Progress) -> Result:
        hop = first_hop(target, address)
        started = asyncio.get_running_loop().time()
        for _ in range(target.monitor.follow + 1):
            found = await self._ask(target, hop, progress)
            if isinstance(found, Result):
                return found if not found.ok else good(f"{found.reason} in {_since(started)}")
            host = found.host or ""
            progress.waiting_for = "name"
            hop = replace(
                hop, url=found, address=await self._resolve(host), host=_authority(found), name=host, own=False
            )
            progress.waiting_for = "connect"
        return bad(f"more than {target.monitor.follow} redirects")

    async def query(self, target: Target, address: str, progress: Progress) -> Result:
        """The metric probe: a query to a Prometheus server, and what its answer says of the endpoint."""
        monitor = target.monitor
        server = URL(monitor.at)
        name = server.host or ""
        progress.waiting_for = f"answer of {name}"
        asked = {"query": target.filled(monitor.query, address), "timeout": f"{monitor.timeout:g}s"}
        hop = Hop(server / "api/v1/query", await self._resolve(name), _authority(server), name, asked)
        try:
            async with self._request("GET", hop, target, progress, verify=True) as response:
                body = await _start_of(response.content, metric.LARGEST + 1)
        except (aiohttp.ClientError, OSError) as fault:
            raise Unable(plain(f"{name} does not answer: {_first_words(fault)}")) from fault
        return metric.judged(metric.values(body, response.status, name), monitor)

    async def _ask(self, target: Target, hop: Hop, progress: Progress) -> Result | URL:
        """One request: what it found, or where it is sent on to."""
        monitor = target.monitor
        try:
            async with self._request(monitor.method, hop, target, progress, verify=monitor.verify) as response:
                return await _read(target, hop, response, progress)
        except aiohttp.ClientConnectorCertificateError as fault:
            return bad(f"certificate refused: {_certificate_fault(fault.certificate_error)}")
        except aiohttp.ClientSSLError as fault:
            return bad(f"TLS: {getattr(fault.os_error, 'reason', None) or fault.os_error}")
        except aiohttp.ClientConnectorError as fault:
            raise fault.os_error from fault
        except aiohttp.ClientOSError as fault:
            return refused(progress, fault)
        except aiohttp.ServerDisconnectedError:
            return bad(f"{progress.waiting_for}: closed without any")
        except aiohttp.ClientResponseError as fault:
            return bad(f"not HTTP: {_first_words(fault)}")
        except aiohttp.ClientPayloadError as fault:
            return bad(f"{progress.waiting_for}: broken off ({fault})")

    def _request(
        self, method: str, hop: Hop, target: Target, progress: Progress, *, verify: bool
    ) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        """A request to the hop's address, for the hop's host."""
        headers = {"Host": hop.host, **dict(target.monitor.headers)}
        if target.authorization is not None and hop.own:
            headers["Authorization"] = target.authorization
        return self._session.request(
            method,
            hop.url.with_host(hop.address),
            params=hop.asked,
            headers=headers,
            allow_redirects=False,
            ssl=self._trust if verify else self._blind,
            server_hostname=hop.name if hop.url.scheme == "https" else None,
            trace_request_ctx=progress,
        )


async def _read(target: Target, hop: Hop, response: aiohttp.ClientResponse, progress: Progress) -> Result | URL:
    """What a response says, its body as far as it is looked at; or where it leads, if the monitor follows."""
    monitor = target.monitor
    said = f"{response.status} {response.reason or ''}".strip()
    if monitor.follow and response.status in REDIRECTS:
        onwards = _onwards(hop, response)
        if onwards is None:
            return bad(f"{said}, and no URL to follow")
        return onwards
    if not any(low <= response.status <= high for low, high in monitor.status):
        return bad(said)
    if monitor.body is not None:
        progress.waiting_for = "body"
        start = await _start_of(response.content, LOOKED_AT)
        if monitor.body.encode() not in start:
            return bad(f"{said}, but its first 5,120 octets lack {monitor.body!r}")
    return good(said)


def _onwards(hop: Hop, response: aiohttp.ClientResponse) -> URL | None:
    """The URL that a redirect names, seen from the one that was asked for."""
    where = response.headers.get("Location", "")
    try:
        found = hop.url.join(URL(where))
    except ValueError:
        return None
    if not where:
        return None
    return found if found.scheme in ("http", "https") and found.host and not found.user else None


async def _connected(_: aiohttp.ClientSession, context: SimpleNamespace, __: object) -> None:
    context.trace_request_ctx.waiting_for = "answer"


async def _start_of(content: aiohttp.StreamReader, most: int) -> bytes:
    start = b""
    while len(start) < most and (more := await content.read(most - len(start))):
        start += more
    return start


def first_hop(target: Target, address: str) -> Hop:
    """The request that the monitor describes, to the endpoint's address."""
    monitor = target.monitor
    name = monitor.host or target.host
    host = f"[{name}]" if ":" in name else name
    url = URL(f"{monitor.kind.value}://{host}:{target.port}{monitor.path}")
    return Hop(url, address, _host_header(target), name, own=True)


def _authority(url: URL) -> str:
    """The Host header of a URL."""
    return url.authority if url.explicit_port else url.raw_host or ""


def _since(started: float) -> str:
    return f"{1000 * (asyncio.get_running_loop().time() - started):.0f} ms"


def _host_header(target: Target) -> str:
    monitor = target.monitor
    host = monitor.host or target.host
    host = f"[{host}]" if ":" in host else host
    return host if monitor.port in (None, DEFAULT_PORTS[monitor.kind]) else f"{host}:{monitor.port}"


def _first_words(fault: Exception) -> str:
    """What a fault says, without what it quotes of an answer."""
    said = fault.message if isinstance(fault, aiohttp.ClientResponseError) else str(fault)
    return (said.strip().splitlines() or [type(fault).__name__])[0].rstrip(":")


def _certificate_fault(fault: BaseException) -> str:
    return fault.verify_message if isinstance(fault, ssl.SSLCertVerificationError) else str(fault)
