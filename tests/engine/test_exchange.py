"""A socket learns which address was asked exactly when it listens to more than one."""

import socket

import pytest

from gslb.engine.exchange import IP_PKTINFO, learns_destination


@pytest.mark.parametrize(
    ("family", "bound", "learns"),
    [
        (socket.AF_INET, "127.0.0.1", False),
        (socket.AF_INET6, "::1", False),
        (socket.AF_INET, "0.0.0.0", True),
        (socket.AF_INET6, "::", True),
    ],
)
def test_a_socket_of_one_address_is_asked_for_no_destination(family, bound, learns):
    level, option = {
        socket.AF_INET: (socket.IPPROTO_IP, IP_PKTINFO),
        socket.AF_INET6: (socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO),
    }[family]
    with socket.socket(family, socket.SOCK_DGRAM) as listening:
        listening.bind((bound, 0))
        assert learns_destination(listening) is learns
        assert listening.getsockopt(level, option) == learns
