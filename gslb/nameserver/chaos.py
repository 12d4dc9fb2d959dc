"""Class CH: what the server says of itself (RFC 4892), unless it is told to hide it."""

from __future__ import annotations

import dns.name
from dns.rcode import Rcode
from dns.rdatatype import RdataType

from gslb.image import Body
from gslb.model import Node
from gslb.nameserver.query import AA, CLASS_CH, Question

VERSION = frozenset(map(dns.name.from_text, ("version.bind.", "version.server.")))
IDENTITY = frozenset(map(dns.name.from_text, ("id.server.", "hostname.bind.")))


def chaos(question: Question, node: Node) -> Body:
    """The TXT that a question in class CH gets.

    REFUSED for what is hidden or unknown, NODATA for other types of a known name.
    """
    text = node.version if question.name in VERSION else node.identity if question.name in IDENTITY else None
    if text is None:
        return Body(b"", Rcode.REFUSED)
    if question.rdtype not in (RdataType.TXT, RdataType.ANY):
        return Body(b"", AA)
    said = text.encode()[:255]
    rdata = bytes([len(said)]) + said
    head = b"\xc0\x0c" + RdataType.TXT.to_bytes(2, "big") + CLASS_CH.to_bytes(2, "big") + bytes(4)
    wire = head + len(rdata).to_bytes(2, "big") + rdata
    return Body(wire, AA, answers=1, core=len(wire))
