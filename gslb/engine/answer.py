"""A packet to a reply, from the published tables alone: no policy, no objects of a zone, only mechanics.

header, question ─► rows ─► target ─┬─ body ───────────────────────────────┐
                                    └─ row ─► plan ─► class, bucket, draw ─┴─► header | question | body | OPT

A name outside all zones is refused, and so is what is no query for records (`refusal`). What has no stored plan, and
what only the configuration can answer, is left to the responder, which gives the same octets for all others.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable

from gslb.engine.query import (
    CAPS,
    LARGEST_STREAMED,
    OPT_SIZE,
    SMALLEST,
    WIDTHS,
    NoAnswer,
    Subnet,
    label_starts,
    read_opt,
    read_options,
)
from gslb.engine.refusal import refuse
from gslb.image import HAS_OPT, Body, FlatBody, FlatBucket, FlatDraw, Plan, Tables, client_bucket, heads

HEADER = 12
ONE_QUESTION = b"\0\1\0\0\0\0\0\0"
ONE_QUESTION_AND_MORE = b"\0\1\0\0\0\0\0\1"
CLASS_IN = b"\0\1"
NOT_RECORDS = frozenset({0, 41, 249, 250, 251, 252, 253, 254})  # types that ask for no records: OPT, TSIG, transfers
TC = 0x0200
REFUSED = FlatBody.of(Body(b"", flags=5))
NOT_AUTHORITATIVE = b"\0\x0f\0\2\0\x14"  # EDNS: extended error 20 (RFC 8914, section 4.21)
NO_ZONE = memoryview(array("Q", [0]))  # counts what no zone counts

# A query found in the tables, all but who asks and the draw: the body or plan that answers; the counters and which of
# them is counted (for a plan, the body's ordinal is added); the question's octets; RD, CD and OPT (see FlatBody.heads);
# the longest reply; the OPT record, its last part a subnet option with scope 0 if there is a subnet; that subnet.
# A tuple, because it is made for each packet and an object takes ten times as long to make.
Asked = tuple[FlatBody | Plan, memoryview, int, bytes, int, int, bytes, Subnet | None]
Keep = Callable[[bytes, Asked], None]


def answer(
    tables: Tables, packet: bytes, sender: bytes, draw: Callable[[], int], stream: bool = False
) -> bytes | NoAnswer:
    """The reply to a packet from `sender` (an address, 4 or 16 octets), or what becomes of it instead; counts it.

    `draw` gives 64 random bits and is called only where a plan draws. Over a `stream` a reply may be as long as a
    message can be.
    """
    rest = answer_without_id(tables, packet, sender, draw, stream=stream)
    return rest if isinstance(rest, NoAnswer) else packet[:2] + rest


def answer_without_id(
    tables: Tables,
    packet: bytes,
    sender: bytes,
    draw: Callable[[], int],
    keep: Keep | None = None,
    stream: bool = False,
) -> bytes | NoAnswer:
    """The same from the third octet on.

    `keep` is told of queries worth remembering: for a name that exists and was asked for before, in lower case, with
    no EDNS option but a subnet.
    """
    if len(packet) < HEADER:
        return NoAnswer.DROP
    bits = packet[2]
    if bits & 0x80:  # QR
        return NoAnswer.DROP
    asked = None if bits & 0x7A else look_up(tables, packet, keep, stream)  # opcode, TC
    if asked is None:
        return refuse(packet, stream) or NoAnswer.FORWARD
    what, counts, counter, question, mix, limit, opt, subnet = asked
    scope = 0
    if isinstance(what, Plan):
        picked = pick_body(tables, what, subnet, sender, draw)
        if picked is None:
            return NoAnswer.FORWARD
        body, width = picked
        counter += body.ordinal
        if subnet is not None:
            scope = scope_of(what, subnet, width, body)
    else:
        body = what
    rest = assemble(body, question, mix, limit, opt)
    if rest is None:
        return NoAnswer.FORWARD
    counts[counter] += 1
    return with_scope(rest, subnet, scope) if scope and subnet is not None else rest


def look_up(tables: Tables, packet: bytes, keep: Keep | None = None, stream: bool = False) -> Asked | None:
    """Find what answers a packet that has a header of a query; None where no table says that."""
    counts = packet[4:12]
    if counts == ONE_QUESTION:
        mix = packet[2] & 1 | packet[3] >> 3 & 2
    elif counts == ONE_QUESTION_AND_MORE:
        mix = packet[2] & 1 | packet[3] >> 3 & 2 | HAS_OPT
    else:
        return None
    end = packet.find(0, HEADER) + 1  # of the name, unless a label holds a zero octet: then it is not in `names`
    name = packet[HEADER:end]
    folded = name.lower()
    found = tables.names.get(folded)
    if found is None:
        starts = label_starts(packet)
        if starts is None:
            return None
        end = HEADER + starts[-1] + 1
        found = tables.find(packet[HEADER:end].lower(), starts)
        keep = None
    stop = end + 4
    question = packet[HEADER:stop]
    if question[-2:] != CLASS_IN or len(packet) < stop:
        return None
    rdtype = question[-4] << 8 | question[-3]
    if rdtype in NOT_RECORDS:
        return None
    limit = SMALLEST
    opt = b""
    subnet = None
    if mix & HAS_OPT:
        options = stop + OPT_SIZE
        edns = read_opt(packet[stop:options])
        if edns is None or len(packet) != options + edns[2]:
            return None
        limit, opt, length = edns
        if length:
            read = read_options(packet, options, stream)
            if read is None:
                return None
            subnet, alone = read
            if not alone:
                keep = None
            if subnet is not None:
                size = len(subnet.head) + 1 + len(subnet.address)
                opt = opt[:-2] + size.to_bytes(2, "big") + subnet.head + b"\0" + subnet.address
    elif len(packet) != stop:
        return None
    if stream:
        limit = LARGEST_STREAMED
    if found is None:
        if tables.generation == (0, 0):  # nothing published yet, and silence is better than a wrong word
            return None
        if mix & HAS_OPT:
            opt = add_option(opt, NOT_AUTHORITATIVE)
        return REFUSED, NO_ZONE, 0, question, mix, limit, opt, subnet
    layer, rows = found
    target, counter = rows.known.get(rdtype) or rows.target(rdtype)
    what = tables.plan(layer, target) if isinstance(target, int) else target
    if what is None:
        return None
    asked = (what, layer.counts, counter, question, mix, limit, opt, subnet)
    if keep is not None and name == folded:
        keep(packet, asked)
    return asked


def pick_body(
    tables: Tables, plan: Plan, subnet: Subnet | None, sender: bytes, draw: Callable[[], int]
) -> tuple[FlatBody, int] | None:
    """The body a client gets, and the width of its class around it; None where its prefix holds several classes."""
    class_ = width = bits = 0
    family = number = 0
    if plan.located:
        if subnet is not None and subnet.bits and not plan.locate_resolver:
            family, number, bits = subnet.family, subnet.number, subnet.bits
        else:
            family, number = 4 if len(sender) == 4 else 6, int.from_bytes(sender, "big")
        if plan.places:
            places = tables.places[plan.places]
            if bits:
                class_, width = places.find_v4(number) if family == 4 else places.find_v6(number >> 64)
                if width > bits:
                    return None
            else:
                class_ = places.sender_v4(number) if family == 4 else places.sender_v6(number)
    node = plan.part(class_)
    if isinstance(node, FlatBucket):
        meant = bits or CAPS[family]
        node = node.parts[node.table[client_bucket(number >> WIDTHS[family] - meant, meant)]]
    if isinstance(node, FlatDraw):
        return node.bodies[bisect_right(node.cumulative, draw() * node.total >> 64)], width
    return node, width


def scope_of(plan: Plan, subnet: Subnet, width: int, body: FlatBody) -> int:
    """The scope of a plan's reply (RFC 7871, section 7.2.1); a negative answer is for everybody.

    Never 0 where clients differ: some resolvers take that to hold for the other family too.
    """
    if not subnet.bits or plan.locate_resolver or not body.answers:
        return 0
    return max(width or 1 if plan.by_class else 0, subnet.bits if plan.by_prefix else 0)


def assemble(body: FlatBody, question: bytes, mix: int, limit: int, opt: bytes) -> bytes | None:
    """A reply without its id, cut down to `limit` octets where it must be; None where the body is for other names."""
    if body.name_length and body.name_length != len(question) - 4:
        return None
    wire = body.wire
    room = limit - HEADER - len(question) - len(opt)
    if len(wire) <= room:
        return body.heads[mix] + question + wire + opt
    if body.core <= room:
        flags = body.flags | TC if body.glue else body.flags
        return heads(flags, body.counts[:4] + b"\0\0")[mix] + question + wire[: body.core] + opt
    return heads(body.flags | TC, bytes(6))[mix] + question + opt


def add_option(opt: bytes, option: bytes) -> bytes:
    """An OPT record with one more option at its end."""
    length = int.from_bytes(opt[OPT_SIZE - 2 : OPT_SIZE], "big") + len(option)
    return opt[: OPT_SIZE - 2] + length.to_bytes(2, "big") + opt[OPT_SIZE:] + option


def with_scope(rest: bytes, subnet: Subnet, scope: int) -> bytes:
    """The same reply with its scope, which is followed by the subnet's address and nothing else."""
    at = len(rest) - len(subnet.address) - 1
    return rest[:at] + scope.to_bytes(1, "big") + rest[at + 1 :]
