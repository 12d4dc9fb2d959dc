"""Which connections may stay: limits in all and for each client, and who has been idle longest.

    admit ──► a place for the new one, at the cost of the idlest where there is none left

A full table does not lock newcomers out, as a limit that refuses would: whoever holds connections open without asking
gives way to whoever asks (gdnsd does the same).
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from ipaddress import IPv6Network, ip_address
from typing import Generic, TypeVar

C = TypeVar("C", bound=Hashable)


@dataclass(slots=True)
class Connections(Generic[C]):
    """Open connections in the order of their last activity, idlest first. Times are monotonic seconds.

    `total`: connections in all; `per_client`: of one client (see `client_of`); `idle`: seconds without activity after
    which a connection is to be closed.
    """

    total: int
    per_client: int
    idle: float
    _last: OrderedDict[C, float] = field(default_factory=OrderedDict)
    _clients: dict[C, str] = field(default_factory=dict)
    _counts: Counter[str] = field(default_factory=Counter)

    def __len__(self) -> int:
        return len(self._last)

    def __contains__(self, connection: C) -> bool:
        return connection in self._last

    def all(self) -> list[C]:
        return list(self._last)

    def admit(self, connection: C, client: str, now: float) -> C | None:
        """Take it in; returns whom to close for it: the client's own idlest, or the idlest of all, or nobody."""
        victim: C | None = None
        if self._counts[client] >= self.per_client:
            victim = next(each for each in self._last if self._clients[each] == client)
        elif len(self._last) >= self.total:
            victim = self.idlest()
        if victim is not None:
            self.remove(victim)
        self._last[connection] = now
        self._clients[connection] = client
        self._counts[client] += 1
        return victim

    def touch(self, connection: C, now: float) -> None:
        """It was active: it is now the least idle. One that was removed stays removed."""
        if connection in self._last:
            self._last[connection] = now
            self._last.move_to_end(connection)

    def remove(self, connection: C) -> None:
        """Forget it; no matter if it was already."""
        if connection in self._last:
            del self._last[connection]
            client = self._clients.pop(connection)
            self._counts[client] -= 1
            if not self._counts[client]:
                del self._counts[client]

    def idlest(self) -> C | None:
        return next(iter(self._last), None)

    def expired(self, now: float) -> list[C]:
        """Everyone idle for `idle` seconds, idlest first."""
        found = []
        for connection, last in self._last.items():
            if now - last < self.idle:
                break
            found.append(connection)
        return found


def client_of(address: str) -> str:
    """Whom an address belongs to: itself for IPv4, its /56 for IPv6, where one customer holds so many."""
    parsed = ip_address(address.partition("%")[0])
    return str(parsed) if parsed.version == 4 else str(IPv6Network((int(parsed), 56), strict=False))
