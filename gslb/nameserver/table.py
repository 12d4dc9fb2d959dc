"""Every question a zone can be asked, as entries: static answers whole, steered ones as rows to be filled by plans.

apex, www, *.shop …  ─►  Entry(name, here: what the name itself answers, below: what names under it answer)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import dns.name
from dns.rcode import Rcode
from dns.rdatatype import RdataType

from gslb.geo import NOWHERE
from gslb.image import Body, Bulk, CounterLabel, Entry, Forward, Row, Rows, Shared, Static, Target, outcomes
from gslb.model import leaves
from gslb.nameserver.execute import Plan
from gslb.nameserver.plan import Draft, draft, finish
from gslb.nameserver.sections import wire
from gslb.nameserver.steer import Locate, answered, steer_wire
from gslb.nameserver.view import View
from gslb.zone import Alias, Delegation, Dname, Hit, NoData, NxDomain, Packed, Result, Steered, Zone, fold

ABSENT = RdataType.make(65_280)  # private use: what a name answers for a type nobody has
FORWARD = Forward()
NODATA, NXDOMAIN = 0, 1  # shared bodies


@dataclass(frozen=True, slots=True)
class Slot:
    """A row's question: the name as the zone has it (perhaps a wildcard), the type, whether it stands for many names.

    `steered` is the steered name whose tree fills it.
    """

    name: dns.name.Name
    rdtype: RdataType
    wildcard: bool = False
    steered: str = ""


class Table:
    """A zone's entries with their rows and counters; of all its names, or only of `names` (as the zone has them).

    `rows[n]` is what `Row(n)` asks; `labels[n]` is what counter n counts. `bulk` are the plain names of all of a zone.
    `shared` are the negative answers: all of them change with the zone's serial, and nothing else does.
    """

    def __init__(self, zone: Zone, view: View, names: Iterable[dns.name.Name] | None = None) -> None:
        self.zone = zone
        self.view = view
        self.apex = wire(zone.apex).lower()
        self.shared = shared_bodies(zone, view)
        self.rows: list[Slot] = []
        self.labels: list[CounterLabel] = []
        self._shared: dict[CounterLabel, int] = {}
        self._nothing = Rows({}, self._target(NxDomain(zone.apex), Slot(zone.apex, ABSENT, wildcard=True)))
        self.entries: tuple[Entry, ...] = tuple(self._entries(zone.others if names is None else names))
        self.bulk = self._bulk(zone.packed) if names is None and zone.packed is not None else None

    def _entries(self, names: Iterable[dns.name.Name]) -> Iterator[Entry]:
        for name in names:
            here = self._rows(name, wildcard=False)
            yield Entry(wire(name).lower(), here, self._below(name, here))

    def _bulk(self, packed: Packed) -> Bulk:
        """The plain names: none of them is steered, a cut, an alias or a wildcard."""
        below_some = {}
        for name in self.zone.others:
            if name.is_wild() and (number := packed.find(fold(name.parent()))) >= 0:
                below_some[number] = self._rows(name, wildcard=True)
        return Bulk(
            names=packed.names,
            starts=packed.starts,
            slots=packed.slots,
            depth=packed.depth,
            contents=packed.contents,
            offsets=packed.offsets,
            records=bytes(packed.records),
            counter=lambda rdtype: self._shared_counter(Slot(self.zone.apex, RdataType(rdtype)), Rcode.NOERROR),
            other=Shared(NODATA, self._shared_counter(Slot(self.zone.apex, ABSENT), Rcode.NOERROR)),
            below=self._nothing,
            below_some=below_some,
        )

    def _below(self, name: dns.name.Name, here: Rows) -> Rows:
        """What a name that does not exist answers when `name` is the closest that does (RFC 4592, section 3.3.1)."""
        match self.zone.lookup(name, ABSENT):
            case Delegation():
                return Rows({}, here.other)
            case _ if self.zone.has_dname(name):
                return Rows({}, FORWARD)  # a CNAME has to be made for each name
        star = dns.name.Name((b"*",)).concatenate(name)
        return self._rows(star, wildcard=True) if star in self.zone.nodes else self._nothing

    def _rows(self, name: dns.name.Name, wildcard: bool) -> Rows:
        by_type: dict[int, Target] = {}
        for rdtype in self._types(name):
            by_type[rdtype] = self._target(self.zone.lookup(name, rdtype), Slot(name, rdtype, wildcard))
        if name == self.zone.apex and self.view.world.zones.find(name, RdataType.DS) is not self.zone:
            by_type[RdataType.DS] = (
                FORWARD  # the zone above answers it, and that is ours too (RFC 4035, section 3.1.4.1)
            )
        other = self._target(self.zone.lookup(name, ABSENT), Slot(name, ABSENT, wildcard))
        return Rows(by_type, other)

    def _types(self, name: dns.name.Name) -> Iterable[RdataType]:
        """The types that a name answers unlike all others: its own; at a cut DS; by an alias those of its target."""
        types = {*self.zone.types(name), RdataType.ANY}
        zone: Zone | None = self.zone
        seen: set[dns.name.Name] = set()
        while zone is not None and name not in seen:
            seen.add(name)
            match zone.lookup(name, ABSENT):
                case Alias(target=target):
                    types.add(RdataType.DS)  # the one type that another zone may answer than all else
                    name, zone = target, self.view.world.zones.find(target)
                case Delegation(ns=ns) if ns.name == name:
                    types.add(RdataType.DS)
                    break
                case NoData(wildcard=wildcard) | Steered(wildcard=wildcard):
                    types.update(zone.types(wildcard or name))
                    break
                case _:
                    break
        return sorted(types)

    def _target(self, found: Result, slot: Slot) -> Target:
        match found:
            case NoData():
                return Shared(NODATA, self._shared_counter(slot, Rcode.NOERROR))
            case NxDomain():
                return Shared(NXDOMAIN, self._shared_counter(slot, Rcode.NXDOMAIN))
        if isinstance(found, Dname) or (slot.wildcard and isinstance(found, Delegation)):
            return FORWARD  # NS at a wildcard make a cut of that name alone (RFC 4592, section 4.2)
        if slot.wildcard and isinstance(found, Alias) and found.target.is_subdomain(slot.name.parent()):
            return FORWARD  # the chain may come back through the same wildcard, differently for each name
        drafted = expand(
            found, slot, self.zone, self.view, lambda _: NOWHERE
        )  # one client is enough to see who answers
        if drafted.steered:
            return self._row(slot, drafted)
        done = finish(drafted, slot.name)
        (body,) = outcomes(done.selector)
        return Static(body, self._shared_counter(slot, body.flags & 15))

    def _row(self, slot: Slot, drafted: Draft) -> Target:
        names = tuple(leaf.path for leaf in leaves(self.view.world.model.trees[drafted.steered]))
        base = len(self.labels)
        place = (self.zone.apex.to_text(), slot.rdtype.name, "NOERROR", slot.name.to_text())
        self.labels.extend(
            CounterLabel(*place, leaf=leaf) for leaf in (*names, "")
        )  # the last: answers with no endpoint
        self.rows.append(replace(slot, steered=drafted.steered))
        return Row(len(self.rows) - 1, base)

    def _shared_counter(self, slot: Slot, rcode: int) -> int:
        kind = "other" if slot.rdtype == ABSENT else slot.rdtype.name
        label = CounterLabel(self.zone.apex.to_text(), kind, Rcode(rcode).name)
        if label not in self._shared:
            self._shared[label] = len(self.labels)
            self.labels.append(label)
        return self._shared[label]


def shared_bodies(zone: Zone, view: View) -> tuple[Body, Body]:
    """What a zone answers where nothing is: NODATA and NXDOMAIN."""
    slot = Slot(zone.apex, ABSENT, wildcard=True)
    (none,), (never,) = (
        outcomes(finish(expand(found, slot, zone, view), zone.apex).selector)
        for found in (NoData(), NxDomain(zone.apex))
    )
    return none, never


def expand(found: Result, slot: Slot, zone: Zone, view: View, locate: Locate | None = None) -> Draft:
    """A lookup's meaning for a slot; a wildcard's data answers under any question name."""
    if slot.wildcard and isinstance(found, Hit | Alias):
        found = replace(found, wildcard=slot.name)
    return draft(found, slot.name, slot.rdtype, zone, view, locate)


def fill(slot: Slot, zone: Zone, view: View) -> Plan:
    """The plan of a row, in this view, for every class of client."""
    found = zone.lookup(slot.name, slot.rdtype)
    if isinstance(found, Steered):
        steered = view.world.steered[found.name]
        selector, scoping, places, opened = steer_wire(steered, answered(steered, slot.rdtype, view), zone, view)
        return Plan(selector, scoping, places, opened=opened)
    return finish(expand(found, slot, zone, view), slot.name)
