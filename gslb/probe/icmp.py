"""The icmp probe: an echo request, and its reply (RFC 792, RFC 4443).

A datagram socket is enough where the system lets us have one (net.ipv4.ping_group_range), else a raw one (CAP_NET_RAW).
"""

from __future__ import annotations

import asyncio
import itertools
import os
import socket
import struct
from ipaddress import ip_address

from gslb.probe.result import Progress, Result, Unable, good, refused
from gslb.probe.target import Target

REQUEST, REPLY = {4: 8, 6: 128}, {4: 0, 6: 129}
FAMILY = {4: (socket.AF_INET, socket.IPPROTO_ICMP), 6: (socket.AF_INET6, socket.IPPROTO_ICMPV6)}
NONCE = 16  # octets that tell our echo from all others
_HEADER = struct.Struct("!BBHHH")  # type, code, checksum, identifier, sequence
_sequences = itertools.count()


async def probe(target: Target, address: str, progress: Progress) -> Result:  # noqa: ARG001 - any address answers alike
    version = ip_address(address).version
    loop = asyncio.get_running_loop()
    progress.waiting_for = "echo"
    with _socket(version) as sock:
        sock.setblocking(False)  # noqa: FBT003 - the standard library's own signature
        sequence, nonce = next(_sequences) & 0xFFFF, os.urandom(NONCE)
        try:
            sock.connect((address, 0))
            started = loop.time()
            await loop.sock_sendall(sock, request(version, sequence, nonce))
            while not is_reply(await loop.sock_recv(sock, 2_048), version, sequence, nonce):
                pass
            return good(f"echo in {1000 * (loop.time() - started):.1f} ms")
        except OSError as fault:
            return refused(progress, fault)


def _socket(version: int) -> socket.socket:
    family, protocol = FAMILY[version]
    for kind in (socket.SOCK_DGRAM, socket.SOCK_RAW):
        try:
            return socket.socket(family, kind, protocol)
        except PermissionError:
            continue
    raise Unable("no ICMP socket: widen net.ipv4.ping_group_range to this process's group, or give it CAP_NET_RAW")


def request(version: int, sequence: int, nonce: bytes) -> bytes:
    """An echo request; the system writes the checksum of IPv6, and of IPv4 over a datagram socket."""
    draft = _HEADER.pack(REQUEST[version], 0, 0, os.getpid() & 0xFFFF, sequence) + nonce
    return _HEADER.pack(REQUEST[version], 0, checksum(draft), os.getpid() & 0xFFFF, sequence) + nonce


def is_reply(packet: bytes, version: int, sequence: int, nonce: bytes) -> bool:
    """Whether a packet answers our request; a raw IPv4 socket hands out the IP header too."""
    if version == 4 and packet[:1] and packet[0] >> 4 == 4:
        packet = packet[(packet[0] & 15) * 4 :]
    if len(packet) < _HEADER.size:
        return False
    kind, _, _, _, number = _HEADER.unpack_from(packet)
    return kind == REPLY[version] and number == sequence and packet[_HEADER.size :] == nonce


def checksum(data: bytes) -> int:
    """The Internet checksum (RFC 1071)."""
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
