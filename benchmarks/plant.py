"""A plant for load steering: regions with capacities, caches that keep answers, clients that keep them longer.

python benchmarks/plant.py --out docs/load.svg
"""

from __future__ import annotations

import argparse
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from math import pi, sin
from pathlib import Path

from plot import Axis, Line, Panel, svg

from gslb.control.shedding import Course, Pace, begin, steer

TICK = 2.0  # seconds, as in the judge


@dataclass
class Plant:
    """Regions by name with capacity (requests/s) and weight; `demand(t)` in requests/s at second t.

    Caches ask again when their TTL has run out, at phases spread evenly; `stale` of all clients keep an answer for
    twice its TTL. `noise` is the relative error of what is reported, `delay` how old it is (seconds).
    """

    capacities: dict[str, float]
    demand: Callable[[float], float]
    weights: dict[str, float] = field(default_factory=dict)
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


def drawn(title: str, plant: Plant, unit: float, per: str) -> Panel:
    """What each region uses, and which share of the answers the first of them gets (dashed)."""
    first, log = next(iter(plant.plain)), plant.log[:: max(1, len(plant.log) // 150)]
    lines = [Line(f"{name} uses", [(at / unit, used[name]) for at, used, _ in log]) for name in plant.capacities]
    answers = [(at / unit, shares[first]) for at, _, shares in log]
    lines.append(Line(f"answers naming {first}", answers, dashed=True))
    return Panel(title, Axis(per), Axis("", low=0.0, high=1.4, percent=True), lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="where to draw")
    out = parser.parse_args().out
    sized = {"eu-west": 500.0, "us-east": 1_500.0}
    step = Plant(sized, lambda at: 700.0 if at < 120 else 1_200.0, noise=0.05).run(900)
    day = Plant(sized, lambda at: 800 + 500 * sin(at / 7_200 * 2 * pi), noise=0.05).run(7_200)
    full = Plant(sized, lambda at: 700.0 if at < 120 else 2_300.0, noise=0.05).run(900)
    panels = [
        drawn("a step that is too much for one region", step, 60, "minutes"),
        drawn("up and down in two hours", day, 60, "minutes"),
        drawn("too much for all", full, 60, "minutes"),
    ]
    regions = "500/s and 1,500/s with equal weights, high water 80 %, low water 60 %"
    note = f"{regions}; TTL 30 s, 10 % of clients keep answers twice as long, 5 % noise"
    out.write_text(svg(panels, note))


if __name__ == "__main__":
    main()
