"""Measured round trips on their way in: who posts them to the node's HTTP side, balancers' reports, and one buffer.

POST /v1/latency ─┐
balancers' reports ┴─► buffer (bounded) ─► judge.sock, POST /v1/samples ─► the control process, once a second

401  neither the token nor a good pass     413  too large     429  too many at once
400  not what is agreed (gslb.control.measurements), with the reason; then nothing of the body counts
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Collection, Iterable
from typing import Any

from aiohttp import web

from gslb.control import LARGEST_MEASUREMENTS, Allowance, MeasurementError, StrangerError, posted
from gslb.geo import Sample, SampleError, SampleSource, client_prefix, sample
from gslb.model import Network

ROOM = 50_000  # samples that wait for the control process; the oldest go first
ALL = 2_000.0, 20_000.0  # samples a second, and at once, that are taken from everybody together
EACH = 0.5, 64.0  # and by passes from one network


class Measurements:
    """The buffer and its two ways in. `clock`: monotonic seconds; `wall`: since 1970."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, wall: Callable[[], float] = time.time) -> None:
        self._clock, self._wall = clock, wall
        self._token: bytes | None = None
        self._regions: Collection[str] = ()
        self._waiting: deque[Sample] = deque(maxlen=ROOM)
        self._all, self._each = Allowance(*ALL), Allowance(*EACH)

    def adopt(self, regions: Collection[str], token: bytes | None) -> None:
        """From now on take round trips to these; without a token nobody may post."""
        self._regions, self._token = frozenset(regions), token

    def observe(self, samples: Iterable[Sample]) -> None:
        """Take in what was measured; of regions that are not there nothing."""
        self._waiting.extend(one for one in samples if one.region in self._regions)

    def balancer(self, region: str, prefix: Network, milliseconds: float) -> None:
        """A round trip that a balancer measured on a client's connection just now."""
        try:
            self.observe([sample(region, str(prefix), milliseconds, SampleSource.BALANCER, self._wall())])
        except SampleError:
            return  # loopback connections take no time at all

    def take(self) -> list[list[object]]:
        """All that waits, as plain data: `plain_samples` reads it."""
        taken: list[list[object]] = [
            [one.region, str(one.prefix), one.milliseconds, one.source.value, one.at, one.weight]
            for one in self._waiting
        ]
        self._waiting.clear()
        return taken

    def routes(self) -> list[web.RouteDef]:
        """For the node's HTTP side."""
        return [web.post("/v1/latency", self._post)]

    def local_routes(self) -> list[web.RouteDef]:
        """For the judge's own socket."""
        return [web.post("/v1/samples", self._take)]

    async def _take(self, _: web.Request) -> web.Response:
        return web.json_response(self.take())

    async def _post(self, request: web.Request) -> web.Response:
        token = self._token
        if token is None or "Content-Encoding" in request.headers:
            return web.Response(status=401, text="nobody may post here\n")
        body = await _body(request)
        if body is None:
            return web.Response(status=413, text=f"at most {LARGEST_MEASUREMENTS} octets\n")
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        bearer = given.strip().encode(errors="replace") if scheme.lower() == "bearer" else None
        try:
            found = posted(body, bearer, token, request.remote or "", self._regions, self._wall())
        except StrangerError:
            return web.Response(status=401, text="neither the token nor a pass that is good\n")
        except MeasurementError as error:
            return web.json_response({"error": str(error)}, status=400)
        now, count = self._clock(), len(found.samples)
        if found.client is not None and not self._each.take(str(client_prefix(found.client)), count, now):
            return web.Response(status=429, text="too many samples from this network\n")
        if not self._all.take("", count, now):
            return web.Response(status=429, text="too many samples\n")
        self.observe(found.samples)
        return web.Response(status=204)


def plain_samples(rows: Any) -> list[Sample]:
    """What `take` gave. Raises SampleError and TypeError for what it cannot have given."""
    return [
        sample(region, prefix, milliseconds, SampleSource(source), at, weight)
        for region, prefix, milliseconds, source, at, weight in rows
    ]


async def _body(request: web.Request) -> bytes | None:
    """The body, or None where it is too large; never more than that is kept."""
    parts, size = [], 0
    async for part in request.content.iter_chunked(1 << 16):
        size += len(part)
        if size > LARGEST_MEASUREMENTS:
            return None
        parts.append(part)
    return b"".join(parts)
