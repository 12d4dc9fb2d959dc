"""Every kind of monitor against every kind of service, over real sockets: the table in the documentation is true."""

import asyncio
import json
import os
import re
from contextlib import asynccontextmanager
from pathlib import Path

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import StreamEnded

from gslb.health import BalancerReport, Judge, Switch, Watched
from gslb.model import Bound, Calculated, CalculatedKind, Check, Monitor, MonitorKind, Relation
from gslb.probe import Prober, Unable
from kit.babbler import babbler
from kit.backends import Authority, backend, says, target
from kit.netns import Network

PAGE = Path(__file__).parents[2] / "docs" / "howto" / "monitors.md"
BEGIN, END = "<!-- what each kind says: kept by tests/scenarios/test_monitor_table.py -->", "<!-- end -->"
AUTHORITY = Authority()
TURNS = 10  # of the loop, for a probe to hang up
LATE = 0.3  # seconds a probe is given where it is to be late
COST = 64 << 10  # octets that a hostile service may cost
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nready"
DOWN = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"
NOISE = bytes(range(256)) * 4
ENDLESS = b"x" * 65_536


async def silent(reader, _):
    await reader.read(-1)


async def hangs_up(_, __):
    """Nothing is said."""


def speaks(words):
    async def handler(reader, writer):
        writer.write(words)
        await writer.drain()
        await reader.read(-1)

    return handler


def prometheus(value):
    body = json.dumps({"status": "success", "data": {"resultType": "scalar", "result": [0, value]}}).encode()
    return says(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)


def health(status):
    async def handler(reader, writer):
        connection = H2Connection(H2Configuration(client_side=False))
        connection.initiate_connection()
        while True:
            writer.write(connection.data_to_send())
            heard = await reader.read(4096)
            if not heard:
                return
            for event in connection.receive_data(heard):
                if isinstance(event, StreamEnded):
                    connection.send_headers(event.stream_id, [(":status", "200"), ("content-type", "application/grpc")])
                    connection.send_data(event.stream_id, b"\0\0\0\0\x02\x08" + bytes((status,)))
                    connection.send_headers(event.stream_id, [("grpc-status", "0")], end_stream=True)

    return handler


class Server(asyncio.DatagramProtocol):
    def __init__(self, answer):
        self._answer = answer

    def connection_made(self, transport):
        self._transport = transport

    def datagram_received(self, data, sender):
        reply = self._answer(data)
        if reply:
            self._transport.sendto(reply, sender)


@asynccontextmanager
async def name_server(answer):
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: Server(answer), local_addr=("127.0.0.1", 0))
    try:
        yield transport.get_extra_info("sockname")[1]
    finally:
        transport.close()


def records(rcode=dns.rcode.NOERROR, *, many=1):
    def answer(data):
        reply = dns.message.make_response(dns.message.from_wire(data))
        reply.set_rcode(rcode)
        if rcode == dns.rcode.NOERROR:
            addresses = (f"192.0.{number >> 8}.{number & 255}" for number in range(many))
            reply.answer.append(dns.rrset.from_text("www.example.com.", 60, "IN", "A", *addresses))
        return reply.to_wire(max_size=65_535)

    return answer


TCP = {"expect": "220 "}
HTTP = {"body": "ready"}
GRPC = {"path": "/api.v1.Orders"}
METRIC = {"query": "errors", "passes": Bound(Relation.LESS, 0.05)}
DNS = {"path": "/www.example.com", "rdtype": "A", "expect": "192.0.0.0"}
LASTS = {"expires_in": 14 * 86_400.0}
K = MonitorKind
GOOD, STRANGER, OVER = AUTHORITY.server(), AUTHORITY.server(stranger=True), AUTHORITY.server(days=-2)
STREAMS = {  # kind -> what it meets -> server, its TLS, the monitor
    K.HTTP: {
        "good": (says(OK), None, HTTP),
        "bad": (says(DOWN), None, HTTP),
        "slow": (silent, None, HTTP),
        "garbage": (speaks(NOISE), None, HTTP),
    },
    K.HTTPS: {
        "good": (says(OK), GOOD, HTTP),
        "bad": (says(DOWN), GOOD, HTTP),
        "slow": (silent, GOOD, HTTP),
        "garbage": (speaks(NOISE), GOOD, HTTP),
        "TLS wrong": (says(OK), STRANGER, HTTP),
        "TLS over": (says(OK), OVER, HTTP),
        "no TLS": (speaks(OK), None, HTTP),
    },
    K.TCP: {
        "good": (speaks(b"220 ready\r\n"), None, TCP),
        "bad": (hangs_up, None, TCP),
        "slow": (silent, None, TCP),
        "garbage": (speaks(ENDLESS), None, TCP),
    },
    K.TLS: {
        "good": (silent, GOOD, LASTS),
        "bad": (silent, AUTHORITY.server(days=10), LASTS),
        "slow": (silent, None, LASTS),
        "garbage": (speaks(NOISE), None, LASTS),
        "TLS wrong": (silent, STRANGER, LASTS),
    },
    K.GRPC: {
        "good": (health(1), None, GRPC),
        "bad": (health(2), None, GRPC),
        "slow": (silent, None, GRPC),
        "garbage": (speaks(NOISE), None, GRPC),
        "TLS wrong": (health(1), STRANGER, GRPC | {"tls": True}),
    },
    K.METRIC: {
        "good": (prometheus("0.01"), None, METRIC),
        "bad": (prometheus("0.07"), None, METRIC),
        "slow": (silent, None, METRIC),
        "garbage": (speaks(NOISE), None, METRIC),
    },
}
HEAD = b"HTTP/1.1 200 OK\r\n\r\n"
FRAMES = b"\0\0\x08\x06\0\0\0\0\0abcdefgh" * 4_000
HUGE = {  # what never ends: how it begins, how it goes on, under which TLS
    K.HTTP: (HEAD, ENDLESS, None, HTTP),
    K.HTTPS: (HEAD, ENDLESS, GOOD, HTTP),
    K.TCP: (b"", ENDLESS, None, TCP),
    K.TLS: (b"", ENDLESS, GOOD, LASTS),
    K.GRPC: (b"\0\0\0\x04\0\0\0\0\0", FRAMES, None, GRPC),
    K.METRIC: (HEAD, ENDLESS, None, METRIC),
}
PROGRAMS = {
    "good": ["/bin/echo", "disk 40 % full"],
    "bad": ["/bin/sh", "-c", "echo disk 97 % full; exit 2"],
    "slow": ["/bin/sleep", "60"],
    "garbage": ["/bin/sh", "-c", r"printf '\001\002\377\000\n'; exit 0"],
    "huge": ["/bin/sh", "-c", "head -c 4000000 /dev/zero | tr '\\0' x; exit 1"],
}
NAMES = {
    "good": records(),
    "bad": records(dns.rcode.SERVFAIL),
    "slow": lambda _: None,
    "garbage": lambda data: data[:2] + NOISE,
    "huge": records(many=4_000),
}


def told(ok, reason):
    """A cell: the verdict and the reason, without what differs each time."""
    word = {True: "up", False: "down", None: "says nothing"}[ok]
    reason = re.sub(r"\d+(\.\d+)? ms\b", "3 ms", reason)
    reason = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1", reason)
    return word, reason


async def found(probe, wanted):
    try:
        result = await probe(wanted)
    except Unable as fault:
        return told(None, str(fault))
    return told(result.ok, result.reason)


async def stream(probe, kind, meets):
    handler, tls, changes = STREAMS[kind][meets]
    async with backend(handler, tls) as port:
        return await found(probe, at(kind, port, changes, LATE if meets == "slow" else 5.0))


def at(kind, port, changes, timeout):
    """A target at loopback; a metric's is the server that is asked."""
    if kind is K.METRIC:
        return target(kind, 0, "192.0.2.1", timeout=timeout, **changes, at=f"http://127.0.0.1:{port}")
    return target(kind, port, timeout=timeout, **changes)


async def huge(probe, kind):
    head, again, tls, changes = HUGE[kind]
    with babbler(head, again, tls) as taken:
        said = await found(probe, at(kind, taken.port, changes, 5.0))
        for _ in range(TURNS):
            await asyncio.sleep(0)
    return said, taken


async def program(probe, meets):
    command = tuple(PROGRAMS[meets])
    return await found(probe, target(K.EXEC, 0, command=command, timeout=LATE if meets == "slow" else 5.0))


async def name(probe, meets):
    async with name_server(NAMES[meets]) as port:
        return await found(probe, target(K.DNS, port, **DNS, timeout=LATE if meets == "slow" else 5.0))


async def echoes(probe):
    rows = {}
    with Network("here", "there") as net, net.at("here"):
        rows["good"] = await found(probe, target(K.ICMP, 0, net.addresses["there"], timeout=5.0))
        rows["bad"] = await found(probe, target(K.ICMP, 0, "192.0.2.1", timeout=5.0))
        net.cut("there")
        rows["slow"] = await found(probe, target(K.ICMP, 0, net.addresses["there"], timeout=LATE))
    return rows


def judged(monitor, members=(), beats=(), until=100.0):
    """What becomes of monitors without a target."""
    check = Check(monitor.name)
    watched = {check: Watched(monitor)} | {
        Check(name): Watched(Monitor(name, K.PUSH, every=10.0, grace=5.0)) for name in members
    }
    judge = Judge(watched, {"ns1": None}, 100.0, 0.0)
    for which, moment in beats:
        judge.heartbeat(which, moment, moment, moment)
    judge.tick(until, until)
    verdict = judge.verdicts()[check]
    return told(verdict.up if verdict.known else None, verdict.reason)


def reported(up, until, **more):
    """What a balancer's last word, at 101 s, says of the endpoint it stands at."""
    check = Check("backs", "web/eu", "192.0.2.1")
    monitor = Monitor("backs", K.BALANCER, balancer="edge", min_healthy=2, grace=10.0)
    judge = Judge({check: Watched(monitor, "eu")}, {"ns1": None}, 100.0, 0.0)
    judge.report(BalancerReport("edge/eu", "web/eu", 1, 1, 101.0, up, 4, **more), 101.0, 0.0)
    judge.tick(until, until)
    verdict = judge.verdicts()[check]
    return told(verdict.up if verdict.known else None, verdict.reason)


def switched(switch):
    """What a routing control says of all that hangs on it."""
    check = Check("eu")
    judge = Judge({check: Watched(Monitor("eu", K.CONTROL, control="eu"))}, {"ns1": None}, 100.0, 0.0)
    judge.switch("eu", switch, 101.0, 0.0)
    return told(judge.verdicts()[check].up, judge.verdicts()[check].reason)


def unprobed():
    db = Monitor("db", K.PUSH, every=10.0, grace=5.0)
    site = Monitor("site", K.CALCULATED, calculated=Calculated(CalculatedKind.ALL, ("db", "web")))
    both = (("db", 101.0), ("web", 101.0))
    return {
        ("push", "good"): judged(db, beats=[("db", 101.0)], until=105.0),
        ("push", "bad"): judged(db, beats=[("db", 101.0)], until=120.0),
        ("balancer", "good"): reported(4, 105.0),
        ("balancer", "bad"): reported(1, 105.0),
        ("balancer", "taken out"): reported(4, 105.0, out="deploy"),
        ("balancer", "silent"): reported(4, 120.0),
        ("control", "on"): switched(Switch()),
        ("control", "off"): switched(Switch(on=False, reason="off by ann: INC-902")),
        ("calculated", "good"): judged(site, ("db", "web"), both, 105.0),
        ("calculated", "bad"): judged(site, ("db", "web"), (*both, ("web", 110.0)), 120.0),
    }


async def table(probe):
    """Every row that can be seen, in the order of kinds; and what the hostile ones cost."""
    rows, costs = {}, {}
    for kind, meetings in STREAMS.items():
        for meets in meetings:
            rows[kind.value, meets] = await stream(probe, kind, meets)
        (rows[kind.value, "huge body"], costs[kind.value]) = await huge(probe, kind)
    for meets in NAMES:
        rows["dns", meets if meets != "huge" else "huge body"] = await name(probe, meets)
    for meets, cell in (await echoes(probe)).items():
        rows["icmp", meets] = cell
    for meets in PROGRAMS:
        rows["exec", meets if meets != "huge" else "huge body"] = await program(probe, meets)
    return rows | unprobed(), costs


def spelled(rows):
    lines = ["| kind | meets | it is | because |", "|---|---|---|---|"]
    lines += [f"| {kind} | {meets} | {word} | {reason} |" for (kind, meets), (word, reason) in rows.items()]
    return "\n".join(lines)


async def test_every_kind_says_of_every_service_what_the_documentation_says(record_property):
    async with Prober(AUTHORITY.trust(), programs=True) as probe:
        rows, costs = await table(probe)
    for kind, taken in costs.items():
        print(f"{kind}: a service that never ends gave away {taken.most} octets")
        record_property("hostile_octets", f"{kind} {taken.most}")
        assert taken.calls, kind
        assert taken.most <= COST, kind
    seen = spelled(rows)
    page = PAGE.read_text()
    begin, end = page.index(BEGIN) + len(BEGIN), page.index(END)
    if os.environ.get("GSLB_WRITE_TABLE"):
        PAGE.write_text(page[:begin] + "\n\n" + seen + "\n\n" + page[end:])
        return
    assert page[begin:end].strip() == seen
