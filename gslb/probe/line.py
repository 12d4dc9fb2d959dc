"""A signed line to one node: each request once, in order, and an answer that only that node can have given."""

from __future__ import annotations

from io import BytesIO

import aiohttp

from gslb.probe.signature import SIGNATURE, Request, headers, same, sign_reply
from gslb.probe.wire import LARGEST_LIST, elsewhere_in


class LinkError(Exception):
    """The node could not be reached, or did not answer as a node that knows our token does."""


class Line:
    """What `name` says to `node` under its token, from `epoch` on.

    A node that has heard a later epoch of us before our first word has heard a run of us whose clock was ahead: we
    go on from there. Hearing of a later epoch when we have been heard already means that another speaks under our
    name.
    """

    def __init__(self, node: str, name: str, token: bytes, epoch: int) -> None:
        self.node = node.rstrip("/")
        self._name, self._token, self._epoch = name, token, epoch
        self._heard = False
        self._session = ""
        self._sequence = 0

    async def call(self, http: aiohttp.ClientSession, method: str, path: str, body: bytes = b"") -> bytes:
        """One request; asked for another session or a later epoch, it is said again so, once. Raises LinkError."""
        for _ in range(2):
            self._sequence += 1
            request = Request(self._name, method, path, self._session, self._epoch, self._sequence, body)
            status, answer = await self._say(http, request)
            if status == 200:
                self._heard = True
                return answer
            known = elsewhere_in(answer)
            if known.epoch > self._epoch and self._heard:
                raise LinkError(f"another reports there as {self._name}")
            self._session, self._epoch = known.session, max(self._epoch, known.epoch + 1)
        raise LinkError("it changes its session with every request")

    async def _say(self, http: aiohttp.ClientSession, request: Request) -> tuple[int, bytes]:
        carried = headers(request, self._token)
        url = self.node + request.path
        async with http.request(
            request.method,
            url,
            data=BytesIO(request.body) if request.body else None,
            headers=carried,
            allow_redirects=False,
        ) as answer:
            body = await _bounded(answer)
            if answer.status not in (200, 409):
                raise LinkError(f"{answer.status} {answer.reason}: {body[:200].decode(errors='replace').strip()}")
            expected = sign_reply(request, answer.status, body, self._token)
            if not same(expected, answer.headers.get(SIGNATURE, "")):
                raise LinkError("it answers, but not under our token")
            return answer.status, body


async def _bounded(answer: aiohttp.ClientResponse) -> bytes:
    parts, size = [], 0
    async for part in answer.content.iter_chunked(1 << 16):
        size += len(part)
        if size > LARGEST_LIST:
            raise LinkError("its answer has no end")
        parts.append(part)
    return b"".join(parts)
