"""Who may say what to a node: signed requests of those we gave a token, each once and in order."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import replace

from aiohttp import web

from gslb.probe.signature import SIGNATURE, Order, Request, genuine, request_from, sign_reply


class Admission:
    """Admits requests of those with a token; `who` they are called, `largest` is what octets a body may have.

    The session is drawn here: what was said to a node in an earlier life is not admitted in this one.
    """

    def __init__(self, who: str, largest: int) -> None:
        self._who, self._largest = who, largest
        self._session = secrets.token_hex(16)
        self._order = Order()
        self._tokens: Mapping[str, bytes] = {}

    def adopt(self, tokens: Mapping[str, bytes]) -> None:
        """From now on these may speak, by name."""
        self._tokens = dict(tokens)

    async def admit(self, asked: web.Request) -> Request | web.Response:
        """The request when it is one of ours, of this session, and later than its last; else what to answer."""
        claimed = request_from(asked.method, asked.path, asked.headers)
        if claimed is None or claimed.vantage not in self._tokens or "Content-Encoding" in asked.headers:
            return self._stranger()
        body = await self._body(asked)
        if body is None:
            return web.Response(status=413, text=f"at most {self._largest} octets\n")
        token = self._tokens.get(claimed.vantage)
        if token is None or not genuine(claimed, body, asked.headers.get(SIGNATURE, ""), token):
            return self._stranger()
        request = replace(claimed, body=body)
        if request.session != self._session or not self._order.advance(request):
            known = {"session": self._session, "epoch": self._order.epoch(request.vantage)}
            return self.reply(request, 409, json.dumps(known).encode())
        return request

    def reply(self, request: Request, status: int, body: bytes) -> web.Response:
        """An answer that only we can give, and to this request only."""
        signature = sign_reply(request, status, body, self._tokens[request.vantage])
        return web.Response(status=status, body=body, content_type="application/json", headers={SIGNATURE: signature})

    def _stranger(self) -> web.Response:
        return web.Response(status=401, text=f"unknown {self._who} or wrong token\n")

    async def _body(self, asked: web.Request) -> bytes | None:
        """The body, or None where it is too large; never more than that is kept."""
        parts, size = [], 0
        async for part in asked.content.iter_chunked(1 << 16):
            size += len(part)
            if size > self._largest:
                return None
            parts.append(part)
        return b"".join(parts)
