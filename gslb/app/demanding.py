"""What samples teach of demand: each query's steered name and its clients' class and place, kept over restarts.

sample ─► question ─► steered name ─┐
       └► client   ─► class, place ─┴─► Source ─► Demand ─► state/telemetry.db, once a minute
"""

from __future__ import annotations

import asyncio
from ipaddress import ip_address, ip_network

import dns.name
from dns.rdatatype import RdataType

from gslb.app.keepsake import Keepsake
from gslb.control import Journal
from gslb.foresight import Demand, Source
from gslb.geo import Location
from gslb.image import Sample
from gslb.model import Steered
from gslb.nameserver import Client, Query, View, World, answered, destination, family, locate, parse, place
from gslb.policy import class_name, classify, varies

KEEP_EVERY = 60.0  # seconds
REMEMBERED = 4_096  # questions, and places of a name, whose meaning is known; all are forgotten when there are more


class Demanding:
    """Learns demand from samples. Times are wall clock seconds."""

    def __init__(self, keepsake: Keepsake, journal: Journal, wall: float) -> None:
        self._keepsake, self._kept_at = keepsake, wall
        self._world: World | None = None
        self._questions: dict[tuple[dns.name.Name, int], Steered | None] = {}
        self._classes: dict[tuple[str, Location], str] = {}
        self.demand = Demand(wall)
        kept = keepsake.load()
        if kept is not None:
            try:
                self.demand = Demand.from_bytes(kept, wall)
            except ValueError as error:
                journal.warning("demand_forgotten", error=str(error))

    def see(self, sample: Sample, view: View, wall: float) -> None:
        """Count a sample, if it asks for a steered name."""
        if view.world is not self._world:
            self._world = view.world
            self._questions.clear()
            self._classes.clear()
        query = parse(sample.packet)
        if query is None or query.question is None:
            return
        steered = self._steered(query.question.name, query.question.rdtype, view.world)
        if steered is not None:
            rdtype = answered(steered, query.question.rdtype, view)
            source, client = self._source(steered, rdtype, query, Client(ip_address(sample.sender)), view)
            self.demand.see(source, client, sample.weight, wall)

    def _steered(self, name: dns.name.Name, rdtype: int, world: World) -> Steered | None:
        if (name, rdtype) not in self._questions:
            if len(self._questions) >= REMEMBERED:
                self._questions.clear()
            self._questions[name, rdtype] = destination(name, RdataType(rdtype), world)
        return self._questions[name, rdtype]

    def _source(self, steered: Steered, rdtype: int, query: Query, client: Client, view: View) -> tuple[Source, str]:
        tree = view.world.tree(steered)
        by_sender = view.memo.once(
            ("by sender", rdtype, id(tree)), lambda: varies(tree, family(rdtype)).locate_resolver
        )
        address, bits = place(None if by_sender else query.subnet, client)
        location = locate(query, client, view, by_sender)
        key = steered.name, location
        if key not in self._classes:
            if len(self._classes) >= REMEMBERED:
                self._classes.clear()
            found = classify(tree, location, view.world.sites)
            self._classes[key] = class_name(found) if found else ""
        source = Source(steered.name, RdataType.to_text(RdataType(rdtype)), words(location), self._classes[key])
        return source, str(address if bits is None else ip_network((address, bits)))

    async def keep(self, wall: float) -> None:
        """Write what is known to the disk, now and then."""
        if wall - self._kept_at >= KEEP_EVERY:
            self._kept_at = wall
            await asyncio.to_thread(self._keepsake.save, self.demand.to_bytes())


def words(location: Location) -> str:
    """Where clients are, in a word: their network if it has a name, else subdivision, country or continent."""
    found = (*location.networks[:1], location.subdivision, location.country, location.continent)
    return next((word for word in found if word), "unknown")
