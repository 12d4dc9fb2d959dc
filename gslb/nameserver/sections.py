"""Records to a body: three sections as wire, owners pointing to the question, compression only where it is safe."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from io import BytesIO

import dns.name
import dns.rdata
import dns.rdatatype
from dns.rcode import Rcode
from dns.rdataclass import RdataClass
from dns.rdatatype import RdataType

from gslb.image import Body, Trim
from gslb.nameserver.query import AA
from gslb.zone import RRset, Zone

QUESTION_POINTER = b"\xc0\x0c"


@dataclass(frozen=True, slots=True)
class Record:
    """An rrset in a section. `owner` None: the question name, whatever it is."""

    owner: dns.name.Name | None
    rdtype: int
    ttl: int
    rdatas: tuple[dns.rdata.Rdata, ...]

    @staticmethod
    def of(rrset: RRset, ttl: int | None = None) -> Record:
        """An rrset under its own name, with its own TTL (or `ttl`)."""
        return Record(rrset.name, rrset.rdtype, rrset.ttl if ttl is None else ttl, rrset.rdatas)


@dataclass(frozen=True, slots=True)
class Sections:
    """What a reply says, before it is wire."""

    answer: tuple[Record, ...] = ()
    authority: tuple[Record, ...] = ()
    additional: tuple[Record, ...] = ()
    rcode: Rcode = Rcode.NOERROR
    authoritative: bool = True
    trim: Trim = Trim.NONE
    ordinal: int = field(default=0, kw_only=True)


def alongside(rrset: RRset, zone: Zone, owner: dns.name.Name | None) -> tuple[Record, ...]:
    """What a reply brings along with `rrset`, which stands under `owner` in it, as does what is at its own name."""
    return tuple(
        replace(Record.of(extra), owner=owner) if extra.name == rrset.name else Record.of(extra)
        for extra in zone.additional(rrset)
    )


def to_body(sections: Sections, qname: dns.name.Name | None) -> Body:
    """Wire for the sections.

    With `qname` the body is for that question name only, and names are compressed against it and each other (RFC 1035,
    section 4.1.4); without, it serves any question name: owners given as None point to it, all others are spelled out.
    """
    buffer = BytesIO()
    start = 0
    compress: dict[dns.name.Name, int] | None = None
    if qname is not None:
        start = 12 + len(wire(qname)) + 4
        compress = _suffixes(qname)
        buffer.write(bytes(start))
    answers = sum(_write(buffer, record, qname, compress) for record in sections.answer)
    authorities = sum(_write(buffer, record, qname, compress) for record in sections.authority)
    core = buffer.tell() - start
    additionals = sum(_write(buffer, record, qname, compress) for record in sections.additional)
    return Body(
        wire=buffer.getvalue()[start:],
        flags=(AA if sections.authoritative else 0) | sections.rcode & 15,
        answers=answers,
        authorities=authorities,
        additionals=additionals,
        core=core,
        trim=sections.trim,
        name_length=0 if qname is None else len(wire(qname)),
        ordinal=sections.ordinal,
    )


def _suffixes(qname: dns.name.Name) -> dict[dns.name.Name, int]:
    offsets: dict[dns.name.Name, int] = {}
    offset, name = 12, qname
    while name != dns.name.root:
        offsets[name] = offset
        offset += len(name.labels[0]) + 1
        name = name.parent()
    return offsets


def _write(
    buffer: BytesIO, record: Record, qname: dns.name.Name | None, compress: dict[dns.name.Name, int] | None
) -> int:
    for data in record.rdatas:
        if record.owner is None or record.owner == qname:
            buffer.write(QUESTION_POINTER)
        else:
            record.owner.to_wire(buffer, compress)
        buffer.write(record.rdtype.to_bytes(2, "big") + b"\0\1" + record.ttl.to_bytes(4, "big") + b"\0\0")
        at = buffer.tell()
        data.to_wire(buffer, compress)
        end = buffer.tell()
        buffer.seek(at - 2)
        buffer.write((end - at).to_bytes(2, "big"))
        buffer.seek(end)
    return len(record.rdatas)


@lru_cache(65_536)
def rdata(rdtype: RdataType, text: str, origin: dns.name.Name) -> dns.rdata.Rdata:
    """Rdata from master-file text, relative names under `origin`. Raises dns.exception.SyntaxError on bad text.

    Kept, because a flip writes the same addresses again in another order.
    """
    return dns.rdata.from_text(RdataClass.IN, rdtype, text, origin=origin, relativize=False)


def wire(name: dns.name.Name) -> bytes:
    """An absolute name as wire, not compressed."""
    return b"".join(bytes([len(label)]) + label for label in name.labels)
