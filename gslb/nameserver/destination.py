"""Which steered name a question comes to: the one it asks for, or one that our own CNAMEs and DNAMEs lead to."""

from __future__ import annotations

import dns.name
from dns.rdatatype import RdataType

from gslb.model import Steered
from gslb.nameserver.plan import MAX_CHAIN
from gslb.nameserver.view import World
from gslb.zone import Alias, Dname
from gslb.zone import Steered as SteeredHere


def destination(qname: dns.name.Name, rdtype: RdataType, world: World) -> Steered | None:
    """The steered name whose tree answers; None for static data, and for names that are not ours."""
    name = qname
    for _ in range(MAX_CHAIN + 1):
        zone = world.zones.find(name, rdtype)
        if zone is None:
            return None
        match zone.lookup(name, rdtype):
            case SteeredHere(name=found):
                return world.steered[found]
            case Alias() as alias if rdtype not in (RdataType.CNAME, RdataType.ANY):
                name = alias.target
            case Dname(target=target) if target is not None:
                name = target
            case _:
                return None
    return None
