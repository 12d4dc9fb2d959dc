"""A packet read: the question, what EDNS asked for, or the reason there will be no ordinary answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

import dns.exception
import dns.name
import dns.wire
from dns.opcode import Opcode
from dns.rcode import Rcode
from dns.rdatatype import RdataType

QR, AA, TC, RD, CD = 0x8000, 0x0400, 0x0200, 0x0100, 0x0010
CLASS_IN, CLASS_CH = 1, 3
OPTION_NSID, OPTION_ECS, OPTION_KEEPALIVE, OPTION_EDE = 3, 8, 11, 15
META = frozenset({RdataType.OPT, RdataType.TSIG, RdataType.TKEY})
TRANSFERS = frozenset({RdataType.AXFR, RdataType.IXFR})
OBSOLETE = frozenset({RdataType.MAILA, RdataType.MAILB})


class Transport(Enum):
    UDP = "udp"
    TCP = "tcp"


@dataclass(frozen=True, slots=True)
class Question:
    """`wire` is name, type and class as they came; the reply copies it, case and all."""

    name: dns.name.Name
    rdtype: int
    rdclass: int
    wire: bytes


@dataclass(frozen=True, slots=True)
class Subnet:
    """EDNS Client Subnet as asked (RFC 7871, section 6).

    `family` is 1 or 2 (0 only with source 0), `address` is ceil(source/8) octets.
    """

    family: int
    source: int
    address: bytes


@dataclass(frozen=True, slots=True)
class Edns:
    payload: int
    version: int
    do: bool
    subnet: Subnet | None = None
    nsid: bool = False
    keepalive: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """`flags` is the second 16-bit word of the header; `rcode` is set where the answer is that code and no more."""

    id: int
    flags: int
    question: Question | None = None
    edns: Edns | None = None
    rcode: Rcode | None = None

    @property
    def opcode(self) -> int:
        return self.flags >> 11 & 15

    @property
    def subnet(self) -> Subnet | None:
        """The client subnet it brought, if it brought one."""
        return self.edns.subnet if self.edns else None


class _UnsoundError(Exception):
    """The message stops making sense here; carries the code that says so."""

    def __init__(self, rcode: Rcode) -> None:
        self.rcode = rcode


def _require(sound: bool, rcode: Rcode = Rcode.FORMERR) -> None:
    if not sound:
        raise _UnsoundError(rcode)


def parse(packet: bytes) -> Query | None:
    """Read a packet. None where silence is the answer: no header, or a response (QR=1), which must never be answered.

    Everything else gives a Query; what cannot be read has `rcode` FORMERR and whatever was understood before it: the
    question, and EDNS, without which the reply would say that we do not speak it (RFC 1035, section 4.1; RFC 6891,
    sections 6.1.1 and 7).
    """
    if len(packet) < 12:
        return None
    parser = dns.wire.Parser(packet)
    id_, flags, questions, answers, authorities, additionals = parser.get_struct("!HHHHHH")
    if flags & QR:
        return None
    query = Query(id_, flags)
    if query.opcode != Opcode.QUERY:
        return Query(id_, flags, rcode=Rcode.NOTIMP)
    question: Question | None = None
    edns: Edns | None = None
    try:
        _require(questions == 1)
        question = _question(parser)
        _require(not (answers or authorities or flags & TC))
        options = b""
        for owner, rdtype, rdclass, ttl, rdata in _additionals(parser, additionals):
            match rdtype:
                case RdataType.OPT:
                    _require(edns is None and owner == dns.name.root)  # RFC 6891, section 6.1.1
                    edns, options = Edns(rdclass, ttl >> 16 & 0xFF, bool(ttl & 0x8000)), rdata
                case RdataType.TSIG:
                    _require(False, Rcode.NOTAUTH)  # noqa: FBT003 - RFC 8945, section 5.2: we share no key
                case _:
                    pass
        _require(not parser.remaining())
        if edns is not None:
            edns = _options(options, edns)
    except dns.exception.DNSException:
        return Query(id_, flags, question, edns, Rcode.FORMERR)
    except _UnsoundError as unsound:
        return Query(id_, flags, question, edns, unsound.rcode)
    return Query(id_, flags, question, edns, _refusal(question, edns))


def _question(parser: dns.wire.Parser) -> Question:
    start = parser.current
    name = _name(parser)
    spelled_out = sum(map(len, name.labels)) + len(name.labels) == parser.current - start
    _require(spelled_out)  # a compressed question name could only point into the header
    rdtype, rdclass = parser.get_struct("!HH")
    return Question(name, rdtype, rdclass, parser.wire[start : parser.current])


def _additionals(parser: dns.wire.Parser, count: int) -> Iterator[tuple[dns.name.Name, int, int, int, bytes]]:
    """Owner, type, class, TTL and data of each additional record."""
    for _ in range(count):
        owner = _name(parser)
        rdtype, rdclass, ttl, length = parser.get_struct("!HHIH")
        yield owner, rdtype, rdclass, ttl, parser.get_bytes(length)


def _name(parser: dns.wire.Parser) -> dns.name.Name:
    """The next name, pointers followed (RFC 1035, section 4.1.4)."""
    name, used = dns.name.from_wire(parser.wire, parser.current)
    parser.get_bytes(used)
    return name


def _options(data: bytes, edns: Edns) -> Edns:
    if edns.version != 0:
        return edns  # what the options mean is that version's affair; the answer is BADVERS
    parser = dns.wire.Parser(data)
    subnet: Subnet | None = None
    nsid = keepalive = False
    while parser.remaining():
        code, length = parser.get_struct("!HH")
        value = parser.get_bytes(length)
        match code:
            case 8:
                _require(subnet is None)
                subnet = _subnet(value)
            case 3:
                nsid = True
            case 11:
                keepalive = True
            case _:
                pass  # RFC 6891, section 6.1.2: unknown options are ignored
    return Edns(edns.payload, edns.version, edns.do, subnet, nsid, keepalive)


def _subnet(value: bytes) -> Subnet:
    """RFC 7871, section 7.1.2: in a query scope is 0, the address as long as the source says, bits past it zero."""
    _require(len(value) >= 4)
    family, source, scope, address = int.from_bytes(value[:2], "big"), value[2], value[3], value[4:]
    bits = {0: 0, 1: 32, 2: 128}.get(family, -1)
    _require(source <= bits and not scope and len(address) == (source + 7) // 8)
    _require(not (source % 8 and address[-1] & (0xFF >> source % 8)))
    return Subnet(family, source, address)


def _refusal(question: Question, edns: Edns | None) -> Rcode | None:
    """The code for what is well formed but not for us to answer."""
    if edns is not None and edns.version != 0:
        return Rcode.BADVERS
    if question.rdtype in META or question.rdtype == 0:
        return Rcode.FORMERR
    if question.rdtype in OBSOLETE:
        return Rcode.NOTIMP
    if question.rdtype in TRANSFERS or question.rdclass not in (CLASS_IN, CLASS_CH):
        return Rcode.REFUSED
    return None
