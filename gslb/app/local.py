"""The judge's own socket: an operator's words, adoption of a new world, what probes took."""

from __future__ import annotations

import getpass
import pwd
import socket
import struct
import time
from collections.abc import Callable
from pathlib import Path

from aiohttp import web

from gslb.control import Adopted, Built, Cleared, Event, Judging, Returned, Said
from gslb.health import Override, Standing
from gslb.model import Model, did_you_mean, leaves
from gslb.policy import word_on

_CREDENTIALS = struct.Struct("3i")


class Local:
    """Handlers over a Unix socket; only who may enter the state directory can reach it.

    `put` takes events, `load` opens a snapshot by name, `probes` tells what probes took.
    """

    def __init__(
        self,
        judging: Callable[[], Judging],
        put: Callable[[Event], None],
        load: Callable[[str], Built],
        probes: Callable[[], list[dict[str, object]]],
    ) -> None:
        self._judging, self._put, self._load, self._probes = judging, put, load, probes
        self._runner: web.AppRunner | None = None

    async def start(self, path: Path) -> None:
        app = web.Application()
        app.add_routes(
            [
                web.post("/v1/override", self.override),
                web.post("/v1/clear", self.clear),
                web.post("/v1/failback", self.failback),
                web.post("/v1/adopt", self.adopt),
                web.get("/v1/probes", self.told_probes),
            ]
        )
        self._runner = web.AppRunner(app, handle_signals=False, access_log=None)
        await self._runner.setup()
        path.unlink(missing_ok=True)  # noqa: ASYNC240 - once, before anything is served
        await web.UnixSite(self._runner, str(path)).start()

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def override(self, request: web.Request) -> web.Response:
        """`{"path", "word": up|drain|off, "why", "for": seconds or null, "force"}`; refused with the reason, 409."""
        asked = await request.json()
        judging = self._judging()
        override = Override(
            path=asked["path"],
            standing=Standing(asked["word"]),
            reason=asked.get("why") or "",
            author=asked.get("author") or author(request),
            at=time.time(),
            expires=time.time() + asked["for"] if asked.get("for") else None,
        )
        problem = unknown(override.path, judging.model)
        if not problem and override.standing is Standing.OFF and not asked.get("force"):
            problem = last_one(override, judging)
        if problem:
            return web.json_response({"error": problem}, status=409)
        self._put(Said(override))
        return web.json_response({"done": f"{override.path} is {override.standing.value}"})

    async def clear(self, request: web.Request) -> web.Response:
        asked = await request.json()
        judging, path = self._judging(), asked["path"]
        if path not in judging.overrides:
            said = ", ".join(judging.overrides) or "nothing"
            return web.json_response({"error": f"no word stands on {path}; one stands on: {said}"}, status=409)
        self._put(Cleared(path, asked.get("author") or author(request)))
        return web.json_response({"done": f"{path} is judged again"})

    async def failback(self, request: web.Request) -> web.Response:
        asked = await request.json()
        judging = self._judging()
        name = steered_name(asked["name"], judging.model)
        if name is None:
            known = [each.rstrip(".") for each in judging.model.trees]
            return web.json_response(
                {"error": f"unknown steered name {asked['name']}", "hint": did_you_mean(asked["name"], known)},
                status=409,
            )
        self._put(Returned(name, asked.get("author") or author(request)))
        return web.json_response({"done": f"{name} goes back to its best choice"})

    async def adopt(self, request: web.Request) -> web.Response:
        asked = await request.json()
        self._put(Adopted(self._load(asked["digest"])))
        return web.json_response({"done": asked["digest"]})

    async def told_probes(self, _: web.Request) -> web.Response:
        return web.json_response(self._probes())


def unknown(path: str, model: Model) -> str:
    """Why nothing can be said of a path, or "": it must be an endpoint, a pool, a pool's part or a region."""
    known = dict.fromkeys(model.regions)
    for pool in model.pools.values():
        for endpoint in pool.endpoints:
            parts = endpoint.path.split("/")
            known.update({"/".join(parts[:length]): None for length in range(1, len(parts) + 1)})
    return "" if path in known else f"unknown path {path}. {did_you_mean(path, list(known))}".strip(". ")


def last_one(override: Override, judging: Judging) -> str:
    """Why `off` would leave a steered name with nothing to answer, or ""."""
    words = judging.overrides | {override.path: override}
    for name in judging.mentions.by_path.get(override.path, ()):
        standing = [word_on(leaf.endpoint, words, override.at) for leaf in leaves(judging.model.trees[name])]
        if all(word is not None and word.standing is Standing.OFF for word in standing):
            return f"that is the last of {name}, which would answer nothing; say --force if that is meant"
    return ""


def steered_name(text: str, model: Model) -> str | None:
    """A steered name by its whole name, or by what stands under `steer:`."""
    whole = text.lower().rstrip(".") + "."
    found = [name for name, steered in model.steered.items() if name in (whole, f"{whole}{steered.zone}")]
    return found[0] if found else None


def author(request: web.Request) -> str:
    """Who is at the other end of the socket, as the kernel knows."""
    transport = request.transport
    peer = transport.get_extra_info("socket") if transport else None
    if peer is None or not hasattr(socket, "SO_PEERCRED"):
        return getpass.getuser()
    _, user, _ = _CREDENTIALS.unpack(peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size))
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return f"uid {user}"
