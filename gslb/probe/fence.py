"""Where probes may go: a name is looked up once, and what is connected to is the address that was checked.

host ─► one look-up ─► address ─► in a forbidden network? ─► the address, or Forbidden
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable
from ipaddress import ip_address

from gslb.model import Address, Network, forbidden


class Forbidden(Exception):  # noqa: N818 - a refusal, not a failure
    """The address is in a network that probes are not sent to; the text says which."""


class Unresolved(Exception):  # noqa: N818 - what was found, and not a fault of ours
    """The name has no address now."""


class Fence:
    """What may be connected to. `forbid` is kept out besides what never makes sense; `allow` is let in all the same."""

    def __init__(self, forbid: Iterable[Network] = (), allow: Iterable[Network] = ()) -> None:
        self._forbid, self._allow = tuple(forbid), tuple(allow)

    async def resolve(self, host: str) -> str:
        """The address to connect to for an address or a name; raises Forbidden or Unresolved."""
        try:
            address = ip_address(host)
        except ValueError:
            address = await _look_up(host)
        network = forbidden(address, self._forbid, self._allow)
        if network is not None:
            raise Forbidden(f"{address} is not probed: {network} is forbidden")
        return str(address)


async def _look_up(host: str) -> Address:
    """The first address of a name. What only the system reads as a number (0x7f.1, 2130706433) is looked up too."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        found = []
    if not found:
        raise Unresolved(f"cannot resolve {host}")
    return ip_address(found[0][4][0])
