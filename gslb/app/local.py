"""The judge's own socket: an operator's orders, advice on TTLs, adoption of a new world, what probes took."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path

from aiohttp import web

from gslb.app.judge_loop import JudgeLoop
from gslb.app.operators import Operators
from gslb.app.refusals import Asked, refused
from gslb.control import Adopted, Advised, Event, load


class Local:
    """Handlers over a Unix socket; only who may enter the state directory can reach it.

    An answer comes when what was asked for is published: `{"done": …, "warnings": […]}`. A request that cannot be
    understood is 400, one that is refused is 409; both say why: `{"error": …}`. `probes` tells what probes took;
    `more` is served beside.
    """

    def __init__(
        self, loop: JudgeLoop, probes: Callable[[], list[dict[str, object]]], more: Iterable[web.RouteDef] = ()
    ) -> None:
        self._loop, self._probes, self._more = loop, probes, tuple(more)
        self._runner: web.AppRunner | None = None

    async def start(self, path: Path) -> None:
        app = web.Application()
        app.add_routes(
            [
                *Operators(self._loop).routes(),
                web.post("/v1/advise", self.advise),
                web.post("/v1/adopt", self.adopt),
                web.get("/v1/probes", self.told_probes),
                web.get("/v1/requests", self.told_requests),
                web.get("/v1/balancers", self.told_balancers),
                *self._more,
            ]
        )
        self._runner = web.AppRunner(app, handle_signals=False, access_log=None)
        await self._runner.setup()
        path.unlink(missing_ok=True)  # noqa: ASYNC240 - once, before anything is served
        await web.UnixSite(self._runner, str(path)).start()

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def advise(self, request: web.Request) -> web.Response:
        """`{"seconds": {NAME: TTL}}`: what the control process made of measured traffic; names are whole."""
        seconds = (await Asked.of(request)).counts("seconds")
        return await self._done(Advised(seconds), f"{len(seconds)} advised")

    async def adopt(self, request: web.Request) -> web.Response:
        """`{"digest"}`: answer from that snapshot. Of the one in use only secrets are read again."""
        digest = (await Asked.of(request)).text("digest")
        if digest == self._loop.judging.built.digest:
            self._loop.adopt_again()
            return web.json_response({"done": digest, "warnings": []})
        try:
            built = load(self._loop.folders.state, digest)
        except Exception as error:
            raise refused(f"no snapshot {digest} can be read: {error}", web.HTTPConflict) from error
        return await self._done(Adopted(built), digest)

    async def told_probes(self, _: web.Request) -> web.Response:
        return web.json_response(self._probes())

    async def told_balancers(self, _: web.Request) -> web.Response:
        """What each balancer said last, and how long ago."""
        return web.json_response(self._loop.judging.balancers(time.monotonic()))

    async def told_requests(self, _: web.Request) -> web.Response:
        """What balancers count, by endpoint."""
        return web.json_response(self._loop.judging.requests(time.monotonic()))

    async def _done(self, event: Event, text: str) -> web.Response:
        return web.json_response({"done": text, "warnings": list(await self._loop.carry_out(event))})
