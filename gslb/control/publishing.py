"""From belief to plans: which rows a change touches, and their plans anew; what is not touched keeps its octets.

belief, touched names ─► their rows ─► a plan for each distinct question ─► Publication
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable

import dns.name

from gslb.control.built import Built, ZoneTable
from gslb.control.state import Frozen
from gslb.image import Publication, PublishedZone, encode_plan
from gslb.nameserver import Belief, Slot, View, answered, fill
from gslb.zone import Zone


class Publishing:
    """The plans of every row of a build, in step with what is believed."""

    def __init__(self, built: Built) -> None:
        self.built = built
        self._frozen = Frozen()
        self._zones = [_zone(built, table) for table in built.zones]
        self._plans = [[b""] * len(table.rows) for table in built.zones]
        self._rows: dict[str, list[tuple[int, int, Hashable]]] = defaultdict(list)  # steered name → zone, row, question
        view = View(built.world, Belief())
        for number, table in enumerate(built.zones):
            for index, slot in enumerate(table.rows):
                self._rows[slot.steered].append((number, index, _question(number, slot, view)))

    def publication(
        self, belief: Belief, touched: Collection[str] | None, now: float, beat: Callable[[], None] = lambda: None
    ) -> Publication:
        """Everything as it is to be answered; plans of the `touched` steered names (None: all) are made anew.

        `now` is monotonic seconds. `beat` is called between plans: there may be many.
        """
        view = View(self.built.world, belief)
        made: dict[Hashable, bytes] = {}
        names = self._rows if touched is None else touched
        for number, index, question in (place for name in names for place in self._rows.get(name, ())):
            octets = made.get(question)
            if octets is None:
                plan = fill(self.built.zones[number].rows[index], self._zones[number], view)
                octets = made[question] = encode_plan(plan.selector, plan.scoping)
                beat()
            self._plans[number][index] = octets
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


def _question(number: int, slot: Slot, view: View) -> Hashable:
    """What rows with the same plan have in common: zone, tree, TTL and type. One behind a CNAME is by itself."""
    if dns.name.from_text(slot.steered) != slot.name:
        return number, slot
    steered = view.world.model.steered[slot.steered]
    return number, id(view.world.tree(steered)), steered.ttl, answered(steered, slot.rdtype, view)


def _zone(built: Built, table: ZoneTable) -> Zone:
    zone = built.world.zones.find(dns.name.from_text(table.apex))
    if zone is None:
        raise ValueError(f"the build has a table of {table.apex}, and no such zone")
    return zone
