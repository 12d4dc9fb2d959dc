"""A plant for load steering: regions with capacities, caches that keep answers, clients that keep them longer."""

import random
from collections import deque
from dataclasses import dataclass, field

from gslb.control.shedding import Course, Pace, begin, steer

TICK = 2.0  # seconds, as in the judge


@dataclass
class Plant:
    """Regions by name with capacity (requests/s) and weight; `demand(t)` in requests/s at second t.

    Caches ask again when their TTL has run out, at phases spread evenly; `stale` of all clients keep an answer for
    twice its TTL. `noise` is the relative error of what is reported, `delay` how old it is (seconds).
    """

    capacities: dict
    demand: object
    weights: dict = field(default_factory=dict)
    ttl: float = 30.0
    stale: float = 0.1
    noise: float = 0.0
    delay: float = 1.0
    seed: int = 1
    high: float = 0.8
    low: float = 0.6

    def __post_init__(self):
        weights = {name: self.weights.get(name, 1.0) for name in self.capacities}
        self.plain = {name: weight / sum(weights.values()) for name, weight in weights.items()}
        self.window = max(60.0, 2 * self.ttl)
        self.now = 0.0
        self.answered = dict(self.plain)
        self.courses: dict[str, Course] = {name: begin(share, fresh=False) for name, share in self.plain.items()}
        self.history = deque([dict(self.plain)] * round(2 * self.ttl / TICK), maxlen=round(2 * self.ttl / TICK))
        self.said = deque(maxlen=max(1, round(self.delay / TICK) + 1))
        self.draw = random.Random(self.seed)
        self.log = []  # (time, what each region uses, shares answered)

    def felt(self):
        """The share of clients in each region now."""
        half = len(self.history) // 2
        recent, all_of_it = list(self.history)[half:], self.history
        return {
            name: (1 - self.stale) * sum(past[name] for past in recent) / len(recent)
            + self.stale * sum(past[name] for past in all_of_it) / len(all_of_it)
            for name in self.plain
        }

    def used(self):
        felt, demand = self.felt(), self.demand(self.now)
        return {name: demand * felt[name] / capacity for name, capacity in self.capacities.items()}

    def run(self, seconds, silent=()):
        """Turn the loop; regions in `silent` report nothing."""
        pace = Pace(self.ttl, self.window, self.high, self.low)
        for _ in range(round(seconds / TICK)):
            self.now += TICK
            self.history.append(dict(self.answered))
            used = self.used()
            self.said.append(
                {name: use * (1 + self.draw.uniform(-self.noise, self.noise)) for name, use in used.items()}
            )
            loads = {name: load for name, load in self.said[0].items() if name not in silent}
            self.courses, shares = steer(self.courses, self.answered, self.plain, loads, TICK, self.now, pace)
            self.answered = shares or self.answered
            self.log.append((self.now, used, dict(self.answered)))
        return self

    def turns(self, name, least=0.03):
        """When the share of a region changed its direction by a noticeable part of itself."""
        way, extreme, found = 0, self.plain[name], []
        for moment, _, shares in self.log:
            away, step = shares[name] - extreme, least * min(self.plain[name], extreme)
            if away * way > 0:
                extreme = shares[name]
            elif abs(away) >= step and away:
                way, extreme = (1 if away > 0 else -1), shares[name]
                found.append(moment)
        return found

    def since(self, moment):
        return [entry for entry in self.log if entry[0] >= moment]
