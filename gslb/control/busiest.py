"""The busiest of a stream of keys, with their rates, in bounded memory: a space-saving summary that forgets.

add(key, weight, at) ─► at most `room` keys: a newcomer takes the place and the count of the least ─► top

Counts halve every `half_life` seconds, so that a rate is that of late (Metwally, Agrawal, El Abbadi 2005: Efficient
computation of frequent and top-k elements in data streams; Cormode et al. 2009: Forward decay).
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from math import exp, log
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
LARGEST_POWER = 200.0  # e-fold growth of weights after which they are brought down again


@dataclass(frozen=True, slots=True)
class Rate(Generic[K]):
    """A key's events a second, too high by at most `over`."""

    key: K
    rate: float
    over: float


class Busiest(Generic[K]):
    """The keys that come most often, of at most `room` that are remembered. Times (seconds) in any order."""

    def __init__(self, room: int, half_life: float, began: float) -> None:
        self._room = room
        self._decay = log(2) / half_life
        self._began = self._origin = began
        self._counts: dict[K, float] = {}  # grown by the decay since the origin, so that nothing has to be shrunk
        self._over: dict[K, float] = {}

    def __len__(self) -> int:
        return len(self._counts)

    def add(self, key: K, weight: float, at: float) -> None:
        """`weight` events of this key happened at `at`."""
        if (at - self._origin) * self._decay > LARGEST_POWER:
            self._rebase(at)
        grown = weight * exp((at - self._origin) * self._decay)
        if key in self._counts:
            self._counts[key] += grown
        elif len(self._counts) < self._room:
            self._counts[key], self._over[key] = grown, 0.0
        else:
            least = min(self._counts, key=self._counts.__getitem__)
            count = self._counts.pop(least)
            del self._over[least]
            self._counts[key], self._over[key] = count + grown, count

    def top(self, count: int, at: float) -> list[Rate[K]]:
        """The first `count`, the busiest first."""
        scale = self._decay * exp(-(at - self._origin) * self._decay) / self._seen(at)
        first = sorted(self._counts.items(), key=lambda item: -item[1])[:count]
        return [Rate(key, found * scale, self._over[key] * scale) for key, found in first]

    def _seen(self, at: float) -> float:
        """The share of all weight, decayed as it is, that could have been seen since it began."""
        return max(1 - exp(-(at - self._began) * self._decay), 1e-9)

    def _rebase(self, at: float) -> None:
        shrink = exp(-(at - self._origin) * self._decay)
        self._counts = {key: count * shrink for key, count in self._counts.items()}
        self._over = {key: over * shrink for key, over in self._over.items()}
        self._origin = at
