"""Round trips in and out by hand, over the control process's own socket: what `gslb latency` asks for."""

from __future__ import annotations

import time
from collections.abc import Callable

from aiohttp import web

from gslb.app.estimating import Estimating
from gslb.app.measurements import plain_samples
from gslb.app.refusals import refused
from gslb.geo import SampleError, write_samples
from gslb.model import did_you_mean
from gslb.nameserver import View

LARGEST = 64 * 1024 * 1024  # octets of an import


class Exchange:
    """`view` raises a refusal where nothing is published yet."""

    def __init__(self, estimating: Estimating, view: Callable[[], View], wall: Callable[[], float] = time.time) -> None:
        self._estimating, self._view, self._wall = estimating, view, wall

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/v1/latency/import", self._import),
            web.get("/v1/latency/export", self._export),
            web.post("/v1/latency/forget", self._forget),
            web.get("/v1/latency", self._show),
        ]

    async def _import(self, request: web.Request) -> web.Response:
        """`[[region, prefix, ms, source, at, count], ...]`: all of it, or nothing."""
        try:
            samples = plain_samples(await request.json())
        except (SampleError, TypeError, ValueError) as error:
            raise refused(f"this is no list of samples: {error}") from error
        world = self._view().world
        for region in {one.region for one in samples} - world.model.regions.keys():
            known = did_you_mean(region, world.model.regions) or f"there are {', '.join(world.model.regions)}"
            raise refused(f"unknown region {region}: {known}")
        taken = await self._estimating.observe(samples, world.atlas, world.model.clients.measured, self._wall())
        return web.json_response({"taken": taken, "old": len(samples) - taken})

    async def _export(self, _: web.Request) -> web.Response:
        """All that is known of prefixes, as `gslb latency import` reads it."""
        return web.json_response({"csv": write_samples(self._estimating.estimator.export(self._wall()))})

    async def _forget(self, _: web.Request) -> web.Response:
        return web.json_response({"forgotten": await self._estimating.forget(self._wall())})

    async def _show(self, _: web.Request) -> web.Response:
        found, wall = self._estimating.figures(), self._wall()
        return web.json_response(
            {
                "samples": found.samples,
                "prefixes": found.prefixes,
                "rows": found.rows,
                "age": None if found.latest is None else max(0.0, wall - found.latest),
            }
        )
