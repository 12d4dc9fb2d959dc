"""A draft to a zone: rrsets, empty non-terminals, glue kept apart from answers, plain names packed."""

from __future__ import annotations

from dns.name import Name
from dns.rdatatype import RdataType

from gslb.zone.draft import Draft, Written
from gslb.zone.names import Names
from gslb.zone.plain import Plain
from gslb.zone.rrset import Key, Node, RRset, canonical, fold
from gslb.zone.targets import ADDRESSES
from gslb.zone.tree import Zone


def build(draft: Draft, soa: RRset, plain: Plain | None = None) -> Zone:
    """The tree of a draft. `soa` stands in where the draft has none; its minimum is the TTL where none was written.

    `plain` names are packed; none of them is the draft's, and none lies at or below a cut.
    """
    nodes: dict[Key, Node] = {}
    glue: dict[Key, Node] = {}
    minimum: int = soa[0].minimum  # type: ignore[attr-defined]  # a SOA has one
    for key, written in draft.places.items():
        rrsets = tuple(_rrset(written, rdtype, minimum) for rdtype in sorted(written.records))
        cut = draft.cut_over(key)
        if cut is None:
            nodes[key] = Node(written.name, rrsets, written.steered)
            continue
        addresses = tuple(rrset for rrset in rrsets if rrset.rdtype in ADDRESSES)
        if addresses or key != cut:
            glue[key] = Node(written.name, addresses)
        if key == cut:
            nodes[key] = Node(written.name, tuple(rrset for rrset in rrsets if rrset.rdtype not in ADDRESSES), cut=True)
    top = nodes.get(fold(draft.apex), Node(draft.apex))
    if top.get(RdataType.SOA) is None:
        top = Node(top.name, tuple(sorted((*top.rrsets, soa), key=lambda rrset: rrset.rdtype)), top.steered)
    nodes[fold(draft.apex)] = top
    for names in (nodes, glue):
        for key, node in tuple(names.items()):
            for above in draft.above(key):
                name = Name(node.name.labels[-len(above) :])
                if above in nodes or above in glue or (plain is not None and plain.key(name) in plain):
                    break
                names[above] = Node(name)
    ordered = {key: nodes[key] for key in sorted(nodes, key=canonical)}
    return Zone(
        apex=top.name,
        soa=top.get(RdataType.SOA) or soa,
        warnings=(),
        _nodes=Names(ordered, plain.pack(ordered)) if plain is not None and len(plain) else ordered,
        _glue={key: glue[key] for key in sorted(glue, key=canonical)},
    )


def _rrset(written: Written, rdtype: RdataType, minimum: int) -> RRset:
    records = written.records[rdtype].values()
    ttl = min(minimum if record.ttl is None else record.ttl for record in records)
    return RRset(written.name, rdtype, ttl, tuple(record.rdata for record in records))
