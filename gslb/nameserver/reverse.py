"""The other way round: which clients are answered an address, and by which path through the tree.

answer ─► endpoints ─► every class of client: how often, by what path ─► Reached, the widest first
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import dns.name
from dns.rdatatype import RdataType

from gslb.geo import EVERYWHERE, NOWHERE, Extent, Location, extents
from gslb.image import BUCKETS, Bucket, Constant, Draw
from gslb.model import Alias, Leaf, Rdata
from gslb.nameserver.plan import consult
from gslb.nameserver.steer import answered, ask, family
from gslb.nameserver.view import View
from gslb.policy import Outcome, Reason, choose, has_family, name_of, varies

UNKNOWN = "elsewhere"


@dataclass(frozen=True, slots=True)
class Reached:
    """Clients that are answered something by one path: in `share` of their answers.

    `why` are the reasons for those of them who are most. `places`, the widest first: countries, networks; none where
    it does not matter who asks.
    """

    share: float
    why: tuple[Reason, ...]
    opened: str
    extent: Extent
    places: tuple[tuple[str, Extent], ...]


def reached(
    name: dns.name.Name, rdtype: RdataType, texts: Collection[str], view: View
) -> tuple[str, tuple[Reached, ...]] | None:
    """The steered name that decides for `name`, and who is answered one of `texts` there: rdata, or an endpoint's path.

    None where no policy decides: everybody is answered alike, if at all.
    """
    drafted = consult(name, rdtype, view, lambda _: NOWHERE)
    if drafted is None or not drafted.steered:
        return None
    steered = view.world.model.steered[drafted.steered]
    tree, kind = view.world.tree(steered), family(answered(steered, rdtype, view))
    if not has_family(tree, kind):
        return steered.name, ()
    classes = view.world.classes.get(steered.name) if varies(tree, kind).by_class else None
    hits: dict[int, tuple[float, Outcome]] = {}  # by class: how often, and the outcome that it is most often in
    for number, where in enumerate(classes.representatives if classes else (NOWHERE,)):
        found = [(share, one) for share, one in shares(choose(tree, ask(view, kind, where))) if _has(one, texts)]
        if found:
            hits[number] = sum(share for share, _ in found), max(found, key=lambda each: each[0])[1]
    made = extents(view.world.atlas, classes, hits, place_name) if classes else {0: {"": EVERYWHERE}}
    groups: dict[tuple[object, ...], list[int]] = {}
    for number, (share, outcome) in hits.items():
        path = tuple((step.kind, step.chosen) for step in outcome.why if step.chosen)
        groups.setdefault((round(share, 9), path, outcome.opened), []).append(number)
    told = [_group(numbers, hits, made) for numbers in groups.values()]
    return steered.name, tuple(sorted(told, key=lambda one: _size(one.extent), reverse=True))


def _group(numbers: list[int], hits: dict[int, tuple[float, Outcome]], made: dict[int, dict[str, Extent]]) -> Reached:
    widest = max(numbers, key=lambda number: _size(sum(made[number].values(), Extent())))
    share, outcome = hits[widest]
    places: dict[str, Extent] = {}
    for number in numbers:
        for place, extent in made[number].items():
            places[place] = places.get(place, Extent()) + extent
    ordered = sorted(places.items(), key=lambda one: _size(one[1]), reverse=True)
    whole = sum(places.values(), Extent())
    return Reached(share, outcome.why, outcome.opened, whole, tuple(one for one in ordered if one[0]))


def _size(extent: Extent) -> tuple[int, int]:
    return extent.addresses, extent.prefixes


def shares(choice: Constant[Outcome] | Draw[Outcome] | Bucket[Outcome]) -> Iterator[tuple[float, Outcome]]:
    """Each outcome with its share of chances, over every bucket and draw."""
    match choice:
        case Constant(outcome):
            yield 1.0, outcome
        case Draw(parts):
            total = sum(weight for weight, _ in parts)
            yield from ((weight / total, part.outcome) for weight, part in parts if weight)
        case Bucket(table, parts):
            counts = [0] * len(parts)
            for entry in memoryview(table).cast("H"):
                counts[entry] += 1
            for count, part in zip(counts, parts, strict=True):
                yield from ((share * count / BUCKETS, outcome) for share, outcome in shares(part))


def place_name(location: Location) -> str:
    """What people call the place of a client: its network if that has a name, else its country."""
    return next(iter(location.networks), None) or location.country or location.continent or UNKNOWN


def _has(outcome: Outcome, texts: Collection[str]) -> bool:
    return any(name_of(leaf) in texts or not _texts(leaf).isdisjoint(texts) for leaf in outcome.leaves)


def _texts(leaf: Leaf | Rdata | Alias) -> set[str]:
    match leaf:
        case Leaf(endpoint=endpoint):
            found = (endpoint.v4, endpoint.v6, endpoint.target, endpoint.rdata)
            return {str(one) for one in found if one is not None}
        case Rdata(texts=texts):
            return set(texts)
        case Alias(name=name):
            return {name}
