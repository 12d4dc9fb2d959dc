"""What a policy sees of its children: one ask read with one leniency, and how health rises to the root.

    resort(root) ──► own(root) ──► kind.choose ──► choose(child) ──► own(child) … ──► outcome
                     health rises to the root         └─ with on_all_down: resort(child)

A node with `on_all_down` answers for itself: always healthy to its parent. The root does so with or without.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from hashlib import blake2b
from math import inf
from typing import Any, TypeVar

from gslb.image import Constant
from gslb.model import Alias, Check, Common, Leaf, Rdata, Tree
from gslb.policy.ask import Ask, Latch, Outcome, Reason
from gslb.policy.compose import bind
from gslb.policy.kind import ILL, WELL, Choice, Health, Key, Kind, Trail, common_of, label
from gslb.policy.leniency import EVERYTHING, STRICT, Leniency
from gslb.policy.resort import resort
from gslb.policy.shared import Shared
from gslb.policy.state import State, state
from gslb.policy.wording import described

T = TypeVar("T")
UNSAID = Reason("", "", "")


class Look:
    """One ask read with one leniency. Everything is worked out once for each node, by identity: the tree outlives it.

    `shared` holds what readings from other places have in common with it.
    `opened` names the last resort that this reading serves, "" for none; `good` the leaves of the last healthy answer.
    """

    __slots__ = (
        "_answering",
        "_choices",
        "_healths",
        "_once",
        "_readings",
        "_same",
        "ask",
        "good",
        "kinds",
        "leniency",
        "opened",
        "shared",
    )

    def __init__(
        self,
        ask: Ask,
        kinds: Mapping[type, Kind],
        leniency: Leniency = STRICT,
        opened: str = "",
        good: frozenset[str] = frozenset(),
        shared: Shared | None = None,
    ) -> None:
        self.ask, self.kinds, self.leniency, self.opened, self.good = ask, kinds, leniency, opened, good
        self.shared = Shared(kinds) if shared is None else shared
        self._same, self._choices = self.shared.reading(leniency, opened, good)
        self._healths: dict[int, Health] = {}
        self._answering: dict[int, Health] = {}
        self._once: dict[int, Any] = {}
        self._readings: dict[Leniency, Look] = {} if opened else {leniency: self}

    def under(self, leniency: Leniency, opened: str = "", good: frozenset[str] = frozenset()) -> Look:
        """The same ask read otherwise."""
        if opened:
            return Look(self.ask, self.kinds, leniency, opened, good, self.shared)
        if leniency not in self._readings:
            self._readings[leniency] = Look(self.ask, self.kinds, leniency, shared=self.shared)
        return self._readings[leniency]

    def once(self, node: Tree, make: Callable[[], T]) -> T:
        """What a policy works out about one of its nodes, made the first time."""
        found: T | None = self._once.get(id(node))
        if found is None:
            found = self._once[id(node)] = make()
        return found

    def everywhere(self, node: Tree, make: Callable[[], T]) -> T:
        """The same of what no client's place changes."""
        found: T | None = self.shared.once.get(id(node))
        if found is None:
            found = self.shared.once[id(node)] = make()
        return found

    # What a policy asks of its children

    def candidates(self, node: Tree) -> Sequence[Tree]:
        """The children that this client could be answered from, best first."""
        return self.kinds[type(node)].candidates(node, self)

    def alive(self, child: Tree) -> bool:
        return self.health(child).healthy

    def health(self, child: Tree) -> Health:
        if self.leniency == EVERYTHING or not _answers_for_itself(child):
            return self.own_health(child)
        found = self._answering.get(id(child))
        if found is None:
            found = self._answering[id(child)] = ILL if resort(child, self, ()) is None else WELL
        return found

    def choose(self, child: Tree, trail: Trail) -> Choice:
        """The choice within a child that is alive."""
        known = self._choices.get(id(child))
        if known is not None:
            return known
        choice = resort(child, self, trail) if _answers_for_itself(child) else self.own(child, trail)
        if choice is None:
            raise ValueError(f"{label(child)} is not healthy: only a healthy child is chosen from")
        if self.shared.quiet and self.shared.blind(child):
            self._choices[id(child)] = choice
        return choice

    def outcome(self, found: tuple[Leaf | Rdata | Alias, ...], trail: Trail) -> Outcome:
        """These leaves as an answer, with what their healths say of its end. A last resort may end at any time."""
        why = () if self.shared.quiet else trail
        if self.opened:
            return Outcome(found, 0.0, suspect=True, opened=self.opened, why=why)
        healths = [self.own_health(leaf) for leaf in found]
        horizon = min([health.horizon for health in healths])
        suspect = any(health.suspect for health in healths)
        return Outcome(found, horizon, suspect=suspect, why=why, moves=self._moves(found))

    def _moves(self, found: tuple[Leaf | Rdata | Alias, ...]) -> float:
        """When the first of these leaves is planned to move."""
        if not self.ask.overrides:
            return inf
        states = (self.state(leaf) for leaf in found if isinstance(leaf, Leaf))
        return min((each.moves for each in states if each is not None), default=inf)

    def reason(self, node: Tree, trail: Trail, text: str | Callable[[], str], chosen: str = "") -> Trail:
        """The reasons so far and this node's; none where nobody asks why, and then `text` is not made."""
        if self.shared.quiet:
            return ()
        said = text if isinstance(text, str) else text()
        return (*trail, Reason(label(node), self.kinds[type(node)].word, said, len(trail), chosen))

    def state(self, leaf: Leaf) -> State | None:
        states = self.shared.states
        if id(leaf) not in states:
            states[id(leaf)] = state(leaf, self.ask)
        return states[id(leaf)]

    def said(self, leaf: Leaf | Rdata | Alias, trail: Trail) -> Reason:
        """What is believed of a leaf, as a reason."""
        if self.shared.quiet:
            return UNSAID
        found = self.state(leaf) if isinstance(leaf, Leaf) else None
        text = (
            described(found, self.ask.wall if self.ask.told_at is None else self.ask.told_at)
            if found is not None
            else ""
        )
        return Reason(label(leaf), self.kinds[type(leaf)].word, text, len(trail))

    # Health, keys and memory

    def own_health(self, node: Tree) -> Health:
        """A node's health without its last resort."""
        found = self._same.get(id(node)) or self._healths.get(id(node))
        if found is None:
            known = self._same if self.shared.steady(node) else self._healths
            found = known[id(node)] = self.kinds[type(node)].health(node, self)
        return found

    def gate(self, common: Common) -> Health:
        """A node's own monitors: all must pass."""
        if not common.monitors or not self.leniency.gated:
            return WELL
        horizon, suspect = inf, False
        for monitor in common.monitors:
            verdict = self.ask.verdicts.get(Check(monitor))
            if verdict is None or not verdict.known:
                if not self.leniency.waiting:
                    return ILL
            elif not verdict.up and not (verdict.held and self.leniency.held):
                return ILL
            else:
                horizon, suspect = min(horizon, verdict.horizon), suspect or verdict.suspect
        return Health(healthy=True, horizon=horizon, suspect=suspect)

    def key(self, node: Tree) -> Key:
        """What of this client, and nothing else, the choices within a node depend on; () if nothing."""
        return () if self.shared.blind(node) else self.kinds[type(node)].key(node, self)

    def memory_key(self, node: Tree) -> str:
        """Where memory of a node is kept: its path, the family, and the class of client if the node sees one."""
        key = self.key(node)
        client = f"|{class_name(key)}" if key else ""
        return f"{label(node)}|{self.ask.family.value}{client}"

    def latch(self, node: Tree) -> Latch | None:
        return self.ask.memory.latches.get(self.memory_key(node)) if self.ask.memory.latches else None

    def own(self, node: Tree, trail: Trail) -> Choice | None:
        """The choice within a node, without its last resort; None if it is not healthy."""
        health = self.own_health(node)
        if not health.healthy:
            return None
        choice = self.kinds[type(node)].choose(node, self, trail)
        common = common_of(node)
        bounds = bool(common.monitors) or common.min_healthy > 1
        return _bounded(choice, health) if bounds and not self.opened else choice


@lru_cache(16_384)
def class_name(key: Hashable) -> str:
    """A short name of a class of clients, the same in every process."""
    return blake2b(repr(key).encode(), digest_size=6).hexdigest()


def _answers_for_itself(node: Tree) -> bool:
    return not isinstance(node, Leaf) and node.common.on_all_down is not None


def _bounded(choice: Choice, health: Health) -> Choice:
    """The same choice, ending no later than the node does that it is within."""
    if health.horizon == inf and not health.suspect:
        return choice

    def bounded(outcome: Outcome) -> Constant[Outcome]:
        horizon = min(outcome.horizon, health.horizon)
        return Constant(replace(outcome, horizon=horizon, suspect=outcome.suspect or health.suspect))

    return bind(choice, bounded)
