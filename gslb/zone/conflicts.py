"""Checks on what is written: records that may not stand beside or below each other, or at a steered name."""

from __future__ import annotations

from dns.rdatatype import RdataType

from gslb.model import Mark
from gslb.zone.draft import Draft, Written
from gslb.zone.rrset import Key
from gslb.zone.targets import ADDRESSES

BESIDE_CNAME = frozenset(
    {RdataType.CNAME, RdataType.RRSIG, RdataType.NSEC, RdataType.KEY}
)  # RFC 2181 10.1, 4034 3 and 4, 3007
AT_CUT = frozenset({RdataType.NS, RdataType.DS, RdataType.NSEC, RdataType.RRSIG, *ADDRESSES})
SINGLE = (RdataType.SOA, RdataType.CNAME, RdataType.DNAME)
NEVER_STEERED = frozenset({RdataType.SOA, RdataType.NS, RdataType.DS, RdataType.DNAME})


def check_conflicts(draft: Draft) -> None:
    """Add every conflict in what is written to the draft's faults and warnings."""
    dnames = {key for key, written in draft.places.items() if RdataType.DNAME in written.records}
    for key, written in draft.places.items():
        _one_name(draft, written)
        if written.steered:
            _steered(draft, written)
        if dname := next((above for above in draft.above(key) if above in dnames and not draft.cut_over(above)), None):
            owner = draft.places[dname]
            draft.fault(
                f"{written.name} lies below the DNAME at {owner.name}",
                written.mark or _mark(owner, RdataType.DNAME),
                "all names below a DNAME are its own (RFC 6672, section 2.4)",
            )
        if cut := draft.cut_over(key):
            _delegated(draft, key, cut)


def _one_name(draft: Draft, written: Written) -> None:
    """What the records of one name may not be, and TTLs that differ within an rrset (RFC 2181, section 5.2)."""
    name, records, apex = written.name, written.records, written is draft.top
    for rdtype in SINGLE:
        for extra in [*records.get(rdtype, {}).values()][1:]:
            draft.fault(
                f"{name} has more than one {rdtype.name}", extra.mark, f"the first is at {_mark(written, rdtype)}"
            )
    if RdataType.SOA in records and not apex:
        draft.fault(f"SOA belongs at the zone's name {draft.apex} only", _mark(written, RdataType.SOA))
    if RdataType.CNAME in records:
        cname = _mark(written, RdataType.CNAME)
        for rdtype in records.keys() - BESIDE_CNAME:
            message = f"{name} has a CNAME and also {RdataType.to_text(rdtype)}"
            draft.fault(message, _mark(written, rdtype), f"a CNAME stands alone; it is at {cname}")
    if {RdataType.DNAME, RdataType.NS} <= records.keys() and not apex:
        draft.fault(
            f"{name} has a DNAME and is delegated", _mark(written, RdataType.DNAME), "take away the DNAME or the NS"
        )
    if name.is_wild():
        for rdtype in records.keys() & {RdataType.NS, RdataType.DNAME}:
            message = f"what a wildcard {rdtype.name} means is not defined (RFC 4592, sections 4.2 and 4.4)"
            draft.warn(message, _mark(written, rdtype))
    for rdtype, rrset in records.items():
        ttls = {record.ttl for record in rrset.values()}
        if len(ttls) > 1 and rdtype != RdataType.RRSIG:
            first, *others = rrset.values()
            odd = next(record for record in others if record.ttl != first.ttl)
            draft.warn(
                f"the records of {name} {RdataType.to_text(rdtype)} differ in TTL",
                odd.mark,
                "the smallest is used for all",
            )


def _steered(draft: Draft, written: Written) -> None:
    name, records, steered = written.name, written.records, written.steered
    for rdtype in steered & NEVER_STEERED:
        draft.fault(f"{name} cannot steer {rdtype.name}", None)
    if RdataType.CNAME in steered and written is draft.top:
        draft.fault(
            f"{name} is the zone's own name and cannot be steered to names", None, "resolve them to addresses instead"
        )
    clashing = steered | {RdataType.CNAME, RdataType.DNAME}
    if RdataType.CNAME in steered:
        clashing |= records.keys() - BESIDE_CNAME
    for rdtype in clashing & records.keys():
        message = f"{name} is steered and also has a static {RdataType.to_text(rdtype)}"
        draft.fault(message, _mark(written, rdtype), "take away the record, or stop steering the name")


def _delegated(draft: Draft, key: Key, cut: Key) -> None:
    """What stands at or below a cut: NS and DS are ours, addresses are glue, the rest is idle (RFC 1034 4.2.1)."""
    written, owner = draft.places[key], draft.places[cut]
    where = "at" if key == cut else "below"
    if written.steered:
        mark = _mark(owner, RdataType.NS)
        draft.fault(f"{written.name} is steered, but lies {where} the delegation of {owner.name}", mark)
    for rdtype in written.records.keys() - (AT_CUT if key == cut else frozenset(ADDRESSES)):
        what = f"{written.name} {RdataType.to_text(rdtype)}"
        draft.warn(f"{what} lies {where} the delegation of {owner.name} and is never answered", _mark(written, rdtype))


def _mark(written: Written, rdtype: RdataType) -> Mark:
    return next(iter(written.records[rdtype].values())).mark
