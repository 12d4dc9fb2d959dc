"""Mechanics: header, question, OPT, client subnet and truncation around bodies that mean nothing."""

import struct

import dns.edns
import dns.flags
import dns.message
import dns.rcode
import pytest
from dnslib import DNSRecord

from gslb.image import Body, Bucket, ByClass, Constant, Draw, Scoping, Trim
from gslb.nameserver.execute import Plan, Where, error, execute
from gslb.nameserver.query import Transport, parse

AA = 0x0400


def query(options=(), use_edns=True, payload=1232, flags=dns.flags.RD):
    message = dns.message.make_query("WWW.example.com", "A", flags=flags)
    if use_edns:
        message.use_edns(0, payload=payload, options=list(options))
    return parse(message.to_wire())


def subnet(text, bits):
    return dns.edns.ECSOption(text, bits)


def address(last):
    return b"\xc0\x0c\0\1\0\1" + struct.pack("!IH", 60, 4) + bytes([192, 0, 2, last])


def body(*lasts, additionals=(), **kwargs):
    wire = b"".join(map(address, lasts))
    more = b"".join(map(address, additionals))
    return Body(wire + more, AA, answers=len(lasts), additionals=len(additionals), core=len(wire), **kwargs)


def run(plan, query_, where=None, draw=0, transport=Transport.UDP):
    return execute(plan, query_, where or Where(), draw, transport)


def ecs_of(reply):
    return next((option for option in dns.message.from_wire(reply).options if option.otype == 8), None)


def test_the_reply_keeps_id_case_and_the_flags_that_are_the_clients():
    asked = query(flags=dns.flags.RD | dns.flags.CD | dns.flags.AD)
    reply = run(Plan(Constant(body(1))), asked)
    decoded = DNSRecord.parse(reply)

    assert decoded.header.id == asked.id
    assert str(decoded.q.qname) == "WWW.example.com."
    assert struct.unpack("!H", reply[2:4])[0] == 0x8000 | AA | 0x0100 | 0x0010
    assert [str(record.rdata) for record in decoded.rr] == ["192.0.2.1"]


def test_no_edns_in_gives_no_edns_out():
    assert dns.message.from_wire(run(Plan(Constant(body(1))), query(use_edns=False))).edns == -1
    assert dns.message.from_wire(run(Plan(Constant(body(1))), query())).payload == 1232


def test_selectors_pick_by_class_then_bucket_then_draw():
    drawn = Draw(((1, Constant(body(1))), (3, Constant(body(2)))))
    bucketed = Bucket(b"\0\0" * 32_768 + b"\1\0" * 32_768, (drawn, Constant(body(3))))
    plan = Plan(ByClass("x", (Constant(body(9)), bucketed)))

    def picked(class_, bucket, draw):
        reply = run(plan, query(), Where(class_, 0, bucket), draw)
        return str(DNSRecord.parse(reply).rr[0].rdata)[-1]

    assert picked(0, 0, 0) == "9"
    assert picked(1, 40_000, 0) == "3"
    assert picked(1, 0, 0) == "1"
    assert picked(1, 0, 2**62 - 1) == "1"
    assert picked(1, 0, 2**62) == "2"
    assert picked(1, 0, 2**64 - 1) == "2"


@pytest.mark.parametrize(
    ("scoping", "text", "bits", "width", "expected"),
    [
        (Scoping(), "81.2.69.0", 24, 16, 0),
        (Scoping(by_class=True), "81.2.69.0", 24, 16, 16),
        (Scoping(by_class=True), "81.2.0.0", 16, 22, 22),
        (Scoping(by_class=True), "81.2.69.0", 24, 30, 24),
        (Scoping(by_prefix=True), "81.2.69.0", 24, 0, 24),
        (Scoping(by_prefix=True), "81.2.69.128", 32, 0, 24),
        (Scoping(by_class=True, by_prefix=True), "81.2.64.0", 20, 12, 20),
        (Scoping(by_class=True, by_prefix=True), "81.2.64.0", 20, 22, 22),
        (Scoping(by_class=True, locate_resolver=True), "81.2.69.0", 24, 16, 0),
        (Scoping(by_class=True), "0.0.0.0", 0, 16, 0),
        (Scoping(by_prefix=True), "2001:db8::", 64, 0, 56),
        (Scoping(by_class=True), "2001:db8::", 48, 32, 32),
    ],
)
def test_the_scope_says_for_whom_the_answer_holds(scoping, text, bits, width, expected):
    reply = run(Plan(Constant(body(1)), scoping), query([subnet(text, bits)]), Where(0, width))
    option = ecs_of(reply)

    assert (option.scopelen, option.srclen, option.address) == (expected, bits, text)


def test_every_reply_to_a_query_with_a_subnet_carries_one():
    """Peers lost this on answers that do not vary, and a whole continent's answer was cached for the world."""
    for found in (Plan(Constant(body(1))), Plan(Constant(Body(b"", AA | 3)))):
        assert ecs_of(run(found, query([subnet("81.2.69.0", 24)]))).scopelen == 0


def test_an_answer_without_records_is_for_everybody():
    plan = Plan(Constant(Body(b"", AA)), Scoping(by_class=True, by_prefix=True))

    assert ecs_of(run(plan, query([subnet("81.2.69.0", 24)]), Where(0, 20))).scopelen == 0


def test_additional_data_is_left_out_before_the_answer_is():
    plan = Plan(Constant(body(*range(1, 20), additionals=range(20, 40))))
    reply = dns.message.from_wire(run(plan, query(payload=512)))

    assert len(reply.answer[0]) == 19
    assert not reply.additional
    assert not reply.flags & dns.flags.TC
    assert len(dns.message.from_wire(run(plan, query(), transport=Transport.TCP)).additional[0]) == 20


def test_glue_that_does_not_fit_sets_the_truncation_bit():
    """RFC 9471, section 3: glue a referral needs is not silently lost."""
    plan = Plan(Constant(body(*range(1, 20), additionals=range(20, 40), trim=Trim.GLUE)))
    reply = dns.message.from_wire(run(plan, query(payload=512)))

    assert len(reply.answer[0]) == 19
    assert reply.flags & dns.flags.TC


def test_an_answer_that_does_not_fit_is_empty_and_truncated():
    plan = Plan(Constant(body(*range(1, 100))))

    for asked, most in ((query(use_edns=False), 512), (query(payload=4096), 1232), (query(payload=100), 512)):
        wire = run(plan, asked)
        reply = dns.message.from_wire(wire)
        assert reply.flags & dns.flags.TC
        assert not reply.answer
        assert len(wire) <= most
        assert reply.edns == (0 if asked.edns else -1)
    assert len(dns.message.from_wire(run(plan, query(), transport=Transport.TCP)).answer[0]) == 99


@pytest.mark.parametrize("room", range(-3, 4))
def test_it_fits_exactly_or_not_at_all(room):
    """Header 12, question 21, OPT 11: an answer of exactly what is left still goes out whole."""
    filler = 512 - 12 - 21 - 11 + room
    wire = b"\xc0\x0c\0\x10\0\1\0\0\0\0" + struct.pack("!H", filler - 12) + bytes(filler - 12)
    reply = run(Plan(Constant(Body(wire, AA, answers=1, core=len(wire)))), query(payload=512))

    assert bool(reply[2] & 2) == (room > 0)


def test_a_bad_version_says_which_is_spoken():
    """RFC 6891, section 6.1.3."""
    message = dns.message.make_query("www.example.com", "A", use_edns=1)
    asked = parse(message.to_wire())
    reply = dns.message.from_wire(error(asked, asked.rcode))

    assert reply.rcode() == dns.rcode.BADVERS
    assert reply.edns == 0


def test_an_extended_error_is_said_only_to_those_who_speak_edns():
    plan = Plan(Constant(Body(b"", 5)), ede=20)

    assert dns.message.from_wire(run(plan, query())).options[0].code == 20
    assert dns.message.from_wire(run(plan, query(use_edns=False))).edns == -1
