"""Mutated packets by the hundred thousand: nothing falls over, nothing grows, and who asks rightly is answered."""

import errno
import os
import random
import socket
from itertools import islice

import pytest
from scenarios.hostile import MEBIBYTE, NAMES, SEED, assail

from kit.addresses import own_address
from kit.hostile import Mutants, seeds
from kit.processes import Node, answers
from kit.twoland import two_regions

CLOSED = (errno.ECONNRESET, errno.EPIPE, errno.ENOTCONN)  # on us, as a connection may be
COUNT = 1_000_000 if os.environ.get("GSLB_FULL") else 100_000


@pytest.mark.timeout(1_800 if os.environ.get("GSLB_FULL") else 120)
def test_mutated_packets_do_no_harm(tmp_path, record_property):
    report = assail(tmp_path, COUNT)
    print(report)
    record_property("hostile", str(report))

    assert report.outcome.wrong == []
    assert report.outcome.responses_sent > COUNT / 20
    assert report.outcome.responses_answered == 0
    assert report.before.keys() == report.after.keys()  # nobody died
    assert sum(report.growth.values()) <= 20 * MEBIBYTE


def framed(mutants: list[bytes], chance: random.Random) -> bytes:
    """Mutants as a stream, some with a length that lies."""
    lengths = (len(mutant) + chance.choice((0, 0, 0, 0, 1, -1, 5_000)) for mutant in mutants)
    return b"".join(max(0, length).to_bytes(2, "big") + mutant for length, mutant in zip(lengths, mutants, strict=True))


def test_mutated_streams_do_no_harm(tmp_path):
    """Over TCP a fault may end its connection, and nothing else."""
    chance = random.Random(SEED)
    mutants = iter(Mutants(SEED, seeds(NAMES)))
    text = two_regions(own_address(), own_address(), 9)
    with Node(tmp_path, text) as node:
        node.start()
        replies = 0
        for _ in range(200):
            with socket.create_connection((node.address, node.port), 10) as connection:
                heard = b""
                try:
                    connection.sendall(framed(list(islice(mutants, 20)), chance))
                    connection.shutdown(socket.SHUT_WR)
                    while octets := connection.recv(65_536):
                        heard += octets
                except OSError as error:
                    if error.errno not in CLOSED:
                        raise
            while len(heard) > 2:
                length = int.from_bytes(heard[:2], "big")
                reply, heard = heard[2 : 2 + length], heard[2 + length :]
                replies += 1
                assert len(reply) >= 12
                assert reply[2] & 0x80
        assert replies > 100
        assert answers(node.ask("static.example.com", tcp=True)) == {"192.0.2.1"}
        assert not node.events("answer_failed")
        assert not node.events("child ended")
