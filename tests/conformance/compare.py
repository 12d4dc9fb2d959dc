"""Replies made comparable, and how two of them differ, in words.

What is compared: RCODE, AA, TC, the answer and authority sections as sets, and of the additional section the addresses
of a referral's servers. Names fold their case, TTLs count; what is left in a truncated reply does not (RFC 2181,
section 9). The decoder is its own: it shares no fault with what it judges.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import dns.name
import dns.rcode
import dns.rdata
import dns.rdatatype
from conformance.generate import Question

A, NS, CNAME, SOA, PTR, MX, AAAA, SRV, NAPTR, DNAME, OPT = 1, 2, 5, 6, 12, 15, 28, 33, 35, 39, 41
NAME_AT = {
    NS: 0,
    CNAME: 0,
    PTR: 0,
    DNAME: 0,
    SOA: 0,
    MX: 2,
    SRV: 6,
    64: 2,
    65: 2,
}  # octets before the first name in the data

Record = tuple[bytes, int, int, bytes]  # owner, type, TTL in seconds, data; names folded and spelled out
NONE: frozenset[Record] = frozenset()


@dataclass(frozen=True, slots=True)
class Reply:
    """What is compared of a reply."""

    rcode: int
    authoritative: bool
    truncated: bool
    answer: frozenset[Record]
    authority: frozenset[Record]
    glue: frozenset[Record]


def decode(packet: bytes) -> Reply:
    """A packet as a Reply. Raises IndexError or ValueError when it is none."""
    flags = int.from_bytes(packet[2:4], "big")
    if not flags & 0x8000:
        raise ValueError("not a reply")
    counts = [int.from_bytes(packet[at : at + 2], "big") for at in (4, 6, 8, 10)]
    position = 12
    for _ in range(counts[0]):
        position = _name(packet, position)[1] + 4
    sections: list[list[Record]] = [[], [], []]
    extended = 0
    for section, count in zip(sections, counts[1:], strict=True):
        for _ in range(count):
            record, position = _record(packet, position)
            if record[1] == OPT:
                extended = record[2] >> 24
            else:
                section.append(record)
    if position != len(packet):
        raise ValueError("octets left over")
    answer, authority, additional = map(frozenset, sections)
    servers = {data for _, kind, _, data in authority if kind == NS}
    glue = frozenset(record for record in additional if record[0] in servers and record[1] in {A, AAAA})
    return Reply(flags & 15 | extended << 4, bool(flags & 0x0400), bool(flags & 0x0200), answer, authority, glue)


def _record(packet: bytes, position: int) -> tuple[Record, int]:
    owner, position = _name(packet, position)
    kind = int.from_bytes(packet[position : position + 2], "big")
    ttl = int.from_bytes(packet[position + 4 : position + 8], "big")
    start = position + 10
    end = start + int.from_bytes(packet[position + 8 : position + 10], "big")
    if end > len(packet):
        raise ValueError("a record that ends behind its packet")
    data = packet[start:end]
    if kind in NAME_AT or kind == NAPTR:
        first = start + NAME_AT.get(kind, 4)
        for _ in range(3 if kind == NAPTR else 0):
            first += 1 + packet[first]
        target, after = _name(packet, first)
        data = packet[start:first] + target
        if kind == SOA:
            mailbox, after = _name(packet, after)
            data += mailbox
        data += packet[after:end]
    return (owner, kind, ttl, data), end


def _name(packet: bytes, position: int) -> tuple[bytes, int]:
    """The name at `position`, folded and without pointers, and the position after it."""
    labels, after = [], 0
    while length := packet[position]:
        if length >= 0xC0:
            after = after or position + 2
            target = (length & 0x3F) << 8 | packet[position + 1]
            if target >= position:
                raise ValueError("a pointer that does not point back")
            position = target
        else:
            labels.append(packet[position : position + 1 + length].lower())
            position += 1 + length
    return b"".join(labels) + b"\0", after or position + 1


def difference(question: Question, ours: bytes | None, theirs: bytes | None) -> str:
    """How `ours` differs from `theirs`, "" if it does not; None is no reply at all."""
    if ours is None or theirs is None:
        return "" if ours is theirs else _told(question, ["no reply" if ours is None else "a reply where none is due"])
    mine, other = decode(ours), decode(theirs)
    if mine.truncated and other.truncated:
        mine, other = (replace(reply, answer=NONE, authority=NONE, glue=NONE) for reply in (mine, other))
    if mine == other:
        return ""
    said: list[str] = []
    for field in fields(Reply):
        a, b = getattr(mine, field.name), getattr(other, field.name)
        if isinstance(a, frozenset):
            said += [f"- {field.name}: {_text(record)}" for record in sorted(b - a)]
            said += [f"+ {field.name}: {_text(record)}" for record in sorted(a - b)]
        elif a != b:
            said += [f"- {field.name}: {_value(field.name, b)}", f"+ {field.name}: {_value(field.name, a)}"]
    return _told(question, said)


def _told(question: Question, said: list[str]) -> str:
    return "\n    ".join([f"{question.name} {question.type}", *said])


def _value(field: str, value: int) -> str:
    return dns.rcode.to_text(dns.rcode.Rcode(value)) if field == "rcode" else str(value)


def _text(record: Record) -> str:
    owner, kind, ttl, data = record
    name, _ = dns.name.from_wire(owner, 0)
    return f"{name} {ttl} {dns.rdatatype.to_text(kind)} {dns.rdata.from_wire('IN', kind, data, 0, len(data))}"
