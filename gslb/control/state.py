"""The state that goes with a generation: what is believed, in parts of which a change touches few.

Belief ─► Frozen.parts ─► octets, of which the unchanged cost nothing to publish ─► thaw ─► join ─► Belief
"""

from __future__ import annotations

import pickle
from collections.abc import Hashable, Iterable, Mapping
from typing import Any

from gslb.nameserver import Belief
from gslb.policy import Memory

SHARDS = 128  # parts that each large mapping is dealt over

Part = tuple[str, Mapping[Any, Any]]
"""What it is a part of, and some of that by key."""


class Frozen:
    """Beliefs as parts, one after the other; a part in which nothing changed keeps its very octets."""

    def __init__(self) -> None:
        self._dealt = {name: _Dealt(name) for name in ("verdicts", "latches", "last_good", "ttls", "advice", "loads")}

    def parts(self, belief: Belief) -> tuple[bytes, ...]:
        """The parts of a belief; b"" for one that holds nothing."""
        memory = belief.memory
        single = {
            "epoch": belief.epoch,
            "generation": belief.generation,
            "overrides": dict(belief.overrides),
            "absences": dict(belief.absences),
            "wall": belief.wall,
            "seed": belief.seed,
        }
        large: dict[str, Mapping[Any, Any]] = {
            "verdicts": belief.verdicts,
            "latches": memory.latches,
            "last_good": memory.last_good,
            "ttls": memory.ttls,
            "advice": memory.advice,
            "loads": memory.loads,
        }
        parts = [part for name, mapping in large.items() for part in self._dealt[name].parts(mapping)]
        return (pickle.dumps(("belief", single), protocol=5), *parts)


class _Dealt:
    """One mapping, dealt over shards by key."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._before: Mapping[Hashable, object] = {}
        self._shards: list[dict[Hashable, object]] = [{} for _ in range(SHARDS)]
        self._octets = [b""] * SHARDS

    def parts(self, now: Mapping[Hashable, object]) -> list[bytes]:
        before = self._before
        if now is before:
            return self._octets
        changed = [(key, value) for key, value in now.items() if before.get(key) is not value]
        gone = before.keys() - now.keys()
        for key, value in changed:
            self._shards[hash(key) % SHARDS][key] = value
        for key in gone:
            del self._shards[hash(key) % SHARDS][key]
        for number in {hash(key) % SHARDS for key in (*gone, *(key for key, _ in changed))}:
            shard = self._shards[number]
            self._octets[number] = pickle.dumps((self._name, shard), protocol=5) if shard else b""
        self._before = now
        return self._octets


def thaw(octets: bytes) -> Part:
    """A part that was frozen by this same program."""
    part: Part = pickle.loads(octets)  # noqa: S301 - our own shared memory
    return part


def join(parts: Iterable[Part]) -> Belief:
    """The belief that all of its parts make up."""
    names = ("belief", "verdicts", "latches", "last_good", "ttls", "advice", "loads")
    whole: dict[str, dict[Any, Any]] = {name: {} for name in names}
    for name, some in parts:
        whole[name].update(some)
    memory = Memory(whole["latches"], whole["last_good"], whole["ttls"], whole["advice"], whole["loads"])
    return Belief(verdicts=whole["verdicts"], memory=memory, **whole["belief"])
