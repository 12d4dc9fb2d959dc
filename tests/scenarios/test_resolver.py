"""A resolver that caches by client prefix never gives one prefix's answer to another."""

import random
from ipaddress import ip_network

import pytest

from kit.addresses import free_port, own_address
from kit.processes import Node, answers, ask
from kit.region import Region, regions
from kit.resolver import Unbound, has_subnet_cache

QUERIES = 1_000
NAMES = ("near", "where", "stick", "net", "plain")

CONFIG = """\
regions:
  eu-west: {{at: FRA}}
  us-east: {{at: IAD}}
  ap-south: {{at: BOM}}
networks:
  wide: [81.2.0.0/16, 2001:db8::/32]
  narrow: [81.2.69.0/24, 81.2.128.0/20]
  bits: [81.2.69.64/26, 81.2.70.0/25]
monitors:
  ready: {{probe: "http://www.example.com:{port}/health", interval: 5s, timeout: 2s}}
pools:
  web:
    monitor: ready
    endpoints: {{eu-west: {eu}, us-east: {us}, ap-south: {ap}}}
zones:
  example.com:
    records: |
      @ 1h NS ns1
      ns1 1h A 127.0.0.1
    steer:
      near: {{ttl: 1h, latency: web}}
      where: {{ttl: 1h, geo: {{GB: web/eu-west, europe: web/us-east, default: web/ap-south}}}}
      stick: {{ttl: 1h, sticky: web}}
      net: {{ttl: 1h, network: {{bits: web/ap-south, narrow: web/eu-west, wide: web/us-east, default: web/ap-south}}}}
      plain: {{ttl: 1h, failover: [web/eu-west, web/us-east]}}
"""


def prefixes(chance: random.Random) -> list[str]:
    """Client prefixes of many lengths, most of them close to another: where a cache would mix them up."""
    found = []
    for _ in range(60):
        start = chance.getrandbits(32) % (223 << 24) | 1 << 24
        found += [str(ip_network(((start + (shift << 8)) & 0xFFFFFF00, 24))) for shift in (0, 1, 2, 256, 65_536)]
    found += [f"81.2.{third}.0/24" for third in (68, 69, 70, 71, 127, 128, 143, 144)]
    found += ["81.2.0.0/16", "81.2.64.0/18", "81.3.0.0/16", "81.2.128.0/20", "81.0.0.0/8"]
    found += [f"2001:db8:{chance.getrandbits(16):x}::/56" for _ in range(20)]
    return found


@pytest.mark.peer
def test_a_thousand_answers_through_a_cache_are_those_of_their_prefix(tmp_path, record_property):
    assert has_subnet_cache(), "this unbound has no subnetcache; tests/conformance has the exact model of one"
    chance = random.Random(7871)
    eu, us, ap, port = own_address(), own_address(), own_address(), free_port()
    with regions(Region(port, eu, us, ap)), Node(tmp_path, CONFIG.format(eu=eu, us=us, ap=ap, port=port)) as node:
        node.start()
        with Unbound(tmp_path, ["example.com"], [(node.address, node.port)], subnets=True) as resolver:
            resolver.start("plain.example.com")
            asked = [(f"{chance.choice(NAMES)}.example.com", subnet) for subnet in prefixes(chance)]
            asked = [chance.choice(asked) for _ in range(QUERIES)]
            direct = {case: node.addresses(case[0], subnet=case[1]) for case in dict.fromkeys(asked)}
            before = node.metric("gslb_queries_total", zone="example.com.")
            for name, subnet in asked:
                found = answers(ask(resolver.at, name, subnet=subnet, recursion=True))
                assert found == direct[name, subnet], (name, subnet)
            passed_on = node.metric("gslb_queries_total", zone="example.com.") - before
        told = (
            f"{QUERIES} queries of {len(direct)} prefixes and names through unbound: 0 wrong; "
            f"{passed_on:.0f} reached the node, {QUERIES - passed_on:.0f} came from the cache"
        )
        print(told)
        record_property("ecs_cache", told)
        assert len(set(direct.values())) == 3
        assert 0 < passed_on < QUERIES / 2
