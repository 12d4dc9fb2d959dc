"""The peers answer while they are wanted, and not after."""

import socket
import threading

import pytest
from conformance.compare import decode
from conformance.generate import Case, Question, cases, query
from conformance.peers import WINDOW, exchange, free_port, knot, nsd

MADE = cases(1, 3, 3 * WINDOW)
BROKEN = Case("broken.test.", "@ 60 A 192.0.2.1\n", ())


@pytest.mark.peer
@pytest.mark.parametrize("peer", [nsd, knot])
def test_a_peer_serves_every_zone_and_ends_with_its_block(peer):
    packets = [query(question, number) for number, question in enumerate(MADE[0].questions)]
    with peer(MADE) as address:
        replies = exchange(address, packets)
        apexes = exchange(address, [query(Question(case.zone, "SOA"), 9) for case in MADE])

    assert [reply[:2] for reply in replies if reply] == [packet[:2] for packet in packets]
    assert [decode(reply or b"").authoritative for reply in apexes] == [True, True, True]
    assert exchange(address, packets[:1], patience=0.05, tries=1) == [None]


@pytest.mark.peer
@pytest.mark.parametrize("peer", [nsd, knot])
def test_a_zone_that_a_peer_refuses_is_told(peer, monkeypatch):
    monkeypatch.setattr("conformance.peers.READY_WITHIN", 1.0)

    with pytest.raises(RuntimeError, match=r"does not serve \['broken\.test\.'\]"), peer([*MADE, BROKEN]):
        pass


def test_a_free_port_is_free_for_both_transports():
    port = free_port()

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, socket.socket() as tcp:
        udp.bind(("127.0.0.1", port))
        tcp.bind(("127.0.0.1", port))


def test_replies_are_matched_to_their_questions_and_silence_is_none():
    """A server that answers backwards, one question not at all and one twice."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        packets = [query(Question(f"n{number}.", "A"), 0) for number in range(5)]
        asked: list[tuple[bytes, tuple[str, int]]] = []
        server.settimeout(5)

        def answer() -> None:
            asked.extend(server.recvfrom(512) for _ in packets)
            for packet, sender in asked[:0:-1]:
                server.sendto(packet, sender)
                server.sendto(packet, sender)

        thread = threading.Thread(target=answer)
        thread.start()
        replies = exchange(server.getsockname(), packets, patience=0.5, tries=1)
        thread.join()

    assert replies == [None, *packets[1:]]
