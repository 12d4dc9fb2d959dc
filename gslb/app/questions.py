"""What `gslb explain` asks, made out from the words it was asked in."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

import dns.exception
import dns.name
from dns.rdatatype import RdataType, UnknownRdatatype

from gslb.app.refusals import Asked, refused
from gslb.nameserver import Client, View
from gslb.zone import NxDomain

Prefix = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class AskedFor:
    """A question and who puts it: `client` sends it, for its clients in `subnet` (None: for itself)."""

    name: dns.name.Name
    rdtype: RdataType
    client: Client
    subnet: Prefix | None


def read(asked: Asked, view: View) -> AskedFor:
    """`{"name", "type", "client", "resolver"}`: client an address or prefix, resolver the sender's address.

    All but the name may be left out. Raises a refusal where a word is not what it should be.
    """
    subnet, resolver = asked.note("client"), asked.note("resolver")
    rdtype = type_of(asked.note("type") or "A")
    name = named(asked, rdtype, view)
    try:
        return AskedFor(
            name=name,
            rdtype=rdtype,
            client=Client(ip_address(resolver or "127.0.0.1")),
            subnet=prefix(subnet) if subnet else None,
        )
    except ValueError as error:
        raise refused(str(error)) from error


def named(asked: Asked, rdtype: RdataType, view: View) -> dns.name.Name:
    """The name asked for, whole. Raises a refusal."""
    try:
        return whole(asked.text("name"), rdtype, view)
    except dns.exception.DNSException as error:
        raise refused(f"{asked.note('name')} is no name: {error}") from error


def type_of(text: str) -> RdataType:
    """A record type by name or number, large or small. Raises a refusal."""
    try:
        return RdataType.from_text(text)
    except (UnknownRdatatype, ValueError) as error:
        message = f"{text} is no type; write A, AAAA, TXT … or its number: TYPE64 (0 to 65535)"
        raise refused(message) from error


def prefix(text: str) -> Prefix:
    """A client's subnet as resolvers send it: an address means its /24 or /56. Raises ValueError."""
    if "/" in text:
        return ip_network(text, strict=False)
    return ip_network(f"{text}/{24 if ip_address(text).version == 4 else 56}", strict=False)


def whole(text: str, rdtype: RdataType, view: View) -> dns.name.Name:
    """A name as people say it: whole, with or without its final dot, or as it stands in one of our zones."""
    name = dns.name.from_text(text, origin=None)
    if name.is_absolute():
        return name
    zones = view.world.zones
    spelled = name.concatenate(dns.name.root)
    meant = [spelled, *(name.concatenate(zone.apex) for zone in zones)]
    found = (full for full in meant if full in view.world.steered)
    ours = (
        full for full in meant if (zone := zones.find(full)) and not isinstance(zone.lookup(full, rdtype), NxDomain)
    )
    under = (full for full in meant if zones.find(full))
    return next(found, None) or next(ours, None) or next(under, spelled)
