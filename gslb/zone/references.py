"""Checks on what records point at: name servers with addresses, names that are aliases, chains that never end."""

from __future__ import annotations

from collections.abc import Iterable

from dns.name import Name
from dns.rdatatype import RdataType

from gslb.zone.draft import Draft
from gslb.zone.reader import Record
from gslb.zone.result import Alias, Delegation, Dname, Hit, Steered
from gslb.zone.rrset import Key, fold
from gslb.zone.targets import host
from gslb.zone.tree import Zone

NEVER_AN_ALIAS = (RdataType.NS, RdataType.MX, RdataType.SRV)  # RFC 2181, section 10.3; RFC 2782
POINTING = (*NEVER_AN_ALIAS, RdataType.CNAME, RdataType.DNAME, RdataType.PTR)


def check_references(zone: Zone, draft: Draft, complete: bool) -> None:
    """Add to the draft's findings what its records point at wrongly, as `zone` answers it.

    Not `complete`: some lines could not be read, so nothing is said to be missing.
    """
    for key, written in draft.places.items():
        for rdtype in POINTING:
            for record in written.records.get(rdtype, {}).values():
                _dot_forgotten(draft, record)
                if (
                    complete
                    and rdtype in NEVER_AN_ALIAS
                    and fold(host(record.rdata))[-len(zone.apex.labels) :] == fold(zone.apex)
                ):
                    _one(zone, draft, key, record)
    _cname_loops(zone, draft)
    _dname_loops(zone, draft)


def _dot_forgotten(draft: Draft, record: Record) -> None:
    target = host(record.rdata)
    twice = 2 * fold(draft.apex)[:-1] + (b"",)
    if len(twice) > 1 and fold(target)[-len(twice) :] == twice:
        meant = Name((*target.labels[: -len(draft.apex.labels)], b""))
        draft.warn(f"{target} has the zone's name twice", record.mark, f"if {meant} is meant, write its final dot")


def _one(zone: Zone, draft: Draft, key: Key, record: Record) -> None:
    """The target of one NS, MX or SRV record, which lies in this zone."""
    target, kind = host(record.rdata), record.rdata.rdtype
    server = kind == RdataType.NS
    match zone.lookup(target, RdataType.A):
        case Alias() | Dname():
            draft.warn(
                f"{kind.name} points at {target}, which is an alias", record.mark, "point it at the alias's own target"
            )
        case Hit() | Steered():
            pass
        case Delegation() if zone.glue(target) or not server:
            pass
        case _ if not server or isinstance(zone.lookup(target, RdataType.AAAA), Hit | Steered):
            pass
        case _ if key == fold(zone.apex):
            draft.fault(f"the name server {target} has no address", record.mark, f"add: {target} A 192.0.2.1")
        case _ if draft.cut_over(key) == key:
            draft.warn(f"the name server {target} has no address here", record.mark, f"add: {target} A 192.0.2.1")


def _cname_loops(zone: Zone, draft: Draft) -> None:
    ended: set[Key] = set()
    for key, written in draft.places.items():
        if RdataType.CNAME not in written.records or draft.cut_over(key):
            continue
        path: dict[Key, Name] = {}
        name: Name | None = written.name
        while name is not None and fold(name) not in ended:
            if fold(name) in path:
                loop = [*path.values()][[*path].index(fold(name)) :]
                (record,) = [*written.records[RdataType.CNAME].values()][:1]
                draft.fault(
                    f"this CNAME never ends: {_arrows((*loop, name))}", record.mark, "point it at a name with data"
                )
                break
            path[fold(name)] = name
            name = _next(zone, name)
        ended |= path.keys()


def _next(zone: Zone, name: Name) -> Name | None:
    """Where the answer for a name goes on inside this zone, None where it ends."""
    match zone.lookup(name, RdataType.A):
        case Alias() as alias:
            target: Name | None = alias.target
        case Dname(target=target):
            pass
        case _:
            target = None
    return target if target is not None and target.is_subdomain(zone.apex) else None


def _dname_loops(zone: Zone, draft: Draft) -> None:
    """A DNAME whose names come under itself again, perhaps through others, has no end (RFC 6672, section 2.2)."""
    targets = {
        key: (written.name, host(record.rdata), record)
        for key, written in draft.places.items()
        if not draft.cut_over(key)
        for record in [*written.records.get(RdataType.DNAME, {}).values()][:1]
    }
    ended: set[Key] = set()
    for start, (_, _, first) in targets.items():
        path: dict[Key, Name] = {}
        key: Key | None = start
        while key is not None and key not in ended and key not in path:
            owner, target, _ = targets[key]
            path[key] = owner
            key = _covering(targets.keys(), fold(target), zone)
        if key is not None and key in path:
            loop = [*path.values()][[*path].index(key) :]
            draft.fault(f"this DNAME never ends: {_arrows((*loop, loop[0]))}", first.mark, "point it outside")
        ended |= path.keys()


def _covering(owners: Iterable[Key], target: Key, zone: Zone) -> Key | None:
    """The DNAME that rewrites names below `target`: at it or above it."""
    here = (target[depth:] for depth in range(len(target) - len(zone.apex.labels) + 1))
    return next((key for key in here if key in owners), None)


def _arrows(names: Iterable[Name]) -> str:
    return " → ".join(map(str, names))
