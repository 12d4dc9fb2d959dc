"""Which names may answer otherwise in a new world: what a zone edit, or a change of the model, has to make anew.

names with other data ─► names that look those up ─► names that look up these … ─► by zone

Too many is allowed, too few is not. Rows are what is meant here: what a policy answers is its plan's matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import dns.name

from gslb.model import Model, leaves
from gslb.nameserver.view import World
from gslb.zone import Hangs, Key, changes, encloser, fold, hanging

STAR = b"*"


@dataclass(slots=True)
class Touched:
    """Folded names. `deep`: those of `names` that also decide for the names below them.

    `negative`: the zones that say something else where nothing is.
    """

    names: set[Key] = field(default_factory=set)
    deep: set[Key] = field(default_factory=set)
    negative: set[Key] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.names or self.negative)

    def by_zone(self, world: World) -> Mapping[Key, set[Key]]:
        """The names by each zone that they lie in, by its name; a name below a zone's cut may be another zone's too."""
        found: dict[Key, set[Key]] = {fold(zone.apex): set() for zone in world.zones}
        for name in self.names:
            for depth in range(len(name)):
                if (inside := found.get(name[depth:])) is not None:
                    inside.add(name)
        return found


def touched(old: World, new: World) -> Touched:
    """What may answer otherwise in `new` than in `old`."""
    found = Touched()
    _zones(old, new, found)
    found.names.update(fold(dns.name.from_text(name)) for name in _steered(old.model, new.model))
    if found:
        _follow([one for zone in new.zones for one in hanging(zone)], found)
        found.names.update([above for name in found.names if (above := encloser(name))])
    return found


def _zones(old: World, new: World, found: Touched) -> None:
    """Names whose own data is other, and names of zones that came or went."""
    before, after = ({fold(zone.apex): zone for zone in world.zones} for world in (old, new))
    other = before.keys() ^ after.keys()
    found.names |= other
    found.deep |= other
    for apex, zone in after.items():
        if any(apex[depth:] in other for depth in range(1, len(apex))):
            found.names.add(apex)  # its DS may be answered by another zone now
        if apex in before:
            change = changes(before[apex], zone)
            found.names |= change.names
            found.deep |= change.deep
            if change.negative:
                found.negative.add(apex)


def _steered(old: Model, new: Model) -> Iterable[str]:
    """Steered names that other leaves fill: counters go by leaf."""
    before, after = (
        {name: tuple(leaf.path for leaf in leaves(tree)) for name, tree in model.trees.items()} for model in (old, new)
    )
    return [name for name in before.keys() | after.keys() if before.get(name) != after.get(name)]


def _follow(hangs: list[Hangs], found: Touched) -> None:
    """Add whoever hangs on what is touched, until nobody is left who does."""
    for one in hangs:
        if one.dname:  # what is below its target is not looked for
            found.names.add(one.name)
            found.deep.add(one.name)
    count = -1
    while count != len(hangs):
        count = len(hangs)
        still = []
        for one in hangs:
            if _hit(one, found):
                found.names.add(one.name)
                if one.deep:
                    found.deep.add(one.name)
            else:
                still.append(one)
        hangs = still


def _hit(one: Hangs, found: Touched) -> bool:
    """Whether a look-up for one of its targets may end otherwise: there, at a cut or wildcard above, or nowhere."""
    names, deep, negative = found.names, found.deep, found.negative
    for target in one.targets:
        if target in names or (one.alias and target in negative):
            return True
        for depth in range(1, len(target)):
            above = target[depth:]
            if above in deep or (STAR, *above) in names or (one.alias and above in negative):
                return True
    return False
