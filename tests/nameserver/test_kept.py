"""What a resolver keeps of an answer is what the answer says: its TTL, and the prefix that its scope names."""

from dataclasses import replace
from ipaddress import ip_address, ip_network

import dns.message
import dns.name
import pytest

from gslb.model import Auto, Section, Ttl
from gslb.nameserver import Client, Keeping, View, parse, respond
from gslb.nameserver.kept import AT_ONCE
from gslb.policy import Memory
from kit.worlds import all_up, query, scope, world

TEXT = """\
gslb: 1
listen: 127.0.0.1:5300
regions: {eu-west: {at: FRA}, us-east: {at: IAD}}
pools:
  web: {endpoints: {eu-west: 192.0.2.1, us-east: 192.0.2.2}}
zones:
  example.com:
    records: |
      @ 1h NS ns1
      ns1 1h A 192.0.2.53
      www2 300 CNAME www
    steer:
      www: {ttl: {auto: {rto: 60s}, min: 10s, max: 5m}, failover: [web/eu-west, web/us-east]}
      near: {ttl: 20s, latency: web}
      stick: {ttl: 20s, sticky: web}
      "*.wild": {ttl: 20s, failover: [web/eu-west]}
"""
SENDER = ip_address("198.51.100.7")
NAMES = ("www", "near", "stick", "some.wild")
SUBNETS = ("91.0.0.0/24", "8.8.8.0/24", "8.8.0.0/16", "0.0.0.0/0")


@pytest.fixture(scope="module")
def view():
    of = world(TEXT)
    believed = all_up(of)
    return View(of, type(believed)(verdicts=believed.verdicts, memory=Memory(advice={"www.example.com.": 45})))


def found(view, *question):
    query_ = parse(query(*question))
    return Keeping().kept(query_, Client(SENDER), view)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("subnet", ["", *SUBNETS])
def test_it_is_what_the_answer_says(view, name, subnet):
    packet = query(f"{name}.example.com", "A", subnet)
    reply = dns.message.from_wire(respond(packet, Client(SENDER), view, lambda: 5))
    entry = Keeping().kept(parse(packet), Client(SENDER), view)
    width = scope(reply)

    assert entry.ttl == reply.answer[0].ttl
    assert entry.question == f"{name}.example.com. A"
    assert entry.prefix == (str(ip_network(f"{subnet.split('/')[0]}/{width}", strict=False)) if width else "")


def test_a_name_under_a_wildcard_is_an_entry_of_its_own(view):
    assert found(view, "a.wild.example.com").steered == found(view, "b.wild.example.com").steered
    assert found(view, "a.wild.example.com").question != found(view, "b.wild.example.com").question


def test_letters_of_either_case_are_one_name(view):
    assert found(view, "WWW.example.COM") == found(view, "www.example.com")


@pytest.mark.parametrize(
    "question",
    [("ns1.example.com",), ("www2.example.com",), ("www.example.com", "AAAA"), ("example.org",), ("no.example.com",)],
    ids=["static", "through an alias", "no such family", "not ours", "no such name"],
)
def test_of_anything_else_nothing_is_kept(view, question):
    assert found(view, *question) is None


def test_what_it_remembers_is_what_it_would_find_out(view):
    keeping, questions = Keeping(), [(name, "A", subnet) for name in NAMES for subnet in ("", *SUBNETS)] * 2
    for name, rdtype, subnet in questions:
        packet = parse(query(f"{name}.example.com", rdtype, subnet))
        assert keeping.kept(packet, Client(SENDER), view) == Keeping().kept(packet, Client(SENDER), view)


def test_another_view_is_looked_at_again_but_not_by_all_at_once(view):
    keeping = Keeping()
    packets = [parse(query(f"n{number}.wild.example.com")) for number in range(AT_ONCE + 10)]
    of = view.world
    shorter = replace(of.model.steered["*.wild.example.com."], ttl=Ttl(10, 300, Auto(rto=60.0)))
    model = replace(of.model, steered=Section({**of.model.steered, "*.wild.example.com.": shorter}))
    world = replace(of, model=model, steered={**of.steered, dns.name.from_text("*.wild.example.com."): shorter})

    def ttls(seconds):
        belief = replace(view.belief, memory=Memory(advice={"*.wild.example.com.": seconds}))
        now = View(world, belief)
        return [keeping.kept(packet, Client(SENDER), now).ttl for packet in packets]

    assert ttls(40) == [40] * (AT_ONCE + 10)
    assert ttls(20) == [20] * AT_ONCE + [40] * 10
