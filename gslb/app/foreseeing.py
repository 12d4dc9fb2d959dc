"""What-if questions over the control socket: demand as learnt, requests as balancers count, rules as judged."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from gslb.app.demanding import Demanding
from gslb.app.foresight import simulated
from gslb.app.refusals import Asked, JudgeError
from gslb.app.sampling import Sampling
from gslb.caching import Population
from gslb.foresight import as_csv, per_answer
from gslb.nameserver import View

REFUSES = "the judge refuses: "


class Foreseeing:
    """Handlers. `judge(method, path, body)` asks the judge, or raises JudgeError; `view` is what is answered from.

    `caches`: those that were measured well enough, by steered name.
    """

    def __init__(
        self,
        view: Callable[[], View],
        sampling: Sampling,
        demanding: Demanding,
        judge: Callable[[str, str, object], Awaitable[Any]],
        caches: Callable[[], Mapping[str, Population]],
    ) -> None:
        self._view, self._sampling, self._demanding, self._judge = view, sampling, demanding, judge
        self._caches = caches

    def routes(self) -> tuple[web.RouteDef, ...]:
        return (web.post("/v1/simulate", self.simulate), web.get("/v1/demand", self.demand))

    async def simulate(self, request: web.Request) -> web.Response:
        """See `foresight.read`."""
        asked, view = await Asked.of(request), self._view()
        requests: dict[str, float] = {}
        with contextlib.suppress(JudgeError):  # then each answer counts as one request, and that is told
            requests = await self._judge("GET", "/v1/requests", None)
        each = per_answer(view.world.model, requests, self._sampling.regions())
        found = await simulated(asked, view, self._demanding.demand, each, self._caches())
        await self._try(found)
        return web.json_response(found)

    async def _try(self, found: dict[str, Any]) -> None:
        """Ask the judge whether it would take an order to drain, then, and note what it says against it."""
        paths = [*found["supposed"]["drain"]]
        if not paths:
            return
        order = {"path": paths, "word": "drain", "begins": found["at"], "trial": True}
        try:
            said = await self._judge("POST", "/v1/override", order)
        except JudgeError as error:
            text = str(error)
            if not text.startswith(REFUSES):
                found["notes"].append(f"rules were not asked: {text}")
            elif not any(rule["broken"] for rule in found["rules"]):
                found["troubles"].append(f"the order would be refused: {text.removeprefix(REFUSES)}")
        else:
            found["notes"] += said["warnings"]

    async def demand(self, _: web.Request) -> web.Response:
        """What is asked now, as a CSV for `gslb simulate FILE --demand`."""
        return web.json_response({"csv": as_csv(self._demanding.demand.now(time.time()))})
