"""All zones of a node, and which of them a name belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dns.name import Name
from dns.rdatatype import RdataType

from gslb.zone.rrset import Key, canonical, fold
from gslb.zone.tree import Zone


class Zones:
    """A frozen set of zones, iterated in canonical order of their names."""

    __slots__ = ("_by_apex",)

    def __init__(self, zones: Iterable[Zone] = ()) -> None:
        """Two zones of one name: ValueError."""
        by_apex: dict[Key, Zone] = {}
        for zone in zones:
            if fold(zone.apex) in by_apex:
                raise ValueError(f"two zones are called {zone.apex}")
            by_apex[fold(zone.apex)] = zone
        self._by_apex = {key: by_apex[key] for key in sorted(by_apex, key=canonical)}

    def __iter__(self) -> Iterator[Zone]:
        return iter(self._by_apex.values())

    def __len__(self) -> int:
        return len(self._by_apex)

    def get(self, apex: Name) -> Zone | None:
        """The zone of exactly that name."""
        return self._by_apex.get(fold(apex))

    def find(self, qname: Name, qtype: RdataType | None = None) -> Zone | None:
        """The zone that answers for a name: the one with the longest apex at or above it.

        A DS at an apex is answered by the zone above, if that is ours too (RFC 4035, section 3.1.4.1).
        """
        key = fold(qname)
        own: Zone | None = None
        for depth in range(len(key)):
            zone = self._by_apex.get(key[depth:])
            if zone is not None and (depth or qtype != RdataType.DS):
                return zone
            own = own or zone
        return own
