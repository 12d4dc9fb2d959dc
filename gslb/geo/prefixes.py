"""Nested prefixes of one family, each carrying a state: longest match, and the step function they flatten to.

10.0.0.0/8 ──┬── 10.1.0.0/16 ── 10.1.2.0/24       a prefix changes the state of the one around it;
             └── 10.9.0.0/16                       state 0 is what holds outside of all of them
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from gslb.geo.steps import Steps


@dataclass(frozen=True, slots=True)
class Prefixes:
    """`keys` are start * 256 + length, sorted: a prefix stands right behind those that hold it. The rest is parallel.

    `parents` index the prefix around each (-1: none); `states` are numbers that mean something to whoever built it.
    """

    width: int  # bits of an address: 32 or 128
    keys: list[int]
    parents: array[int]
    states: array[int]

    def match(self, address: int, bits: int) -> int:
        """The state of the longest prefix no longer than `bits` that holds `address`."""
        index = bisect_right(self.keys, address << 8 | 255) - 1
        while index >= 0:
            key = self.keys[index]
            length = key & 255
            if length <= bits and not (address ^ key >> 8) >> (self.width - length):
                return self.states[index]
            index = self.parents[index]
        return 0

    def steps(self, bits: int) -> Steps:
        """The states that the prefixes no longer than `bits` make of the whole space; starts are whole addresses."""
        starts, states = [0], [0]
        open_ends: list[int] = []  # of the prefixes around the place we are at, innermost last
        around = [0]

        def step(start: int, state: int) -> None:
            if starts[-1] == start:
                states[-1] = state
            elif states[-1] != state:
                starts.append(start)
                states.append(state)

        for key, state in zip(self.keys, self.states, strict=True):
            length = key & 255
            if length > bits:
                continue
            start = key >> 8
            while open_ends and open_ends[-1] <= start:
                around.pop()
                step(open_ends.pop(), around[-1])
            step(start, state)
            open_ends.append(start + (1 << self.width - length))
            around.append(state)
        while open_ends:
            around.pop()
            end = open_ends.pop()
            if end < 1 << self.width:
                step(end, around[-1])
        return Steps(starts, states)

    def __iter__(self) -> Iterator[tuple[int, int, int, int]]:
        """(start, length, state, state around it) of every prefix."""
        for key, parent, state in zip(self.keys, self.parents, self.states, strict=True):
            yield key >> 8, key & 255, state, self.states[parent] if parent >= 0 else 0


def nest(width: int, entries: Iterable[tuple[int, int, int]], enter: Callable[[int, tuple[int, ...]], int]) -> Prefixes:
    """Build from (start, length, rule). `enter(state around, rules of this prefix in the order given)` is its state."""
    rules: dict[int, tuple[int, ...]] = {}
    for start, length, rule in entries:
        key = start << 8 | length
        known = rules.get(key)
        rules[key] = (rule,) if known is None else (*known, rule)
    keys = sorted(rules)
    parents, states = array("l"), array("I")
    stack: list[tuple[int, int]] = []  # (end, index) of the prefixes around
    known_states: dict[tuple[int, tuple[int, ...]], int] = {}
    for index, key in enumerate(keys):
        start, length = key >> 8, key & 255
        while stack and stack[-1][0] <= start:
            stack.pop()
        parent = stack[-1][1] if stack else -1
        change = (states[parent] if stack else 0, rules[key])
        state = known_states.get(change)
        if state is None:
            state = known_states[change] = enter(*change)
        parents.append(parent)
        states.append(state)
        stack.append((start + (1 << width - length), index))
    return Prefixes(width, keys, parents, states)
