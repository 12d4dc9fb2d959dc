"""The node's side of regional balancers: what each reports every second, heard and handed on.

POST /v1/balancer   signed by a balancer; answered {}

    {"up": 3, "total": 4, "connections": 812, "queue": 0, "requests": 1630.5, "errors": 0.2, "latency": 0.018,
     "capacity": 2400, "utilisation": 0.68, "out": "", "rtts": [["192.0.2.0/24", 18.4], …]}

Only `up` and `total` have to be there. A report is padded to one length, so that it costs the same whatever it says.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from ipaddress import IPv4Network, IPv6Network
from typing import Annotated, Self

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from gslb.health import BalancerReport
from gslb.model import Network, Stand
from gslb.probe.admission import Admission
from gslb.probe.result import plain
from gslb.probe.wire import WireError

BALANCER = "/v1/balancer"
LENGTH = 4_096  # octets of a report
LARGEST = 2 * LENGTH
MOST_RTTS = 100
NARROWEST = {4: 24, 6: 56}  # clients are known by these prefixes at most

Measured = Callable[[str, Network, float], None]
"""Takes what a balancer measured: region, client prefix, round trip in milliseconds."""

Count = Annotated[int, Field(ge=0, lt=1 << 53)]
Amount = Annotated[float, Field(ge=0, lt=1e15, allow_inf_nan=False)]
Milliseconds = Annotated[float, Field(gt=0, le=60_000, allow_inf_nan=False)]


class Figures(BaseModel):
    """What a balancer says of itself, as in `BalancerReport`; `rtts`: client prefixes and milliseconds."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    up: Count
    total: Count
    connections: Count = 0
    queue: Count = 0
    requests: Amount = 0.0
    errors: Amount = 0.0
    latency: Amount = 0.0
    capacity: Annotated[Amount, Field(gt=0)] | None = None
    utilisation: Amount | None = None
    out: Annotated[str, Field(max_length=400)] = ""
    rtts: Annotated[tuple[tuple[IPv4Network | IPv6Network, Milliseconds], ...], Field(max_length=MOST_RTTS)] = ()

    @field_validator("rtts")
    @classmethod
    def _of_many(cls, rtts: tuple[tuple[Network, float], ...]) -> tuple[tuple[Network, float], ...]:
        for prefix, _ in rtts:
            if prefix.prefixlen > NARROWEST[prefix.version]:
                raise ValueError(f"{prefix} is too narrow: /24 and /56 at most")
        return rtts

    @model_validator(mode="after")
    def _no_more_than_all(self) -> Self:
        if self.up > self.total:
            raise ValueError(f"{self.up} up of {self.total} cannot be")
        return self

    def body(self) -> bytes:
        """As sent: of one length. Round trips that do not fit are left out."""
        rtts = [[str(prefix), round(milliseconds, 2)] for prefix, milliseconds in self.rtts]
        said = self.model_dump(exclude={"rtts"}, exclude_none=True)
        while len(text := json.dumps(said | {"rtts": rtts}).encode()) > LENGTH:
            rtts.pop()
        return text.ljust(LENGTH)


def figures_in(body: bytes | str) -> Figures:
    """Raises WireError where a text is no report."""
    try:
        return Figures.model_validate_json(body)
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_input=False)[0]
        place = "/".join(map(str, first["loc"])) or "report"
        raise WireError(f"{place}: {first['msg']}") from None


class Feed:
    """Takes reports and hands them on; `hear` and `measured` are called in the event loop.

    `clock` is the judge's, in monotonic seconds.
    """

    def __init__(
        self,
        hear: Callable[[BalancerReport], None],
        measured: Measured = lambda *_: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._hear, self._measured, self._clock = hear, measured, clock
        self._balancers = Admission("balancer", LARGEST)
        self._stands: Mapping[str, Stand] = {}

    def adopt(self, stands: Mapping[str, Stand], tokens: Mapping[str, bytes]) -> None:
        """From now on hear these; both are by the balancer's name where it stands (edge/eu-west)."""
        self._stands = dict(stands)
        self._balancers.adopt(tokens)

    def routes(self) -> list[web.RouteDef]:
        return [web.post(BALANCER, self._post)]

    async def _post(self, asked: web.Request) -> web.Response:
        request = await self._balancers.admit(asked)
        if isinstance(request, web.Response):
            return request
        try:
            said = figures_in(request.body)
        except WireError as fault:
            return self._balancers.reply(request, 400, json.dumps({"error": str(fault)}).encode())
        stand = self._stands[request.vantage]
        self._hear(
            BalancerReport(
                stand.name,
                stand.endpoint,
                request.epoch,
                request.sequence,
                self._clock(),
                **said.model_dump(exclude={"rtts", "out"}),
                out=plain(said.out),
            )
        )
        if stand.region is not None:
            for prefix, milliseconds in said.rtts:
                self._measured(stand.region, prefix, milliseconds)
        return self._balancers.reply(request, 200, b"{}")
