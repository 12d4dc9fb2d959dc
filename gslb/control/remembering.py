"""What earlier choices left behind, tree by tree: renewed when verdicts change, and when its time has come.

names touched ─┐
time passed   ─┴─► renew ─► memory of these trees ─► root paths of the trees whose memory changed
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from math import inf
from typing import Any, NamedTuple

from gslb.caching import delay, promised
from gslb.control.mentions import root, roots
from gslb.model import Model, Ttl
from gslb.nameserver import View, asks
from gslb.policy import Carried, Memory, merge, release, remember, remembers, wake_at

NOTHING = Memory()


class Subject(NamedTuple):
    """What is remembered once: names that share a tree and its TTL bounds share their memory."""

    root: str
    zone: str
    ttl: Ttl


class Remembering:
    """The memory of every tree of a model, `memory` to begin with."""

    def __init__(self, model: Model, memory: Memory) -> None:
        self._promised = {
            name: promised(steered.ttl, delay(model.trees[name], model))
            for name, steered in model.steered.items()
            if steered.ttl.auto is not None
        }
        self.memory = memory
        self.advise(memory.advice)
        self._model = model
        self._subjects = _subjects(model)  # by name
        self._names: dict[Subject, str] = {}  # each that has anything to remember, with one of its names
        for name, subject in self._subjects.items():
            self._names.setdefault(subject, name)
        self._names = {
            subject: name for subject, name in self._names.items() if remembers(model.trees[name], subject.ttl)
        }
        self._kept: dict[Subject, Memory] = {}
        self._due: dict[Subject, float] = {}

    def renew(
        self, names: Iterable[str] | None, view: View, wall: float, beat: Callable[[], None] = lambda: None
    ) -> set[str]:
        """Let memory follow what `view` believes, for these names (None: all) and those whose time has come.

        Returns the root paths of the trees whose memory changed. `beat` is called between trees: there may be many.
        """
        if names is None:
            subjects = set(self._names)
        else:
            due = (subject for subject, moment in self._due.items() if moment <= wall)
            touched = {id(subject): subject for subject in map(self._subjects.__getitem__, names)}
            subjects = self._names.keys() & {*touched.values(), *due}
        moved: list[tuple[Memory, Memory]] = []
        changed: set[str] = set()
        for subject in subjects:
            steered = self._model.steered[self._names[subject]]
            tree = self._model.trees[steered.name]
            before, after = (
                self._kept.get(subject, NOTHING),
                remember(tree, asks(steered, view), self.memory, wall, subject.ttl),
            )
            moment = wake_at(tree, after, wall, view.belief.overrides, subject.ttl)
            self._due.pop(subject, None)
            if moment is not None:
                self._due[subject] = moment
            if after != before:
                self._kept[subject] = after
                moved.append((before, after))
                changed.add(subject.root)
            beat()
        if names is None:
            whole = replace(merge(self._kept.values()), advice=self.memory.advice, loads=self.memory.loads)
            self.memory = self.memory if whole == self.memory else whole
        elif moved:
            self.memory = _replaced(self.memory, moved)
        return changed

    def advise(self, advice: Mapping[str, int]) -> set[str]:
        """Take over the TTLs that traffic advises, as far as what was promised allows: that stands where none is known.

        Returns the names for which it is another now.
        """
        known = {**self.memory.advice, **advice}
        now = {name: min(most, known.get(name, most)) for name, most in self._promised.items()}
        changed = {name for name, seconds in now.items() if self.memory.advice.get(name) != seconds}
        if now != self.memory.advice:
            self.memory = replace(self.memory, advice=now)
        return changed

    def carry(self, loads: Mapping[str, Carried]) -> None:
        """Take over what children of load nodes carry from now on."""
        self.memory = replace(self.memory, loads=loads)

    def release(self, name: str) -> set[str]:
        """Forget the latches of a name's trees. Returns their root paths: whoever reads these is to be renewed."""
        tree = self._model.trees[name]
        paths = roots(tree)
        self.memory = release(tree, self.memory)
        self._kept = {subject: kept for subject, kept in self._kept.items() if subject.root not in paths}
        return paths

    def wake_at(self) -> float:
        """When time alone changes memory next, wall seconds."""
        return min(self._due.values(), default=inf)


def _subjects(model: Model) -> dict[str, Subject]:
    """The subject of each name; names of one subject have the very same one."""
    known: dict[Subject, Subject] = {}
    found: dict[str, Subject] = {}
    for name, tree in model.trees.items():
        steered = model.steered[name]
        subject = Subject(root(tree), steered.zone, steered.ttl)
        found[name] = known.setdefault(subject, subject)
    return found


def _replaced(memory: Memory, moved: Iterable[tuple[Memory, Memory]]) -> Memory:
    """The memory of all with that of some trees replaced; a mapping in which nothing changed stays the same object."""

    def mapping(pick: Callable[[Memory], Mapping[str, Any]]) -> Mapping[str, Any]:
        changes = [(pick(before), pick(after)) for before, after in moved if pick(before) != pick(after)]
        if not changes:
            return pick(memory)
        whole = dict(pick(memory))
        for before, after in changes:
            for key in before.keys() - after.keys():
                whole.pop(key, None)
            whole.update(after)
        return whole

    return replace(
        memory,
        latches=mapping(lambda one: one.latches),
        last_good=mapping(lambda one: one.last_good),
        ttls=mapping(lambda one: one.ttls),
    )
