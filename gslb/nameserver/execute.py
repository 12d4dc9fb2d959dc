"""A plan and a query to a packet: header, question, body, OPT, client subnet, truncation. No meaning, only mechanics.

| header 12 | question as asked | body: answers, authorities, additionals | OPT: client subnet, then `extra` |
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from dns.rcode import Rcode

from gslb.image import Body, Scoping, Selector, Trim, pick
from gslb.nameserver.query import CD, OPTION_ECS, OPTION_EDE, QR, RD, TC, Edns, Query, Subnet, Transport

PAYLOAD = 1232  # octets we offer and never pass over UDP (DNS flag day 2020)
CAP = {1: 24, 2: 56}  # longest scope given, by family
OPT_FIXED = 11


@dataclass(frozen=True, slots=True)
class Plan:
    """All that an answer means: how to pick, what may be picked, and how its scope follows.

    `places` is the digest of the class map that tells this plan's clients apart, if one does; `ede` an info code of
    RFC 8914. `opened`: from which last resorts clients are answered, "" for what is healthy.
    """

    selector: Selector[Body]
    scoping: Scoping = Scoping()  # noqa: RUF009 - frozen
    places: str | None = None
    ede: int | None = None
    opened: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Where:
    """What selectors need to know of a client: its class and that class's widest prefix here, and its hash bucket."""

    class_: int = 0
    class_scope: int = 0
    bucket: int = 0


def execute(plan: Plan, query: Query, where: Where, draw: int, transport: Transport, extra: bytes = b"") -> bytes:
    """The reply. `draw` is 64 random bits; `extra` are more EDNS options as wire (used only if the query had EDNS)."""
    body = pick(plan.selector, where.class_, where.bucket, draw)
    if plan.ede is not None:
        extra += _option(OPTION_EDE, plan.ede.to_bytes(2, "big"))
    subnet = query.subnet
    options = _subnet_option(subnet, scope(plan.scoping, subnet, where, body)) if subnet is not None else b""
    return _assemble(query, body, options + extra, limit(query.edns, transport))


def scope(scoping: Scoping, subnet: Subnet, where: Where, body: Body) -> int:
    """The scope prefix length of a reply (RFC 7871, section 7.2.1), capped at /24 and /56.

    0 when nothing varies by client, the client asked not to be located (source 0), the sender is what is located, or
    there is no answer record: a negative answer is for everybody. Where one family is all of one class, but clients
    differ, it is 1: some resolvers take 0 to hold for the other family too.
    """
    if not subnet.source or scoping.locate_resolver or not body.answers:
        return 0
    by_class = max(where.class_scope, 1) if scoping.by_class else 0
    by_prefix = subnet.source if scoping.by_prefix else 0
    return min(max(by_class, by_prefix), CAP[subnet.family])


def limit(edns: Edns | None, transport: Transport) -> int:
    """How long the reply may be, in octets."""
    if transport is Transport.TCP:
        return 65_535
    return 512 if edns is None else min(max(edns.payload, 512), PAYLOAD)


def error(query: Query, rcode: Rcode, extra: bytes = b"") -> bytes:
    """A reply that is only a code: REFUSED, FORMERR, NOTIMP, BADVERS (RFC 6891, section 6.1.3) …; for everybody."""
    options = _subnet_option(query.subnet, 0) if query.subnet is not None else b""
    return _assemble(query, Body(b"", rcode & 15), options + extra, 65_535, rcode >> 4)


def _assemble(query: Query, body: Body, options: bytes, size: int, extended: int = 0) -> bytes:
    question = query.question.wire if query.question else b""
    opt = _opt(query.edns, options, extended) if query.edns is not None else b""
    room = size - 12 - len(question) - len(opt)
    counts, wire, truncated = (body.answers, body.authorities, body.additionals), body.wire, 0
    if len(wire) > room:
        counts, wire = (body.answers, body.authorities, 0), body.wire[: body.core]
        truncated = TC if Trim.GLUE in body.trim else 0
    if len(wire) > room:
        counts, wire, truncated = (0, 0, 0), b"", TC
    flags = QR | query.flags & (0x7800 | RD | CD) | body.flags | truncated
    header = struct.pack("!HHHHHH", query.id, flags, bool(question), counts[0], counts[1], counts[2] + bool(opt))
    return header + question + wire + opt


def _opt(edns: Edns, options: bytes, extended: int) -> bytes:
    return struct.pack("!BHHBBHH", 0, 41, PAYLOAD, extended, 0, 0x8000 if edns.do else 0, len(options)) + options


def _option(code: int, value: bytes) -> bytes:
    return struct.pack("!HH", code, len(value)) + value


def _subnet_option(subnet: Subnet, scope_: int) -> bytes:
    return _option(OPTION_ECS, struct.pack("!HBB", subnet.family, subnet.source, scope_) + subnet.address)
