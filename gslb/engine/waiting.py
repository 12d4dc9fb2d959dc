"""Waiting for packets: which sockets have some, and out of the system's way while one never runs dry.

A socket that is watched by epoll costs its owner a look at the watch for every reply that leaves it, a tenth of what a
query costs altogether. So a socket whose batches are full is no longer watched: it is served turn by turn until it has
nothing, and then watched again, which finds what came meanwhile.
"""

from __future__ import annotations

import select
import sys
from collections.abc import Sequence
from typing import Protocol

from gslb.engine.exchange import SLOTS

LINUX: bool = sys.platform == "linux"


class Waiting(Protocol):
    """Who has packets, a turn at a time."""

    def wait(self, seconds: float) -> list[int]:
        """The descriptors of sockets to be served now; waits at most so long for the first."""

    def took(self, descriptor: int, packets: int) -> None:
        """Told how many packets were taken from a socket when it was served."""


class Watching:
    """Waits by epoll. Of the workers that wait for a packet on a socket they share, one wakes and not all."""

    def __init__(self, descriptors: Sequence[int]) -> None:
        self._epoll = select.epoll()
        self._flowing: list[int] = []
        for descriptor in descriptors:
            self._watch(descriptor)

    def _watch(self, descriptor: int) -> None:
        self._epoll.register(descriptor, select.EPOLLIN | select.EPOLLEXCLUSIVE)

    def wait(self, seconds: float) -> list[int]:
        if self._flowing:
            return [*self._flowing, *(descriptor for descriptor, _ in self._epoll.poll(0))]
        return [descriptor for descriptor, _ in self._epoll.poll(seconds)]

    def took(self, descriptor: int, packets: int) -> None:
        if descriptor in self._flowing:
            if not packets:
                self._flowing.remove(descriptor)
                self._watch(descriptor)
        elif packets >= SLOTS:
            self._epoll.unregister(descriptor)
            self._flowing.append(descriptor)


class Polling:
    """Waits by poll, which every system has."""

    def __init__(self, descriptors: Sequence[int]) -> None:
        self._poll = select.poll()
        for descriptor in descriptors:
            self._poll.register(descriptor, select.POLLIN)

    def wait(self, seconds: float) -> list[int]:
        return [descriptor for descriptor, _ in self._poll.poll(1_000 * seconds)]

    def took(self, descriptor: int, packets: int) -> None:
        """Nothing is watched between two waits."""


def best_waiting(descriptors: Sequence[int]) -> Waiting:
    """The best that the system has."""
    return Watching(descriptors) if LINUX else Polling(descriptors)
