"""A zone being made: its records by name and type, each with its place, and what was found wrong so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dns.name import Name
from dns.rdata import Rdata
from dns.rdataclass import IN
from dns.rdatatype import RdataType
from dns.rdtypes.ANY.SOA import SOA

from gslb.model import Fault, Mark
from gslb.zone.reader import Record
from gslb.zone.rrset import Key, RRset, fold

HOUR = 3600


@dataclass(frozen=True, slots=True)
class Written:
    """A name as first written, its records by type in the order written, and the types steered there."""

    name: Name
    records: dict[RdataType, dict[Rdata, Record]] = field(default_factory=dict)
    steered: frozenset[RdataType] = frozenset()

    @property
    def mark(self) -> Mark | None:
        """Where its first record stands."""
        return next((record.mark for records in self.records.values() for record in records.values()), None)


@dataclass(slots=True)
class Draft:
    """The names that hold something, the cuts among them, and findings. `mark` is where the zone is asked for."""

    apex: Name
    mark: Mark | None
    places: dict[Key, Written] = field(default_factory=dict)
    cuts: frozenset[Key] = frozenset()
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)

    def fault(self, message: str, mark: Mark | None, hint: str = "") -> None:
        self.faults.append(Fault(message, mark or self.mark, hint))

    def warn(self, message: str, mark: Mark | None, hint: str = "") -> None:
        self.warnings.append(Fault(message, mark or self.mark, hint))

    @property
    def top(self) -> Written:
        """What stands at the apex."""
        return self.places.get(fold(self.apex)) or Written(self.apex)

    def above(self, key: Key) -> Iterable[Key]:
        """The ancestors of a name inside the zone, the nearest first, the apex last."""
        return (key[depth:] for depth in range(1, len(key) - len(self.apex.labels) + 1))

    def cut_over(self, key: Key) -> Key | None:
        """The cut at or above a name."""
        return next((place for place in (key, *self.above(key)) if place in self.cuts), None)


def draw_up(
    apex: Name, records: Iterable[Record], steered: Mapping[Name, frozenset[RdataType]], mark: Mark | None
) -> Draft:
    """Records under their names, and the cuts; records outside the zone are faults, those written twice warnings."""
    draft = Draft(apex, mark)
    top = fold(apex)
    inside = "is not at or below " + str(apex)
    for record in records:
        key = fold(record.name)
        if key[-len(top) :] != top:
            draft.fault(f"{record.name} {inside}", record.mark, _meant(record.name))
            continue
        place = draft.places.setdefault(key, Written(record.name))
        first = place.records.setdefault(record.rdata.rdtype, {}).setdefault(record.rdata, record)
        if first is not record:
            draft.warn("this record is written twice", record.mark, f"first at {first.mark}")
    for name, types in steered.items():
        key = fold(name)
        if key[-len(top) :] != top:
            draft.fault(f"the steered name {name} {inside}", None)
            continue
        old = draft.places.get(key, Written(name))
        draft.places[key] = Written(old.name, old.records, types)
    draft.cuts = _topmost(draft, (key for key, place in draft.places.items() if RdataType.NS in place.records))
    return draft


def _topmost(draft: Draft, delegated: Iterable[Key]) -> frozenset[Key]:
    """The cuts that are this zone's own: not the apex, and below no other."""
    draft.cuts = frozenset(delegated) - {fold(draft.apex)}
    return frozenset(key for key in draft.cuts if draft.cut_over(key[1:]) is None)


def _meant(name: Name) -> str:
    return "" if len(name) > 2 else f"write {name.to_text(omit_final_dot=True)} without its final dot"


def made_soa(apex: Name, primary: Name) -> RRset:
    """The SOA of a zone whose text has none: `primary`, hostmaster, serial 1, negative answers for a minute."""
    mailbox = Name((b"hostmaster", *apex.labels))
    times = (2 * HOUR, HOUR // 4, 14 * 24 * HOUR, 60)
    soa = SOA(IN, RdataType.SOA, primary, mailbox, 1, *times)  # type: ignore[no-untyped-call]  # dnspython's
    return RRset(apex, RdataType.SOA, HOUR, (soa,))
