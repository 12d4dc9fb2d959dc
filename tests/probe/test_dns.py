"""The dns probe: asks an endpoint over UDP, over TCP where the answer does not fit, and reads what it says."""

import asyncio
from contextlib import asynccontextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from gslb.model import MonitorKind
from gslb.probe import Prober
from kit.backends import backend, target


class Server(asyncio.DatagramProtocol):
    def __init__(self, answer):
        self.answer = answer

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, sender):
        for packet in self.answer(data):
            self.transport.sendto(packet, sender)


@asynccontextmanager
async def serving(answer):
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: Server(answer), local_addr=("127.0.0.1", 0)
    )
    try:
        yield transport.get_extra_info("sockname")[1]
    finally:
        transport.close()


def answering(*records, rcode="NOERROR", flags=0):
    """A server that says this to every question."""

    def answer(data):
        query = dns.message.from_wire(data)
        reply = dns.message.make_response(query)
        reply.set_rcode(dns.rcode.from_text(rcode))
        reply.flags |= flags
        if records:
            kind = query.question[0].rdtype
            reply.answer = [dns.rrset.from_text(query.question[0].name, 30, "IN", kind, *records)]
        return [reply.to_wire()]

    return answer


async def probed(answer, **changes):
    async with serving(answer) as port, Prober() as probe:
        result = await probe(target(MonitorKind.DNS, port, **{"path": "/www.example.com"} | changes))
    return result.ok, result.reason


@pytest.mark.parametrize(
    ("answer", "changes", "ok", "reason"),
    [
        (answering("192.0.2.1"), {}, True, "A 192.0.2.1 in "),
        (answering("192.0.2.1", "192.0.2.2"), {"expect": "192.0.2.2"}, True, "A 192.0.2.2 in "),
        (answering("192.0.2.1"), {"expect": "192.0.2.2"}, False, "A 192.0.2.1, not 192.0.2.2"),
        (answering("2001:db8::1"), {"rdtype": "AAAA"}, True, "AAAA 2001:db8::1 in "),
        (answering(), {}, False, "NOERROR, but no A for www.example.com"),
        (answering(rcode="SERVFAIL"), {}, False, "SERVFAIL"),
        (answering(rcode="NXDOMAIN"), {}, False, "NXDOMAIN"),
        (answering(rcode="REFUSED"), {}, False, "REFUSED"),
        (lambda data: [data[:2] + b"\x80\0" + b"\xff" * 40], {}, False, "not DNS: "),
        (lambda data: [data[:2] + b"\x80\0" + bytes(60_000)], {}, False, "not DNS: "),
        (lambda data: [], {"timeout": 0.2}, False, "answer timed out after 0.2 s"),
        (lambda data: [b"\0" * 40], {}, False, "not DNS: "),
    ],
)
async def test_a_dns_probe_sees_through(answer, changes, ok, reason):
    found, said = await probed(answer, **changes)

    assert (found, said[: len(reason)]) == (ok, reason)


@pytest.mark.parametrize("recursive", [False, True])
async def test_recursion_is_asked_for_only_where_the_endpoint_is_a_resolver(recursive):
    seen = []

    def answer(data):
        seen.append(bool(dns.message.from_wire(data).flags & dns.flags.RD))
        return answering("192.0.2.1")(data)

    assert (await probed(answer, recursive=recursive))[0]
    assert seen == [recursive]


async def test_an_answer_that_does_not_fit_is_asked_for_again_over_tcp():
    async def over_tcp(reader, writer):
        data = await reader.readexactly(int.from_bytes(await reader.readexactly(2), "big"))
        (reply,) = answering("192.0.2.7")(data)
        writer.write(len(reply).to_bytes(2, "big") + reply)
        await writer.drain()

    async with backend(over_tcp) as port:
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: Server(answering(flags=dns.flags.TC)), local_addr=("127.0.0.1", port)
        )
        async with Prober() as probe:
            result = await probe(target(MonitorKind.DNS, port, path="/www.example.com"))
        transport.close()

    assert (result.ok, result.reason[:12]) == (True, "A 192.0.2.7 ")
