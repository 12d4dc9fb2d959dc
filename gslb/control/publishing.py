"""From belief to plans: which rows a change touches, and their plans anew; what is not touched keeps its octets.

belief, touched names ─► groups of rows that ask the same ─► a plan for each distinct question ─► Publication
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable

import dns.name

from gslb.control.built import Built
from gslb.control.layers import ZoneTable
from gslb.control.state import Frozen
from gslb.image import Publication, PublishedZone, encode_plan
from gslb.nameserver import Belief, Memo, Slot, View, answered, fill
from gslb.zone import Zone

Group = tuple[tuple[int, Slot, tuple[int, ...]], ...]
"""For each distinct question of some names: the layer of its zone, the question, and every row that asks it."""


class Publishing:
    """The plans of every row of a build, in step with what is believed."""

    def __init__(self, built: Built) -> None:
        self.built = built
        self._frozen = Frozen()
        self._memo = Memo()
        self._zones = [_zone(built, table) for table in built.zones]
        self._plans = [[b""] * len(table.rows) for table in built.zones]
        self._groups = groups(built)
        self.opened: dict[str, frozenset[str]] = {}

    def publication(
        self, belief: Belief, touched: Collection[str] | None, now: float, beat: Callable[[], None] = lambda: None
    ) -> Publication:
        """Everything as it is to be answered; plans of the `touched` steered names (None: all) are made anew.

        `now` is monotonic seconds. `beat` is called between plans: there may be many. `opened` says afterwards of each
        name touched from which last resorts its clients are answered.
        """
        view = View(self.built.world, belief, self._memo)
        names = self._groups.keys() if touched is None else [name for name in touched if name in self._groups]
        opened: dict[int, frozenset[str]] = {}  # by group
        for group in {id(group): group for group in map(self._groups.__getitem__, names)}.values():
            resorts: set[str] = set()
            for number, slot, rows in group:
                plan = fill(slot, self._zones[number], view)
                octets, plans = encode_plan(plan.selector, plan.scoping), self._plans[number]
                for row in rows:
                    plans[row] = octets
                resorts |= plan.opened
                beat()
            opened[id(group)] = frozenset(resorts)
        self.opened = {name: opened[id(self._groups[name])] for name in names}
        return Publication(
            epoch=belief.epoch,
            generation=belief.generation,
            published_at=int(now * 1e9),
            model=self.built.digest,
            zones=[
                PublishedZone(table.image, tuple(plans))
                for table, plans in zip(self.built.zones, self._plans, strict=True)
            ],
            places=self.built.places,
            state=self._frozen.parts(belief),
        )


def groups(built: Built) -> dict[str, Group]:
    """What the rows of each steered name ask; names whose rows ask just the same have one group."""
    view = View(built.world, Belief())
    homes = {steered.name: name for name, steered in built.world.steered.items()}
    asked: dict[Hashable, list[int]] = defaultdict(list)  # question → rows
    questions: dict[str, dict[Hashable, tuple[int, Slot]]] = defaultdict(dict)  # by steered name, each with its layer
    for number, table in enumerate(built.zones):
        for index, slot in enumerate(table.rows):
            if slot is None:
                continue
            question = _question(number, slot, homes.get(slot.steered), view)
            asked[question].append(index)
            questions[slot.steered].setdefault(question, (number, slot))
    alike: dict[tuple[Hashable, ...], Group] = {}
    found: dict[str, Group] = {}
    for name, asks in questions.items():
        key = tuple(asks)
        if key not in alike:
            alike[key] = tuple((number, slot, tuple(asked[question])) for question, (number, slot) in asks.items())
        found[name] = alike[key]
    return found


def _question(number: int, slot: Slot, home: dns.name.Name | None, view: View) -> Hashable:
    """What rows with the same plan have in common: zone, tree, TTL (one that is chosen by
    traffic is each name's own) and type. One behind a CNAME is by itself.

    `home` is the name that is steered.
    """
    if home != slot.name:
        return number, slot
    steered = view.world.model.steered[slot.steered]
    tree = view.world.tree(steered)
    type_ = view.memo.once((id(tree), slot.rdtype), lambda: answered(steered, slot.rdtype, view))
    return number, id(tree), steered.ttl, type_, steered.name if steered.ttl.auto else ""


def _zone(built: Built, table: ZoneTable) -> Zone:
    zone = built.world.zones.find(dns.name.from_text(table.apex))
    if zone is None:
        raise ValueError(f"the build has a table of {table.apex}, and no such zone")
    return zone
