"""HTTP for operators and their monitors: /metrics, /livez, /readyz, and what else the control process serves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from aiohttp import web

from gslb.server.bound import Bound

_LARGEST = 1 << 20  # octets of a request body


@dataclass(frozen=True, slots=True)
class Pages:
    """What the pages show: `metrics` renders the Prometheus text; `ready` says whether to ask this node, and why."""

    metrics: Callable[[], bytes]
    ready: Callable[[], tuple[bool, Mapping[str, object]]]
    metrics_type: str = "text/plain; version=0.0.4; charset=utf-8"


class HttpServer:
    """Serves the pages, and `routes`, on sockets that are already bound."""

    def __init__(self, sockets: Iterable[Bound], pages: Pages, routes: Iterable[web.AbstractRouteDef] = ()) -> None:
        self._pages = pages
        self._sockets = [bound.socket for bound in sockets]
        app = web.Application(client_max_size=_LARGEST)
        app.add_routes([web.get("/metrics", self._metrics), web.get("/livez", self._live)])
        app.add_routes([web.get("/readyz", self._ready), *routes])
        self._runner = web.AppRunner(app, handle_signals=False, access_log=None, shutdown_timeout=2.0)

    async def start(self) -> None:
        await self._runner.setup()
        for listening in self._sockets:
            await web.SockSite(self._runner, listening).start()

    async def stop(self) -> None:
        """Accept nobody more, let requests in hand finish (two seconds), close."""
        await self._runner.cleanup()

    async def _metrics(self, _: web.Request) -> web.Response:
        return web.Response(body=self._pages.metrics(), headers={"Content-Type": self._pages.metrics_type})

    async def _live(self, _: web.Request) -> web.Response:
        """That we answer at all is the whole message: restart us only when this fails."""
        return web.Response(text="ok\n")

    async def _ready(self, _: web.Request) -> web.Response:
        """200 or 503, with the reasons as JSON."""
        ready, details = self._pages.ready()
        return web.json_response({"ready": ready, **details}, status=200 if ready else 503)
