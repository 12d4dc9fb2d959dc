"""The judge's own socket: an operator's words, adoption of a new world, what probes took."""

from __future__ import annotations

import getpass
import pwd
import socket
import struct
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from aiohttp import web

from gslb.app.judge_loop import JudgeLoop
from gslb.app.latches import latches
from gslb.app.refusals import Asked, refused
from gslb.control import Adopted, Advised, Cleared, Event, Judging, Returned, Said, load
from gslb.health import Override, Standing
from gslb.model import Alias, Family, Leaf, Model, Rdata, Tree, did_you_mean, leaves, operable, walk
from gslb.policy import word_on

_CREDENTIALS = struct.Struct("3i")


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
                web.post("/v1/override", self.override),
                web.post("/v1/clear", self.clear),
                web.post("/v1/failback", self.failback),
                web.post("/v1/advise", self.advise),
                web.post("/v1/adopt", self.adopt),
                web.get("/v1/probes", self.told_probes),
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

    async def override(self, request: web.Request) -> web.Response:
        """`{"path", "word": "up"|"drain"|"off", "why", "for": seconds, "force"}`, the last three optional."""
        asked = await Asked.of(request)
        judging, now, lasts = self._loop.judging, time.time(), asked.seconds("for")
        path, standing = asked.text("path"), _standing(asked.text("word"))
        expires = None if lasts is None else now + lasts
        override = Override(path, standing, asked.note("why"), author(request), now, expires)
        problem = unknown(path, judging.model)
        if not problem and standing is Standing.OFF and not asked.flag("force"):
            problem = last_one(override, judging)
        if problem:
            raise refused(problem, web.HTTPConflict)
        return await self._done(Said(override), f"{path} is {standing.value}")

    async def clear(self, request: web.Request) -> web.Response:
        """`{"path"}`: back to auto."""
        path = (await Asked.of(request)).text("path")
        standing = self._loop.judging.overrides
        if path not in standing:
            said = f"one stands on {', '.join(standing)}" if standing else "none stands anywhere"
            raise refused(f"no word stands on {path}; {said}", web.HTTPConflict)
        return await self._done(Cleared(path, author(request)), f"{path} is judged again")

    async def failback(self, request: web.Request) -> web.Response:
        """`{"name"}`: a steered name, whole or as under `steer:`."""
        judging = self._loop.judging
        name = steered_name((await Asked.of(request)).text("name"), judging.model)
        if not any(latch.name == name for latch in latches(judging.model, judging.memory)):
            return web.json_response({"done": f"{name} is where it would go back to already", "warnings": []})
        return await self._done(Returned(name, author(request)), f"{name} goes back to its best choice")

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

    async def _done(self, event: Event, text: str) -> web.Response:
        return web.json_response({"done": text, "warnings": list(await self._loop.carry_out(event))})


def _standing(word: str) -> Standing:
    try:
        return Standing(word)
    except ValueError as error:
        raise refused(f"{word} is no word; write {', '.join(one.value for one in Standing)}") from error


def unknown(path: str, model: Model) -> str:
    """Why nothing can be said of a path, or "": it must be an endpoint, a pool, a pool's part or a region."""
    known = dict.fromkeys(operable(model))
    if path in known:
        return ""
    hint = did_you_mean(path, list(known))
    return f"unknown path {path}" + (f": {hint}" if hint else "; it has to be an endpoint, a pool or a region")


def last_one(override: Override, judging: Judging) -> str:
    """Why `off` would leave a steered name with nothing to answer, or ""."""
    words = judging.overrides | {override.path: override}

    def off(leaf: Leaf) -> bool:
        word = word_on(leaf.endpoint, words, override.at)
        return word is not None and word.standing is Standing.OFF

    for name in sorted(judging.mentions.by_path(override.path)):
        tree = judging.model.trees[name]
        for family in Family:
            having = [leaf for leaf in answerable(tree) if leaf.endpoint.address(family) is not None]
            if having and all(off(leaf) for leaf in having) and not _has_fixed(tree):
                what = f"the last of {name} for {family.value}" if family is not Family.NAME else f"the last of {name}"
                return f"that is {what}, which would answer nothing; say --force if that is meant"
    return ""


def answerable(tree: Tree) -> tuple[Leaf, ...]:
    """Every endpoint that a tree may answer, a fallback's too."""
    last = (node.common.on_all_down for node in walk(tree) if not isinstance(node, Leaf))
    return (*leaves(tree), *(one.fallback for one in last if one is not None and one.fallback is not None))


def _has_fixed(tree: Tree) -> bool:
    """Whether it also has records that nobody can turn off."""
    return any(isinstance(node, Rdata) or (isinstance(node, Alias) and node.tree is None) for node in walk(tree))


def steered_name(text: str, model: Model) -> str:
    """A steered name by its whole name, or by what stands under `steer:`; a refusal where it is none, or several."""
    whole = text.lower().rstrip(".") + "."
    found = [name for name, steered in model.steered.items() if name in (whole, f"{whole}{steered.zone}")]
    if whole in found or len(found) == 1:
        return whole if whole in found else found[0]
    if found:
        raise refused(f"{text} is steered in several zones: {', '.join(found)}", web.HTTPConflict)
    short = [name.removesuffix(f".{steered.zone}") for name, steered in model.steered.items()]
    hint = did_you_mean(text, [*short, *(name.rstrip(".") for name in model.steered)])
    raise refused(f"unknown steered name {text}" + (f": {hint}" if hint else ""), web.HTTPConflict)


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
