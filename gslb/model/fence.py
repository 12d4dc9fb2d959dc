"""Which addresses probes are not sent to, however an address is written.

A monitor's target may be chosen by somebody who should not reach what the prober can reach: the metadata service of a
cloud, the prober's own link. So an IPv4 address counts wherever it stands: mapped into IPv6, behind NAT64, in 6to4.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_network

from gslb.model.nouns import Address, Network

NEVER: tuple[Network, ...] = tuple(
    map(
        ip_network,
        (
            "0.0.0.0/8",  # this host (RFC 1122)
            "169.254.0.0/16",  # the link, and the metadata service of most clouds
            "192.0.0.192/32",  # metadata services elsewhere
            "100.100.100.200/32",
            "224.0.0.0/4",  # everybody
            "255.255.255.255/32",
            "::/128",
            "fe80::/10",
            "fd00:ec2::254/128",
            "ff00::/8",
        ),
    )
)
TRANSLATED = tuple(map(ip_network, ("64:ff9b::/96", "::ffff:0:0:0/96", "::/96")))
"""Prefixes behind which an IPv4 address stands whole: RFC 6052, RFC 2765, RFC 4291 (deprecated)."""


def forbidden(address: Address, forbid: Iterable[Network] = (), allow: Iterable[Network] = ()) -> Network | None:
    """The network for which an address is not probed: one that never makes sense, or of `forbid`; None where it may be.

    `allow` is let in all the same. Of an address inside an address, each counts.
    """
    kept_out, let_in = (*NEVER, *forbid), tuple(allow)
    for each in inside(address):
        if not any(each in network for network in let_in):
            for network in kept_out:
                if each in network:
                    return network
    return None


def inside(address: Address) -> tuple[Address, ...]:
    """An address, and the IPv4 addresses that packets to it may end up at."""
    if isinstance(address, IPv4Address):
        return (address,)
    plain = IPv6Address(int(address))  # without the interface
    within = [plain.ipv4_mapped, plain.sixtofour, *(plain.teredo or ())]
    if int(plain) > 1 and any(plain in prefix for prefix in TRANSLATED):  # :: and ::1 are themselves
        within.append(IPv4Address(int(plain) & 0xFFFF_FFFF))
    return (plain, *(each for each in within if each is not None))
