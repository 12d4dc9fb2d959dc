"""Why a client gets its answer: the same path as `respond`, with its reasons kept."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network

import dns.edns
import dns.message
import dns.name
from dns.rcode import Rcode
from dns.rdatatype import RdataType

from gslb.geo import Location
from gslb.health import Verdict
from gslb.image import pick
from gslb.model import Leaf
from gslb.nameserver.plan import plan
from gslb.nameserver.query import parse
from gslb.nameserver.respond import Client, locate, respond, where
from gslb.nameserver.steer import ask, family
from gslb.nameserver.view import View
from gslb.policy import Outcome, Reason, choose
from gslb.zone import Alias, Steered

Subnet = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Explanation:
    """What would be answered, and why. `outcome` is None for static data; `scope` is None where the reply carries none."""

    name: str
    rdtype: str
    client: str
    location: Location
    why: tuple[Reason, ...]
    health: tuple[tuple[str, tuple[Verdict, ...]], ...]  # each endpoint answered, with what is believed of it
    outcome: Outcome | None
    rcode: str
    answer: tuple[str, ...]
    ttl: int | None
    scope: int | None
    generation: int


def explain(name: dns.name.Name, rdtype: RdataType, client: Client, subnet: Subnet | None, view: View, draw: int) -> Explanation:
    """Ask as `client` would (with `subnet` as its EDNS client subnet), under the 64 bits `draw`."""
    options: list[dns.edns.Option] = [] if subnet is None else [dns.edns.ECSOption(str(subnet.network_address), subnet.prefixlen)]
    message = dns.message.make_query(name, rdtype, use_edns=0, options=options)
    packet = message.to_wire()
    query = parse(packet)
    reply = respond(packet, client, view, lambda: draw)
    if query is None or reply is None:
        raise AssertionError("a query made by dnspython is a query")
    steered = _steered(name, rdtype, view)
    outcome: Outcome | None = None
    by_sender = False
    if steered is not None:
        found = plan(name, rdtype, view, lambda sender: locate(query, client, view, sender))
        at = where(found, query, client, view)
        by_sender = found.scoping.locate_resolver
        tree = view.world.model.trees[steered]
        question = ask(view, family(rdtype), locate(query, client, view, by_sender))
        outcome = pick(choose(tree, question), at.class_, at.bucket, draw)
    decoded = dns.message.from_wire(reply)
    records = [f"{rdata}" for rrset in decoded.answer for rdata in rrset]
    scopes = [option.scopelen for option in decoded.options if isinstance(option, dns.edns.ECSOption)]
    return Explanation(
        name=name.to_text(),
        rdtype=RdataType.to_text(rdtype),
        client=_client(client, subnet),
        location=locate(query, client, view, by_sender),
        why=outcome.why if outcome else (),
        health=_health(outcome, rdtype, view),
        outcome=outcome,
        rcode=Rcode.to_text(decoded.rcode()),
        answer=tuple(records),
        ttl=min((rrset.ttl for rrset in decoded.answer), default=None),
        scope=scopes[0] if scopes else None,
        generation=view.belief.generation,
    )


def _steered(name: dns.name.Name, rdtype: RdataType, view: View) -> str | None:
    """The steered name that answers, through CNAMEs of ours if need be."""
    seen: set[dns.name.Name] = set()
    while name not in seen:
        seen.add(name)
        zone = view.world.zones.find(name)
        if zone is None:
            return None
        match zone.lookup(name, rdtype):
            case Steered(name=node):
                return view.world.steered[node].name
            case Alias() as alias:
                name = alias.target
            case _:
                return None
    return None


def _health(outcome: Outcome | None, rdtype: RdataType, view: View) -> tuple[tuple[str, tuple[Verdict, ...]], ...]:
    if outcome is None:
        return ()
    verdicts = view.belief.verdicts
    return tuple(
        (leaf.path, tuple(verdicts[check] for check in leaf.checks(family(rdtype)) if check in verdicts))
        for leaf in outcome.leaves
        if isinstance(leaf, Leaf)
    )


def _client(client: Client, subnet: Subnet | None) -> str:
    return f"{client.address} (its own address)" if subnet is None else f"{subnet.network_address} (ECS /{subnet.prefixlen})"
