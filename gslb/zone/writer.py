"""A zone's static data as a master file."""

from __future__ import annotations

from gslb.zone.tree import Zone


def to_text(zone: Zone) -> str:
    """One record a line, names absolute, the SOA first, then in canonical order; loaded, it is the same data."""
    rrsets = [rrset for node in zone.nodes.values() for rrset in node.rrsets if rrset is not zone.soa]
    glue = [rrset for node in zone.below_cuts.values() for rrset in node.rrsets]
    return "".join(rrset.to_text() for rrset in (zone.soa, *rrsets, *glue))
