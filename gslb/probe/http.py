"""The http and https probe: one request, the status and perhaps the first of the body, nothing followed, nothing kept.

The connection goes to the endpoint's own address; Host and SNI are what the monitor's URL says, and with https the
certificate must be valid for that name. Redirects are answers like any other. Of the body at most 5,120 octets are
read.
"""

from __future__ import annotations

import asyncio
import ssl
from types import SimpleNamespace, TracebackType
from typing import Self

import aiohttp
from yarl import URL

from gslb.model import MonitorKind
from gslb.probe.result import LOOKED_AT, Progress, Result, bad, good, refused
from gslb.probe.target import Target

DEFAULT_PORTS = {MonitorKind.HTTP: 80, MonitorKind.HTTPS: 443}


class Browser:
    """Makes the requests of all http and https probes; `trust` verifies certificates (default: as the system does)."""

    def __init__(self, trust: ssl.SSLContext | None = None) -> None:
        self._trust = trust or ssl.create_default_context()
        self._blind = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._blind.check_hostname = False
        self._blind.verify_mode = ssl.CERT_NONE

    async def __aenter__(self) -> Self:
        connected = aiohttp.TraceConfig()
        connected.on_connection_create_end.append(_connected)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=0, force_close=True, use_dns_cache=False, resolver=aiohttp.ThreadedResolver()
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

    async def probe(self, target: Target, progress: Progress) -> Result:
        started = asyncio.get_running_loop().time()
        monitor = target.monitor
        headers = {"Host": _host_header(target), **dict(monitor.headers)}
        if target.authorization is not None:
            headers["Authorization"] = target.authorization
        try:
            async with self._session.request(
                monitor.method,
                _url(target),
                headers=headers,
                allow_redirects=False,
                ssl=self._trust if monitor.verify else self._blind,
                server_hostname=(monitor.host or target.host) if monitor.kind is MonitorKind.HTTPS else None,
                trace_request_ctx=progress,
            ) as response:
                said = f"{response.status} {response.reason or ''}".strip()
                if not any(low <= response.status <= high for low, high in monitor.status):
                    return bad(said)
                if monitor.body is not None:
                    progress.waiting_for = "body"
                    start = await _start_of(response.content)
                    if monitor.body.encode() not in start:
                        return bad(f"{said}, but its first 5,120 octets lack {monitor.body!r}")
                took = asyncio.get_running_loop().time() - started
                return good(f"{said} in {1000 * took:.0f} ms")
        except aiohttp.ClientConnectorCertificateError as fault:
            return bad(f"certificate refused: {_certificate_fault(fault.certificate_error)}")
        except aiohttp.ClientConnectorDNSError:
            return bad(f"cannot resolve {target.host}")
        except aiohttp.ClientSSLError as fault:
            return bad(f"TLS: {getattr(fault.os_error, 'reason', None) or fault.os_error}")
        except aiohttp.ClientConnectorError as fault:
            return refused(progress, fault.os_error)
        except aiohttp.ClientOSError as fault:
            return refused(progress, fault)
        except aiohttp.ServerDisconnectedError:
            return bad(f"{progress.waiting_for}: closed without any")
        except aiohttp.ClientResponseError as fault:
            return bad(f"not HTTP: {fault.message}")
        except aiohttp.ClientPayloadError as fault:
            return bad(f"{progress.waiting_for}: broken off ({fault})")


async def _connected(_: aiohttp.ClientSession, context: SimpleNamespace, __: object) -> None:
    context.trace_request_ctx.waiting_for = "answer"


async def _start_of(content: aiohttp.StreamReader) -> bytes:
    start = b""
    while len(start) < LOOKED_AT and (more := await content.read(LOOKED_AT - len(start))):
        start += more
    return start


def _url(target: Target) -> URL:
    host = f"[{target.host}]" if ":" in target.host else target.host
    return URL(f"{target.monitor.kind.value}://{host}:{target.port}{target.monitor.path}")


def _host_header(target: Target) -> str:
    monitor = target.monitor
    host = monitor.host or target.host
    host = f"[{host}]" if ":" in host else host
    return host if monitor.port in (None, DEFAULT_PORTS[monitor.kind]) else f"{host}:{monitor.port}"


def _certificate_fault(fault: BaseException) -> str:
    return fault.verify_message if isinstance(fault, ssl.SSLCertVerificationError) else str(fault)
