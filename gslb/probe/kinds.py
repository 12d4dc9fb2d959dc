"""Every kind of probe, in one table, and the time each probe is given."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from typing import Self

from gslb.model import MonitorKind
from gslb.probe import dns, icmp, program, tcp
from gslb.probe.fence import Fence, Forbidden, Unresolved
from gslb.probe.grpc import Calls
from gslb.probe.http import Browser
from gslb.probe.result import Progress, Result, Unable, bad, refused
from gslb.probe.target import Target
from gslb.probe.tls import Handshakes

Probe = Callable[[Target, str, Progress], Awaitable[Result]]


class Prober:
    """Carries out one check: `async with Prober() as probe: await probe(target)`. Nothing an endpoint does raises.

    What is connected to lies within `fence`; `programs` says whether exec monitors may start any. Raises Unable where
    the probe could not be made, for a reason that says nothing about the endpoint.
    """

    def __init__(
        self, trust: ssl.SSLContext | None = None, fence: Fence | None = None, *, programs: bool = False
    ) -> None:
        self.fence, self.programs = fence or Fence(), programs
        trusting, blind = trust or ssl.create_default_context(), blind_context()
        self._browser = Browser(trusting, blind, self._resolve)
        self._handshakes = Handshakes(trusting, blind)
        self._calls = Calls(trusting, blind)
        self.kinds: Mapping[MonitorKind, Probe] = {
            MonitorKind.HTTP: self._browser.probe,
            MonitorKind.HTTPS: self._browser.probe,
            MonitorKind.TCP: tcp.probe,
            MonitorKind.TLS: self._handshakes.probe,
            MonitorKind.DNS: dns.probe,
            MonitorKind.ICMP: icmp.probe,
            MonitorKind.GRPC: self._calls.probe,
            MonitorKind.EXEC: self._start,
            MonitorKind.METRIC: self._browser.query,
        }

    async def __aenter__(self) -> Self:
        await self._browser.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._browser.__aexit__(kind, fault, trace)

    async def __call__(self, target: Target) -> Result:
        monitor, progress = target.monitor, Progress("name")
        try:
            async with asyncio.timeout(monitor.timeout):
                address = await self._resolve(target.host) if monitor.kind.connects else target.host
                progress.waiting_for = "connect"
                return await self.kinds[monitor.kind](target, address, progress)
        except TimeoutError:
            return self._late(target, progress)
        except Unresolved as fault:
            return bad(str(fault))
        except Forbidden as fault:
            raise Unable(str(fault)) from fault
        except OSError as fault:
            return refused(progress, fault)

    async def _resolve(self, host: str) -> str:
        return await self.fence.resolve(host)

    async def _start(self, target: Target, address: str, progress: Progress) -> Result:
        if not self.programs:
            raise Unable("programs are not started here")
        return await program.probe(target, address, progress)

    @staticmethod
    def _late(target: Target, progress: Progress) -> Result:
        said = f"{progress.waiting_for} timed out after {target.monitor.timeout:g} s"
        if target.monitor.kind is MonitorKind.METRIC:
            raise Unable(said)
        return bad(said)


def blind_context() -> ssl.SSLContext:
    """For monitors that do not look at certificates."""
    blind = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    blind.check_hostname = False
    blind.verify_mode = ssl.CERT_NONE
    return blind
