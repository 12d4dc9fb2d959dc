"""What a sampled query was answered is what `respond` answers, wherever nothing is left to chance."""

from ipaddress import ip_address

import dns.message
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.nameserver import Client, View, decide, respond
from kit.worlds import all_up, large, query

NAMES = ["www", "weighted", "failover", "geo", "near", "net", "sticky", "stuck", "all", "four", "alias", "x.shop"]


@pytest.fixture(scope="module")
def view():
    return View(large(), all_up(large(), frozenset({"web/us-east"})))


def decided(view, name, subnet="", sender="192.0.2.200", rdtype="A"):
    return decide(query(f"{name}.example.com", rdtype, subnet), Client(ip_address(sender)), view)


def test_a_policy_that_leaves_one_answer_is_told_with_it_and_the_path_to_it(view):
    found = decided(view, "failover", "127.1.2.0/24")

    assert (found.name, found.rdtype, str(found.client)) == ("failover.example.com.", "A", "127.1.2.0/24")
    assert found.answer == ("192.0.2.1",)
    (way,) = found.ways
    assert (way.share, way.endpoints, way.opened) == (1.0, ("web/eu-west",), "")
    assert way.path[0].startswith("failover ")


def test_a_draw_is_told_by_its_shares_and_no_answer_is_made_up(view):
    found = decided(view, "weighted")

    assert (found.answer, found.ttl) == (None, None)
    assert {way.endpoints: round(way.share, 3) for way in found.ways} == {
        ("web/eu-west",): 0.125,
        ("web/ap-south",): 0.875,
    }


def test_the_client_is_told_by_the_prefix_it_was_located_by(view):
    assert str(decided(view, "www", "127.1.2.3/32").client) == "127.1.2.0/24"
    assert str(decided(view, "www", "127.1.0.0/16").client) == "127.1.0.0/16"
    assert str(decided(view, "www").client) == "192.0.2.0/24"
    assert str(decided(view, "www", sender="2001:db8:1::5").client) == "2001:db8:1::/56"


@pytest.mark.parametrize("name", ["static", "nowhere", "d"])
def test_what_no_policy_chose_is_no_decision(view, name):
    assert decided(view, name) is None


@pytest.mark.parametrize(
    "packet",
    [b"", b"\0" * 12, query("www.example.com")[:20], query("www.example.org")],
    ids=["nothing", "a header", "half a question", "a name of others"],
)
def test_what_is_no_whole_question_of_ours_is_no_decision(view, packet):
    assert decide(packet, Client(ip_address("192.0.2.1")), view) is None


@given(
    st.sampled_from(NAMES),
    st.sampled_from(["", "127.1.2.0/24", "127.2.0.0/24", "203.0.113.0/24", "2001:db8:1::/48"]),
    st.integers(0, 2**64 - 1),
    st.sampled_from(["A", "AAAA"]),
)
def test_whatever_is_drawn_the_answer_is_among_the_ways_told(view, name, subnet, draw, rdtype):
    packet, client = query(f"{name}.example.com", rdtype, subnet), Client(ip_address("127.2.0.9"))
    reply = dns.message.from_wire(respond(packet, client, view, lambda: draw))
    found = decide(packet, client, view)
    answered = [rdata.to_text() for rrset in reply.answer if rrset.rdtype != 5 for rdata in rrset]
    addresses = {
        endpoint.path: {str(endpoint.v4), str(endpoint.v6)}
        for pool in view.world.model.pools.values()
        for endpoint in pool.endpoints
    }

    assert sum(way.share for way in found.ways) == pytest.approx(1.0)
    assert any(
        len(way.endpoints) == len(answered)
        and all(said in addresses[path] for said, path in zip(answered, way.endpoints, strict=True))
        for way in found.ways
    )
    if found.answer is not None:
        assert [text for text in found.answer if not text.endswith(".")] == answered
        assert found.ttl == min((rrset.ttl for rrset in reply.answer), default=None)
