"""Why a client gets its answer: what is said is what `respond` does, for every kind of name."""

from dataclasses import replace
from ipaddress import ip_address, ip_network

import dns.name
import pytest
from dns.rdatatype import RdataType

from gslb.health import Override, Standing
from gslb.nameserver import Client, Explanation, View, explain
from kit.answers import SENDER, ask, believing, data, ecs, opt, scope
from kit.worlds import WALL, all_up, large, world

NAMES = ["www", "weighted", "failover", "geo", "near", "net", "sticky", "stuck", "all", "pool", "four", "name", "text"]
NAMES += [
    "_sip._tcp",
    "a.shop",
    "shop",
    "mail",
    "alias",
    "far",
    "static",
    "x.wild",
    "y.wildalias",
    "q.d",
    "sub",
    "none",
    "@",
]
SUBNETS = [None, "127.1.5.0/24", "198.51.100.0/24", "2001:db8:1::/56", "0.0.0.0/0"]


@pytest.fixture(scope="module")
def view() -> View:
    return believing(large())


def why(
    of: View, name: str, kind: str = "A", subnet: str | None = None, draw: int = 0, sender: str = SENDER
) -> Explanation:
    whole = dns.name.from_text(name, dns.name.from_text("example.com."))
    network = None if subnet is None else ip_network(subnet)
    return explain(whole, RdataType.from_text(kind), Client(ip_address(sender)), network, of, draw)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", ["A", "AAAA", "TXT", "ANY"])
def test_what_is_explained_is_what_is_answered(view, name, kind):
    """Code, records in order, TTL and scope, for every client."""
    whole = "example.com" if name == "@" else f"{name}.example.com"
    for subnet in SUBNETS:
        for draw in (0, 2**64 - 1):
            said = why(view, name, kind, subnet, draw)
            reply = ask(view, whole, kind, opt(b"" if subnet is None else ecs(subnet)), draw=draw)
            assert [text.replace('"', "") for text in said.answer] == [text.replace('"', "") for text in data(reply.rr)]
            assert said.rcode == {0: "NOERROR", 3: "NXDOMAIN"}[reply.header.rcode]
            assert said.ttl == min((rr.ttl for rr in reply.rr), default=None)
            assert said.scope == scope(reply)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", ["A", "AAAA", "ANY", "SRV"])
def test_the_endpoints_named_are_those_in_the_answer(view, name, kind):
    """Through aliases and DNAMEs, by CNAME and for ANY: the reasons belong to the answer."""
    for subnet in SUBNETS:
        said = why(view, name, kind, subnet)
        if said.outcome is None:
            continue
        endpoints = [leaf.endpoint for leaf in said.outcome.leaves if hasattr(leaf, "endpoint")]
        told = {str(text) for each in endpoints for text in (each.v4, each.v6, each.target, each.rdata) if text}
        steered = [text for text in said.answer if text != "www.example.com."]
        assert bool(steered) == bool(said.outcome.leaves)
        assert set(steered) <= told or kind == "ANY" or not endpoints


def test_the_path_through_the_tree_is_told(view):
    said = why(view, "geo", subnet="127.1.5.0/24")

    assert [step.kind for step in said.why][:2] == ["geo", "latency"]
    assert said.why[0].chosen == "europe"
    assert said.location.country == "DE"
    assert said.outcome is not None
    assert [leaf.path for leaf in said.outcome.leaves] == ["web/eu-west"]


def test_what_is_believed_of_each_endpoint_is_told():
    ((path, verdicts),) = why(believing(large(), "web/eu-west"), "failover").health

    assert path == "web/us-east"
    assert [(verdict.up, verdict.reason) for verdict in verdicts] == [(True, "as the test says")]
    ((path, verdicts),) = why(believing(large()), "failover", "AAAA").health
    assert [verdict.check.address for verdict in verdicts] == ["2001:db8:1::1"]
    assert why(believing(large()), "name").health == (("cdn/us-east", ()),)


def test_static_data_has_no_reasons(view):
    said = why(view, "mail")

    assert (said.why, said.outcome, said.health) == ((), None, ())
    assert said.answer == ("192.0.2.25",)


@pytest.mark.parametrize(
    ("name", "kind", "rcode"),
    [("www.example.net.", "A", "REFUSED"), ("www", "AXFR", "REFUSED"), ("www", "OPT", "FORMERR")],
)
def test_what_is_not_answered_is_said_so(view, name, kind, rcode):
    said = why(view, name, kind)

    assert (said.rcode, said.answer, said.ttl, said.outcome) == (rcode, (), None, None)


def test_a_family_that_a_name_does_not_have_is_explained(view):
    said = why(view, "four", "AAAA")

    assert (said.answer, said.rcode) == ((), "NOERROR")
    assert "AAAA" in said.why[-1].text


def test_a_steered_name_behind_an_alias_or_dname_is_explained(view):
    """The reasons are those of the name at the end."""
    assert why(view, "alias", subnet="127.1.5.0/24").why == why(view, "www", subnet="127.1.5.0/24").why
    text = """\
gslb: 1
listen: 127.0.0.1:5300
pools: {web: {endpoints: {a: 192.0.2.1, b: 192.0.2.2}}}
zones:
  example.com:
    records: |
      @ 60 NS ns1
      ns1 60 A 192.0.2.53
      old 60 DNAME new
    steer:
      www.new: {ttl: 30s, failover: [web/a, web/b]}
"""
    assert why(believing(world(text)), "www.old").why == why(believing(world(text)), "www.new").why != ()


def test_the_last_resort_is_told():
    said = why(believing(large(), "web/eu-west", "web/us-east"), "failover")

    assert said.outcome is not None
    assert said.outcome.opened == "open"


def test_an_operators_word_is_obeyed_and_told():
    belief = replace(
        all_up(large()), overrides={"web/eu-west": Override("web/eu-west", Standing.OFF, "works", "operator", WALL)}
    )
    said = why(View(large(), belief), "failover")

    assert said.answer == ("192.0.2.2",)
    assert said.generation == belief.generation


@pytest.mark.parametrize(
    ("name", "subnet", "client", "country"),
    [
        ("www", None, "127.1.0.9 (its own address)", "DE"),
        ("www", "127.2.5.0/24", "127.2.5.0 (ECS /24)", "US"),
        ("stuck", "127.2.5.0/24", "127.2.5.0 (ECS /24)", "DE"),
        ("mail", "127.2.5.0/24", "127.2.5.0 (ECS /24)", "US"),
    ],
)
def test_the_client_is_named_and_placed_as_the_answer_saw_it(view, name, subnet, client, country):
    """A tree that locates the resolver saw the resolver."""
    said = why(view, name, subnet=subnet, sender="127.1.0.9")

    assert (said.client, said.location.country) == (client, country)


def test_how_long_things_have_been_so_is_told_as_of_when_it_is_read(view):
    whole = dns.name.from_text("www.example.com.")
    asked = (whole, RdataType.from_text("A"), Client(ip_address(SENDER)), None, view, 0)
    as_made, later = explain(*asked), explain(*asked, told_at=view.belief.wall + 90_000)

    assert (as_made.answer, as_made.outcome) == (later.answer, later.outcome)
    assert [step.text for step in as_made.why if "since 1d 1h" in step.text] == []
    assert all("since 1d 1h" in step.text for step in later.why if step.kind == "endpoint")
