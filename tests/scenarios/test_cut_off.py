"""Cables are pulled between a node, its vantages and the regions: verdicts stay, answers go on, the node says so."""

import json
import secrets
import time
from contextlib import ExitStack

import pytest

from kit.flood import Flood
from kit.ledger import Ledger
from kit.netns import Network
from kit.packets import query
from kit.processes import GSLB, Node, Process
from kit.region import Region, regions
from kit.restarts import ends_with, first_answer
from kit.scale import scaled, seconds
from kit.twoland import DETECTION, NAME, RETURN, two_regions
from kit.waiting import wait_until

PORT = 8080
RATE = scaled(500, 2_000)
LASTING = seconds(5.0, 600.0)  # longer than a detection and than three intervals
ALARM = 30.0
NOTICED = 15.0
WITHIN, BUSY = 2.0, 4  # seconds to a first answer; times that, where other tests run beside


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    """A node and two vantages, two regions and a sentinel, each in a place of its own; all of them up and heard."""
    tmp_path = tmp_path_factory.mktemp("places")
    with Network("ns1", "near", "far", "eu", "us", "world") as net, ExitStack() as stack:
        places = {}
        for place in ("eu", "us", "world"):
            with net.at(place) as address:
                places[place] = Region(PORT, address)
                stack.enter_context(regions(places[place]))
        tokens = {}
        for name in ("near", "far"):
            tokens[name] = tmp_path / f"{name}.token"
            tokens[name].write_text(secrets.token_hex(32))
        named = "".join(f"  {name}: {{token: 'file:{path}'}}\n" for name, path in tokens.items())
        sentinel = f"sentinels: ['http://{net.addresses['world']}:{PORT}/']\n"
        text = two_regions(net.addresses["eu"], net.addresses["us"], PORT, more=f"vantages:\n{named}{sentinel}")
        with net.at("ns1") as address:
            node = stack.enter_context(Node(tmp_path, text, address=address))
            node.start()
        agents = {}
        for name, path in tokens.items():
            with net.at(name):
                url = f"http://{node.address}:{node.admin_port}"
                command = [*GSLB, "probe", "--name", name, "--token", f"file:{path}", "--node", url]
                agents[name] = stack.enter_context(Process(tmp_path, name, command))
                agents[name].launch()
        wait_until(lambda: votes(node) == {(3, 0)}, 40, lambda: node.log)
        yield net, node, agents


def votes(node):
    """Votes of every endpoint."""
    return {tuple(one["verdicts"][0]["votes"]) for one in node.status_now()["endpoints"]}


def watched(net, node, ledger, lasting):
    """Ask the node over and over; every answer goes into the ledger. When nobody had a say any more, s, if ever."""
    began, alarm = time.monotonic(), float("inf")
    while time.monotonic() < began + lasting:
        with net.at("ns1"):
            ledger.answered("ns1", node.addresses(NAME))
            if alarm == float("inf") and len(node.samples("gslb_vantage_absent")) == 3:
                alarm = time.monotonic() - began
        time.sleep(0.05)
    return alarm


def test_one_of_three_vantages_cut_off_changes_no_verdict(places):
    net, node, agents = places
    eu = net.addresses["eu"]
    with Ledger("vantage-cut-off") as ledger:
        verdicts = len(node.events("verdict"))

        ledger.injected("far reaches neither region nor the sentinel, but the node")
        net.hide("far", "eu", "us", "world")
        wait_until(lambda: votes(node) == {(2, 0)}, NOTICED, lambda: node.log)  # it abstains
        watched(net, node, ledger, LASTING / 2)
        net.show("far", "eu", "us", "world")
        ledger.injected("far reaches all again")
        wait_until(lambda: votes(node) == {(3, 0)}, NOTICED, lambda: node.log)

        ledger.injected("far is cut off from everything")
        net.cut("far")
        wait_until(lambda: votes(node) == {(2, 0)}, NOTICED, lambda: node.log)  # silent for three intervals
        watched(net, node, ledger, LASTING / 2)
        net.join("far")
        ledger.injected("far is back")
        wait_until(lambda: votes(node) == {(3, 0)}, NOTICED, lambda: node.log)

        agents["far"].kill()
        ledger.injected("far is killed, and starts again")
        with net.at("far"):
            agents["far"].launch()
        wait_until(lambda: agents["far"].log.count(": connected, ") > 1, NOTICED, lambda: agents["far"].log)
        wait_until(lambda: votes(node) == {(3, 0)}, NOTICED, lambda: node.log)

        ledger.held("verdict changes with one of three vantages cut off", len(node.events("verdict")) - verdicts, 0)
        with net.at("ns1"):
            assert node.addresses(NAME) == {eu}


def test_a_node_whose_every_link_is_cut_answers_on_and_says_so(places):
    net, node, _ = places
    eu, us = net.addresses["eu"], net.addresses["us"]
    with Ledger("all-links-cut") as ledger, net.at("ns1"):
        verdicts = len(node.events("verdict"))
        with Flood((node.address, node.port), [query(NAME), query("static.example.com")], RATE) as flood:
            wait_until(lambda: flood.tally.answered > RATE / 2, 20)
            for place in ("ns1", "near", "far"):
                net.cut(place)
            ledger.injected("all links of the node and its vantages are cut")
            alarm = watched(net, node, ledger, LASTING)
            status, text = node.page("/readyz")
            told = json.loads(text)["degraded"]
            ledger.answered("/readyz", [str(status), *told])
            for place in ("ns1", "near", "far"):
                net.join(place)
            ledger.injected("all links are back")
            wait_until(lambda: votes(node) == {(3, 0)}, NOTICED, lambda: node.log)
            status_after, text_after = node.page("/readyz")
        ledger.held("gslb_vantage_absent of every prober, s", alarm, ALARM)
        ledger.held("queries lost", flood.tally.lost, 0)
        ledger.held("verdict changes with all links cut", len(node.events("verdict")) - verdicts, 0)
        assert set(map(len, flood.tally.replies.values())) == {1}
        assert (status, status_after) == (200, 200)
        assert any("vantage" in one for one in told), told
        assert json.loads(text_after)["degraded"] == []

        net.cut("eu")
        lost_at = ledger.injected("region eu is cut off")
        wait_until(lambda: node.addresses(NAME) == {us}, DETECTION, lambda: node.log)
        ledger.held("detection afterwards, s", time.monotonic() - lost_at, DETECTION)
        net.join("eu")
        wait_until(lambda: node.addresses(NAME) == {eu}, RETURN + 1, lambda: node.log)


def test_a_node_that_starts_alone_knows_what_was_down_and_what_was_said(places):
    net, node, _ = places
    us = net.addresses["us"]
    with Ledger("start-alone") as ledger, net.at("ns1"):
        net.cut("eu")
        ledger.injected("region eu is cut off")
        wait_until(lambda: node.addresses(NAME) == {us}, DETECTION, lambda: node.log)
        assert node.cli("up", "web/us-east", "--why", "INC-1").returncode == 0
        net.cut("ns1")
        node.kill_all()
        ledger.injected("the node is killed, and starts without a network")
        took, reply = first_answer(node, NAME)
        ledger.held("first right answer, s", took, BUSY * WITHIN)
        assert ends_with(reply, us)
        wait_until(lambda: node.said.count("ready in") > 1, 40, lambda: node.log)
        assert node.states() == {"web/eu-west": "down", "web/us-east": "up"}
        assert [one["path"] for one in node.status_now()["overrides"]] == ["web/us-east"]
