"""What `gslb status` and `gslb explain` are told is plain data that JSON can carry, and says what is believed."""

import json
from dataclasses import replace
from ipaddress import ip_address, ip_network

import dns.name
import pytest
from dns.rdatatype import RdataType

from gslb.app.status import capacities, explained, short, status
from gslb.control import root
from gslb.health import Override, Standing
from gslb.nameserver import Client, View, explain
from gslb.policy import Latch, Memory
from kit.worlds import WALL, all_up, large, world

TEXT = """\
gslb: 1
node: {name: ns1}
listen: 127.0.0.1:5300
regions: {eu: {at: FRA, capacity: 10/s}, us: {at: IAD}}
monitors: {ready: {probe: "http://www.example.com/"}}
pools: {web: {monitor: ready, endpoints: {eu: [192.0.2.1, "2001:db8::1"], us: 192.0.2.2}}}
zones:
  example.com:
    records: |
      @ 1h NS ns1
      ns1 1h A 192.0.2.53
    steer:
      www: {ttl: 30s, failover: [web/eu, web/us], failback: manual}
      "@": {ttl: 30s, failover: [web/eu, web/us]}
"""
WWW = "www.example.com."


@pytest.fixture(scope="module")
def small():
    return world(TEXT)


def told(view: View) -> dict:
    """Through JSON and back, as it is told."""
    return json.loads(json.dumps(status(view, 1.5, 2, WALL, "compiled", {"eu": 7.0})))


def test_the_node_is_told_at_a_glance(small):
    found = told(View(small, all_up(small)))

    assert {name: found[name] for name in ("node", "generation", "epoch", "age", "workers", "engine", "zones")} == {
        "node": "ns1",
        "generation": 1,
        "epoch": 1,
        "age": 1.5,
        "workers": 2,
        "engine": "compiled",
        "zones": ["example.com."],
    }
    assert (found["overrides"], found["latches"], found["monitors"]) == ([], [], [])
    assert found["vantages"] == [{"name": "ns1", "state": "votes", "reason": ""}]
    assert found["regions"] == [
        {"region": "eu", "rate": 7.0, "capacity": 10.0},
        {"region": "us", "rate": 0.0, "capacity": None},
    ]
    assert capacities(small.model) == {"eu": 10.0}


def test_an_endpoint_has_a_verdict_for_each_address_in_order(small):
    eu, us = told(View(small, all_up(small)))["endpoints"]

    assert (eu["path"], eu["region"], eu["state"], eu["word"]) == ("web/eu", "eu", "up", "auto")
    assert [one["address"] for one in eu["verdicts"]] == ["192.0.2.1", "2001:db8::1"]
    assert us["verdicts"] == [
        {
            "monitor": "ready",
            "address": "192.0.2.2",
            "state": "up",
            "suspect": False,
            "for": 100.0,
            "reason": "as the test says",
            "votes": [0, 0],
        }
    ]


@pytest.mark.parametrize(
    ("states", "shown"),
    [
        (("up", "up"), "up"),
        (("up", "waiting"), "waiting"),
        (("up", "down"), "down"),
        (("waiting", "down"), "down"),
        (("down", "down"), "down"),
    ],
)
def test_an_endpoint_is_shown_by_the_worst_that_is_known_of_it(small, states, shown):
    belief = all_up(small)
    checks = sorted(check for check in belief.verdicts if check.endpoint == "web/eu")
    changed = {
        check: replace(belief.verdicts[check], up=state == "up", known=state != "waiting")
        for check, state in zip(checks, states, strict=True)
    }
    found = told(View(small, replace(belief, verdicts={**belief.verdicts, **changed})))

    assert found["endpoints"][0]["state"] == shown
    assert [one["state"] for one in found["endpoints"][0]["verdicts"]] == list(states)


def test_an_endpoint_that_hangs_on_a_heartbeat_shows_it():
    beaten = world(
        TEXT.replace(
            'ready: {probe: "http://www.example.com/"}', 'beat: {push: "env:BEAT", every: 30s, grace: 5s}'
        ).replace("monitor: ready", "monitor: beat")
    )
    belief = all_up(beaten)
    (check,) = belief.verdicts
    fallen = replace(belief, verdicts={check: replace(belief.verdicts[check], up=False, reason="no heartbeat")})

    found = told(View(beaten, fallen))

    assert [(one["path"], one["state"]) for one in found["endpoints"]] == [("web/eu", "down"), ("web/us", "down")]
    assert [[each["monitor"] for each in one["verdicts"]] for one in found["endpoints"]] == [["beat"], ["beat"]]
    assert [one["monitor"] for one in found["monitors"]] == ["beat"]


def test_a_verdict_of_the_future_has_held_for_no_time(small):
    belief = all_up(small)
    later = {check: replace(verdict, since=WALL + 9) for check, verdict in belief.verdicts.items()}

    assert told(View(small, replace(belief, verdicts=later)))["endpoints"][0]["verdicts"][0]["for"] == 0.0


@pytest.mark.parametrize(("expires", "word"), [(None, "drain"), (WALL + 1, "drain"), (WALL, "auto")])
def test_a_word_on_a_region_is_one_on_its_endpoints_until_it_expires(small, expires, word):
    override = Override("eu", Standing.DRAIN, "CHG-1", "ann", WALL - 60, expires)
    found = told(View(small, replace(all_up(small), overrides={"eu": override})))

    assert [one["word"] for one in found["endpoints"]] == [word, "auto"]
    told_word = {"path": "eu", "word": "drain", "why": "CHG-1", "author": "ann", "at": WALL - 60, "expires": expires}
    share = 1.0 if word == "drain" else 0.0
    assert found["overrides"] == [told_word | {"id": "", "begins": None, "ramp": 0.0, "share": share}]


def test_a_latch_is_told_under_the_name_as_written(small):
    memory = Memory({f"{root(small.model.trees[WWW])}|ipv4": Latch("web/us")})
    (latch,) = told(View(small, replace(all_up(small), memory=memory)))["latches"]

    assert (latch["name"], latch["child"], latch["kind"], latch["after"]) == ("www", "web/us", "failover", None)


def test_a_name_is_short_where_one_zone_has_names_and_whole_where_several_do(small):
    both = world(TEXT + TEXT[TEXT.index("  example.com:") :].replace("example.com:", "example.net:"))

    assert [short(name, small.model) for name in (WWW, "example.com.")] == ["www", "@"]
    assert [short(name, both.model) for name in (WWW, "example.net.")] == ["www.example.com", "example.net"]


def explanation(name: str, rdtype: str = "A", subnet: str | None = None) -> dict:
    view = View(large(), all_up(large()))
    client = Client(ip_address("192.0.2.200"))
    network = ip_network(subnet) if subnet else None
    found = explain(dns.name.from_text(name), RdataType.from_text(rdtype), client, network, view, 0)
    return json.loads(json.dumps(explained(found)))


def test_an_explanation_tells_who_asked_what_was_chosen_and_what_is_believed_of_it():
    found = explanation("failover.example.com")

    assert (found["name"], found["type"], found["rcode"]) == ("failover.example.com.", "A", "NOERROR")
    assert found["answer"] == ["192.0.2.1"]
    assert found["steps"][0].keys() == {"path", "kind", "chosen", "text", "depth"}
    assert [path for (path,) in ((one["path"],) for one in found["health"])] == ["web/eu-west"]
    assert all(one["up"] for one in found["health"][0]["verdicts"])
    assert (found["opened"], found["generation"]) == ("", 1)


def test_an_explanation_tells_where_the_client_is_taken_to_be():
    found = explanation("net.example.com", subnet="198.51.100.0/24")

    assert (found["networks"], found["answer"]) == (["office"], ["192.0.2.1"])
    assert found["scope"] == 24


@pytest.mark.parametrize(("name", "rcode"), [("mail.example.com", "NOERROR"), ("gone.example.com", "NXDOMAIN")])
def test_static_data_needs_no_steps(name, rcode):
    found = explanation(name)

    assert (found["steps"], found["health"], found["opened"], found["rcode"]) == ([], [], "", rcode)
