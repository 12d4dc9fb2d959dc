"""Meaning: what to answer a question in a view. The only place that decides; everything else carries it out.

question ─► which zone ─► what stands there ─┬─ records        ─► answer, with the addresses its names need
                                             ├─ CNAME, DNAME   ─► the record, then what its target says
                                             ├─ steered        ─► the policy tree, for each class of client
                                             ├─ delegation     ─► referral with glue
                                             └─ nothing        ─► SOA: NODATA or NXDOMAIN
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import dns.name
from dns.rcode import Rcode
from dns.rdatatype import RdataType

from gslb.image import Body, Constant, Scoping, Selector, Trim, transform
from gslb.nameserver.execute import Plan
from gslb.nameserver.sections import Record, Sections, alongside, rdata, to_body
from gslb.nameserver.steer import Locate, answered, negative, steer
from gslb.nameserver.view import View
from gslb.zone import Alias, Delegation, Dname, Hit, NoData, NxDomain, Result, RRset, Zone
from gslb.zone import Steered as SteeredHere

MAX_CHAIN = 16
COMPRESSED = frozenset(
    {RdataType.NS, RdataType.CNAME, RdataType.SOA, RdataType.PTR, RdataType.MX}
)  # RFC 3597, section 4
ROOMY = 400  # octets of a referral that fit 512 without compression; a larger one is made for each name below the cut
NOT_AUTHORITATIVE = 20  # RFC 8914, section 4.21
REFUSED = Plan(Constant(Body(b"", Rcode.REFUSED)), ede=NOT_AUTHORITATIVE)


@dataclass(frozen=True, slots=True)
class Draft:
    """Sections not yet wire, and what they hang on.

    `places` is the digest of the class map that tells its clients apart; `steered` the steered name whose tree chose
    ("": static data); `exact`: right for one question name only, so that names may be compressed against it.
    """

    selector: Selector[Sections]
    scoping: Scoping = Scoping()  # noqa: RUF009 - frozen
    places: str | None = None
    steered: str = ""
    exact: bool = False


def plan(qname: dns.name.Name, rdtype: int, view: View, locate: Locate | None = None) -> Plan:
    """What to answer `qname`/`rdtype` (class IN): for the client that `locate` finds, or (None) for each class."""
    drafted = consult(qname, rdtype, view, locate)
    return REFUSED if drafted is None else finish(drafted, qname)


def consult(qname: dns.name.Name, rdtype: int, view: View, locate: Locate | None) -> Draft | None:
    """The same not yet as wire; None for names that are not ours."""
    zone = view.world.zones.find(qname, RdataType(rdtype))
    return None if zone is None else draft(zone.lookup(qname, RdataType(rdtype)), qname, rdtype, zone, view, locate)


def finish(drafted: Draft, qname: dns.name.Name) -> Plan:
    """A draft as wire, compressed against `qname` where the draft is for that name alone."""
    name = qname if drafted.exact else None
    return Plan(transform(drafted.selector, lambda sections: to_body(sections, name)), drafted.scoping, drafted.places)


def draft(
    found: Result,
    qname: dns.name.Name,
    rdtype: int,
    zone: Zone,
    view: View,
    locate: Locate | None,
    hops: tuple[dns.name.Name, ...] = (),
) -> Draft:
    """What a lookup means as sections. `hops` are the names a CNAME chain has come through, the question name first."""
    first = not hops
    owner = None if first else qname
    match found:
        case Hit(rrsets=rrsets, wildcard=wildcard):
            answer = tuple(replace(Record.of(rrset), owner=owner) for rrset in rrsets)
            more = tuple(extra for rrset in rrsets for extra in alongside(rrset, zone, owner))
            exact = first and wildcard is None and bool(more or any(rrset.rdtype in COMPRESSED for rrset in rrsets))
            return Draft(Constant(Sections(answer, additional=more)), exact=exact)
        case SteeredHere(name=name):
            steered = view.world.steered[name]
            return Draft(*steer(steered, answered(steered, rdtype, view), zone, view, owner, locate), steered.name)
        case Alias(rrset=rrset, wildcard=wildcard):
            record = replace(Record.of(rrset), owner=owner)
            onward = _follow(found.target, qname, rdtype, view, locate, hops)
            return replace(onward, selector=_after((record,), onward.selector), exact=first and wildcard is None)
        case Dname(rrset=rrset, target=target):
            return _dname(rrset, target, qname, owner, rdtype, view, locate, hops)
        case Delegation(ns=ns, glue=glue):
            records = tuple(map(Record.of, glue))
            trim = Trim.GLUE if glue else Trim.NONE
            sections = Sections(authority=(Record.of(ns),), additional=records, authoritative=False, trim=trim)
            return Draft(Constant(sections), exact=first and len(to_body(sections, None).wire) > ROOMY)
        case NoData():
            return Draft(Constant(Sections(authority=(negative(zone),))))
        case NxDomain():
            return Draft(Constant(Sections(authority=(negative(zone),), rcode=Rcode.NXDOMAIN)))


def _dname(
    rrset: RRset,
    target: dns.name.Name | None,
    qname: dns.name.Name,
    owner: dns.name.Name | None,
    rdtype: int,
    view: View,
    locate: Locate | None,
    hops: tuple[dns.name.Name, ...],
) -> Draft:
    """The DNAME, a CNAME made from it, and on from there; too long a name is YXDOMAIN (RFC 6672, section 3.2)."""
    record = Record.of(rrset)
    if target is None:
        return Draft(Constant(Sections((record,), rcode=Rcode.YXDOMAIN)), exact=not hops)
    made = Record(owner, RdataType.CNAME, rrset.ttl, (rdata(RdataType.CNAME, target.to_text(), dns.name.root),))
    onward = _follow(target, qname, rdtype, view, locate, hops)
    both = (record, made)
    return replace(onward, selector=_after(both, onward.selector), exact=not hops)


def _follow(
    target: dns.name.Name,
    qname: dns.name.Name,
    rdtype: int,
    view: View,
    locate: Locate | None,
    hops: tuple[dns.name.Name, ...],
) -> Draft:
    """What the target of a CNAME says, if it is ours (RFC 1034, section 3.6.2); a loop or a long chain ends there."""
    zone = view.world.zones.find(target, RdataType(rdtype))
    path = (*hops, qname)
    if zone is None or rdtype in (RdataType.CNAME, RdataType.ANY) or target in path or len(path) > MAX_CHAIN:
        return Draft(Constant(Sections()))
    return draft(zone.lookup(target, RdataType(rdtype)), target, rdtype, zone, view, locate, path)


def _after(records: tuple[Record, ...], selector: Selector[Sections]) -> Selector[Sections]:
    """The same selector with `records` before each answer; an alias is ours, so AA is set (RFC 1034, section 6.2.7)."""
    return transform(selector, lambda sections: replace(sections, answer=records + sections.answer, authoritative=True))
