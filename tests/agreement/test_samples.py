"""The configurations people start from, served: what each name answers, from tables and from `respond` alike."""

from ipaddress import ip_address
from pathlib import Path

import dns.message
import pytest

from gslb.cli.files import read_text
from gslb.cli.init import START
from gslb.config import load
from gslb.control import assemble
from gslb.engine import answer
from gslb.nameserver import Client, respond
from kit.worlds import WALL, Published, all_up, query, scope, texts

ZONES = Path(__file__).parents[2] / "zones"
SENDER = ip_address("127.0.0.1")
WEST, CANARY, NORTH, EAST = "192.0.2.10", "192.0.2.11", "198.51.100.10", "203.0.113.10"
GERMAN, SWEDISH, AMERICAN = "91.0.0.0/24", "2.248.0.0/24", "8.8.8.0/24"


def served(path, folder, read=read_text):
    return Published(folder, assemble(load(str(path), read), read, WALL).world)


def ask(published, *question):
    """The reply as decoded, the same from both."""
    packet = query(*question)
    fast = answer(published.tables, packet, SENDER.packed, lambda: 0)
    assert isinstance(fast, bytes)
    assert fast == respond(packet, Client(SENDER), published.view, lambda: 0)
    return dns.message.from_wire(fast)


@pytest.fixture
def smallest(tmp_path):
    return served(ZONES / "smallest.yaml", tmp_path)


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    return served(ZONES / "three-regions.yaml", tmp_path_factory.mktemp("three"))


@pytest.mark.parametrize(
    ("down", "expected"),
    [
        ((), "192.0.2.10"),
        (("web/main",), "198.51.100.10"),
        (("web/main", "web/spare"), "192.0.2.10"),
    ],
    ids=["all up", "main down", "all down: open"],
)
def test_the_smallest_sample_fails_over(smallest, down, expected):
    smallest.believe(all_up(smallest.view.world, frozenset(down)))
    smallest.tables.refresh()
    reply = ask(smallest, "www.gslb.example.com")

    assert texts(reply) == [expected]
    assert reply.answer[0].ttl == 30


def test_the_smallest_sample_is_a_zone(smallest):
    assert texts(ask(smallest, "gslb.example.com", "NS")) == ["ns1.gslb.example.com.", "ns2.gslb.example.com."]
    assert len(texts(ask(smallest, "gslb.example.com", "SOA"))) == 1
    assert texts(ask(smallest, "www.gslb.example.com", "AAAA")) == []


@pytest.mark.parametrize(
    ("subnet", "expected"),
    [(GERMAN, {WEST, CANARY}), (SWEDISH, {NORTH}), (AMERICAN, {EAST})],
    ids=["Germany", "Sweden", "United States"],
)
def test_the_three_region_sample_sends_each_client_to_its_region(three, subnet, expected):
    three.believe(all_up(three.view.world))
    three.tables.refresh()
    reply = ask(three, "www.gslb.example.com", "A", subnet)

    assert set(texts(reply)) <= expected
    assert len(texts(reply)) == 1
    assert 0 < (scope(reply) or 0) <= 24


def test_the_three_region_sample_keeps_clients_of_the_union_inside_it(three):
    three.believe(all_up(three.view.world, frozenset({"web/eu-west", "canary/eu-west"})))
    three.tables.refresh()
    assert texts(ask(three, "www.gslb.example.com", "A", GERMAN)) == [NORTH]

    three.believe(all_up(three.view.world, frozenset({"web/eu-west", "canary/eu-west", "web/eu-north"})))
    three.tables.refresh()
    assert EAST not in texts(ask(three, "www.gslb.example.com", "A", GERMAN))
    assert texts(ask(three, "www.gslb.example.com", "A", AMERICAN)) == [EAST]


def test_the_three_region_sample_has_its_static_part(three):
    assert texts(ask(three, "status.gslb.example.com", "A")) == ["status.example.net."]
    assert texts(ask(three, "ns1.gslb.example.com", "AAAA")) == ["2001:db8:53::53"]
    assert texts(ask(three, "www.gslb.example.com", "AAAA", AMERICAN)) == ["2001:db8:3::10"]


def test_what_init_prints_is_served(tmp_path):
    assert texts(ask(served("gslb.yaml", tmp_path, lambda _: START), "www.gslb.example.com")) == ["192.0.2.10"]
