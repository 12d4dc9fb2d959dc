"""Differences are found, and only differences."""

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
from conformance.compare import decode, difference
from conformance.generate import Question

ASKED = Question("www.example.", "A")


def reply(
    answer: str = "", authority: str = "", additional: str = "", flags: str = "QR AA", rcode: str = "NOERROR"
) -> bytes:
    """A reply with these records, a line each."""
    made = dns.message.make_query("www.example.", "A", use_edns=0, id=7)  # names the case in every process
    made.flags = dns.flags.from_text(flags)
    for section, text in ((made.answer, answer), (made.authority, authority), (made.additional, additional)):
        for line in text.splitlines():
            owner, ttl, kind, data = line.split(" ", 3)
            section.append(dns.rrset.from_text(owner, int(ttl), "IN", kind, data))
    made.set_rcode(dns.rcode.from_text(rcode))
    return made.to_wire(want_shuffle=False)


ONE = "www.example. 60 A 192.0.2.1"
TWO = "www.example. 60 A 192.0.2.2"
NS = "sub.example. 60 NS ns.sub.example."
GLUE = "ns.sub.example. 60 A 192.0.2.9"


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (reply(f"{ONE}\n{TWO}"), reply(f"{TWO}\n{ONE}")),
        (reply("WWW.Example. 60 MX 1 Mail.Example."), reply("www.example. 60 MX 1 mail.example.")),
        (reply("www.example. 60 SRV 1 2 3 A."), reply("www.example. 60 SRV 1 2 3 a.")),
        (reply("www.example. 60 HTTPS 1 A. alpn=h2"), reply("www.example. 60 HTTPS 1 a. alpn=h2")),
        (reply('www.example. 60 NAPTR 1 1 "s" "x" "" A.'), reply('www.example. 60 NAPTR 1 1 "s" "x" "" a.')),
        (reply(authority="example. 1 SOA A. B. 1 2 3 4 5"), reply(authority="EXAMPLE. 1 SOA a. b. 1 2 3 4 5")),
        (reply(ONE, additional=GLUE), reply(ONE)),
        (reply(authority=NS, additional=GLUE + "\nx. 1 TXT x"), reply(authority=NS, additional=GLUE)),
        (reply(ONE, flags="QR AA TC"), reply(flags="QR AA TC")),
        (reply(ONE, flags="QR AA RA AD"), reply(ONE)),
        (None, None),
    ],
)
def test_what_means_the_same_is_no_difference(ours, theirs):
    assert difference(ASKED, ours, theirs) == ""


@pytest.mark.parametrize(
    ("ours", "theirs", "said"),
    [
        (reply(TWO), reply(ONE), [f"- answer: {ONE}", f"+ answer: {TWO}"]),
        (reply(ONE.replace("60", "61")), reply(), ["+ answer: www.example. 61 A 192.0.2.1"]),
        (reply(ONE.replace("60", "61")), reply(ONE), [f"- answer: {ONE}", "+ answer: www.example. 61 A 192.0.2.1"]),
        (reply("a. 60 TXT A"), reply("a. 60 TXT a"), ['- answer: a. 60 TXT "a"', '+ answer: a. 60 TXT "A"']),
        (reply(ONE), reply(), [f"+ answer: {ONE}"]),
        (reply(), reply(authority=NS), [f"- authority: {NS}"]),
        (reply(authority=NS), reply(authority=NS, additional=GLUE), [f"- glue: {GLUE}"]),
        (reply(flags="QR"), reply(), ["- authoritative: True", "+ authoritative: False"]),
        (reply(flags="QR AA TC"), reply(), ["- truncated: False", "+ truncated: True"]),
        (reply(rcode="NXDOMAIN"), reply(), ["- rcode: NOERROR", "+ rcode: NXDOMAIN"]),
        (reply(rcode="BADVERS"), reply(), ["- rcode: NOERROR", "+ rcode: BADVERS"]),
        (reply("www.example. 60 TXT A"), reply(), ['+ answer: www.example. 60 TXT "A"']),
        (None, reply(), ["no reply"]),
        (reply(), None, ["a reply where none is due"]),
    ],
)  # fmt: skip
def test_what_differs_is_told_line_by_line(ours, theirs, said):
    assert difference(ASKED, ours, theirs) == "\n    ".join(["www.example. A", *said])


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        bytes(11),
        dns.message.make_query("a.", "A", id=7).to_wire(),
        reply(ONE)[:-20],
        reply(ONE) + b"\0",
        reply()[:12] + b"\xc0\x0c" + reply()[14:],
    ],
)
def test_what_is_no_reply_is_an_error(packet):
    with pytest.raises((ValueError, IndexError)):
        decode(packet)
