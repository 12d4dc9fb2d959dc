"""Where two versions of a zone differ, octet for octet, and which names' answers hang on which others.

old, new ─► Changes: names with another node      zone ─► Hangs: what the answers of a name look up
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from dns.rdata import Rdata
from dns.rdatatype import RdataType

from gslb.zone.packed import Packed
from gslb.zone.rrset import Key, Node, fold
from gslb.zone.targets import host, names_for_additional
from gslb.zone.tree import STAR, Zone

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
    """The plain names that are in one only, or have other records in each."""
    if old is not None and new is not None and old.data == new.data:
        return set()
    was, now = ({} if packed is None else _contents(packed) for packed in (old, new))
    return {from_wire(wire) for wire, _ in was.items() ^ now.items()}


def _contents(packed: Packed) -> dict[bytes, bytes]:
    """The records of each name (wire)."""
    names, records = bytes(packed.names), bytes(packed.records)
    contents = [records[start:end] for start, end in pairwise(packed.offsets)]
    wires = [names[start:end] for start, end in pairwise(packed.starts)]
    return dict(zip(wires, map(contents.__getitem__, packed.contents), strict=True))


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
