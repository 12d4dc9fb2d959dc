"""An rrset and a node: what a name holds, frozen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dns.name import Name
from dns.rdata import Rdata
from dns.rdataclass import IN
from dns.rdatatype import RdataType

Key = tuple[bytes, ...]


def fold(name: Name) -> Key:
    """What two names equal in DNS (RFC 4343) have in common: their labels in lower case, the first label first."""
    return tuple([label.lower() for label in name.labels])


def canonical(key: Key) -> Key:
    """Sorts folded names in canonical order (RFC 4034, section 6.1): an ancestor before all below it."""
    return key[::-1]


@dataclass(frozen=True, slots=True)
class RRset:
    """All records of one type at one name (class IN). Names keep the case they were written in; `ttl` in seconds."""

    name: Name
    rdtype: RdataType
    ttl: int
    rdatas: tuple[Rdata, ...]

    def __iter__(self) -> Iterator[Rdata]:
        return iter(self.rdatas)

    def __len__(self) -> int:
        return len(self.rdatas)

    def __getitem__(self, index: int) -> Rdata:
        return self.rdatas[index]

    def same(self, other: RRset) -> bool:
        """Whether both mean the same: the order and the case of names aside, the TTL not."""
        return self.ttl == other.ttl and set(self.rdatas) == set(other.rdatas)

    def to_text(self) -> str:
        """Master-file lines, names absolute."""
        head = f"{self.name} {self.ttl} {IN.name} {RdataType.to_text(self.rdtype)}"
        return "".join(f"{head} {rdata.to_text()}\n" for rdata in self.rdatas)


@dataclass(frozen=True, slots=True)
class Node:
    """A name that exists. Nothing in it: an empty non-terminal (RFC 4592, section 2.2.2).

    `rrsets` are static, in order of type number. `steered` are types that a policy answers here. `cut`: another zone
    begins here (RFC 1034, section 4.2): only NS and DS are ours, all else at or below this name is a referral.
    """

    name: Name
    rrsets: tuple[RRset, ...] = ()
    steered: frozenset[RdataType] = frozenset()
    cut: bool = False

    def get(self, rdtype: RdataType) -> RRset | None:
        """The static rrset of that type, if there is one."""
        for rrset in self.rrsets:
            if rrset.rdtype == rdtype:
                return rrset
        return None

    @property
    def types(self) -> tuple[RdataType, ...]:
        """Every type that is answered with data here, static or steered, by number."""
        return tuple(sorted({rrset.rdtype for rrset in self.rrsets} | self.steered))

    def same(self, other: Node) -> bool:
        """Whether both answer alike (see `RRset.same`)."""
        return (
            self.cut == other.cut
            and self.steered == other.steered
            and len(self.rrsets) == len(other.rrsets)
            and all(a.rdtype == b.rdtype and a.same(b) for a, b in zip(self.rrsets, other.rrsets, strict=True))
        )
