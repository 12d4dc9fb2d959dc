"""The operator's hand over the judge's socket: words, plans, routing controls, fail-back, and what they have done.

request ─► commands, signed by who is at the other end ─► Ordered ─► the judge's step ─► done, or refused with a reason
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping

from aiohttp import web

from gslb.app.judge_loop import JudgeLoop
from gslb.app.latches import latches
from gslb.app.peer import author
from gslb.app.refusals import Asked, refused
from gslb.control import (
    Cancelled,
    ChangeKind,
    Cleared,
    Command,
    Control,
    Judging,
    Ordered,
    Returned,
    Said,
    Store,
    Switched,
    Undrained,
)
from gslb.health import Override, Standing
from gslb.model import Model, did_you_mean, leaves, paths_of

SAID = (Standing.UP, Standing.DRAIN, Standing.OFF)
AUDITED = 50  # orders that are told where nobody says how many


class Operators:
    """Handlers for orders. Each takes `why`, `force` and `trial` (only say what it would do) beside its own fields.

    An answer comes when it is published and kept: `{"done": …, "warnings": […], "words": […]}`; the words are those
    that stand because of it. A refusal is 409, `{"error": …}`, and then nothing is changed.
    """

    def __init__(self, loop: JudgeLoop) -> None:
        self._loop = loop

    def routes(self) -> tuple[web.RouteDef, ...]:
        return (
            web.post("/v1/override", self.override),
            web.post("/v1/clear", self.clear),
            web.post("/v1/undrain", self.undrain),
            web.post("/v1/cancel", self.cancel),
            web.post("/v1/control", self.control),
            web.post("/v1/failback", self.failback),
            web.get("/v1/words", self.words),
            web.get("/v1/controls", self.controls),
            web.get("/v1/audit", self.audit),
        )

    async def override(self, request: web.Request) -> web.Response:
        """`{"path": PATH or [PATH, …], "word": "up"|"drain"|"off"}`, and what of the following is wanted.

        `begins` and `until` (wall seconds), `for` (seconds from its beginning), `ramp` (seconds in) and `back` (out).
        """
        asked = await Asked.of(request)
        standing, now, begins = _standing(asked.text("word")), time.time(), asked.seconds("begins")
        lasts, expires, drain = asked.seconds("for"), asked.seconds("until"), self._loop.judging.model.drain
        if lasts is not None:
            expires = (begins or now) + lasts
        ramp, back = asked.length("ramp"), asked.length("back")
        if standing is Standing.DRAIN:
            ramp = drain.ramp if ramp is None else ramp
        elif ramp or back or begins:
            raise refused(f"{standing.value} counts at once and for all; only a drain has a beginning and a ramp")
        words = [
            Override(
                path,
                standing,
                asked.note("why"),
                author(request),
                now,
                expires,
                begins=begins,
                ramp=ramp or 0.0,
                back=(ramp or 0.0) if back is None else back,
                lead=drain.lead if standing is Standing.DRAIN else None,
            )
            for path in asked.one_or_more("path")
        ]
        planned = begins is not None and begins > now
        text = "\n".join(f"{word.path} {'will be' if planned else 'is'} {standing.value}" for word in words)
        return await self._done(asked, [Said(word) for word in words], text)

    async def clear(self, request: web.Request) -> web.Response:
        """`{"path"}`: back to auto."""
        asked = await Asked.of(request)
        paths, who, why = asked.one_or_more("path"), author(request), asked.note("why")
        text = "\n".join(f"{path} is judged again" for path in paths)
        return await self._done(asked, [Cleared(path, who, why) for path in paths], text)

    async def undrain(self, request: web.Request) -> web.Response:
        """`{"path", "ramp": seconds}`: its clients come back, by and by."""
        asked = await Asked.of(request)
        path, ramp = asked.text("path"), asked.length("ramp")
        seconds = self._loop.judging.model.drain.ramp if ramp is None else ramp
        command = Undrained(path, seconds, author(request), asked.note("why"))
        return await self._done(asked, [command], f"{path} takes its clients back")

    async def cancel(self, request: web.Request) -> web.Response:
        """`{"id"}`: what stands or is planned under it is taken back at once."""
        asked = await Asked.of(request)
        command = Cancelled(asked.text("id"), author(request), asked.note("why"))
        return await self._done(asked, [command], f"{command.id} is cancelled")

    async def control(self, request: web.Request) -> web.Response:
        """`{"controls": {NAME: "on"|"off", …}}`: all of them, or none."""
        asked = await Asked.of(request)
        switches = asked.switches("controls")
        command = Switched(tuple(switches.items()), author(request), asked.note("why"))
        text = "\n".join(f"control {name} is {'on' if on else 'off'}" for name, on in switches.items())
        return await self._done(asked, [command], text)

    async def failback(self, request: web.Request) -> web.Response:
        """`{"name", "ramp": seconds}`: a steered name, whole or as under `steer:`, goes back to its best choice."""
        asked, judging = await Asked.of(request), self._loop.judging
        name, ramp = steered_name(asked.text("name"), judging.model), asked.length("ramp") or 0.0
        latched = [latch for latch in latches(judging.model, judging.memory) if latch.name == name]
        if not latched:
            text = f"{name} is where it would go back to already"
            return web.json_response({"done": text, "warnings": [], "words": []})
        stays = ", ".join(sorted({latch.child for latch in latched}))
        text = f"{name} goes back to its best choice; it stayed with {stays}"
        return await self._done(asked, [Returned(name, author(request), ramp, asked.note("why"))], text)

    async def words(self, _: web.Request) -> web.Response:
        """Every word and plan, with how far it has come."""
        judging, wall = self._loop.judging, time.time()
        return web.json_response([told(one, wall) | course(one, judging, wall) for one in judging.overrides.values()])

    async def controls(self, _: web.Request) -> web.Response:
        """Every routing control, and where it stands."""
        judging = self._loop.judging
        board, known = judging.hand.desk.board.controls, judging.model.routing_controls.values()
        return web.json_response([_control(one.name, one.note, board.get(one.name, Control())) for one in known])

    async def audit(self, request: web.Request) -> web.Response:
        """The last orders, oldest first: `?last=` so many."""
        last, store = request.query.get("last", str(AUDITED)), self._loop.store
        if not last.isdecimal() or not 0 < int(last) <= 10_000:
            raise refused("last has to be a number from 1 to 10000")
        return web.json_response([] if store is None else audited(store, int(last)))

    async def _done(self, asked: Asked, commands: Iterable[Command], text: str) -> web.Response:
        order = Ordered(tuple(commands), asked.flag("force"), asked.flag("trial"))
        reply = await self._loop.order(order)
        if reply.refused:
            raise refused(reply.refused, web.HTTPConflict)
        wall = time.time()
        words = [told(word, wall) for word in reply.words]
        return web.json_response({"done": text, "warnings": list(reply.warnings), "words": words})


def told(word: Override, wall: float) -> dict[str, object]:
    """A word as plain data; times are wall seconds."""
    return {
        "id": word.id,
        "path": word.path,
        "word": word.standing.value,
        "why": word.reason,
        "author": word.author,
        "at": word.at,
        "begins": word.begins,
        "expires": word.expires,
        "ramp": word.ramp,
        "back": word.back,
        "forced": word.forced,
        "share": word.share(wall),
        "now": wall,
    }


def course(word: Override, judging: Judging, wall: float) -> dict[str, object]:
    """What becomes of the clients of a path: the TTLs of its answers now, and when nobody holds one any more.

    That is when the ramp is over and the shortest TTL after it, but no sooner than an answer given before it was said
    may be kept. None where it is not known, or the word takes nothing away.
    """
    model = judging.model
    names = sorted(judging.mentions.by_path(word.path))
    bounds = [model.steered[name].ttl for name in names]
    least, most = (max((getattr(one, which) for one in bounds), default=0) for which in ("minimum", "maximum"))
    within = {
        leaf.path for name in names for leaf in leaves(model.trees[name]) if word.path in {*paths_of(leaf.endpoint)}
    }
    settled = [one.seconds for key, one in judging.memory.ttls.items() if key.rpartition("|")[2] in within]
    starts = wall if word.begins is None else word.begins
    quiet = max(starts + word.ramp + least, word.at + most)
    takes = word.standing in (Standing.DRAIN, Standing.OFF)
    stays = word.expires is None or word.expires >= quiet
    ttl = max([*settled, *(one.minimum for one in bounds if one.minimum == one.maximum)], default=most)
    return {"names": names, "ttl": ttl, "quiet": quiet if takes and stays else None}


def audited(store: Store, last: int) -> list[dict[str, object]]:
    """The newest orders of the chronicle, oldest first."""
    return [
        {"number": one.number, "at": one.change.at, "author": one.change.author, **(one.change.data or {})}
        for one in store.newest(last, (ChangeKind.ORDER,))
    ]


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


def _standing(word: str) -> Standing:
    known: Mapping[str, Standing] = {one.value: one for one in SAID}
    if word not in known:
        raise refused(f"{word} is no word; write {', '.join(known)}")
    return known[word]


def _control(name: str, note: str, control: Control) -> dict[str, object]:
    return {
        "name": name,
        "on": control.on,
        "at": control.at or None,
        "author": control.author,
        "why": control.reason,
        "note": note,
    }
