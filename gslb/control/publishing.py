"""From belief to plans: which rows a change touches, and their plans anew; what is not touched keeps its octets."""

from __future__ import annotations

import pickle
from collections import defaultdict
from collections.abc import Collection

import dns.name

from gslb.control.built import Built
from gslb.image import Publication, PublishedZone, encode_plan
from gslb.model import Check, Model, Tree, leaves, read_by
from gslb.nameserver import Belief, View, fill


class Publishing:
    """The plans of every row of a build, in step with what is believed."""

    def __init__(self, built: Built) -> None:
        self.built = built
        self.mentions = Mentions(built.world.model)
        self._plans: list[list[bytes]] = [[b""] * len(zone.rows) for zone in built.zones]
        self._rows: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for number, zone in enumerate(built.zones):
            for index, slot in enumerate(zone.rows):
                self._rows[slot.steered].append((number, index))

    def publication(self, belief: Belief, touched: Collection[str] | None, now: float) -> Publication:
        """Everything as it is to be answered; plans of the `touched` steered names (None: all) are made anew.

        `now` is monotonic seconds.
        """
        view = View(self.built.world, belief)
        names = self._rows if touched is None else touched
        for number, index in (place for name in names for place in self._rows.get(name, ())):
            zone = self.built.zones[number]
            found = self.built.world.zones.get(dns.name.from_text(zone.apex))
            if found is not None:
                plan = fill(zone.rows[index], found, view)
                self._plans[number][index] = encode_plan(plan.selector, plan.scoping)
        return Publication(
            epoch=belief.epoch,
            generation=belief.generation,
            published_at=int(now * 1e9),
            model=self.built.digest,
            zones=[
                PublishedZone(zone.image, tuple(plans))
                for zone, plans in zip(self.built.zones, self._plans, strict=True)
            ],
            places=self.built.places,
            state=freeze(belief),
        )


class Mentions:
    """Which steered names hang on a check, or on a path that an operator may speak of."""

    def __init__(self, model: Model) -> None:
        self.by_check: dict[Check, set[str]] = defaultdict(set)
        self.by_path: dict[str, set[str]] = defaultdict(set)
        for name, tree in model.trees.items():
            self._note(name, tree)

    def _note(self, name: str, tree: Tree) -> None:
        for leaf in leaves(tree):
            endpoint = leaf.endpoint
            parts = endpoint.path.split("/")
            for length in range(1, len(parts) + 1):
                self.by_path["/".join(parts[:length])].add(name)
            if endpoint.region is not None:
                self.by_path[endpoint.region].add(name)
        for check in read_by(tree):
            self.by_check[check].add(name)


def freeze(belief: Belief) -> bytes:
    """A belief as octets, for the state that goes with a generation."""
    return pickle.dumps(belief, protocol=5)


def thaw(state: bytes) -> Belief:
    """What `freeze` was given, by this same program."""
    belief: Belief = pickle.loads(state)  # noqa: S301 - our own shared memory
    return belief
