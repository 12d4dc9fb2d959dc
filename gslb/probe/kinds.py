"""Every kind of probe, in one table, and the time each probe is given."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from typing import Self

from gslb.model import MonitorKind
from gslb.probe import tcp
from gslb.probe.http import Browser
from gslb.probe.result import Progress, Result, bad
from gslb.probe.target import Target

Probe = Callable[[Target, Progress], Awaitable[Result]]


class Prober:
    """Carries out one check: `async with Prober() as probe: await probe(target)`. Nothing an endpoint does raises."""

    def __init__(self, trust: ssl.SSLContext | None = None) -> None:
        self._browser = Browser(trust)
        self._kinds: Mapping[MonitorKind, Probe] = {
            MonitorKind.HTTP: self._browser.probe,
            MonitorKind.HTTPS: self._browser.probe,
            MonitorKind.TCP: tcp.probe,
        }

    async def __aenter__(self) -> Self:
        await self._browser.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._browser.__aexit__(kind, fault, trace)

    async def __call__(self, target: Target) -> Result:
        monitor, progress = target.monitor, Progress()
        try:
            async with asyncio.timeout(monitor.timeout):
                return await self._kinds[monitor.kind](target, progress)
        except TimeoutError:
            return bad(f"{progress.waiting_for} timed out after {monitor.timeout:g} s")
