"""A vantage's line to one node: what it still has to say, said in order, until the node has said that it heard it."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from io import BytesIO
from itertools import islice

import aiohttp

from gslb.health import Observation
from gslb.probe.signature import SIGNATURE, Request, headers, same, sign_reply
from gslb.probe.target import Target
from gslb.probe.wire import (
    CHECKS,
    LARGEST_LIST,
    MOST,
    OBSERVATIONS,
    WireError,
    batch_of,
    elsewhere_in,
    targets_in,
    wanted_in,
)

KEPT = 20_000  # observations kept for a node that is out of reach; the oldest go first
PATIENCE = 5.0  # seconds an exchange may take


class LinkError(Exception):
    """The node could not be reached, or did not answer as a node that knows our token does."""


class Link:
    """One node's share of what a vantage does. `exchange` is called again and again, one at a time.

    A node that has heard a later epoch of us before our first word has heard a run of us whose clock was ahead: we
    go on from there. Hearing of a later epoch when we have been heard already means that another reports under our
    name.
    """

    def __init__(self, node: str, vantage: str, token: bytes, epoch: int, patience: float = PATIENCE) -> None:
        self.node = node.rstrip("/")
        self._epoch = epoch
        self._heard = False
        self.targets: tuple[Target, ...] = ()
        self.lost = 0
        self._vantage, self._token, self._patience = vantage, token, patience
        self._session = ""
        self._sequence = 0
        self._digest = ""
        self._unsaid: deque[Observation] = deque()

    def put(self, observation: Observation) -> None:
        """Have an observation said at the next exchange."""
        if len(self._unsaid) >= KEPT:
            self._unsaid.popleft()
            self.lost += 1
        self._unsaid.append(observation)

    async def exchange(self, http: aiohttp.ClientSession, clock: Callable[[], float] = time.monotonic) -> bool:
        """Say what is unsaid and ask what to probe; True where `targets` changed. LinkError: it did not work out."""
        try:
            async with asyncio.timeout(self._patience):
                while True:
                    batch = list(islice(self._unsaid, MOST))
                    reply = await self._call(http, "POST", OBSERVATIONS, batch_of(batch, clock()))
                    while batch and self._unsaid and self._unsaid[0].sequence <= batch[-1].sequence:
                        self._unsaid.popleft()
                    if len(batch) < MOST:
                        break
                if wanted_in(reply).checks == self._digest:
                    return False
                self._digest, self.targets = targets_in(await self._call(http, "GET", CHECKS))
                return True
        except TimeoutError:
            raise LinkError(f"no answer within {self._patience:g} s") from None
        except (aiohttp.ClientError, OSError) as fault:
            raise LinkError(str(fault) or type(fault).__name__) from fault
        except WireError as fault:
            raise LinkError(f"not understood: {fault}") from fault

    async def _call(self, http: aiohttp.ClientSession, method: str, path: str, body: bytes = b"") -> bytes:
        """One request; asked for another session or a later epoch, it is said again so, once."""
        for _ in range(2):
            self._sequence += 1
            request = Request(self._vantage, method, path, self._session, self._epoch, self._sequence, body)
            status, answer = await self._say(http, request)
            if status == 200:
                self._heard = True
                return answer
            known = elsewhere_in(answer)
            if known.epoch > self._epoch and self._heard:
                raise LinkError(f"another vantage reports there as {self._vantage}")
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
