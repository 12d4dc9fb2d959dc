"""Which local addresses a listener stands for."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from gslb.model import Address, Fault, Faults, Listener, Mark
from gslb.server.bound import spell


@dataclass(frozen=True, slots=True)
class Place:
    """One address and port to bind. `scope` is the interface index an IPv6 link-local address needs, else 0.

    `wildcard`: the address stands for all of its family, so each reply must name the address it leaves from. `found`:
    nobody wrote it, it was enumerated, so it may be gone again when it is bound.
    """

    address: Address
    port: int
    scope: int = 0
    wildcard: bool = False
    found: bool = False
    mark: Mark | None = None

    @property
    def sockaddr(self) -> tuple[str, int] | tuple[str, int, int, int]:
        if isinstance(self.address, IPv6Address):
            return (str(self.address), self.port, 0, self.scope)
        return (str(self.address), self.port)

    def __str__(self) -> str:
        return spell(self.address, self.port)


def local_addresses() -> tuple[str, ...] | None:
    """Every address of every interface (`fe80::1%eth0` where a scope is needed); None where the system does not say."""
    import psutil  # 30 ms that only the supervisor pays

    try:
        interfaces = psutil.net_if_addrs()
    except (OSError, psutil.Error):
        return None
    families = (socket.AF_INET, socket.AF_INET6)
    return (
        tuple(entry.address for entries in interfaces.values() for entry in entries if entry.family in families) or None
    )


def places(
    listeners: Iterable[Listener],
    local: Callable[[], Sequence[str] | None] = local_addresses,
    interface_index: Callable[[str], int] = socket.if_nametoindex,
) -> tuple[Place, ...]:
    """One place for each address and port; `0.0.0.0` and `::` become every local address of their family.

    One socket an address means that a reply leaves from the address asked without any bookkeeping. Where the local
    addresses cannot be enumerated, the wildcard itself is bound and replies name their source. One found twice is
    bound once. Raises Faults for a host that is no address.
    """
    found: dict[tuple[Address, int, int], Place] = {}
    faults: list[Fault] = []
    for listener in sorted(listeners, key=_is_wildcard):
        try:
            address, scope = _read(listener.host, interface_index)
        except (ValueError, OSError):
            hint = "write an IPv4 or IPv6 address, 0.0.0.0 or ::"
            faults.append(Fault(f"{listener.host} is not an address of this machine to listen on", listener.mark, hint))
            continue
        if not address.is_unspecified:
            found.setdefault((address, listener.port, scope), Place(address, listener.port, scope, mark=listener.mark))
            continue
        expanded = _same_family(address, local() or (), interface_index)
        for each, scope in expanded:
            place = Place(each, listener.port, scope, found=True, mark=listener.mark)
            found.setdefault((each, listener.port, scope), place)
        if not expanded:
            place = Place(address, listener.port, wildcard=True, mark=listener.mark)
            found.setdefault((address, listener.port, 0), place)
    if faults:
        raise Faults(*faults)
    return tuple(found.values())


def _is_wildcard(listener: Listener) -> bool:
    return listener.host in ("0.0.0.0", "::")


def _read(text: str, interface_index: Callable[[str], int]) -> tuple[Address, int]:
    """Address and scope number; the address itself carries no scope, so that equal addresses are equal."""
    bare, _, zone = text.partition("%")
    return ip_address(bare), interface_index(zone) if zone else 0


def _same_family(
    wildcard: Address, local: Iterable[str], interface_index: Callable[[str], int]
) -> list[tuple[Address, int]]:
    expanded = []
    for text in local:
        try:
            address, scope = _read(text, interface_index)
        except (ValueError, OSError):
            continue  # an interface that went away while we looked
        if address.version == wildcard.version:
            expanded.append((address, scope))
    return expanded
