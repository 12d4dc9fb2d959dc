"""A small HTTP backend: says who it is, is alive apart from being ready, and has a dependency to switch off."""

from __future__ import annotations

from dataclasses import dataclass, field

from aiohttp import web


@dataclass(slots=True)
class Backend:
    """One backend's state. `dependencies` are what readiness hangs on, by name; True is working."""

    region: str
    name: str
    dependencies: dict[str, bool] = field(default_factory=lambda: {"database": True})
    requests: int = 0

    @property
    def ready(self) -> bool:
        return all(self.dependencies.values())


STATE: web.AppKey[Backend] = web.AppKey("backend", Backend)


def application(backend: Backend) -> web.Application:
    """`/` who answers, `/health` alive, `/health/ready` 200 or 503, `PUT /dependency/NAME/up|down` the switch."""
    app = web.Application()
    app[STATE] = backend
    app.router.add_get("/", _hello)
    app.router.add_get("/health", _health)
    app.router.add_get("/health/ready", _ready)
    app.router.add_put("/dependency/{name}/{state:up|down}", _switch)
    return app


async def _hello(request: web.Request) -> web.Response:
    backend = request.app[STATE]
    backend.requests += 1
    return web.json_response({"region": backend.region, "backend": backend.name, "requests": backend.requests})


async def _health(_: web.Request) -> web.Response:
    return web.json_response({"alive": True})


async def _ready(request: web.Request) -> web.Response:
    backend = request.app[STATE]
    body = {"ready": backend.ready, "dependencies": backend.dependencies}
    return web.json_response(body, status=200 if backend.ready else 503)


async def _switch(request: web.Request) -> web.Response:
    backend, name = request.app[STATE], request.match_info["name"]
    if name not in backend.dependencies:
        known = ", ".join(backend.dependencies)
        return web.json_response({"error": f"no dependency {name}; there is {known}"}, status=404)
    backend.dependencies[name] = request.match_info["state"] == "up"
    return web.json_response({"ready": backend.ready, "dependencies": backend.dependencies})
