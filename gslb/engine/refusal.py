"""Packets that are no query we could look up, answered by a code alone: FORMERR, NOTIMP, REFUSED, BADVERS.

counts, labels, additional records, options, type, class: the first that is wrong says the code, as in `respond`

What the responder says from its configuration (class CH, NSID), or may once do (transfers, NOTIFY, UPDATE), is left to
it, and so are additional records besides one OPT: they are rare, and a flood of them waits in its bounded queue.
"""

from __future__ import annotations

from struct import Struct

from gslb.engine.query import (
    OPT_DO,
    OPT_PLAIN,
    OPT_SIZE,
    OPTION_ECS,
    OPTION_KEEPALIVE,
    OPTION_NSID,
    label_starts,
    read_subnet,
)
from gslb.image import HAS_OPT, heads

HEADER = 12
FORMERR, NOTIMP, REFUSED = 1, 4, 5
NO_RECORDS = bytes(6)
NO_QUESTION = bytes(8)
OPT_OF_ROOT = b"\0\0\x29"
NOTIFY, UPDATE = 4, 5  # opcodes
NOT_ASKED_FOR = frozenset({0, 41, 249, 250})  # types that no question may have: OPT, TKEY, TSIG
TRANSFERS = frozenset({251, 252})
OBSOLETE = frozenset({253, 254})
CLASS_IN, CLASS_CH = 1, 3
_COUNTS = Struct(">4H")
_TWO = Struct(">HH")
_OPT = Struct(">3xHBBHH")  # behind root and type: payload, rcode, version, flags, length


def refuse(packet: bytes, stream: bool = False) -> bytes | None:
    """The reply, without its id, to a packet with a header and QR=0 that no table answers; None: the responder's.

    `stream`: it came over TCP, where a keepalive option has an answer (RFC 7828).
    """
    opcode = packet[2] >> 3 & 15
    if opcode:
        return None if opcode in (NOTIFY, UPDATE) else _without_question(packet, NOTIMP)
    questions, answers, authorities, additionals = _COUNTS.unpack_from(packet, 4)
    starts = label_starts(packet) if questions == 1 else None
    if starts is None:
        return _without_question(packet, FORMERR)
    stop = HEADER + starts[-1] + 5
    if len(packet) < stop:
        return _without_question(packet, FORMERR)
    rdtype, rdclass = _TWO.unpack_from(packet, stop - 4)
    question = packet[HEADER:stop]
    if answers or authorities or packet[2] & 2:
        return _reply(packet, FORMERR, question)
    opt = b""
    if additionals:
        if additionals > 1 or packet[stop : stop + 3] != OPT_OF_ROOT[: len(packet) - stop]:
            return None
        options = stop + OPT_SIZE
        if len(packet) < options:
            return _reply(packet, FORMERR, question)
        _, _, version, flags, length = _OPT.unpack_from(packet, stop)
        if len(packet) < options + length:
            return _reply(packet, FORMERR, question)
        opt = OPT_DO if flags & 0x8000 else OPT_PLAIN
        if len(packet) > options + length:
            return _reply(packet, FORMERR, question, opt)
        if version:
            return _reply(packet, 0, question, opt[:5] + b"\1" + opt[6:])  # BADVERS is 16: 1 in OPT, 0 in the header
        read = _options(packet, options, stream)
        if read is None:
            return _reply(packet, FORMERR, question, opt)
        subnet, ours = read
        if not ours:
            return None
        opt = opt[:-2] + len(subnet).to_bytes(2, "big") + subnet
    elif len(packet) > stop:
        return _reply(packet, FORMERR, question)
    rcode = _code(rdtype, rdclass)
    return None if rcode is None else _reply(packet, rcode, question, opt)


def _code(rdtype: int, rdclass: int) -> int | None:
    """The code for a sound question that is not for us to answer."""
    if rdtype in NOT_ASKED_FOR:
        return FORMERR
    if rdtype in OBSOLETE:
        return NOTIMP
    if rdclass not in (CLASS_IN, CLASS_CH) and rdtype not in TRANSFERS:
        return REFUSED
    return None


def _options(packet: bytes, at: int, stream: bool) -> tuple[bytes, bool] | None:
    """The client subnet as it is echoed (b"": none), and whether no option is the responder's; None: unsound."""
    echo = b""
    ours = True
    end = len(packet)
    while at < end:
        if at + 4 > end:
            return None
        code, length = _TWO.unpack_from(packet, at)
        stop = at + 4 + length
        if stop > end:
            return None
        if code == OPTION_NSID or (code == OPTION_KEEPALIVE and stream):
            ours = False
        elif code == OPTION_ECS:
            if echo or read_subnet(packet, at, stop) is None:
                return None
            echo = packet[at:stop]
        at = stop
    return echo, ours


def _without_question(packet: bytes, rcode: int) -> bytes:
    return _flags(packet, rcode) + NO_QUESTION


def _reply(packet: bytes, rcode: int, question: bytes, opt: bytes = b"") -> bytes:
    return _flags(packet, rcode) + heads(0, NO_RECORDS)[HAS_OPT if opt else 0][2:] + question + opt


def _flags(packet: bytes, rcode: int) -> bytes:
    """QR, and of the query its opcode, RD and CD."""
    return bytes((0x80 | packet[2] & 0x79, packet[3] & 0x10 | rcode))
