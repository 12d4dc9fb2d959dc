"""A zone as a frozen tree, and the look-up of RFC 1034, section 4.3.2, with wildcards (RFC 4592) and DNAME (RFC 6672).

exact name ─┬─ a cut, and not asked for DS ─► Delegation
            └─ Hit, Steered, Alias, NoData
no such name: the closest encloser ─┬─ a cut    ─► Delegation
                                    ├─ a DNAME  ─► Dname
                                    ├─ has a *  ─► as an exact name, under the name asked for
                                    └─ else     ─► NxDomain
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from dns.name import Name, NameTooLong
from dns.rdatatype import RdataType

from gslb.model import Fault
from gslb.zone.names import Names
from gslb.zone.packed import Packed
from gslb.zone.result import Alias, Delegation, Dname, Hit, NoData, NxDomain, Result, Steered
from gslb.zone.rrset import Key, Node, RRset, fold
from gslb.zone.sources import Sources
from gslb.zone.targets import ADDRESSES, host, names_for_additional, service_targets

STAR = b"*"


class Nodes(Mapping[Name, Node]):
    """Names to nodes in canonical order; look-ups ignore case, iteration gives names as they were written."""

    __slots__ = ("_by_key",)

    def __init__(self, by_key: Mapping[Key, Node]) -> None:
        self._by_key = by_key

    def __getitem__(self, name: Name) -> Node:
        return self._by_key[fold(name)]

    def __iter__(self) -> Iterator[Name]:
        return (node.name for node in self._by_key.values())

    def __len__(self) -> int:
        return len(self._by_key)


@dataclass(frozen=True, slots=True, eq=False)
class Zone:
    """A zone's data. Make one with `gslb.zone.load`; every look-up is a pure function of it.

    `serial` and `negative_ttl` (seconds; RFC 2308, section 5) come from `soa`. `warnings`: what is legal but unwise.
    `sources`: what it was loaded from.
    """

    apex: Name
    soa: RRset
    warnings: tuple[Fault, ...]
    _nodes: Mapping[Key, Node]  # in canonical order
    _glue: dict[Key, Node]  # names at and below cuts, with their addresses only
    sources: Sources = Sources()  # noqa: RUF009 - frozen

    @property
    def serial(self) -> int:
        serial: int = self.soa[0].serial  # type: ignore[attr-defined]  # a SOA has one
        return serial

    @property
    def negative_ttl(self) -> int:
        minimum: int = self.soa[0].minimum  # type: ignore[attr-defined]  # a SOA has one
        return min(self.soa.ttl, minimum)

    @property
    def nodes(self) -> Mapping[Name, Node]:
        """Every name that exists, empty non-terminals and cuts included, in canonical order; not names below a cut."""
        return Nodes(self._nodes)

    @property
    def packed(self) -> Packed | None:
        """The plain names, where they are kept packed: none is a cut, steered, a wildcard or the apex."""
        return self._nodes.packed if isinstance(self._nodes, Names) else None

    @property
    def others(self) -> Mapping[Name, Node]:
        """Every name that exists and is not packed, in canonical order."""
        return Nodes(self._nodes.nodes if isinstance(self._nodes, Names) else self._nodes)

    def keeping(self, packed: Packed) -> Zone:
        """The same zone, with its plain names in this equal table."""
        return replace(self, _nodes=Names(dict(self._nodes.nodes), packed)) if isinstance(self._nodes, Names) else self

    @property
    def below_cuts(self) -> Mapping[Name, Node]:
        """The names at and below cuts that hold something or lead to it, with their addresses: glue, no answers."""
        return Nodes(self._glue)

    def types(self, name: Name) -> tuple[RdataType, ...]:
        """Every type with data at an existing name, static or steered; () for other names."""
        node = self._nodes.get(fold(name))
        return node.types if node else ()

    def has_dname(self, name: Name) -> bool:
        """Whether names below `name` are answered by a DNAME there."""
        node = self._nodes.get(fold(name))
        return node is not None and not node.cut and node.get(RdataType.DNAME) is not None

    def wildcard(self, encloser: Name) -> Node | None:
        """What stands for names missing below `encloser`: its child "*", if that exists (RFC 4592, section 3.3.1)."""
        return self._nodes.get((STAR, *fold(encloser)))

    def lookup(self, qname: Name, qtype: RdataType) -> Result:
        """What this zone says to a question of class IN. ANY gets one rrset (RFC 8482, section 4.1), best a static.

        `qname` must be absolute and at or below the apex, else ValueError.
        """
        key = fold(qname)
        if not self._holds(key):
            raise ValueError(f"{qname} is not in the zone {self.apex}")
        node = self._nodes.get(key)
        if node is not None:
            return self._referral(node) if node.cut and qtype != RdataType.DS else _at(node, qname, qtype, None)
        depth = 1
        while (encloser := self._nodes.get(key[depth:])) is None:
            depth += 1
        if encloser.cut:
            return self._referral(encloser)
        if dname := encloser.get(RdataType.DNAME):
            return Dname(dname, _substituted(qname, dname))
        source = self.wildcard(encloser.name)
        if source is None:
            return NxDomain(encloser.name)
        return _at(source, qname, qtype, source.name)

    def _holds(self, key: Key) -> bool:
        return key[-len(self.apex.labels) :] == fold(self.apex)

    def _referral(self, node: Node) -> Delegation:
        ns = node.get(RdataType.NS)
        assert ns is not None, "a node is a cut by its NS"  # noqa: S101 - for the type checker; build.py makes it so
        below = fold(node.name)
        targets = [host(rdata) for rdata in ns]
        targets.sort(key=lambda target: fold(target)[-len(below) :] != below)
        glue = {fold(target): self.glue(target) for target in targets}
        return Delegation(ns, tuple(rrset for rrsets in glue.values() for rrset in rrsets), node.get(RdataType.DS))

    def glue(self, name: Name) -> tuple[RRset, ...]:
        """The A and AAAA rrsets of a name from this zone's static data: its own, below a cut, or of a wildcard."""
        key = fold(name)
        node = self._glue.get(key) or self._nodes.get(key)
        if node is None and self._holds(key):
            depth = 1
            while key[depth:] not in self._glue and key[depth:] not in self._nodes:
                depth += 1
            star = (STAR, *key[depth:])
            source = self._glue.get(star) or self._nodes.get(star)
            node = source and Node(name, tuple(replace(rrset, name=name) for rrset in source.rrsets))
        return tuple(rrset for rrset in node.rrsets if rrset.rdtype in ADDRESSES) if node else ()

    def additional_names(self, rrset: RRset) -> tuple[Name, ...]:
        """The names whose addresses a reply with `rrset` should bring along, each once, in order.

        Targets of NS, MX, SRV, NAPTR, AFSDB, RT and KX; of SVCB and HTTPS, where "." is the owner, and what
        those targets' own records name (RFC 9460, section 4.1).
        """
        names = names_for_additional(rrset)
        for service in self._service_chain(rrset):
            names += names_for_additional(service)
        return tuple({fold(name): name for name in names}.values())

    def additional(self, rrset: RRset) -> tuple[RRset, ...]:
        """All that a reply with `rrset` should bring along: SVCB or HTTPS records of its targets, then addresses."""
        addresses = (found for name in self.additional_names(rrset) for found in self.glue(name))
        return (*self._service_chain(rrset), *addresses)

    def _service_chain(self, rrset: RRset) -> tuple[RRset, ...]:
        found: dict[Key, RRset] = {}
        seen = {fold(rrset.name)}
        waiting = list(service_targets(rrset))
        while waiting:
            key = fold(waiting.pop(0))
            node = self._nodes.get(key)
            if key in seen or node is None or node.cut:
                continue
            seen.add(key)
            if next_rrset := node.get(rrset.rdtype):
                found[key] = next_rrset
                waiting.extend(service_targets(next_rrset))
        return tuple(found.values())


def _at(node: Node, qname: Name, qtype: RdataType, wildcard: Name | None) -> Result:
    """What an existing name, or the wildcard that stands for `qname`, says."""
    if qtype == RdataType.ANY and node.rrsets:
        return Hit(qname, node.rrsets[:1], wildcard)
    if rrset := node.get(qtype):
        return Hit(qname, (rrset,), wildcard)
    if qtype in node.steered or RdataType.CNAME in node.steered or (qtype == RdataType.ANY and node.steered):
        return Steered(node.name, node.steered, wildcard)
    if alias := node.get(RdataType.CNAME):
        return Alias(alias, wildcard)
    return NoData(wildcard)


def _substituted(qname: Name, dname: RRset) -> Name | None:
    """`qname` with the DNAME's owner at its end replaced by the DNAME's target; None if that is too long a name."""
    try:
        return Name((*qname.labels[: -len(dname.name.labels)], *host(dname[0]).labels))
    except NameTooLong:
        return None
