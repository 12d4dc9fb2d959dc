"""The node's side of remote vantages and push monitors: HTTP handlers to be mounted on its admin listener.

GET  /v1/checks            what to probe                                    signed by a vantage
POST /v1/observations      what was seen; answered with the digest of       signed by a vantage
                           the list that is wanted now, and with what is
                           to be probed once
POST /v1/push/NAME         a service lives                                  Authorization: Bearer TOKEN

401  nobody we know, or not their words        409  another session, or not later than the last request
400  not what is agreed (see wire)             413  too large
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from gslb.health import Observation
from gslb.probe.admission import Admission
from gslb.probe.once import Askings
from gslb.probe.signature import Request, same
from gslb.probe.wire import CHECKS, LARGEST_BODY, OBSERVATIONS, CheckList, WireError, batch_in, list_of, wanted_of

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
NOTHING = list_of(())
NOBODY = secrets.token_hex(32).encode()  # what stands for the token of a monitor that is not there


class Reports:
    """Takes reports and heartbeats and hands them on; `observe` and `heartbeat` are called in the event loop.

    `heartbeat` gets the monitor's name and the monotonic time. `clock` is the judge's, in monotonic seconds.
    """

    def __init__(
        self,
        observe: Callable[[tuple[Observation, ...]], None],
        heartbeat: Callable[[str, float], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._observe, self._heartbeat, self._clock = observe, heartbeat, clock
        self._vantages = Admission("vantage", LARGEST_BODY)
        self._checks: Mapping[str, CheckList] = {}
        self._push_tokens: Mapping[str, bytes] = {}
        self.askings = Askings()
        self.heard: dict[str, float] = {}  # when each vantage last reported, by `clock`

    def adopt(
        self, checks: Mapping[str, CheckList], tokens: Mapping[str, bytes], push_tokens: Mapping[str, bytes]
    ) -> None:
        """From now on ask for these checks; they and tokens are by vantage, the others by push monitor."""
        self._checks, self._push_tokens = dict(checks), dict(push_tokens)
        self._vantages.adopt(tokens)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get(CHECKS, self._get_checks),
            web.post(OBSERVATIONS, self._post_observations),
            web.post("/v1/push/{name:.+}", self._post_push),
        ]

    async def _get_checks(self, asked: web.Request) -> web.Response:
        request = await self._vantages.admit(asked)
        return (
            request
            if isinstance(request, web.Response)
            else self._vantages.reply(request, 200, self._list(request).body)
        )

    async def _post_observations(self, asked: web.Request) -> web.Response:
        request = await self._vantages.admit(asked)
        if isinstance(request, web.Response):
            return request
        try:
            said = batch_in(request.body, request.vantage, request.epoch, self._clock())
        except WireError as fault:
            return self._vantages.reply(request, 400, json.dumps({"error": str(fault)}).encode())
        self.heard[request.vantage] = self._clock()
        if said.observations:
            self._observe(said.observations)
        self.askings.answered(request.vantage, said.outcomes)
        return self._vantages.reply(
            request, 200, wanted_of(self._list(request).digest, self.askings.of(request.vantage))
        )

    def _list(self, request: Request) -> CheckList:
        """What the vantage is to probe."""
        return self._checks.get(request.vantage, NOTHING)

    async def _post_push(self, asked: web.Request) -> web.Response:
        name = asked.match_info["name"]
        expected = self._push_tokens.get(name, NOBODY)
        scheme, _, given = asked.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not same(expected.decode(errors="replace"), given.strip()):
            return web.Response(status=401, text="no such monitor, or not its token\n")
        self._heartbeat(name, self._clock())
        return web.Response(status=204)
