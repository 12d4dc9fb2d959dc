"""What is asked: the names, weights and networks of each case, its queries, and how a right answer looks.

static    1,000 names with one A record each, from a master file
steered   1,000 names, each answered by one of two addresses by weight 3:1, both probed over TCP
ecs       one name whose answer depends on the client's network: 500,000 networks of 16 sites, asked with client subnet
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import dns.edns
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype

ZONE = "example.com"
TTL = 30
UDP_PAYLOAD = 1232
FIRST_ENDPOINT = IPv4Address("127.1.0.1")  # endpoints stand on loopback, so that any of them can be probed
WEIGHTS = (3, 1)


class Case(Enum):
    STATIC = "static"
    STEERED = "steered"
    ECS = "ecs"


@dataclass(frozen=True)
class Load:
    """How much of everything: the same for every peer in a run."""

    names: int = 1_000
    pools: int = 1  # of two endpoints each, shared by the steered names in turn
    networks: int = 500_000
    sites: int = 16
    probe_port: int = 0  # TCP port that every endpoint listens on

    @cached_property
    def static_records(self) -> list[tuple[str, IPv4Address]]:
        """(owner label, address) for each static name."""
        return [(f"h{i}", IPv4Address("192.0.2.0") + i % 256) for i in range(self.names)]

    @cached_property
    def pool_endpoints(self) -> list[tuple[IPv4Address, IPv4Address]]:
        return [(FIRST_ENDPOINT + 2 * i, FIRST_ENDPOINT + 2 * i + 1) for i in range(self.pools)]

    @cached_property
    def steered_pools(self) -> list[tuple[str, int]]:
        """(owner label, index of its pool) for each steered name."""
        return [(f"w{i}", i % self.pools) for i in range(self.names)]

    @cached_property
    def site_endpoints(self) -> list[IPv4Address]:
        return [FIRST_ENDPOINT + i for i in range(self.sites)]

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


def zone_text(records: str) -> str:
    """A master file of the zone with `records` in it."""
    return (
        f"$ORIGIN {ZONE}.\n$TTL {TTL}\n"
        "@ SOA ns1 hostmaster 1 7200 900 1209600 300\n@ NS ns1\n@ NS ns2\nns1 A 192.0.2.53\nns2 A 198.51.100.53\n"
        + records
    )


def static_zone(load: Load) -> str:
    return zone_text("".join(f"{label} A {address}\n" for label, address in load.static_records))


def labels(case: Case, load: Load) -> list[str]:
    match case:
        case Case.STATIC:
            return [label for label, _ in load.static_records]
        case Case.STEERED:
            return [label for label, _ in load.steered_pools]
        case Case.ECS:
            return ["near"]


def queries(case: Case, load: Load) -> Iterator[dns.message.Message]:
    """Every query of the case once, in an order that helps no cache."""
    chance = random.Random(1035)
    if case is Case.ECS:
        networks = [network for network, _ in load.site_networks]
        chance.shuffle(networks)
        for network in networks:
            yield query("near", dns.edns.ECSOption(str(network.network_address), network.prefixlen))
        return
    asked = labels(case, load)
    chance.shuffle(asked)
    for label in asked:
        yield query(label)


def query(label: str, *options: dns.edns.Option) -> dns.message.Message:
    name = dns.name.from_text(f"{label}.{ZONE}.")
    asked = dns.message.make_query(name, "A", use_edns=0, payload=UDP_PAYLOAD, options=list(options), id=0)
    asked.flags &= ~dns.flags.RD
    return asked


def write_queries(case: Case, load: Load, path: Path) -> None:
    """The queries in TCP framing, for loadgen."""
    if case is not Case.ECS:
        wires = (message.to_wire() for message in queries(case, load))
    else:  # only the address differs: 500,000 messages need not be built one by one
        networks = [network.network_address.packed[:3] for network, _ in load.site_networks]
        random.Random(1035).shuffle(networks)
        template = next(queries(case, load)).to_wire()
        wires = (template[:-3] + prefix for prefix in networks)
    with path.open("wb") as file:
        file.writelines(len(wire).to_bytes(2) + wire for wire in wires)


def fault(case: Case, load: Load, answer: dns.message.Message) -> str | None:
    """What is wrong with an answer to one of the queries; None when it is right."""
    if answer.rcode() != dns.rcode.NOERROR or not answer.flags & dns.flags.AA:
        return f"not an authoritative NOERROR: {answer.to_text()}"
    addresses = [
        IPv4Address(rdata.address) for rrset in answer.answer for rdata in rrset if rrset.rdtype == dns.rdatatype.A
    ]
    label = answer.question[0].name.labels[0].decode()
    match case:
        case Case.STATIC:
            right = addresses == [dict(load.static_records)[label]]
        case Case.STEERED:
            right = len(addresses) == 1 and addresses[0] in load.pool_endpoints[dict(load.steered_pools)[label]]
        case Case.ECS:
            client = next((option for option in answer.options if isinstance(option, dns.edns.ECSOption)), None)
            if client is None:
                return "no client subnet in the answer: caches would hold it for everybody"
            site = load.site_of[IPv4Network((client.address, 24))]
            right = addresses == [load.site_endpoints[site]] and client.scopelen > 0
    return None if right else f"wrong answer: {answer.to_text()}"
