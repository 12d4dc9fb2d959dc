"""Replies as an independent decoder (dnslib) reads them, from worlds small enough to see whole."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from ipaddress import ip_address, ip_network

import dns.name
from dnslib import QTYPE, RR, DNSBuffer, DNSRecord

from gslb.geo import Atlas
from gslb.model import Model, ZoneSource
from gslb.nameserver import Belief, Client, Transport, View, World, respond
from gslb.zone import Zones, load
from kit.worlds import all_up

SENDER = "192.0.2.200"
NSID, ECS, KEEPALIVE, EDE = 3, 8, 11, 15


def serving(*records: str, apex: str = "example.com.", **more: str) -> View:
    """A view of zones of static data alone: lines for `apex`, more zones as `child_example_com="lines"`.

    A record without a TTL has 60 seconds.
    """
    texts = {apex: "\n".join(records), **{f"{name.replace('_', '.')}.": text for name, text in more.items()}}
    zones = Zones(load(ZoneSource(name, records=f"$TTL 60\n{text}"), lambda path: "") for name, text in texts.items())
    return View(World(Model(), zones, Atlas.build(), {}, {}), Belief())


def believing(of: World, *down: str) -> View:
    """A view of a world in which every check is up but those of the endpoints `down`."""
    return View(of, all_up(of, frozenset(down)))


def wire_name(name: str) -> bytes:
    return dns.name.from_text(name).to_wire()


def option(code: int, value: bytes = b"") -> bytes:
    """An EDNS option as wire."""
    return struct.pack("!HH", code, len(value)) + value


def ecs(subnet: str, *, source: int | None = None, scope: int = 0, family: int | None = None) -> bytes:
    """A client subnet option for a prefix; the keywords make it say something else."""
    network = ip_network(subnet)
    octets = network.network_address.packed[: (network.prefixlen + 7) // 8]
    kind = (1 if network.version == 4 else 2) if family is None else family
    return option(ECS, struct.pack("!HBB", kind, network.prefixlen if source is None else source, scope) + octets)


def opt(options: bytes = b"", *, payload: int = 1232, version: int = 0, flags: int = 0, owner: bytes = b"\0") -> bytes:
    """An OPT record as wire."""
    return owner + struct.pack("!HHBBHH", 41, payload, 0, version, flags, len(options)) + options


def packet(
    name: str,
    rdtype: str | int = "A",
    edns: bytes | None = None,
    *,
    id_: int = 7,
    flags: int = 0x0100,
    rdclass: int = 1,
) -> bytes:
    """A query as wire; `edns` is an OPT record, see `opt`."""
    kind = rdtype if isinstance(rdtype, int) else int(getattr(QTYPE, rdtype))
    header = struct.pack("!HHHHHH", id_, flags, 1, 0, 0, int(edns is not None))
    return header + wire_name(name) + struct.pack("!HH", kind, rdclass) + (edns or b"")


def reply(view: View, asked: bytes, sender: str = SENDER, draw: int = 0, *, tcp: bool = False) -> bytes:
    """What `respond` says, which must not be silence."""
    said = respond(asked, Client(ip_address(sender), Transport.TCP if tcp else Transport.UDP), view, lambda: draw)
    assert said is not None
    return said


def ask(
    view: View,
    name: str,
    rdtype: str | int = "A",
    edns: bytes | None = None,
    *,
    sender: str = SENDER,
    draw: int = 0,
    tcp: bool = False,
) -> DNSRecord:
    """A question's answer, decoded."""
    return DNSRecord.parse(reply(view, packet(name, rdtype, edns), sender, draw, tcp=tcp))


def lines(records: Sequence[RR]) -> list[str]:
    """Records as text, `owner TTL type data`, without OPT."""
    return [
        f"{rr.rname} {rr.ttl} {QTYPE.forward.get(rr.rtype, f'TYPE{rr.rtype}')} {_text(rr)}"
        for rr in records
        if rr.rtype != QTYPE.OPT
    ]


def data(records: Sequence[RR]) -> list[str]:
    """The data of records as text."""
    return [_text(rr) for rr in records if rr.rtype != QTYPE.OPT]


def _text(record: RR) -> str:
    """Data as text; a DNAME, which dnslib leaves as octets, as the name that it is."""
    if record.rtype == QTYPE.DNAME:
        return str(DNSBuffer(bytes(record.rdata.data)).decode_name())
    return str(record.rdata)


def options(record: DNSRecord) -> dict[int, bytes] | None:
    """The EDNS options of a reply by code; None where it has no EDNS."""
    found = [rr for rr in record.ar if rr.rtype == QTYPE.OPT]
    assert len(found) < 2, "at most one OPT record (RFC 6891, section 6.1.1)"
    return {each.code: bytes(each.data) for rr in found for each in rr.rdata} if found else None


def scope(record: DNSRecord) -> int | None:
    """The scope prefix length that a reply carries; None where it has no client subnet option."""
    found = (options(record) or {}).get(ECS)
    return None if found is None else found[3]


def extended_rcode(record: DNSRecord) -> int:
    """All twelve bits of the response code (RFC 6891, section 6.1.3)."""
    upper = next((rr.ttl >> 24 for rr in record.ar if rr.rtype == QTYPE.OPT), 0)
    return int(upper << 4 | record.header.rcode)
