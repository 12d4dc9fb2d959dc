"""The least burdened member: by requests under way, or by these times how long each takes.

    least connections    (active + 1) / weight
    least response time  latency * (active + 1) / weight      (peak EWMA, gslb.balance.peak)

The one more is the request that is being placed: without it, idle members of any weight would look alike. Of equals the
one is taken whose turn it is, so that nobody starves while all are idle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Generic

from gslb.balance.member import M, Member

Cost = Callable[[Member], float]


def by_connections(member: Member) -> float:
    """What one more request would weigh on a member."""
    return (member.active + 1) / member.weight


def by_response_time(member: Member) -> float:
    """How long one more request would take there. Who was never seen to answer is tried with one request, not more."""
    if not member.latency:
        return 0.0 if not member.active else float("inf")
    return member.latency * (member.active + 1) / member.weight


class Least(Generic[M]):
    """The member that costs least, and the others by what they cost."""

    def __init__(self, members: Sequence[M], cost: Cost) -> None:
        self._members = tuple(members)
        self._cost = cost
        self._next = 0

    def order(self, key: bytes = b"") -> Iterator[M]:  # noqa: ARG002 - whoever asks
        turn = self._members[self._next :] + self._members[: self._next]
        if not turn:
            return
        first = min(turn, key=self._cost)
        self._next = (self._next + turn.index(first) + 1) % len(turn)
        yield first
        yield from (member for member in sorted(turn, key=self._cost) if member is not first)
