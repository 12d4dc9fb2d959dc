"""One meaning, executed twice: what the engine answers from flat tables is, octet for octet, what `respond` says."""

import random
from ipaddress import ip_address

import pytest

from gslb.engine import NoAnswer, answer
from gslb.geo import Atlas
from gslb.model import Model
from gslb.nameserver import Belief, Client, World, respond
from gslb.zone import Zones
from kit.mixed import SENDERS, packet
from kit.worlds import Published, all_up, large, query

DOWN = [frozenset(), {"web/eu-west"}, {"web/us-east", "web/ap-south"}, {"web/eu-west", "web/us-east", "web/ap-south"}]


def no_draw():
    raise AssertionError("nothing to draw for")


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    return Published(tmp_path_factory.mktemp("agreement"), large())


@pytest.mark.parametrize("down", DOWN, ids=lambda down: "+".join(sorted(down)) or "none down")
def test_both_give_the_same_octets(published, down):
    published.believe(all_up(large(), frozenset(down)))
    published.tables.refresh()
    rng = random.Random(f"agreement {sorted(down)}")
    answered = forwarded = 0
    for _ in range(6_000):
        data, sender, draw = packet(rng), ip_address(rng.choice(SENDERS)), rng.getrandbits(64)
        fast = answer(published.tables, data, sender.packed, lambda draw=draw: draw)
        if fast is NoAnswer.FORWARD:
            forwarded += 1
            continue
        slow = respond(data, Client(sender), published.view, lambda draw=draw: draw)
        if fast is NoAnswer.DROP:
            assert slow is None, data.hex()
            continue
        answered += 1
        assert fast == slow, f"{data.hex()} from {sender}, draw {draw}"
    assert answered > 3_000, f"{forwarded} were forwarded"


def test_plain_questions_for_existing_names_need_no_responder(published):
    """The responder is for the odd: AXFR, other classes, DNAME - not for what everybody asks."""
    for name in ("www", "weighted", "sticky", "mail", "x.wild", "alias", "none", "x.sub", "a.shop"):
        for rdtype in ("A", "AAAA", "MX", "ANY"):
            for subnet in ("", "127.1.5.0/24", "2001:db8:1::/56"):
                data = query(f"{name}.example.com", rdtype, subnet)
                assert isinstance(answer(published.tables, data, b"\x7f\1\0\1", lambda: 0), bytes), (
                    name,
                    rdtype,
                    subnet,
                )


@pytest.mark.parametrize("name", ["example.org", "com", ".", "notexample.com", "xn--a.EXAMPLE.net"])
def test_names_outside_all_zones_need_no_responder(published, name):
    for rdtype in ("A", "ANY", "SOA", "DS", "TYPE65280"):
        for subnet in ("", "127.1.5.0/24", "2001:db8:1::/56", "0.0.0.0/0"):
            for edns in (False, True):
                data = query(name, rdtype, subnet, edns=edns)
                assert answer(published.tables, data, b"\x7f\1\0\1", no_draw) == respond(
                    data, Client(ip_address("127.1.0.1")), published.view, lambda: 0
                )


def test_without_zones_every_name_is_refused_by_both(tmp_path):
    empty = Published(tmp_path, World(Model(), Zones(), Atlas.build(), {}, {}), Belief())
    data = query("www.example.com", "A", "127.1.5.0/24")

    reply = answer(empty.tables, data, b"\x7f\1\0\1", no_draw)

    assert reply == respond(data, Client(ip_address("127.1.0.1")), empty.view, lambda: 0)
    assert reply[3] & 15 == 5
