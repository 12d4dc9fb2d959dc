"""A failover leaves its history: phases as a client saw them, both truths before and after, also over a restart."""

import json
import time
from datetime import UTC, datetime
from threading import Event, Thread

import pytest

from kit.addresses import free_port, own_address
from kit.processes import Node, answers, ask
from kit.region import Region, regions
from kit.twoland import DETECTION, NAME, RETURN, TTL, two_regions
from kit.waiting import wait_until

EXACT = 1.0  # seconds by which what is told may differ from what a client saw


class Digging(Thread):
    """Somebody who asks all the time, and notes when which address was answered."""

    def __init__(self, node):
        super().__init__(daemon=True)
        self.at = (node.address, node.port)
        self.seen = {}
        self.ended = Event()

    def run(self):
        while not self.ended.is_set():
            for address in answers(ask(self.at, NAME)):
                now = time.time()
                first, _ = self.seen.get(address, (now, now))
                self.seen[address] = first, now
            self.ended.wait(0.02)


@pytest.fixture
def world():
    eu, us, port = own_address(), own_address(), free_port()
    here, there = Region(port, eu), Region(port, us)
    with regions(here, there):
        yield here, eu, us, port


def told(node, *words):
    done = node.cli(*words, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def written(moment):
    return datetime.fromtimestamp(moment, UTC).isoformat()


def test_a_failover_is_told_as_a_client_saw_it_and_both_truths_stay_over_a_restart(tmp_path, world, record_property):
    here, eu, us, port = world
    with Node(tmp_path, two_regions(eu, us, port)) as node:
        node.start()
        digging = Digging(node)
        digging.start()
        wait_until(lambda: eu in digging.seen, 10)
        healthy = time.time()
        wait_until(lambda: time.time() > healthy + 1.5, 5)  # so that counters were looked at while all was well
        lost = time.time()
        here.stop()
        wait_until(lambda: us in digging.seen, DETECTION)
        moved = time.time()
        wait_until(lambda: told(node, "incidents") and told(node, "incidents", "last")["first_answer"], 20)
        wait_until(lambda: time.time() > moved + 1.0, 5)

        incident = told(node, "incidents", "last")
        (_, last_eu), (first_us, _) = digging.seen[eu], digging.seen[us]
        assert incident["endpoints"] == ["web/eu-west"]
        assert [move["name"] for move in incident["moved"]] == [f"{NAME}."]
        assert lost <= incident["seen"] <= incident["suspect"] <= incident["verdict"] <= incident["published"]
        assert abs(incident["published"] - first_us) <= EXACT
        assert abs(incident["first_answer"] - first_us) <= EXACT
        assert abs(incident["last_old_answer"] - last_eu) <= EXACT
        assert abs(incident["last_stale"] - (last_eu + TTL)) <= EXACT
        assert incident["rto"] <= DETECTION + TTL

        here.start()
        wait_until(lambda: answers(ask(digging.at, NAME)) == {eu}, RETURN)
        digging.ended.set()
        digging.join(10)
        wait_until(lambda: told(node, "incidents", "last")["back"], 10)

        def at(moment):
            return told(node, "explain", NAME, "--at", written(moment))["answer"]

        assert (at(healthy), at(moved)) == ([eu], [us])
        logged = [json.loads(line) for line in node.cli("log", NAME, "--json", "--last", "0").stdout.splitlines()]
        sure = {line["generation"]: line["answer"] for line in logged if line["certain"]}
        assert {*map(tuple, sure.values())} == {(eu,), (us,)}
        assert sure[incident["generation"]] == [us]
        before = told(node, "incidents")
        assert node.end() == 0
        assert told(node, "incidents") == before  # nothing runs
        node.start()
        assert (at(healthy), at(moved)) == ([eu], [us])
        assert told(node, "incidents") == before
        (available,) = told(node, "availability", NAME)
        assert available["windows"]["day"]["healthy"] == pytest.approx(1.0, abs=0.05)
        wait_until(lambda: node.metric("gslb_name_healthy_ratio", name=f"{NAME}.", window="day") > 0.9, 40)
        early = node.cli("explain", NAME, "--at", written(healthy - 3_600))
        assert early.returncode == 1
        assert "the chronicle begins" in early.stderr
        print(node.cli("incidents", "last").stdout)
        said = (
            f"seen {incident['seen'] - lost:.2f} s after the loss, verdict {incident['verdict'] - lost:.2f}, published "
            f"{incident['published'] - lost:.2f}, first answer told {incident['first_answer'] - lost:.2f} and seen "
            f"{first_us - lost:.2f}, last old told {incident['last_old_answer'] - lost:.2f} and seen "
            f"{last_eu - lost:.2f}, last stale {incident['last_stale'] - lost:.2f}"
        )
        print(said)
        record_property("incident", said)
