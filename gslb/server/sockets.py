"""Listening sockets: a bound UDP and TCP socket for each address, or every reason why not.

Listener ──► places (addresses.py) ──► open_sockets ──► Sockets(udp, tcp, warnings)     held by the supervisor
"""

from __future__ import annotations

import contextlib
import errno
import socket
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from gslb.model import Fault, Faults, Listener
from gslb.server.addresses import Place, places
from gslb.server.bound import Bound

UDP_BUFFER = 4 << 20  # octets each way: 50 ms of a flood while a worker is replaced or maps a new image
TCP_BACKLOG = 1024
QUEUE_BUFFER = 1 << 20  # octets waiting for the responder, the kernel's own overhead included: about 1,000 queries

# Linux numbers that Python's socket module has no names for (linux/in.h, linux/in6.h, asm-generic/socket.h).
IP_PKTINFO = 8
_IP_MTU_DISCOVER, _IPV6_MTU_DISCOVER, _PMTUDISC_OMIT = 10, 23, 5
_SO_SNDBUFFORCE, _SO_RCVBUFFORCE = 32, 33
_LINUX = sys.platform == "linux"
_PORT_TRIES = 32


@dataclass(frozen=True, slots=True)
class Sockets:
    """Everything listened on. A UDP socket's position in `udp` is the index that workers and responder call it by.

    `warnings` are sentences for the operator: what works, but less well than asked.
    """

    udp: tuple[Bound, ...]
    tcp: tuple[Bound, ...]
    warnings: tuple[str, ...] = ()

    def __str__(self) -> str:
        """`192.0.2.53:53 udp tcp, [2001:db8::53]:53 udp tcp`."""
        return ", ".join(f"{bound} udp tcp" for bound in self.udp)

    def close(self) -> None:
        for bound in (*self.udp, *self.tcp):
            bound.socket.close()


def open_sockets(listeners: Iterable[Listener], buffer: int = UDP_BUFFER) -> Sockets:
    """Bind UDP and TCP for every address the listeners stand for; `buffer` octets are asked for each way on UDP.

    Port 0 takes any port that is free for both. Raises Faults naming every address that cannot be bound; then nothing
    stays open.
    """
    udp: list[Bound] = []
    tcp: list[Bound] = []
    warnings: list[str] = []
    faults: list[Fault] = []
    for place in places(listeners):
        try:
            pair = _bind_pair(place, buffer)
        except _Refused as refused:
            if place.found and refused.error.errno == errno.EADDRNOTAVAIL:
                warnings.append(f"not listening on {place}: the address went away, or is not ready yet")
            else:
                faults.append(refused.fault)
            continue
        udp.append(pair[0])
        tcp.append(pair[1])
    if not udp and not faults:
        faults.append(Fault("there is no address to listen on", hint="write listen: with an address of this machine"))
    if faults:
        Sockets(tuple(udp), tuple(tcp)).close()
        raise Faults(*faults)
    warnings.extend(_short_buffers(udp, buffer))
    return Sockets(tuple(udp), tuple(tcp), tuple(warnings))


def open_tcp(listener: Listener) -> Bound:
    """One listening TCP socket as written, the wildcard included: for HTTP."""
    (place,) = places((listener,), local=lambda: None)
    try:
        return _bind(place, socket.SOCK_STREAM)
    except _Refused as refused:
        raise Faults(refused.fault) from refused.error


def open_queue(buffer: int = QUEUE_BUFFER) -> tuple[socket.socket, socket.socket]:
    """The bounded queue from workers to the responder: (write end, read end), datagrams, neither end ever blocks.

    Both ends are made by the supervisor, so that what is queued outlives a responder. `buffer` octets may wait (the
    kernel counts its own overhead too); beyond that a send fails with EAGAIN, which the worker counts as a drop.
    """
    write, read = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    write.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, buffer // 2)  # the kernel doubles what is asked
    for end in (write, read):
        end.setblocking(False)  # noqa: FBT003 - the standard library's own signature
    return write, read


class _Refused(Exception):  # noqa: N818 - carries the system's error and what to tell the operator
    def __init__(self, place: Place, kind: socket.SocketKind, error: OSError) -> None:
        super().__init__(str(error))
        self.error = error
        self.fault = _fault(place, kind, error)


def _bind_pair(place: Place, buffer: int) -> tuple[Bound, Bound]:
    """UDP and TCP on one port; with port 0, tries until a port is free for both."""
    tries = 1 if place.port else _PORT_TRIES
    while True:
        udp = _bind(place, socket.SOCK_DGRAM, buffer)
        tries -= 1
        try:
            return udp, _bind(replace(place, port=udp.port), socket.SOCK_STREAM)
        except _Refused as refused:
            udp.socket.close()
            if not tries or refused.error.errno != errno.EADDRINUSE:
                raise


def _bind(place: Place, kind: socket.SocketKind, buffer: int = 0) -> Bound:
    family = socket.AF_INET if place.address.version == 4 else socket.AF_INET6
    try:
        made = socket.socket(family, kind)
    except OSError as error:
        raise _Refused(place, kind, error) from error
    bound = Bound(made, place.wildcard and kind is socket.SOCK_DGRAM)
    try:
        made.setblocking(False)  # noqa: FBT003 - the standard library's own signature
        if family is socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        if kind is socket.SOCK_DGRAM:
            _prepare_udp(bound, family, buffer)
        else:  # on UDP, Linux would let a second server take the same port with it and share our packets
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(place.sockaddr)
        if kind is socket.SOCK_STREAM:
            made.listen(TCP_BACKLOG)
    except OSError as error:
        made.close()
        raise _Refused(place, kind, error) from error
    return bound


def _prepare_udp(bound: Bound, family: socket.AddressFamily, buffer: int) -> None:
    """Buffers; path MTU left out of account; the destination address delivered where one socket serves many.

    Path MTU: who forges an ICMP "fragmentation needed" can make a server split its replies, and then forge the second
    fragment, which carries no id, port or question to check. Our replies are at most 1232 octets, so nothing is lost by
    ignoring such messages altogether (OMIT: interface MTU, and no DF bit that would lose a reply on a narrower path).
    """
    made = bound.socket
    for force, plain in ((_SO_RCVBUFFORCE, socket.SO_RCVBUF), (_SO_SNDBUFFORCE, socket.SO_SNDBUF)):
        for option in (plain, force) if _LINUX else (plain,):
            with contextlib.suppress(OSError):  # "force" goes past rmem_max, for who may; other systems refuse too much
                made.setsockopt(socket.SOL_SOCKET, option, buffer)
    if not _LINUX:
        return
    if family is socket.AF_INET:
        made.setsockopt(socket.IPPROTO_IP, _IP_MTU_DISCOVER, _PMTUDISC_OMIT)
        if bound.wildcard:
            made.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)
    else:
        made.setsockopt(socket.IPPROTO_IPV6, _IPV6_MTU_DISCOVER, _PMTUDISC_OMIT)
        if bound.wildcard:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)


def _short_buffers(udp: Iterable[Bound], asked: int) -> list[str]:
    """One line for both ways, with the command that mends it; none where there is room."""
    short: list[tuple[str, str]] = []
    kinds = ((socket.SO_RCVBUF, "received", "rmem_max"), (socket.SO_SNDBUF, "sent", "wmem_max"))
    for option, word, knob in kinds:
        got = min(bound.socket.getsockopt(socket.SOL_SOCKET, option) for bound in udp)
        got = got // 2 if _LINUX else got  # Linux reports twice what may be used, for its own overhead
        if 2 * got < asked:
            short.append((f"{got >> 10} KiB of what is {word}", f"net.core.{knob}={asked}"))
    if not short:
        return []
    sizes, knobs = (" and ".join(size for size, _ in short), " ".join(knob for _, knob in short))
    asking = f"{asked >> 10} KiB were asked for"
    return [f"UDP buffers hold {sizes} where {asking}, so bursts may be lost: sysctl -w {knobs} (docs/tuning.md)"]


def _fault(place: Place, kind: socket.SocketKind, error: OSError) -> Fault:
    word = "UDP" if kind is socket.SOCK_DGRAM else "TCP"
    where = f"{word} {place}"
    match error.errno:
        case errno.EADDRINUSE:
            holder = _holder(place, kind)
            message = f"{where} is already in use" + (f" by {holder}" if holder else "")
            hint = "stop what holds it, or listen on another address or port"
        case errno.EADDRNOTAVAIL:
            message = f"{where} cannot be bound: {place.address} is not an address of this machine"
            hint = "`ip address` lists those it has; 0.0.0.0 and :: stand for all of them"
        case errno.EACCES | errno.EPERM:
            message = f"{where} needs a privilege: ports below {_first_free_port()} are reserved"
            hint = (
                "start as root with node.user set, or give the service AmbientCapabilities=CAP_NET_BIND_SERVICE, "
                "or listen on a higher port"
            )
        case errno.EAFNOSUPPORT:
            message = f"{where} cannot be bound: this machine has no IPv{place.address.version}"
            hint = "leave the address out, or turn the family on"
        case _:
            message, hint = f"{where} cannot be bound: {(error.strerror or str(error)).lower()}", ""
    return Fault(message, place.mark, hint)


def _holder(place: Place, kind: socket.SocketKind) -> str:
    """Who holds the port, as `named (pid 512)`; empty where the system will not tell."""
    import psutil

    wanted = {str(place.address), "0.0.0.0", "::"}
    with contextlib.suppress(OSError, psutil.Error):
        for connection in psutil.net_connections("udp" if kind is socket.SOCK_DGRAM else "tcp"):
            held = connection.laddr
            if held and held.port == place.port and held.ip in wanted and connection.pid:
                return f"{psutil.Process(connection.pid).name()} (pid {connection.pid})"
    return ""


def _first_free_port() -> int:
    try:
        return int(Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").read_text())
    except (OSError, ValueError):
        return 1024
