"""A region dies under two nodes and comes back: answers follow in the detection time, caches one TTL later."""

import time

import pytest

from kit.addresses import free_port, own_address
from kit.ledger import Ledger
from kit.processes import Node, answers, ask
from kit.region import Region, regions
from kit.resolver import Unbound
from kit.twoland import DETECTION, NAME, RETURN, TTL, two_regions
from kit.waiting import wait_until

ROUNDING = 1  # unbound counts whole seconds, and keeps an answer through the one in which it expires
LIMITS = {"ns1": DETECTION, "ns2": DETECTION, "unbound": DETECTION + TTL + ROUNDING}


@pytest.mark.peer
def test_a_lost_region_is_no_longer_answered_and_comes_back(tmp_path, record_property):
    eu, us, port = own_address(), own_address(), free_port()
    here, there = Region(port, eu), Region(port, us)
    text = two_regions(eu, us, port)
    with regions(here, there), Node(tmp_path, text, "ns1") as ns1, Node(tmp_path, text, "ns2") as ns2:
        nodes = [ns1.start(), ns2.start()]
        upstream = [(node.address, node.port) for node in nodes]
        with Unbound(tmp_path, ["example.com"], upstream) as resolver, Ledger("dead-region") as ledger:
            resolver.start(NAME)

            def through() -> frozenset[str]:
                return answers(ask(resolver.at, NAME, recursion=True))

            for node in nodes:
                assert node.addresses(NAME) == {eu}
            wait_until(lambda: through() == {eu}, TTL + ROUNDING)

            for lose in (here.stop, here.freeze):
                lose()
                lost_at = ledger.injected(f"region eu: {lose.__name__}")
                last = dict.fromkeys(LIMITS, 0.0)
                while time.monotonic() < lost_at + DETECTION + TTL + ROUNDING:
                    found = {"ns1": ns1.addresses(NAME), "ns2": ns2.addresses(NAME), "unbound": through()}
                    for who, addresses in found.items():
                        ledger.answered(who, addresses)
                        assert len(addresses) == 1
                        if eu in addresses:
                            last[who] = time.monotonic() - lost_at
                    time.sleep(0.03)
                for who, limit in LIMITS.items():
                    told = f"{lose.__name__}: {who} last named the region after {last[who]:.2f} s of {limit:.2f} s"
                    record_property("failover", told)
                    ledger.held(f"{lose.__name__}: {who} last named the region, s", last[who], limit)
                assert all(addresses == {us} for addresses in found.values())

                here.stop()
                here.start()
                back_at = ledger.injected("region eu: start")
                for node in nodes:
                    wait_until(lambda node=node: node.addresses(NAME) == {eu}, RETURN)
                print(f"it is answered again {time.monotonic() - back_at:.2f} s after it is back")
                wait_until(lambda: through() == {eu}, TTL + ROUNDING)
