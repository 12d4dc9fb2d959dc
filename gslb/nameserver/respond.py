"""The way in: a packet and a view to a reply. parse -> plan -> execute, and nothing else makes an answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

from dns.rcode import Rcode

from gslb.geo import Location
from gslb.image import Constant, client_bucket
from gslb.nameserver.chaos import chaos
from gslb.nameserver.execute import CAP, Plan, Where, error, execute
from gslb.nameserver.plan import plan
from gslb.nameserver.query import CLASS_CH, OPTION_KEEPALIVE, OPTION_NSID, Edns, Query, Subnet, Transport, parse
from gslb.nameserver.view import View

Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Client:
    """Who sent the packet, and how. `idle` is the TCP idle timeout in seconds that keepalive may promise (RFC 7828)."""

    address: Address
    transport: Transport = Transport.UDP
    idle: float = 10.0


def respond(packet: bytes, client: Client, view: View, draw: Callable[[], int]) -> bytes | None:
    """The reply to a packet, or None for silence. `draw` gives 64 random bits."""
    query = parse(packet)
    if query is None:
        return None
    extra = _extra(query.edns, client, view)
    if query.rcode is not None or query.question is None:
        return error(query, query.rcode or Rcode.FORMERR, extra)
    if query.question.rdclass == CLASS_CH:
        found = Plan(Constant(chaos(query.question, view.world.model.node)))
    else:
        found = plan(
            query.question.name, query.question.rdtype, view, lambda sender: locate(query, client, view, sender)
        )
    return execute(found, query, where(found, query, client, view), draw(), client.transport, extra)


def locate(query: Query, client: Client, view: View, sender: bool) -> Location:
    """Where the client is: by its subnet if it sent one (and `sender` is not asked for), else by its own address."""
    address, bits = place(None if sender else query.subnet, client)
    return view.world.atlas.locate(address, bits)


def where(found: Plan, query: Query, client: Client, view: View) -> Where:
    """The client's class, that class's width, and its bucket, as this plan wants to know them."""
    if not (found.scoping.by_class or found.scoping.by_prefix):
        return Where()
    address, bits = place(None if found.scoping.locate_resolver else query.subnet, client)
    class_, width = view.world.maps[found.places].find(address, bits) if found.places else (0, 0)
    return Where(class_, width, bucket(address, bits))


def place(subnet: Subnet | None, client: Client) -> tuple[Address, int | None]:
    """The address to locate, and how many of its bits are meant (None: all, it is the sender's own).

    A subnet is cut to /24 and /56 first, so that the answer never knows more than its scope can say (RFC 7871, section
    7.2.1).
    """
    if subnet is None or not subnet.source:
        return client.address, None
    bits = min(subnet.source, CAP[subnet.family])
    size, kind = (4, IPv4Address) if subnet.family == 1 else (16, IPv6Address)
    number = int.from_bytes(subnet.address.ljust(size, b"\0"), "big")
    shift = size * 8 - bits
    return kind(number >> shift << shift), bits


def bucket(address: Address, bits: int | None) -> int:
    """The hash bucket of a client's prefix; a sender counts as its /24 or /56."""
    width = address.max_prefixlen
    meant = (24 if address.version == 4 else 56) if bits is None else bits
    return client_bucket(int(address) >> (width - meant), meant)


def _extra(edns: Edns | None, client: Client, view: View) -> bytes:
    """Options that are about this exchange and not about the answer: NSID (RFC 5001), keepalive (RFC 7828)."""
    if edns is None or edns.version != 0:
        return b""
    options = b""
    identity = view.world.model.node.identity
    if edns.nsid and identity:
        value = identity.encode()[:255]
        options += OPTION_NSID.to_bytes(2, "big") + len(value).to_bytes(2, "big") + value
    if edns.keepalive and client.transport is Transport.TCP:
        tenths = min(int(client.idle * 10), 65_535)
        options += OPTION_KEEPALIVE.to_bytes(2, "big") + b"\0\2" + tenths.to_bytes(2, "big")
    return options
