"""`gslb probe now`: one probe of an endpoint by every vantage that watches it, told and not counted."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable

from aiohttp import web

from gslb.app.refusals import Asked, refused
from gslb.app.reports import NodeSide
from gslb.control import Judging, own_vantage
from gslb.health import Verdict
from gslb.model import Model, MonitorKind, did_you_mean
from gslb.probe import Outcome, Result, Target, probe_once

UNDER_WAY = 2.0  # seconds that asking a vantage and its answer may take: two exchanges, each with a round trip


class ProbeNow:
    """The handler, over what is judged, who watches it, and the prober of this node.

    `POST {"endpoint"}` is answered once every vantage has, or within the longest timeout and UNDER_WAY:
    `{"endpoint", "found": [{"monitor", "address", "port", "vantage", "ok", "reason", "took"}], "believed": […]}`;
    `ok` null where a vantage could not probe, or did not answer in time. Nothing of it is an observation.
    """

    def __init__(
        self, judging: Callable[[], Judging], side: NodeSide, probe: Callable[[Target], Awaitable[Result]]
    ) -> None:
        self._judging, self._side, self._probe = judging, side, probe
        self._under_way: set[str] = set()

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/v1/probe", self.post)]

    async def post(self, request: web.Request) -> web.Response:
        judging = self._judging()
        path = (await Asked.of(request)).text("endpoint")
        wanted = self._wanted(path, judging.model)
        if path in self._under_way:
            raise refused(f"{path} is being probed already; ask again in a moment", web.HTTPConflict)
        self._under_way.add(path)
        try:
            outcomes = await asyncio.gather(*(self._one(vantage, target) for vantage, target in wanted))
        finally:
            self._under_way.discard(path)
        told = [_told(*one, outcome) for one, outcome in zip(wanted, outcomes, strict=True)]
        verdicts = (one for one in self._judging().verdicts.values() if one.check.endpoint == path)
        return web.json_response({"endpoint": path, "found": told, "believed": _believed(verdicts)})

    def _wanted(self, path: str, model: Model) -> list[tuple[str, Target]]:
        """Who is to probe what; a refusal where that is nothing."""
        self._own = own_vantage(model)
        endpoints = [endpoint.path for pool in model.pools.values() for endpoint in pool.endpoints]
        if path not in endpoints:
            raise refused(_no_endpoint(path, endpoints), web.HTTPConflict)
        wanted = [
            (vantage, target)
            for vantage, target in self._side.watching(path)
            if vantage == self._own or target.monitor.kind is not MonitorKind.EXEC  # the node alone starts programs
        ]
        if not wanted:
            raise refused(f"nobody probes {path}: it has no monitor that connects to it", web.HTTPConflict)
        return sorted(wanted, key=lambda one: (one[1].check, one[0] != self._own, one[0]))

    async def _one(self, vantage: str, target: Target) -> Outcome:
        if vantage == self._own:
            return await probe_once(self._probe, target)
        within = target.monitor.timeout + UNDER_WAY
        found = await self._side.reports.askings.ask(vantage, target, within)
        return found or Outcome("", None, f"no answer within {within:g} s; {self._last_heard(vantage)}")

    def _last_heard(self, vantage: str) -> str:
        at = self._side.reports.heard.get(vantage)
        return "never heard since this node started" if at is None else f"last heard {time.monotonic() - at:.0f} s ago"


def _no_endpoint(path: str, endpoints: list[str]) -> str:
    """Why a path cannot be probed, and what can."""
    inside = [one for one in endpoints if path in one.split("/")]
    if inside:
        return f"{path} is no endpoint; write one of {', '.join(inside[:8])}"
    hint = did_you_mean(path, endpoints)
    return f"unknown endpoint {path}" + (f": {hint}" if hint else "")


def _told(vantage: str, target: Target, outcome: Outcome) -> dict[str, object]:
    check = target.check
    where = {"monitor": check.monitor, "address": check.address, "port": target.port, "vantage": vantage}
    return where | {"ok": outcome.ok, "reason": outcome.reason, "took": round(outcome.took, 4)}


def _believed(verdicts: Iterable[Verdict]) -> list[dict[str, object]]:
    return [
        {
            "monitor": one.check.monitor,
            "address": one.check.address,
            "state": ("up" if one.up else "down") if one.known else "waiting",
            "for": max(0.0, time.time() - one.since),
            "votes": one.votes,
        }
        for one in verdicts
    ]
