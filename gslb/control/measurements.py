"""What applications post about round trips of their clients: read, with whose word it is, or refused with the reason.

    {"client": "203.0.113.7", "samples": [{"region": "eu-west", "ms": 18.2}, ...]}

Two may speak. Who has the *token* speaks of any client: one for all samples, one in each, or (none) where the
connection comes from; and may say how old a sample is (`age`, seconds) and how many it stands for (`count`). Who has
a *pass* speaks of the one client that the pass is for, until it ends:

    {"pass": {"client": "203.0.113.7", "until": 1789000000, "mac": HMAC-SHA256(token, "203.0.113.7 1789000000")}, ...}

An application makes passes with its token and hands them to its pages, so that a browser may post by itself and can
spoil nothing but its own network.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from gslb.geo import Sample, SampleError, SampleSource, sample

LARGEST_MEASUREMENTS = 256 * 1024  # octets of a body
MOST = 4_000  # samples in a body
MOST_BY_PASS = 32
OLDEST = 7 * 86_400.0  # seconds
KEYS = 10_000  # whose rates are remembered


class MeasurementError(Exception):
    """A body that is not taken, and why, for who posted it."""


class StrangerError(Exception):
    """Neither the token nor a pass that is good."""


def mac_of(token: bytes, client: str, until: int) -> str:
    """The word of a pass: lower-case hexadecimal digits."""
    return hmac.new(token, f"{client} {until}".encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Posted:
    """A body that was read. `client`: whom a pass spoke of, None for the token's owner."""

    samples: tuple[Sample, ...]
    client: str | None


def posted(
    body: bytes, bearer: bytes | None, token: bytes, connection: str, regions: Collection[str], wall: float
) -> Posted:
    """Read a body. `bearer` is what the request gave as a token, `connection` the address it came from.

    Raises StrangerError and MeasurementError.
    """
    if bearer is not None and not hmac.compare_digest(bearer, token):
        raise StrangerError
    fields = _object(body, known=bearer is not None)
    client = None if bearer is not None else _passed(fields.get("pass"), token, wall)
    written = fields.get("samples")
    most = MOST if client is None else MOST_BY_PASS
    if not isinstance(written, list) or not 0 < len(written) <= most:
        raise MeasurementError(f"samples has to be a list of 1 to {most}")
    usual = client or fields.get("client") or connection
    return Posted(tuple(_sample(one, usual, regions, wall, own=client is not None) for one in written), client)


def _object(body: bytes, *, known: bool) -> dict[str, Any]:
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        fields = None
    if isinstance(fields, dict):
        return fields
    if not known:
        raise StrangerError
    raise MeasurementError("the body has to be an object of JSON")


def _passed(given: object, token: bytes, wall: float) -> str:
    match given:
        case {"client": str(client), "until": int(until), "mac": str(mac)} if len(client) <= 60:
            good = hmac.compare_digest(mac_of(token, client, until).encode(), mac.encode(errors="replace"))
            if good and wall < until:
                return client
    raise StrangerError


def _sample(written: object, usual: object, regions: Collection[str], wall: float, *, own: bool) -> Sample:
    if not isinstance(written, dict):
        raise MeasurementError('a sample is {"region": "eu-west", "ms": 18.2}')
    if own and written.keys() - {"region", "ms"}:
        raise MeasurementError("a pass speaks of its own client only, and now: region and ms are all it may say")
    region, client = written.get("region"), written.get("client", usual)
    if not isinstance(region, str) or region not in regions:
        raise MeasurementError(f"unknown region {str(region)[:60]!r}; there are {', '.join(sorted(regions))}")
    if not isinstance(client, str):
        raise MeasurementError("client has to be a text")
    age = written.get("age", 0)
    if isinstance(age, bool) or not isinstance(age, int | float) or not 0 <= age <= OLDEST:
        raise MeasurementError(f"age has to be 0 to {OLDEST:.0f} seconds")
    try:
        return sample(region, client, written.get("ms"), SampleSource.APPLICATION, wall - age, written.get("count", 1))
    except SampleError as error:
        raise MeasurementError(str(error)) from None


class Allowance:
    """How many things each may do: `rate` a second, and up to `burst` at once (a token bucket for each key)."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, burst
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()  # what was left, and when

    def take(self, key: str, count: float, now: float) -> bool:
        """Whether so many are allowed now; then they are taken. Who was seen least recently is forgotten."""
        left, at = self._left.pop(key, (self._burst, now))
        left = min(self._burst, left + (now - at) * self._rate)
        granted = count <= left
        self._left[key] = (left - count if granted else left, now)
        if len(self._left) > KEYS:
            self._left.popitem(last=False)
        return granted
