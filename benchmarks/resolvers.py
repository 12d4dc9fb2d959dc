"""A model of the world's resolvers: caches of many rates, most of them honest, asking us as their clients make them."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from math import inf
from random import Random


class Habit(Enum):
    """What a resolver makes of a TTL."""

    HONEST = "honest"
    EXTENDS = "extends"  # keeps answers for five minutes at least
    SOME = "at least 30 s"
    CAPS = "at most 30 s"
    PREFETCHES = "prefetches"  # asks again when a client comes in the last tenth of a TTL


@dataclass(frozen=True, slots=True)
class Habits:
    """Shares of resolvers; the rest is honest. Extending: Bhowmick, Ashiq, Deccio, Chung, PAM 2023."""

    extends: float = 0.087
    some: float = 0.03
    caps: float = 0.03
    prefetches: float = 0.15


@dataclass(frozen=True, slots=True)
class Resolver:
    """`rate`: how often its clients ask, a second; `mark`: the octet by which senders are traced."""

    rate: float
    habit: Habit
    mark: int

    def kept(self, ttl: float) -> float:
        """Seconds that it keeps an answer and asks for no other."""
        match self.habit:
            case Habit.EXTENDS:
                return max(ttl, 300.0)
            case Habit.SOME:
                return max(ttl, 30.0)
            case Habit.CAPS:
                return min(ttl, 30.0)
            case Habit.PREFETCHES:
                return 0.9 * ttl
            case Habit.HONEST:
                return ttl


def population(
    count: int, clients: float, chance: Random, habits: Habits = Habits(), skew: float = 1.0
) -> list[Resolver]:
    """So many resolvers, whose clients ask `clients` times a second in all: the nth as often as 1/n ** skew."""
    weights = [1 / number**skew for number in range(1, count + 1)]
    scale = clients / sum(weights)
    kinds = [Habit.EXTENDS, Habit.SOME, Habit.CAPS, Habit.PREFETCHES]
    shares = [habits.extends, habits.some, habits.caps, habits.prefetches]
    drawn = chance.choices([*kinds, Habit.HONEST], [*shares, 1 - sum(shares)], k=count)
    return [
        Resolver(weight * scale, habit, chance.randrange(256)) for weight, habit in zip(weights, drawn, strict=True)
    ]


def asked(resolvers: list[Resolver], ttl: float, seconds: float, chance: Random) -> Iterator[tuple[float, int]]:
    """When each asks us, in order: the time and the number of the resolver. All have been at it for long at time 0."""
    due = []
    for number, resolver in enumerate(resolvers):
        kept, wait = resolver.kept(ttl), 1 / resolver.rate
        rest = chance.uniform(0, kept) if chance.random() < kept / (kept + wait) else 0.0
        due.append((rest + chance.expovariate(resolver.rate), number))
    heapq.heapify(due)
    while due and due[0][0] < seconds:
        at, number = due[0]
        yield at, number
        resolver = resolvers[number]
        heapq.heapreplace(due, (at + resolver.kept(ttl) + chance.expovariate(resolver.rate), number))


@dataclass(frozen=True, slots=True)
class Death:
    """Seconds from the first other answer until clients had left: of honest resolvers the mean, the median, the worst.

    `tail`: the share of clients behind resolvers that kept the dead one for longer than the TTL.
    """

    mean: float
    median: float
    worst: float
    tail: float


def death(resolvers: list[Resolver], ttl: float, latest: dict[int, float], at: float) -> Death:
    """An endpoint is no longer answered from `at` on; `latest`: when each resolver asked last."""
    rests: list[tuple[float, float]] = []
    longer = 0.0
    for number, resolver in enumerate(resolvers):
        rest = max(
            0.0, latest.get(number, -inf) + max(resolver.kept(ttl), ttl * (resolver.habit is Habit.PREFETCHES)) - at
        )
        if resolver.kept(ttl) > ttl:
            longer += resolver.rate
        else:
            rests.append((rest, resolver.rate))
    rests.sort()
    whole = sum(rate for _, rate in rests)
    mean = sum(rest * rate for rest, rate in rests) / whole
    passed, median = 0.0, 0.0
    for rest, rate in rests:
        passed += rate
        if passed >= whole / 2:
            median = rest
            break
    return Death(mean, median, rests[-1][0], longer / (whole + longer))
