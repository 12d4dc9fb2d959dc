"""A TTL that chooses itself: held to the promise at first, then to the budget, and never in the way of a fall."""

import json

import pytest

from kit.addresses import free_port, own_address
from kit.caches import Caches
from kit.processes import Node, answers, ask
from kit.region import Region, regions
from kit.resolver import Unbound
from kit.twoland import DETECTION, NAME, RETURN
from kit.waiting import wait_until

RTO, BUDGET, CACHES = 15, 12, 60
PROMISED = 10  # RTO less the detection time and half a second until it is published, in whole seconds
CHOSEN = {3, 4, 5}  # 60 caches that are always busy ask 60/(T + 1) times a second: 12 at 4 s
MEASURED = 120.0  # a minute is watched before anything moves, and moves are twofold

CONFIG = """\
regions:
  eu-west: {{at: FRA}}
  us-east: {{at: IAD}}
monitors:
  ready:
    probe: http://www.example.com:{port}/health
    interval: 1s
    timeout: 1s
    confirm_interval: 250ms
    fall: 2
    rise: 2
    damping: off
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
      www:
        ttl: {{auto: {{rto: {rto}s, queries: {budget}/s}}, min: 1s, max: 1m}}
        failover: [web/eu-west, web/us-east]
        failback: auto
"""


def ttl(node):
    return node.ask(NAME).answer[0].ttl


def advice(node):
    """What `gslb ttl --json` tells."""
    done = node.cli("ttl", "www", "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.long
@pytest.mark.peer
def test_a_ttl_follows_promise_then_budget_and_falls_with_the_first_doubt(tmp_path, record_property):
    eu, us, port = own_address(), own_address(), free_port()
    here, there = Region(port, eu), Region(port, us)
    text = CONFIG.format(port=port, eu=eu, us=us, rto=RTO, budget=BUDGET)
    with regions(here, there), Node(tmp_path, text) as node:
        node.start()
        assert ttl(node) == PROMISED
        first = advice(node)
        assert (first["known"], first["trusted"], first["now"]) == (False, False, PROMISED)

        with Caches((node.address, node.port), NAME, CACHES, rate=1.0) as caches:
            wait_until(lambda: ttl(node) in CHOSEN, MEASURED, lambda: node.cli("ttl", "www").stdout)
            wait_until(lambda: set(caches.ttls) <= CHOSEN | {2}, 60.0)
            told = advice(node)
            assert told["trusted"]
            assert told["resolvers"] == pytest.approx(CACHES, rel=0.5)
            assert told["seen"] is not None

            page = node.cli("ttl", "www").stdout
            assert "auto: rto 15 s" in page
            assert "<- auto" in page
            wait_until(lambda: node.metric("gslb_ttl_seconds", name=f"{NAME}.") in CHOSEN, 30.0)
            now = next(row for row in told["rows"] if row["ttl"] == told["now"])
            assert told["uncached"] > 0, "this test itself asks all the time"
            line = (
                f"TTL {told['now']}: {now['queries']:.1f} q/s foretold and {told['uncached']:.1f} q/s of who keeps "
                f"nothing, {told['seen']:.1f} q/s seen; budget {BUDGET}"
            )
            print(line)
            record_property("ttl", line)
            assert now["queries"] == pytest.approx(CACHES / (told["now"] + 1), rel=0.4)

            with Unbound(tmp_path, ["example.com"], [(node.address, node.port)]) as resolver:
                resolver.start(NAME)
                assert ask(resolver.at, NAME, recursion=True).answer[0].ttl <= max(CHOSEN)

                seen = set()

                def moved() -> bool:
                    reply = node.ask(NAME)
                    seen.add((*answers(reply), reply.answer[0].ttl))
                    return answers(reply) == {us}

                here.freeze()
                wait_until(moved, 2 * DETECTION)
                assert (eu, 1) in seen, f"it fell to min before the endpoint was gone: {seen}"
                wait_until(lambda: answers(ask(resolver.at, NAME, recursion=True)) == {us}, max(CHOSEN) + 2)

                here.stop()
                here.start()
                wait_until(lambda: node.addresses(NAME) == {eu}, 2 * RETURN)
                assert ttl(node) <= 2, "what just came back starts short"
                wait_until(lambda: ttl(node) in CHOSEN, 20.0)

            node.child("control").kill()
            assert ttl(node) in CHOSEN, "advice stays with nobody to advise"
