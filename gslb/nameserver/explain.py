"""Why a client gets its answer: the same path as `respond`, with its reasons kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from ipaddress import IPv4Network, IPv6Network

import dns.edns
import dns.message
import dns.name
from dns.rcode import Rcode
from dns.rdatatype import RdataType

from gslb.geo import Location
from gslb.health import Verdict
from gslb.image import pick
from gslb.model import Address, Family, Leaf
from gslb.nameserver.plan import consult, finish
from gslb.nameserver.query import parse
from gslb.nameserver.respond import Client, locate, respond, where
from gslb.nameserver.steer import answered, ask, family
from gslb.nameserver.view import View
from gslb.policy import Outcome, Reason, choose

Subnet = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Explanation:
    """What would be answered, and why; `outcome` is None for static data, `scope` where the reply carries none."""

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


def explain(
    name: dns.name.Name,
    rdtype: RdataType,
    client: Client,
    subnet: Subnet | None,
    view: View,
    draw: int,
    evidence: Callable[[Address, Location], tuple[tuple[str, str], ...]] = lambda *_: (),
    told_at: float | None = None,
) -> Explanation:
    """Ask as `client` would (with `subnet` as its EDNS client subnet), under the 64 bits `draw`.

    `told_at`: the wall-clock moment at which somebody reads since when things are so; None: when the view was made.

    `evidence` tells what stands behind the round trips of a client: its address, and where it is (Location.evidence).
    """
    options: list[dns.edns.Option] = (
        [] if subnet is None else [dns.edns.ECSOption(str(subnet.network_address), subnet.prefixlen)]
    )
    packet = dns.message.make_query(name, rdtype, use_edns=0, options=options).to_wire()
    query = parse(packet)
    reply = respond(packet, client, view, lambda: draw)
    if query is None or reply is None:
        raise AssertionError("a query made by dnspython is a query")
    decoded = dns.message.from_wire(reply)
    by_sender = False
    outcome: Outcome | None = None
    health: tuple[tuple[str, tuple[Verdict, ...]], ...] = ()
    drafted = None if query.rcode else consult(name, rdtype, view, lambda sender: locate(query, client, view, sender))
    if drafted is not None and drafted.steered:
        steered = view.world.model.steered[drafted.steered]
        by_sender = drafted.scoping.locate_resolver
        at = where(finish(drafted, name), query, client, view)
        kind = family(answered(steered, rdtype, view))
        place = locate(query, client, view, by_sender)
        address = client.address if by_sender or subnet is None else subnet.network_address
        located = ask(view, kind, replace(place, evidence=evidence(address, place)))
        question = replace(located, told_at=told_at)
        outcome = pick(choose(view.world.tree(steered), question), at.class_, at.bucket, draw)
        health = _health(outcome, kind, view)
    return Explanation(
        name=name.to_text(),
        rdtype=RdataType.to_text(rdtype),
        client=_client(client, subnet),
        location=locate(query, client, view, by_sender),
        why=outcome.why if outcome else (),
        health=health,
        outcome=outcome,
        rcode=Rcode.to_text(decoded.rcode()),
        answer=tuple(f"{rdata}" for rrset in decoded.answer for rdata in rrset),
        ttl=min((rrset.ttl for rrset in decoded.answer), default=None),
        scope=next((option.scopelen for option in decoded.options if isinstance(option, dns.edns.ECSOption)), None),
        generation=view.belief.generation,
    )


def _health(outcome: Outcome, kind: Family, view: View) -> tuple[tuple[str, tuple[Verdict, ...]], ...]:
    verdicts = view.belief.verdicts
    return tuple(
        (leaf.path, tuple(verdicts[check] for check in leaf.checks(kind) if check in verdicts))
        for leaf in outcome.leaves
        if isinstance(leaf, Leaf)
    )


def _client(client: Client, subnet: Subnet | None) -> str:
    return (
        f"{client.address} (its own address)"
        if subnet is None
        else f"{subnet.network_address} (ECS /{subnet.prefixlen})"
    )
