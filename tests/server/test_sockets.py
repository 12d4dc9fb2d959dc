"""Bound sockets: what is opened, how it is set up, and what is said when it cannot be."""

import contextlib
import errno
import os
import socket
import subprocess
import sys
from ipaddress import ip_address

import psutil
import pytest

from gslb.model import Faults, Listener, Mark
from gslb.server import sockets as module
from gslb.server.addresses import Place, places
from gslb.server.bound import Bound
from gslb.server.sockets import open_queue, open_sockets, open_tcp


@pytest.fixture
def opened():
    """Open listeners and close them at the end."""
    made = []

    def open_(*listeners, **options):
        made.append(open_sockets(listeners, **options))
        return made[-1]

    yield open_
    for each in made:
        each.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.53", "::1"])
def test_udp_and_tcp_share_one_port(opened, host):
    sockets = opened(Listener(host, 0))

    (udp,), (tcp,) = sockets.udp, sockets.tcp
    assert udp.port == tcp.port != 0
    assert udp.address == tcp.address == ip_address(host)
    assert str(sockets) == f"{udp} udp tcp"


@pytest.mark.parametrize(("host", "family"), [("127.0.0.1", socket.AF_INET), ("::1", socket.AF_INET6)])
def test_a_datagram_and_a_connection_arrive(opened, host, family):
    sockets = opened(Listener(host, 0))
    port = sockets.udp[0].port

    with socket.socket(family, socket.SOCK_DGRAM) as client:
        client.sendto(b"question", (host, port))
        client.settimeout(5)
        sockets.udp[0].socket.settimeout(5)
        question, peer = sockets.udp[0].socket.recvfrom(100)
        sockets.udp[0].socket.sendto(b"answer", peer)
        answer, source = client.recvfrom(100)
    with socket.create_connection((host, port), timeout=5):
        sockets.tcp[0].socket.settimeout(5)
        accepted, _ = sockets.tcp[0].socket.accept()
        accepted.close()

    assert (question, answer, source[:2]) == (b"question", b"answer", (host, port))


def test_a_reply_to_a_wildcard_listener_leaves_from_the_address_asked(opened):
    sockets = opened(Listener("0.0.0.0", 0))
    asked = next(bound for bound in sockets.udp if str(bound.address) == "127.0.0.1")

    assert not any(bound.wildcard for bound in sockets.udp)
    assert not any(bound.address.is_unspecified for bound in (*sockets.udp, *sockets.tcp))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.sendto(b"question", ("127.0.0.1", asked.port))
        asked.socket.settimeout(5)
        _, peer = asked.socket.recvfrom(100)
        asked.socket.sendto(b"answer", peer)
        client.settimeout(5)
        assert client.recvfrom(100)[1] == ("127.0.0.1", asked.port)


@pytest.mark.parametrize(
    ("host", "client_host", "level", "kind"),
    [
        ("0.0.0.0", "127.0.0.2", socket.IPPROTO_IP, module.IP_PKTINFO),
        ("::", "::1", socket.IPPROTO_IPV6, socket.IPV6_PKTINFO),
    ],
)
def test_where_addresses_cannot_be_enumerated_the_wildcard_tells_which_was_asked(
    opened, monkeypatch, host, client_host, level, kind
):
    monkeypatch.setattr(module, "places", lambda listeners: places(listeners, lambda: None))
    (bound,) = opened(Listener(host, 0)).udp

    with socket.socket(bound.socket.family, socket.SOCK_DGRAM) as client:
        client.sendto(b"question", (client_host, bound.port))
        bound.socket.settimeout(5)
        _, ancillary, _, _ = bound.socket.recvmsg(100, 200)

    assert bound.wildcard
    assert [(entry[0], entry[1]) for entry in ancillary] == [(level, kind)]
    assert ip_address(client_host).packed in ancillary[0][2]


def test_an_ipv6_socket_leaves_ipv4_alone(opened):
    (bound,) = opened(Listener("::1", 0)).udp

    assert bound.socket.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY) == 1


@pytest.mark.parametrize(
    ("host", "level", "option"), [("127.0.0.1", socket.IPPROTO_IP, 10), ("::1", socket.IPPROTO_IPV6, 23)]
)
def test_a_forged_path_mtu_cannot_make_udp_replies_fragment(opened, host, level, option):
    (bound,) = opened(Listener(host, 0)).udp

    assert bound.socket.getsockopt(level, option) == 5  # IP_PMTUDISC_OMIT, IPV6_PMTUDISC_OMIT


def test_buffers_smaller_than_asked_are_told_with_the_command_that_cures_it(opened):
    class Grudging:
        """A socket whose kernel grants 104 KiB whatever is asked."""

        def getsockopt(self, level, option):
            return 212_992

    warnings = module._short_buffers([Bound(Grudging())], 4 << 20)

    (warning,) = warnings
    assert "hold 104 KiB of what is received and 104 KiB of what is sent where 4096 KiB were asked for" in warning
    assert "sysctl -w net.core.rmem_max=4194304 net.core.wmem_max=4194304 (docs/tuning.md)" in warning


def test_buffers_as_large_as_asked_are_no_warning(opened):
    assert opened(Listener("127.0.0.1", 0), buffer=65_536).warnings == ()


def test_an_address_in_use_names_who_holds_it_and_leaves_nothing_open(opened):
    taken = opened(Listener("127.0.0.1", 0))
    port = taken.udp[0].port

    with pytest.raises(Faults) as caught:
        open_sockets([Listener("127.0.0.2", port), Listener("127.0.0.1", port, Mark("gslb.yaml", 2, 9))])

    (fault,) = caught.value.faults
    assert str(fault.mark) == "gslb.yaml:2:9"
    assert fault.message.startswith(f"UDP 127.0.0.1:{port} is already in use by ")
    assert fault.message.endswith(f"(pid {os.getpid()})")
    assert fault.hint == "stop what holds it, or listen on another address or port"
    open_sockets([Listener("127.0.0.2", port)]).close()  # the first was closed again


def test_a_port_held_for_tcp_only_is_told_as_such():
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]

        with pytest.raises(Faults, match=f"TCP 127.0.0.1:{port} is already in use"):
            open_sockets([Listener("127.0.0.1", port)])


def test_every_address_that_cannot_be_bound_is_told_at_once():
    with pytest.raises(Faults) as caught:
        open_sockets([Listener("192.0.2.253", 5300), Listener("2001:db8::53", 5300)])

    assert [fault.message for fault in caught.value.faults] == [
        "UDP 192.0.2.253:5300 cannot be bound: 192.0.2.253 is not an address of this machine",
        "UDP [2001:db8::53]:5300 cannot be bound: 2001:db8::53 is not an address of this machine",
    ]


def test_an_enumerated_address_that_is_gone_again_is_a_warning_only(monkeypatch, opened):
    monkeypatch.setattr(module, "places", lambda listeners: places(listeners, lambda: ("127.0.0.1", "192.0.2.253")))

    sockets = opened(Listener("0.0.0.0", 0), buffer=65_536)

    assert [str(bound.address) for bound in sockets.udp] == ["127.0.0.1"]
    assert sockets.warnings == ("not listening on 192.0.2.253:0: the address went away, or is not ready yet",)


def test_nothing_to_listen_on_is_a_fault():
    with pytest.raises(Faults, match="no address to listen on"):
        open_sockets([])


@pytest.mark.parametrize(
    ("number", "message", "hint"),
    [
        (errno.EACCES, "TCP 192.0.2.53:53 needs a privilege: ports below 1024 are reserved", "node.user"),
        (errno.EAFNOSUPPORT, "TCP 192.0.2.53:53 cannot be bound: this machine has no IPv4", "turn the family on"),
        (errno.ENOBUFS, "TCP 192.0.2.53:53 cannot be bound: no buffer space available", ""),
    ],
)
def test_a_refusal_says_what_to_do(monkeypatch, number, message, hint):
    monkeypatch.setattr(module, "_first_free_port", lambda: 1024)
    place = Place(ip_address("192.0.2.53"), 53)

    fault = module._fault(place, socket.SOCK_STREAM, OSError(number, os.strerror(number)))

    assert fault.message == message
    assert hint in fault.hint


def test_a_machine_without_ipv6_says_so(monkeypatch):
    def only_ipv4(family, kind):
        raise OSError(errno.EAFNOSUPPORT, "Address family not supported by protocol")

    monkeypatch.setattr(socket, "socket", only_ipv4)

    with pytest.raises(Faults, match=r"UDP \[::1\]:5300 cannot be bound: this machine has no IPv6"):
        open_sockets([Listener("::1", 5300)])


def test_who_holds_a_port_is_left_out_where_the_system_does_not_say(monkeypatch):
    def refused(kind):
        raise psutil.AccessDenied

    monkeypatch.setattr(psutil, "net_connections", refused)
    with socket.create_server(("127.0.0.1", 0)) as holder, pytest.raises(Faults) as caught:
        open_tcp(Listener("127.0.0.1", holder.getsockname()[1]))

    assert caught.value.faults[0].message.endswith(" is already in use")


def test_a_system_that_is_not_linux_gets_plain_sockets(monkeypatch, opened):
    monkeypatch.setattr(module, "_LINUX", False)

    (bound,) = opened(Listener("127.0.0.1", 0)).udp

    assert bound.socket.getsockopt(socket.IPPROTO_IP, 10) != 5


def test_a_low_port_without_privilege_is_refused_in_words():
    """As root the child becomes nobody first; without root it has no privilege to begin with."""
    limit = module._first_free_port()
    script = (
        "import os, psutil\n"
        "from gslb.model import Faults, Listener\n"
        "from gslb.server.sockets import open_sockets\n"
        "if os.geteuid() == 0:\n"
        "    os.setuid(65534)\n"
        "try:\n"
        f"    open_sockets([Listener('127.0.0.1', {limit - 1})])\n"
        "except Faults as faults:\n"
        "    print(faults)\n"
    )

    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True).stdout

    assert f"UDP 127.0.0.1:{limit - 1} needs a privilege: ports below {limit} are reserved" in told


def test_a_system_that_does_not_say_its_first_free_port_has_the_usual_one(monkeypatch):
    class Unreadable:
        def __init__(self, path):
            pass

        def read_text(self):
            raise FileNotFoundError

    monkeypatch.setattr(module, "Path", Unreadable)

    assert module._first_free_port() == 1024


def test_an_http_listener_is_one_socket_even_for_the_wildcard():
    bound = open_tcp(Listener("0.0.0.0", 0))
    try:
        assert str(bound.address) == "0.0.0.0"
        with pytest.raises(Faults, match=f"TCP 0.0.0.0:{bound.port} is already in use"):
            open_tcp(Listener("0.0.0.0", bound.port))
    finally:
        bound.socket.close()


def test_the_queue_keeps_datagrams_apart_and_refuses_when_full():
    write, read = open_queue(65_536)
    with write, read:
        sent = 0
        with contextlib.suppress(BlockingIOError):
            while sent < 100_000:
                write.send(b"x" * 100)
                sent += 1

        assert 20 < sent < 700  # 64 KiB with the kernel's overhead, and no more
        assert [read.recv(1000) for _ in range(sent)] == [b"x" * 100] * sent
        with pytest.raises(BlockingIOError):
            read.recv(1000)
