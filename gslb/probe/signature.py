"""How a vantage and a node know each other's words: HMAC-SHA256 under the vantage's token, and each request once.

    request  "gslb-request-1" · vantage · method · path · session · epoch · sequence · body
    reply    "gslb-reply-1" · vantage · status · session · epoch · sequence · body        (of the request it answers)

Every part goes in after its length, so no two messages read alike. `session` is drawn by the node when it starts:
what was said to it in an earlier life cannot be said again, though it remembers nothing of that life. Within a
session (epoch, sequence) of a vantage's requests only ever rises. No time of day takes part, so a wrong clock cuts
nobody off.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from urllib.parse import quote, unquote

VANTAGE, SESSION, EPOCH = "Gslb-Vantage", "Gslb-Session", "Gslb-Epoch"
SEQUENCE, SIGNATURE = "Gslb-Sequence", "Gslb-Signature"
LIMIT = 1 << 63  # epochs and sequences stay below


@dataclass(frozen=True, slots=True)
class Request:
    """What a vantage says, and what its signature covers."""

    vantage: str
    method: str
    path: str
    session: str
    epoch: int
    sequence: int
    body: bytes = b""


def headers(request: Request, token: bytes) -> dict[str, str]:
    """The headers that carry a request's name, place in order and signature."""
    return {
        VANTAGE: quote(request.vantage),
        SESSION: request.session,
        EPOCH: str(request.epoch),
        SEQUENCE: str(request.sequence),
        SIGNATURE: sign(request, token),
    }


def request_from(method: str, path: str, carried: Mapping[str, str]) -> Request | None:
    """The request as its headers claim, without its body; None where they are not those of a vantage."""
    try:
        epoch, sequence = int(carried[EPOCH]), int(carried[SEQUENCE])
        vantage, session = unquote(carried[VANTAGE], errors="strict"), carried[SESSION]
    except (KeyError, ValueError):
        return None
    if not (0 <= epoch < LIMIT and 0 <= sequence < LIMIT):
        return None
    return Request(vantage, method, path, session, epoch, sequence)


def sign(request: Request, token: bytes) -> str:
    """The signature of a request, in hex."""
    r = request
    return _mac(token, "gslb-request-1", r.vantage, r.method, r.path, r.session, r.epoch, r.sequence, r.body)


def sign_reply(request: Request, status: int, body: bytes, token: bytes) -> str:
    """The signature of the reply to a request, in hex: nobody else can answer in the node's place."""
    r = request
    return _mac(token, "gslb-reply-1", r.vantage, status, r.session, r.epoch, r.sequence, body)


def genuine(request: Request, body: bytes, signature: str, token: bytes) -> bool:
    """Whether a request with this body was signed under the token; takes as long whatever is wrong."""
    return same(sign(replace(request, body=body), token), signature)


def same(expected: str, given: str) -> bool:
    """Whether two texts are equal, in a time that does not tell where they differ."""
    return hmac.compare_digest(expected.encode(), given.encode(errors="replace"))


class Order:
    """The last request of each vantage in this session; each may only be followed by a later one."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[int, int]] = {}

    def advance(self, request: Request) -> bool:
        """Note a genuine request; False where it is not later than the last one, so it may be a replay."""
        here = request.epoch, request.sequence
        if here <= self._last.get(request.vantage, (-1, -1)):
            return False
        self._last[request.vantage] = here
        return True

    def epoch(self, vantage: str) -> int:
        """The latest epoch heard of a vantage, -1 for none."""
        return self._last.get(vantage, (-1, -1))[0]


def _mac(token: bytes, *parts: str | int | bytes) -> str:
    mac = hmac.new(token, digestmod=sha256)
    for part in parts:
        octets = part if isinstance(part, bytes) else str(part).encode()
        mac.update(len(octets).to_bytes(8, "big") + octets)
    return mac.hexdigest()
