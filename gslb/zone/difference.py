"""What changed between two versions of a zone, name by name."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dns.name import Name

from gslb.zone.rrset import Node
from gslb.zone.tree import Zone


@dataclass(frozen=True, slots=True)
class Difference:
    """Names added, removed and changed, each in canonical order, glue included. False when nothing changed.

    A name has changed when an rrset, a TTL, a steered type or being a cut has; order and case make no change.
    """

    added: tuple[Name, ...] = ()
    removed: tuple[Name, ...] = ()
    changed: tuple[Name, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


def difference(old: Zone, new: Zone) -> Difference:
    """What must be said to whoever has `old` so that they have `new`."""
    before, after = _names(old), _names(new)
    return Difference(
        added=tuple(sorted(after.keys() - before.keys())),
        removed=tuple(sorted(before.keys() - after.keys())),
        changed=tuple(sorted(name for name in after.keys() & before.keys() if not after[name].same(before[name]))),
    )


def _names(zone: Zone) -> dict[Name, Node]:
    """What a reader of the zone can notice: its own names, and those whose addresses are glue."""
    names = {**zone.nodes}
    for name, glue in zone.below_cuts.items():
        if name in names:
            names[name] = replace(names[name], rrsets=(*names[name].rrsets, *glue.rrsets))
        elif glue.rrsets:
            names[name] = glue
    return names
