"""Ten changes of what is answered a second, under load: nothing lost, and never anything but what was meant."""

import time

import dns.message
import pytest

from gslb.cli.local import ask
from kit.addresses import free_port, own_address
from kit.flood import Flood
from kit.packets import query
from kit.processes import Node
from kit.region import Region, regions
from kit.scale import scaled, seconds
from kit.twoland import NAME, two_regions
from kit.waiting import wait_until

RATE = scaled(2_000, 10_500)  # queries a second
FLIPS = 10  # a second
SECONDS = seconds(3, 30)


@pytest.fixture
def world():
    eu, us, port = own_address(), own_address(), free_port()
    with regions(Region(port, eu, us)):
        yield eu, us, port


@pytest.mark.timeout(300 + 2 * SECONDS)
def test_flips_under_load_lose_nothing_and_answer_nothing_wrong(tmp_path, world, record_property):
    eu, us, _ = world
    asked = [query(NAME), query("static.example.com")]
    right = [{frozenset({eu}), frozenset({us})}, {frozenset({"192.0.2.1"})}]
    with Node(tmp_path, two_regions(*world)) as node:
        node.start()
        judge = node.state / "judge.sock"
        with Flood((node.address, node.port), asked, RATE) as flood:
            wait_until(lambda: flood.tally.answered > RATE / 2, 20)
            began, done = time.monotonic(), 0
            while time.monotonic() < began + SECONDS:
                if done % 2:
                    ask(judge, "POST", "/v1/clear", {"path": "web/eu-west"})
                else:
                    ask(judge, "POST", "/v1/override", {"path": "web/eu-west", "word": "drain"})
                done += 1
                time.sleep(max(0.0, began + done / FLIPS - time.monotonic()))
            took = time.monotonic() - began
            if done % 2:
                ask(judge, "POST", "/v1/clear", {"path": "web/eu-west"})
            wait_until(lambda: node.addresses(NAME) == {eu}, 10)
        told = f"{done} flips at {done / took:.1f}/s; {flood.tally}"
        print(told)
        record_property("flips", told)
        assert (flood.tally.lost, flood.tally.strange) == (0, 0)
        for which, sets in enumerate(right):
            found = {answered(rest) for rest in flood.tally.replies[which]}
            assert found == sets
        assert not node.events("child ended")


def answered(rest: bytes) -> frozenset[str]:
    """The rdata in a reply without its id, as text."""
    reply = dns.message.from_wire(b"\0\0" + rest)
    return frozenset(rdata.to_text() for rrset in reply.answer for rdata in rrset)
