"""Words to rdata: dnspython reads them one by one, so that a fault can point at the word it fell over."""

from __future__ import annotations

from difflib import get_close_matches
from typing import NoReturn

import dns.exception
from dns.exception import DNSException
from dns.name import IDNA_DEFAULT, Name
from dns.rdata import Rdata, from_text
from dns.rdataclass import IN
from dns.rdatatype import RdataType
from dns.tokenizer import EOL, IDENTIFIER, QUOTED_STRING, Token, Tokenizer

from gslb.model import refuse
from gslb.zone.lexer import Place, Word

SHAPES = {
    RdataType.A: "one IPv4 address: 192.0.2.1",
    RdataType.AAAA: "one IPv6 address: 2001:db8::1",
    RdataType.CAA: 'flags, tag, value: 0 issue "ca.example.net"',
    RdataType.CNAME: "one name: www.example.com.",
    RdataType.DNAME: "one name: example.net.",
    RdataType.DS: "key tag, algorithm, digest type, digest in hex: 60485 5 1 2BB183AF...",
    RdataType.HTTPS: "priority, target, parameters: 1 . alpn=h2,h3",
    RdataType.MX: "preference and host: 10 mail.example.com.",
    RdataType.NAPTR: 'order, preference, "flags", "service", "regexp", replacement',
    RdataType.NS: "one name: ns1.example.com.",
    RdataType.PTR: "one name: www.example.com.",
    RdataType.SOA: "primary, mailbox, serial, refresh, retry, expire, minimum: ns1 hostmaster 1 2h 15m 2w 1h",
    RdataType.SRV: "priority, weight, port, host: 10 5 443 www.example.com.",
    RdataType.SVCB: "priority, target, parameters: 1 svc.example.com. alpn=h2",
    RdataType.TLSA: "usage, selector, matching type, data in hex: 3 1 1 0D6FCE...",
    RdataType.TXT: 'strings of at most 255 octets: "v=spf1 -all"',
}
TYPE_NAMES = tuple(rdtype.name for rdtype in RdataType if rdtype != RdataType.NONE)


class Tape(Tokenizer):
    """dnspython's tokenizer over words already split. `last` is how many words were handed out."""

    def __init__(
        self, words: tuple[Word, ...]
    ) -> None:  # the base class would split a text; only its helpers are wanted
        self.ungotten_token: Token | None = None
        self.idna_codec = IDNA_DEFAULT
        self.words = words
        self.last = 0
        self.ended = False

    def get(self, want_leading: bool = False, want_comment: bool = False) -> Token:  # noqa: ARG002 - as inherited
        """The next word as a token, the end of the line after the last."""
        if self.ungotten_token is not None:
            token, self.ungotten_token = self.ungotten_token, None
            return token
        if self.last == len(self.words):
            self.ended = True
            return Token(EOL, "\n")
        word = self.words[self.last]
        self.last += 1
        return Token(QUOTED_STRING if word.quoted else IDENTIFIER, word.text, "\\" in word.text)


def read_rdata(kind: Word, words: tuple[Word, ...], rdtype: RdataType, origin: Name, place: Place) -> Rdata:
    """The rdata that `words` after the type (`kind`) write, relative names under `origin`. Raises Faults at a word."""
    tape = Tape(words)
    try:
        return from_text(IN, rdtype, tape, origin, relativize=False)
    except DNSException as error:
        _explain(kind, tape, rdtype, str(error), place)


def _explain(kind: Word, tape: Tape, rdtype: RdataType, detail: str, place: Place) -> NoReturn:
    name = RdataType.to_text(rdtype)
    hint = f"{name} takes {SHAPES[rdtype]}" if rdtype in SHAPES else ""
    word = tape.words[tape.last - 1] if tape.last else kind
    mark = place.mark(word.line, word.column)
    if detail.startswith("expected EOL"):
        refuse(f"'{word.text}' is one too many for {name}", mark, hint)
    if tape.ended and detail.startswith("expecting"):
        refuse(f"the data of {name} ends too early", mark, hint)
    reason = "" if detail == dns.exception.SyntaxError.__doc__ else f": {detail.rstrip('.')}"
    refuse(f"'{word.text}' is wrong in the data of {name}{reason}", mark, hint)


def read_type(word: Word, place: Place) -> RdataType:
    """The type a word names (RFC 3597, section 5: TYPE731 too). Raises Faults; one that is never data is refused."""
    mark = place.mark(word.line, word.column)
    if word.quoted:
        refuse(f'a record type stands here, not "{word.text}"', mark, "a record is: owner, TTL, type, data")
    try:
        rdtype = RdataType.make(word.text)
    except (DNSException, ValueError):
        near = get_close_matches(word.text.upper(), TYPE_NAMES, 1)
        refuse(f"'{word.text}' is no record type", mark, f"did you mean {near[0]}?" if near else _forgotten(word))
    if rdtype in {RdataType.NONE, RdataType.OPT} or 128 <= rdtype <= 255:  # RFC 6895, section 3.1
        refuse(f"{RdataType.to_text(rdtype)} is asked for or sent, never kept in a zone", mark)
    return rdtype


def _forgotten(word: Word) -> str:
    """The type that someone left out who wrote an address in its place."""
    if word.text.replace(".", "").isdigit() and word.text.count(".") == 3:
        return f"write A {word.text}"
    if ":" in word.text:
        return f"write AAAA {word.text}"
    return "a record is: owner, TTL, type, data"
