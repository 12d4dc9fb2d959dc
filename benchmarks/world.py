"""What is served: the same zones, pools and networks for every server of a run.

static.test    1,000 names with one A record each
many.test      100,000 of them
steered.test   1,000 names, each answered by one of two addresses by weight 3:1, both probed over TCP
near.test      one name whose answer depends on the client's network: 500,000 networks of 16 sites
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Address, IPv4Network

TTL = 30  # seconds
WEIGHTS = (3, 1)
FIRST_ENDPOINT = IPv4Address("127.1.0.1")  # endpoints stand on loopback, so that any of them can be probed
STATIC, MANY, STEERED, NEAR = "static.test", "many.test", "steered.test", "near.test"
COUNTRIES = ("DE", "FR", "ES", "IT", "PL", "SE", "GB", "US", "CA", "BR", "AR", "JP", "IN", "AU", "ZA", "EG")


@dataclass(frozen=True)
class World:
    """How much of everything. `pools` have two endpoints each, shared by the steered names in turn."""

    names: int = 1_000
    many: int = 100_000
    pools: int = 500
    networks: int = 500_000
    sites: int = len(COUNTRIES)
    probe_port: int = 0  # TCP port that every endpoint listens on
    probe: str = "tcp://"  # ours: `http://host` asks for a page
    workers: int = 1

    @cached_property
    def pool_endpoints(self) -> list[tuple[IPv4Address, IPv4Address]]:
        return [(FIRST_ENDPOINT + 2 * i, FIRST_ENDPOINT + 2 * i + 1) for i in range(self.pools)]

    @cached_property
    def steered_pools(self) -> list[tuple[str, int]]:
        """(owner label, index of its pool) for each steered name."""
        return [(f"w{i}", i % self.pools) for i in range(self.names)] if self.pools else []

    @cached_property
    def site_endpoints(self) -> list[IPv4Address]:
        return [FIRST_ENDPOINT + 2 * self.pools + i for i in range(self.sites)]

    @cached_property
    def site_networks(self) -> list[tuple[IPv4Network, int]]:
        """(a /24, index of its site), in order of address; neighbours have different sites: no map can shrink."""
        chance = random.Random(7871)
        unicast = range(1 << 16, 100 << 16)  # the /24s from 1.0.0.0 up to 99.255.255.0
        chosen = sorted(chance.sample(unicast, self.networks))
        return [(IPv4Network((number << 8, 24)), chance.randrange(self.sites)) for number in chosen]

    @cached_property
    def site_of(self) -> dict[IPv4Network, int]:
        return dict(self.site_networks)


def address_of(number: int) -> IPv4Address:
    """What the static name of this number has."""
    return IPv4Address("192.0.2.0") + number % 256


def zone_text(zone: str, records: Iterable[str] = ()) -> str:
    """A master file of the zone with `records` in it."""
    return (
        f"$ORIGIN {zone}.\n$TTL {TTL}\n"
        "@ SOA ns1 hostmaster 1 7200 900 1209600 300\n@ NS ns1\n@ NS ns2\nns1 A 192.0.2.53\nns2 A 198.51.100.53\n"
        + "".join(records)
    )


def plain_zone(zone: str, names: int) -> str:
    """A master file with `names` names h0, h1 …, of one address each."""
    return zone_text(zone, (f"h{i} A {address_of(i)}\n" for i in range(names)))
