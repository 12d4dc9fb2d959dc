"""What a look-up finds: one of seven things."""

from __future__ import annotations

from dataclasses import dataclass

from dns.name import Name
from dns.rdatatype import RdataType

from gslb.zone.rrset import RRset
from gslb.zone.targets import host


@dataclass(frozen=True, slots=True)
class Hit:
    """Records. Their owner in a reply is `name`, the name asked for; `wildcard` is where they stand, if it was one."""

    name: Name
    rrsets: tuple[RRset, ...]
    wildcard: Name | None = None


@dataclass(frozen=True, slots=True)
class Steered:
    """A policy answers. `name` is the steered node (as `wildcard`, if it was one), `types` all that it answers."""

    name: Name
    types: frozenset[RdataType]
    wildcard: Name | None = None


@dataclass(frozen=True, slots=True)
class Alias:
    """A CNAME stands there and another type was asked for: go on at its target (RFC 1034, section 4.3.2, 3a)."""

    rrset: RRset
    wildcard: Name | None = None

    @property
    def target(self) -> Name:
        return host(self.rrset[0])


@dataclass(frozen=True, slots=True)
class Dname:
    """A DNAME above. `target` is what the name becomes; None, too long: YXDOMAIN (RFC 6672, section 3.2)."""

    rrset: RRset
    target: Name | None


@dataclass(frozen=True, slots=True)
class NoData:
    """The name exists (or `wildcard` stands for it), the type does not (RFC 2308, section 2.2)."""

    wildcard: Name | None = None


@dataclass(frozen=True, slots=True)
class NxDomain:
    """The name does not exist; `encloser` is its closest ancestor that does (RFC 2308 2.1, RFC 4592 3.3.1)."""

    encloser: Name


@dataclass(frozen=True, slots=True)
class Delegation:
    """Another zone: its NS, the addresses this zone has for them (below the cut first), its DS."""

    ns: RRset
    glue: tuple[RRset, ...] = ()
    ds: RRset | None = None


Result = Hit | Steered | Alias | Dname | NoData | NxDomain | Delegation
