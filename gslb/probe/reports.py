"""The node's side of remote vantages and push monitors: HTTP handlers to be mounted on its admin listener.

GET  /v1/checks            what to probe                                    signed by a vantage
POST /v1/observations      what was seen; answered with the digest of       signed by a vantage
                           the list that is wanted now
POST /v1/push/NAME         a service lives                                  Authorization: Bearer TOKEN

401  nobody we know, or not their words        409  another session, or not later than the last request
400  not what is agreed (see wire)             413  too large
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from aiohttp import web

from gslb.health import Observation
from gslb.probe.signature import SIGNATURE, Order, Request, genuine, request_from, same, sign_reply
from gslb.probe.wire import CHECKS, LARGEST_BODY, OBSERVATIONS, CheckList, WireError, list_of, observations_in

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
        self._session = secrets.token_hex(16)
        self._order = Order()
        self._checks: Mapping[str, CheckList] = {}
        self._tokens: Mapping[str, bytes] = {}
        self._push_tokens: Mapping[str, bytes] = {}

    def adopt(
        self, checks: Mapping[str, CheckList], tokens: Mapping[str, bytes], push_tokens: Mapping[str, bytes]
    ) -> None:
        """From now on ask for these checks; they and tokens are by vantage, the others by push monitor."""
        self._checks, self._tokens, self._push_tokens = dict(checks), dict(tokens), dict(push_tokens)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get(CHECKS, self._get_checks),
            web.post(OBSERVATIONS, self._post_observations),
            web.post("/v1/push/{name:.+}", self._post_push),
        ]

    async def _get_checks(self, asked: web.Request) -> web.Response:
        request = await self._admit(asked)
        return request if isinstance(request, web.Response) else self._reply(request, 200, self._list(request).body)

    async def _post_observations(self, asked: web.Request) -> web.Response:
        request = await self._admit(asked)
        if isinstance(request, web.Response):
            return request
        try:
            seen = observations_in(request.body, request.vantage, request.epoch, self._clock())
        except WireError as fault:
            return self._reply(request, 400, json.dumps({"error": str(fault)}).encode())
        if seen:
            self._observe(seen)
        return self._reply(request, 200, json.dumps({"checks": self._list(request).digest}).encode())

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

    async def _admit(self, asked: web.Request) -> Request | web.Response:
        """The request when it is a vantage's, of this session, and later than its last; else what to answer."""
        claimed = request_from(asked.method, asked.path, asked.headers)
        if claimed is None or claimed.vantage not in self._tokens or "Content-Encoding" in asked.headers:
            return _stranger()
        body = await _body(asked)
        if body is None:
            return web.Response(status=413, text=f"at most {LARGEST_BODY} octets\n")
        token = self._tokens.get(claimed.vantage)
        if token is None or not genuine(claimed, body, asked.headers.get(SIGNATURE, ""), token):
            return _stranger()
        request = replace(claimed, body=body)
        if request.session != self._session or not self._order.advance(request):
            known = {"session": self._session, "epoch": self._order.epoch(request.vantage)}
            return self._reply(request, 409, json.dumps(known).encode())
        return request

    def _reply(self, request: Request, status: int, body: bytes) -> web.Response:
        """An answer that only we can give, and to this request only."""
        signature = sign_reply(request, status, body, self._tokens[request.vantage])
        return web.Response(status=status, body=body, content_type="application/json", headers={SIGNATURE: signature})


def _stranger() -> web.Response:
    return web.Response(status=401, text="unknown vantage or wrong token\n")


async def _body(asked: web.Request) -> bytes | None:
    """The body, or None where it is too large; never more than that is kept."""
    parts, size = [], 0
    async for part in asked.content.iter_chunked(1 << 16):
        size += len(part)
        if size > LARGEST_BODY:
            return None
        parts.append(part)
    return b"".join(parts)
