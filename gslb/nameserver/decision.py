"""What one query was answered and by what path, worked out from its packet and the view that it was answered from.

packet ─► steered name, the client's place ─► the choice left to it ─┬─ one outcome ─► that was the answer
                                                                     └─ a draw ──────► one of these, nobody knows which
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network

import dns.message
from dns.rdatatype import RdataType

from gslb.geo import Location
from gslb.image import Bucket, ByClass, Constant, Draw, Selector
from gslb.nameserver.plan import consult, finish
from gslb.nameserver.query import parse
from gslb.nameserver.respond import Client, locate, place, respond, where
from gslb.nameserver.steer import answered, ask, family
from gslb.nameserver.view import View
from gslb.policy import Outcome, choose, name_of


@dataclass(frozen=True, slots=True)
class Decided:
    """One way in which a query may have been answered: its share of chances, the path taken, the endpoints named."""

    share: float
    path: tuple[str, ...]
    endpoints: tuple[str, ...]
    opened: str


@dataclass(frozen=True, slots=True)
class Decision:
    """A query for a steered name. `client` is the prefix that it was located by, cut to /24 or /56.

    `ways` are those in which it may have been answered; with one of them `answer` and `ttl` are what was answered.
    """

    name: str
    rdtype: str
    client: IPv4Network | IPv6Network
    location: Location
    ways: tuple[Decided, ...]
    answer: tuple[str, ...] | None
    ttl: int | None


def decide(packet: bytes, client: Client, view: View) -> Decision | None:
    """What a packet was answered in this view; None where no policy chose, or the packet is not all there."""
    query = parse(packet)
    if query is None or query.rcode is not None or query.question is None:
        return None
    name, rdtype = query.question.name, RdataType.make(query.question.rdtype)
    drafted = consult(name, rdtype, view, lambda sender: locate(query, client, view, sender))
    if drafted is None or not drafted.steered:
        return None
    steered, by_sender = view.world.model.steered[drafted.steered], drafted.scoping.locate_resolver
    at = where(finish(drafted, name), query, client, view)
    location = locate(query, client, view, by_sender)
    question = ask(view, family(answered(steered, rdtype, view)), location)
    ways = left(choose(view.world.tree(steered), question), at.class_, at.bucket)
    total = sum(weight for weight, _ in ways)
    reply = respond(packet, client, view, lambda: 0) if len(ways) == 1 else None
    decoded = None if reply is None else dns.message.from_wire(reply, ignore_trailing=True)
    address, bits = place(None if by_sender else query.subnet, client)
    widest = 24 if address.version == 4 else 56
    return Decision(
        name=name.to_text().lower(),
        rdtype=RdataType.to_text(rdtype),
        client=ip_network(f"{address}/{min(widest, widest if bits is None else bits)}", strict=False),
        location=location,
        ways=tuple(_decided(weight / total, outcome) for weight, outcome in ways),
        answer=None if decoded is None else tuple(f"{rdata}" for rrset in decoded.answer for rdata in rrset),
        ttl=None if decoded is None else min((rrset.ttl for rrset in decoded.answer), default=None),
    )


def left(selector: Selector[Outcome], class_: int, bucket: int) -> list[tuple[int, Outcome]]:
    """What a selector may still pick for a client in this class and bucket, by weight; only chance is left."""
    match selector:
        case Constant(outcome):
            return [(1, outcome)]
        case Draw(parts):
            return [(weight, part.outcome) for weight, part in parts if weight]
        case Bucket(table, parts):
            return left(parts[int.from_bytes(table[2 * bucket : 2 * bucket + 2], "little")], class_, bucket)
        case ByClass(parts=parts):
            return left(parts[class_], class_, bucket)


def _decided(share: float, outcome: Outcome) -> Decided:
    path = tuple(f"{step.kind} {step.chosen}" for step in outcome.why if step.chosen)
    return Decided(share, path, tuple(map(name_of, outcome.leaves)), outcome.opened)
