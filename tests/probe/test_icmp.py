"""The icmp probe, against the real loopback; and which packets count as its answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.model import MonitorKind
from gslb.probe import Prober, Unable, icmp
from kit.backends import target

NONCE = b"0123456789abcdef"


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
async def test_who_answers_an_echo_is_up(address):
    async with Prober() as probe:
        result = await probe(target(MonitorKind.ICMP, 0, address))

    assert result.ok
    assert result.reason.startswith("echo in ")


@pytest.mark.parametrize("version", [4, 6])
def test_a_reply_to_our_request_counts_and_no_other(version):
    request = icmp.request(version, 7, NONCE)
    reply = bytes((icmp.REPLY[version],)) + request[1:]

    assert icmp.is_reply(reply, version, 7, NONCE)
    assert not icmp.is_reply(request, version, 7, NONCE), "our own, seen on loopback"
    assert not icmp.is_reply(reply, version, 8, NONCE)
    assert not icmp.is_reply(reply, version, 7, NONCE[::-1])
    assert not icmp.is_reply(reply[:-1], version, 7, NONCE)


def test_behind_an_ip_header_it_counts_too():
    reply = bytes((icmp.REPLY[4],)) + icmp.request(4, 7, NONCE)[1:]

    assert icmp.is_reply(b"\x45" + bytes(19) + reply, 4, 7, NONCE)
    assert icmp.is_reply(b"\x46" + bytes(23) + reply, 4, 7, NONCE)


@given(st.binary(max_size=80), st.sampled_from([4, 6]))
def test_no_packet_confuses_it(packet, version):
    assert not icmp.is_reply(packet, version, 7, NONCE)


@given(st.binary(max_size=40).map(lambda data: data + bytes(len(data) % 2)))
def test_a_checksum_makes_the_sum_come_out(data):
    total = icmp.checksum(data)

    assert icmp.checksum(data + total.to_bytes(2, "big")) == 0


async def test_without_the_right_to_send_nothing_is_said(monkeypatch):
    def refuse(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(icmp.socket, "socket", refuse)
    async with Prober() as probe:
        with pytest.raises(Unable, match=r"no ICMP socket: widen net\.ipv4\.ping_group_range"):
            await probe(target(MonitorKind.ICMP, 0))
