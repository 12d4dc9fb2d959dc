"""Which names an rrset's data points at, and which of them its reader will ask for next."""

from __future__ import annotations

from dns.name import Name, root
from dns.rdata import Rdata
from dns.rdatatype import RdataType

from gslb.zone.rrset import RRset

ADDRESSES = (RdataType.A, RdataType.AAAA)
SERVICES = (RdataType.SVCB, RdataType.HTTPS)

# Where in its data a type names another name (RFC 1035, 1183, 2230, 2782, 3403, 6672, 9460).
_HOST = {
    RdataType.NS: "target",
    RdataType.CNAME: "target",
    RdataType.PTR: "target",
    RdataType.MX: "exchange",
    RdataType.AFSDB: "hostname",
    RdataType.RT: "exchange",
    RdataType.SRV: "target",
    RdataType.NAPTR: "replacement",
    RdataType.KX: "exchange",
    RdataType.DNAME: "target",
    RdataType.SVCB: "target",
    RdataType.HTTPS: "target",
}
_WITH_ADDRESSES = frozenset(_HOST) - {RdataType.CNAME, RdataType.DNAME, RdataType.PTR}


def host(rdata: Rdata) -> Name:
    """The name that an NS, CNAME, MX, SRV … points at; KeyError for other types."""
    name: Name = getattr(rdata, _HOST[rdata.rdtype])
    return name


def names_for_additional(rrset: RRset) -> tuple[Name, ...]:
    """The hosts named by NS, MX, SRV and their like; the targets of SVCB and HTTPS, "." in ServiceMode being the owner.

    A target "." elsewhere means that there is no such service (RFC 2782, RFC 7505, RFC 9460 section 2.5.1): no name.
    """
    if rrset.rdtype not in _WITH_ADDRESSES:
        return ()
    service = rrset.rdtype in SERVICES
    return tuple(
        rrset.name if host(rdata) == root else host(rdata)
        for rdata in rrset
        if host(rdata) != root or (service and rdata.priority)  # type: ignore[attr-defined]  # SVCB has one; 0 is AliasMode
    )


def service_targets(rrset: RRset) -> tuple[Name, ...]:
    """The targets whose own records of this type a reader of SVCB or HTTPS asks for next (RFC 9460, section 4.1)."""
    if rrset.rdtype not in SERVICES:
        return ()
    return tuple(name for name in names_for_additional(rrset) if name != rrset.name)
