"""A region dies under two nodes and comes back: answers follow in the detection time, caches one TTL later."""

import time

import pytest

from kit.addresses import free_port, own_address
from kit.processes import Node, answers, ask
from kit.region import Region, regions
from kit.resolver import Unbound
from kit.waiting import wait_until

TTL = 2
DETECTION = 3.0  # interval + (fall - 1) * max(confirm_interval, timeout) + timeout + 1 s, as written below
RETURN = 1 + 0.5 + 1 + 1  # rise * interval, timeouts, and what deciding and publishing take
NAME = "www.example.com"


def world(eu: str, us: str, port: int) -> str:
    return f"""\
regions:
  eu-west: {{at: FRA}}
  us-east: {{at: IAD}}
monitors:
  ready:
    probe: http://{NAME}:{port}/health
    interval: 1s
    timeout: 500ms
    confirm_interval: 250ms
    fall: 2
    rise: 2
pools:
  web:
    monitor: ready
    endpoints: {{eu-west: {eu}, us-east: {us}}}
zones:
  example.com:
    records: |
      @ 1h NS ns1
      ns1 1h A 127.0.0.1
    steer:
      www: {{ttl: {TTL}s, failover: [web/eu-west, web/us-east], failback: auto}}
"""


@pytest.mark.peer
def test_a_lost_region_is_no_longer_answered_and_comes_back(tmp_path, record_property):
    eu, us, port = own_address(), own_address(), free_port()
    here, there = Region(port, eu), Region(port, us)
    text = world(eu, us, port)
    with regions(here, there), Node(tmp_path, text, "ns1") as ns1, Node(tmp_path, text, "ns2") as ns2:
        nodes = [ns1.start(), ns2.start()]
        with Unbound(tmp_path, ["example.com"], [(node.address, node.port) for node in nodes]) as resolver:
            resolver.start(NAME)

            def through() -> frozenset[str]:
                return answers(ask(resolver.at, NAME, recursion=True))

            for node in nodes:
                assert node.addresses(NAME) == {eu}
            wait_until(lambda: through() == {eu}, TTL + 1)

            for lose in (here.stop, here.freeze):
                lost_at = time.monotonic()
                lose()
                seen = dict.fromkeys(("ns1", "ns2", "resolver"), 0.0)
                asked = 0
                while time.monotonic() < lost_at + DETECTION + TTL + 1:
                    for who, found in (
                        ("ns1", ns1.addresses(NAME)),
                        ("ns2", ns2.addresses(NAME)),
                        ("resolver", through()),
                    ):
                        asked += 1
                        assert len(found) == 1
                        if eu in found:
                            seen[who] = time.monotonic() - lost_at
                    time.sleep(0.01)
                for who, limit in (("ns1", DETECTION), ("ns2", DETECTION), ("resolver", DETECTION + TTL)):
                    record_property(f"{lose.__name__}: last answer from {who}", f"{seen[who]:.2f} s of {limit:.2f} s")
                    print(
                        f"{lose.__name__}: {who} last named it after {seen[who]:.2f} s; allowed {limit:.2f} s ({asked} asked)"
                    )
                    assert seen[who] <= limit
                assert ns1.addresses(NAME) == ns2.addresses(NAME) == through() == {us}

                back_at = time.monotonic()
                here.stop()
                here.start()
                for node in nodes:
                    wait_until(lambda node=node: node.addresses(NAME) == {eu}, RETURN)
                print(f"it is answered again {time.monotonic() - back_at:.2f} s after it is back")
                wait_until(lambda: through() == {eu}, TTL + 1)
