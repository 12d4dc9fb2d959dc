"""What a node counts is what it was asked, and its pages say how it is."""

import json
import signal

import pytest

from kit.addresses import free_port, own_address
from kit.processes import Node
from kit.region import Region, regions
from kit.twoland import NAME, two_regions
from kit.waiting import wait_until

BOTH = "both.example.com."
STEER = "      both: {ttl: 5s, weighted: {web/eu-west: 1, web/us-east: 1}}\n"


@pytest.fixture
def node(tmp_path):
    eu, us, port = own_address(), own_address(), free_port()
    with regions(Region(port, eu, us)), Node(tmp_path, two_regions(eu, us, port, steer=STEER), workers=2) as found:
        yield found.start()


def test_the_counters_say_what_was_asked(node):
    asked = {
        ("static.example.com", "A", "NOERROR"): 7,
        ("static.example.com", "AAAA", "NOERROR"): 3,
        ("nowhere.example.com", "A", "NXDOMAIN"): 5,
        (NAME, "A", "NOERROR"): 11,
        ("both.example.com", "A", "NOERROR"): 40,
        ("www.example.net", "A", "REFUSED"): 2,
        ("x.wild.example.com", "TXT", "NOERROR"): 4,
    }
    for (name, rdtype, rcode), count in asked.items():
        for _ in range(count):
            assert node.ask(name, rdtype).rcode().name == rcode

    def queries(rdtype: str, rcode: str) -> float:
        return node.metric("gslb_queries_total", zone="example.com.", type=rdtype, rcode=rcode)

    assert queries("A", "NOERROR") == 7 + 11 + 40
    assert queries("other", "NXDOMAIN") == 5  # types that a name does not have are counted together
    assert queries("other", "NOERROR") == 3
    assert queries("TXT", "NOERROR") == 4
    assert node.metric("gslb_responses_total", rcode="REFUSED") == 2
    assert node.metric("gslb_responses_total", transport="udp") == sum(asked.values())
    assert node.metric("gslb_answers_total", name="www.example.com.", endpoint="web/eu-west") == 11
    assert node.metric("gslb_answers_total", name="www.example.com.", endpoint="web/us-east") == 0
    both = [
        labels["endpoint"] for labels, count in node.samples("gslb_answers_total") if labels["name"] == BOTH and count
    ]
    assert sorted(both) == ["web/eu-west", "web/us-east"]
    assert node.metric("gslb_answers_total", name=BOTH) == 40

    for _ in range(6):
        node.ask("static.example.com", tcp=True)
    wait_until(lambda: node.metric("gslb_responses_total", transport="tcp", rcode="NOERROR") == 6, 5)
    assert queries("A", "NOERROR") == 7 + 11 + 40 + 6, "answers from tables count the same over TCP"
    assert node.metric("gslb_forwarded_total") == 0
    wait_until(lambda: node.metric("gslb_tcp_accepted_total") == 6, 5)


def test_verdicts_probes_and_generations_are_told(node):
    assert node.metric("gslb_verdict", monitor="ready") == 2
    wait_until(lambda: node.metric("gslb_probe_seconds_count", monitor="ready", vantage="ns1", ok="true") >= 4, 10)
    assert node.metric("gslb_generation") >= 1
    assert node.metric("gslb_workers") == 2
    assert node.metric("gslb_generation_age_seconds") > 0
    assert node.reloads() == {"applied": 0, "refused": 0, "failed": 0}
    node.cli("drain", "web/us-east")
    wait_until(lambda: node.metric("gslb_overrides", path="web/us-east", word="drain") == 1, 5)


def test_a_node_is_alive_and_ready_until_nobody_answers(node):
    assert node.page("/livez")[0] == 200
    status, text = node.page("/readyz")
    assert status == 200
    assert json.loads(text)["workers"] == 2
    assert node.page("/nothing")[0] == 404

    judge = node.child("judge")
    judge.send_signal(signal.SIGSTOP)
    wait_until(lambda: "judge" in json.loads(node.page("/readyz")[1])["degraded"], 10)
    assert node.page("/readyz")[0] == 200  # its answers are as good as its last verdicts
    judge.send_signal(signal.SIGCONT)
    wait_until(lambda: json.loads(node.page("/readyz")[1])["degraded"] == [], 10)
