"""What is asked: the cases, their queries, and how a right answer looks."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from itertools import islice
from pathlib import Path

import dns.edns
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
from world import MANY, NEAR, STATIC, STEERED, World, address_of

UDP_PAYLOAD = 1232
COOKIE_OCTETS = 8
NEW_LABEL = "x" * 16  # loadgen -s puts random letters here


@dataclass(frozen=True)
class Case:
    """One kind of load: the zone asked, what loadgen makes new in each query, and over which address."""

    key: str
    says: str
    zone: str
    anew: tuple[str, ...] = ()
    address: str = "127.0.0.1"
    rcode: dns.rcode.Rcode = dns.rcode.NOERROR


CASES = {
    case.key: case
    for case in (
        Case("static", "static A, 1,000 names", STATIC),
        Case("static6", "static A, over IPv6", STATIC, address="::1"),
        Case("many", "static A, 100,000 names", MANY),
        Case("steered", "steered A by weight, 1,000 names", STEERED),
        Case("ecs", "steered by network, a client subnet of 500,000 in each query", NEAR),
        Case("mixed", "static A, each name in random case", STATIC, ("-x",)),
        Case("steered-mixed", "steered A, each name in random case", STEERED, ("-x",)),
        Case("cookies", "static A, a new client cookie in each query", STATIC, ("-c",)),
        Case("nxdomain", "random subdomains, none exists", STATIC, ("-s",), rcode=dns.rcode.NXDOMAIN),
    )
}


def messages(case: Case, world: World) -> Iterator[dns.message.Message]:
    """Every query of the case once, in an order that helps no cache."""
    chance = random.Random(1035)
    if case.zone == NEAR:
        networks = [network for network, _ in world.site_networks]
        chance.shuffle(networks)
        for network in networks:
            yield message("near", NEAR, dns.edns.ECSOption(str(network.network_address), network.prefixlen))
        return
    if case.rcode is dns.rcode.NXDOMAIN:
        yield message(NEW_LABEL, case.zone)
        return
    letter, count = ("w" if case.zone == STEERED else "h"), (world.many if case.zone == MANY else world.names)
    asked = list(range(count))
    chance.shuffle(asked)
    options = (dns.edns.CookieOption(bytes(COOKIE_OCTETS), b""),) if "-c" in case.anew else ()
    for number in asked:
        yield message(f"{letter}{number}", case.zone, *options)


def message(label: str, zone: str, *options: dns.edns.Option) -> dns.message.Message:
    """An A query as a resolver sends it."""
    name = dns.name.from_text(f"{label}.{zone}.")
    asked = dns.message.make_query(name, "A", use_edns=0, payload=UDP_PAYLOAD, options=list(options), id=0)
    asked.flags &= ~dns.flags.RD
    return asked


def write_queries(case: Case, world: World, path: Path) -> Path:
    """The queries of a case in TCP framing, for loadgen; the path again."""
    if case.zone != NEAR:
        wires = (asked.to_wire() for asked in messages(case, world))
    else:  # only the address differs: 500,000 messages need not be built one by one
        networks = [network.network_address.packed[:3] for network, _ in world.site_networks]
        random.Random(1035).shuffle(networks)
        template = next(messages(case, world)).to_wire()
        wires = (template[:-3] + prefix for prefix in networks)
    with path.open("wb") as file:
        file.writelines(len(wire).to_bytes(2, "big") + wire for wire in wires)
    return path


def sample(case: Case, world: World, count: int = 50) -> list[dns.message.Message]:
    """Some queries of the case."""
    return list(islice(messages(case, world), count))


def fault(case: Case, world: World, answer: dns.message.Message) -> str | None:
    """What is wrong with an answer to one of the queries; None when it is right."""
    if answer.rcode() != case.rcode or not answer.flags & dns.flags.AA:
        return f"not an authoritative {dns.rcode.to_text(case.rcode)}: {answer.to_text()}"
    addresses = [
        IPv4Address(rdata.address) for rrset in answer.answer for rdata in rrset if rrset.rdtype == dns.rdatatype.A
    ]
    label = answer.question[0].name.labels[0].decode().lower()
    right = addresses == []
    if case.zone == NEAR:
        client = next((option for option in answer.options if isinstance(option, dns.edns.ECSOption)), None)
        if client is None:
            return "no client subnet in the answer: caches would hold it for everybody"
        site = world.site_of[IPv4Network((client.address, 24))]
        right = addresses == [world.site_endpoints[site]] and client.scopelen > 0
    elif case.rcode is dns.rcode.NOERROR:
        number = int(label[1:])
        if case.zone == STEERED:
            right = len(addresses) == 1 and addresses[0] in world.pool_endpoints[number % world.pools]
        else:
            right = addresses == [address_of(number)]
    return None if right else f"wrong answer: {answer.to_text()}"
