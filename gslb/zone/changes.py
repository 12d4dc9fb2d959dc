"""Where two versions of a zone differ, octet for octet, and which names' answers hang on which others.

old, new ─► Changes: names with another node      zone ─► Hangs: what the answers of a name look up
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from dns.rdata import Rdata
from dns.rdatatype import RdataType

from gslb.zone.packed import Packed
from gslb.zone.rrset import Key, Node, fold
from gslb.zone.targets import host, names_for_additional
from gslb.zone.tree import STAR, Zone

STRETCH = 4_096  # names that are compared at once

# The text of these is as exact as their wire, and ten times as fast to make: dnspython takes long to write names.
AS_TEXT = frozenset(
    {RdataType.NS, RdataType.CNAME, RdataType.PTR, RdataType.MX, RdataType.SRV, RdataType.DNAME, RdataType.SOA}
)


@dataclass(frozen=True, slots=True)
class Changes:
    """Folded names whose node, or glue, is another. `deep`: those of them that also decide what is below them.

    `negative`: so is what the zone says where nothing is.
    """

    names: frozenset[Key]
    deep: frozenset[Key]
    negative: bool

    def __bool__(self) -> bool:
        return bool(self.names) or self.negative


@dataclass(frozen=True, slots=True)
class Hangs:
    """A folded name whose answers look up `targets`. `alias`: they say what it says, be it that nothing is there.

    `deep`: so do answers of the names below it. `dname`: and look up names below the target.
    """

    name: Key
    targets: tuple[Key, ...]
    alias: bool
    deep: bool
    dname: bool


def changes(old: Zone, new: Zone) -> Changes:
    """Every name that may be answered otherwise for its own data: case and order of records count, warnings do not."""
    if old is new:
        return Changes(frozenset(), frozenset(), negative=False)
    names = _packed(old.packed, new.packed)
    deep: set[Key] = set()
    for before, after in ((old.others, new.others), (old.below_cuts, new.below_cuts)):
        was = {fold(name): node for name, node in before.items()}
        now = {fold(name): node for name, node in after.items()}
        for key in was.keys() | now.keys():
            one, two = was.get(key), now.get(key)
            if one is None or two is None or _signed(one) != _signed(two):
                names.add(key)
                if one is None or two is None or _decides_below(one) or _decides_below(two):
                    deep.add(key)
    here = (old.packed, new.packed)
    deep.update(key for key in names if len({packed is not None and packed.find(key) >= 0 for packed in here}) > 1)
    negative = (old.negative_ttl, _octets(old.soa[0])) != (new.negative_ttl, _octets(new.soa[0]))
    return Changes(frozenset(names), frozenset(deep), negative or old.soa.name.labels != new.soa.name.labels)


def hanging(zone: Zone) -> Iterator[Hangs]:
    """Every name whose answers look up others; plain names never do."""
    for name, node in zone.others.items():
        targets = {fold(target) for rrset in node.rrsets for target in names_for_additional(rrset)}
        alias, dname = node.get(RdataType.CNAME), node.get(RdataType.DNAME)
        targets.update(fold(host(rrset[0])) for rrset in (alias, dname) if rrset)
        if targets:
            yield Hangs(fold(name), tuple(targets), alias is not None, _decides_below(node), dname is not None)


def encloser(star: Key) -> Key | None:
    """The name below which a wildcard stands for others; None for what is no wildcard."""
    return star[1:] if star[0] == STAR else None


def _packed(old: Packed | None, new: Packed | None) -> set[Key]:
    """The plain names that are in one only, or have other records in each.

    What was edited is mostly one stretch: the names before and behind it are compared in order, only its own by name.
    """
    if old is None or new is None:
        return {from_wire(wire) for packed in (old, new) if packed for wire in _Plain(packed).among(0, len(packed))}
    was, now = _Plain(old), _Plain(new)
    least = min(len(old), len(new))
    head = _most(least, lambda count: was.octets(0, count) == now.octets(0, count))
    tail = _most(least - head, lambda count: was.octets(-count, None) == now.octets(-count, None))
    found = was.among(head, len(old) - tail).items() ^ now.among(head, len(new) - tail).items()
    names = {wire for wire, _ in found}
    for start, stop, shift in ((0, head, 0), (len(old) - tail, len(old), len(new) - len(old))):
        for at in range(start, stop, STRETCH):
            end = min(at + STRETCH, stop)
            one, two = was.contents(at, end), now.contents(at + shift, end + shift)
            if one != two:
                names.update(was.names(at + n, at + n + 1)[0] for n in range(end - at) if one[n] != two[n])
    return set(map(from_wire, names))


def _most(limit: int, holds: Callable[[int], bool]) -> int:
    """The largest number up to `limit` that this holds for, where it holds for all smaller ones."""
    return bisect_left(range(1, limit + 1), 1, key=lambda count: int(not holds(count)))


class _Plain:
    """The names of a table in order, and the records of each, all as wire."""

    def __init__(self, packed: Packed) -> None:
        self._packed = packed
        self._names, self._records = bytes(packed.names), bytes(packed.records)

    def octets(self, start: int, stop: int | None) -> bytes:
        """The names from one number to another, in a row; -1 is the last."""
        starts = self._packed.starts
        return self._names[
            starts[start if start >= 0 else start - 1] : starts[len(starts) - 1 if stop is None else stop]
        ]

    def names(self, start: int, stop: int) -> list[bytes]:
        return [self._names[at:end] for at, end in pairwise(self._packed.starts[start : stop + 1])]

    def contents(self, start: int, stop: int) -> list[bytes]:
        records, offsets = self._records, self._packed.offsets
        return [records[offsets[content] : offsets[content + 1]] for content in self._packed.contents[start:stop]]

    def among(self, start: int, stop: int) -> dict[bytes, bytes]:
        return dict(zip(self.names(start, stop), self.contents(start, stop), strict=True))


def from_wire(wire: bytes) -> Key:
    """A name's labels; `wire` is in lower case."""
    labels, at = [], 0
    while length := wire[at]:
        labels.append(wire[at + 1 : at + 1 + length])
        at += 1 + length
    return (*labels, b"")


def _decides_below(node: Node) -> bool:
    return node.cut or node.get(RdataType.DNAME) is not None


def _signed(node: Node) -> tuple[object, ...]:
    """All of a node as values that are equal only where every octet is."""
    rrsets = [
        (rrset.rdtype, rrset.ttl, rrset.name.labels, [_octets(rdata) for rdata in rrset.rdatas])
        for rrset in node.rrsets
    ]
    return node.name.labels, node.cut, node.steered, rrsets


def _octets(rdata: Rdata) -> str | bytes:
    """What is equal for two records of one type only where their wire is, case and all."""
    return rdata.to_text() if rdata.rdtype in AS_TEXT else rdata.to_wire() or b""
