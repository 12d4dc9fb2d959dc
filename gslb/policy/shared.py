"""What readings of one question from many places have in common: worked out once, wherever the client is.

places ─► a Look each ─┬─ states of leaves, healths and choices of nodes that are blind to the client ─► Shared
                       └─ what a node sees of the client ─► its own
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gslb.model import Tree, walk
from gslb.policy.kind import Choice, Health, Kind, common_of, everyone, never
from gslb.policy.leniency import Leniency
from gslb.policy.state import State

Reading = tuple[dict[int, Health], dict[int, Choice]]
"""Healths and choices by node, under one leniency."""


class Shared:
    """For asks about one tree that differ in their places only. Nodes are known by identity: the tree outlives it.

    `quiet`: nobody asks why, so that choices need no reasons, and those of blind nodes are shared, too.
    """

    __slots__ = ("_blind", "_reached", "_readings", "_steady", "kinds", "once", "quiet", "states")

    def __init__(self, kinds: Mapping[type, Kind], *, quiet: bool = False) -> None:
        self.kinds, self.quiet = kinds, quiet
        self.states: dict[int, State | None] = {}
        self.once: dict[int, Any] = {}
        self._readings: dict[tuple[Leniency, str, frozenset[str]], Reading] = {}
        self._reached: dict[int, list[Health]] = {}
        self._blind: dict[int, bool] = {}
        self._steady: dict[int, bool] = {}

    def reading(self, leniency: Leniency, opened: str, good: frozenset[str]) -> Reading:
        return self._readings.setdefault((leniency, opened, good), ({}, {}))

    def reached(self, node: Tree) -> list[Health]:
        """The healths with which a walk has come to a node so far, for whoever walks to note."""
        return self._reached.setdefault(id(node), [])

    def blind(self, node: Tree) -> bool:
        """Whether no node from this one down looks at the client's place."""
        found = self._blind.get(id(node))
        if found is None:
            found = all(self.kinds[type(one)].by_place is never for one in walk(node))
            self._blind[id(node)] = found
        return found

    def steady(self, node: Tree) -> bool:
        """Whether a node is equally healthy wherever the client is: nothing below picks its candidates by place."""
        found = self._steady.get(id(node))
        if found is None:
            found = self._steady[id(node)] = all(
                self.kinds[type(one)].candidates is everyone
                and (one is node or common_of(one).on_all_down is None or self.blind(one))
                for one in walk(node)
            )
        return found
