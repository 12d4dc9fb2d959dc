"""Our own answers to the same questions, made in this process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from ipaddress import IPv4Address

from conformance.generate import Case

from gslb.geo import Atlas
from gslb.model import Model, ZoneSource
from gslb.nameserver import Belief, Client, View, World, respond
from gslb.zone import Zones, load


def responder(cases: Sequence[Case]) -> Callable[[bytes], bytes | None]:
    """What answers a packet from the zones of all cases, over UDP."""
    zones = Zones(load(ZoneSource(case.zone, records=case.text), lambda path: "") for case in cases)
    view = View(World(Model(), zones, Atlas.build(), {}, {}), Belief())
    client = Client(IPv4Address("127.0.0.1"))
    return lambda packet: respond(packet, client, view, lambda: 0)
