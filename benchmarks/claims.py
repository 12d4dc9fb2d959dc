"""The goals: each is a row that says what is compared, how much it is to be, and finds its value in the results."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

from measured import Key, Results
from ours import ENGINES

BY_CPU = "rate by CPU"
TIE = 0.10  # gaps this small are ties, where a goal says so


class Sense(Enum):
    AT_LEAST = "≥"
    AT_MOST = "≤"


@dataclass(frozen=True)
class Claim:
    """`value` finds it in the results (None: not measured); `tie`: within 10 % of the goal counts as reached.

    `by_cpu` is the same ratio of answers by the server's own CPU time: what else runs here takes less part in it.
    """

    group: str
    says: str
    sense: Sense | None  # None: no goal, told for its own sake
    goal: float
    value: Callable[[Results], float | None]
    tie: bool = False
    unit: str = ""
    by_cpu: Callable[[Results], float | None] = lambda _: None

    def verdict(self, results: Results) -> str:
        """`reached`, `reached (tie)`, `missed`, or what stands in for them."""
        value = self.value(results)
        if value is None:
            return "not measured"
        if self.sense is None:
            return ""
        if value >= self.goal if self.sense is Sense.AT_LEAST else value <= self.goal:
            return "reached"
        slack = (1 - TIE) * self.goal if self.sense is Sense.AT_LEAST else (1 + TIE) * self.goal
        near = value >= slack if self.sense is Sense.AT_LEAST else value <= slack
        return "reached (tie)" if self.tie and near else "missed"


def ratio(one: tuple[str, str, str], other: tuple[str, str, str]) -> Callable[[Results], float | None]:
    return lambda results: results.ratio(Key(*one), Key(*other))


def rates(one: tuple[str, str], other: tuple[str, str], quantity: str = "rate") -> Callable[[Results], float | None]:
    """Answers a second of one server and case by those of another."""
    return ratio((*one, quantity), (*other, quantity))


def middle(server: str, case: str, quantity: str) -> Callable[[Results], float | None]:
    return lambda results: results.median(server, case, quantity)


def largest(server: str, case: str, quantity: str) -> Callable[[Results], float | None]:
    return lambda results: results.worst(server, case, quantity)


# case, what it says, goal of the pure Python engine, of the compiled one; rate ÷ gdnsd's in the same run
BESIDE_GDNSD = (
    ("static", "static A", 1.0, 1.1),
    ("steered", "steered A, weighted", 0.9, 1.15),
    ("ecs", "steered + ECS of random prefixes", 0.9, 1.3),
    ("mixed", "every name new (0x20)", 0.6, 1.0),
)
ALSO_BESIDE_GDNSD = (
    ("many", "static A, 100,000 names"),
    ("static6", "static A over IPv6"),
    ("steered-mixed", "steered A, 0x20"),
    ("cookies", "a new client cookie in each query"),
)
BESIDE_ECHO = (("static", 0.9), ("steered", 0.85), ("ecs", 0.8))


def of_engine(engine: str) -> Iterator[Claim]:
    """The goals of one engine, in the order of the table."""
    own, nth = f"gslb-{engine}", ENGINES.index(engine)
    group = f"{engine} engine"
    for case, says, *goals in BESIDE_GDNSD:
        pair = (own, case), ("gdnsd", case)
        by_cpu = rates(*pair, quantity=BY_CPU)
        yield Claim(group, f"{says} ÷ gdnsd", Sense.AT_LEAST, goals[nth], rates(*pair), tie=True, by_cpu=by_cpu)
    pair, by_cpu = ((own, "nxdomain"), (own, "static")), rates((own, "nxdomain"), (own, "static"), BY_CPU)
    says, goal = "random-subdomain NXDOMAIN ÷ own static", (0.55, 0.7)[nth]
    yield Claim(group, says, Sense.AT_LEAST, goal, rates(*pair), tie=True, by_cpu=by_cpu)
    if engine == "compiled":
        for case, goal in BESIDE_ECHO:
            pair = (own, case), ("echo", "static")
            by_cpu = rates(*pair, quantity=BY_CPU)
            yield Claim(group, f"{case} ÷ C echo", Sense.AT_LEAST, goal, rates(*pair), tie=True, by_cpu=by_cpu)
    for case, says in ALSO_BESIDE_GDNSD:
        pair = (own, case), ("gdnsd", case)
        yield Claim(group, f"{says} ÷ gdnsd", None, 0, rates(*pair), by_cpu=rates(*pair, quantity=BY_CPU))
    for case in ("static", "steered", "ecs"):
        value = ratio((own, case, "p99 at 70 %"), ("gdnsd", case, "p99 at 70 %"))
        yield Claim(group, f"p99 at 70 % load, {case} ÷ gdnsd", Sense.AT_MOST, 2.0, value)
    value = ratio((own, "static", "round trip"), ("gdnsd", "static", "round trip"))
    yield Claim(group, "round trip at one in flight ÷ gdnsd", Sense.AT_MOST, 1.5, value)
    value = ratio((own, "static", "receive buffer"), ("gdnsd", "static", "receive buffer"))
    yield Claim(group, "receive buffer ÷ gdnsd", None, 0, value)
    value = middle(own, "reload", "rate lost")
    yield Claim(group, "rate lost during a reload, 1,000 endpoints probed", Sense.AT_MOST, 0.15, value)
    yield Claim(group, "queries lost in reloads at 10 k/s", Sense.AT_MOST, 0, largest(own, "reload", "lost"))
    value = largest(own, "reload", "slowest")
    yield Claim(group, "slowest answer during a reload at 10 k/s", Sense.AT_MOST, 20.0, value, unit="ms")
    value = ratio((own, "flips", "rate"), (own, "no flips", "rate"))
    yield Claim(group, "rate with 10 flips a second ÷ without", None, 0, value)
    yield Claim(group, "queries lost, 10 flips a second", Sense.AT_MOST, 0, largest(own, "flips", "lost"))
    value = ratio((own, "two workers", "CPU a query"), (own, "one worker", "CPU a query"))
    yield Claim(group, "CPU a query, two workers ÷ one", Sense.AT_MOST, 1.1, value)
    pair, by_cpu = ((own, "tcp"), ("knot", "tcp")), rates((own, "tcp"), ("knot", "tcp"), BY_CPU)
    yield Claim(group, "TCP, connections used again ÷ Knot", Sense.AT_LEAST, 0.5, rates(*pair), by_cpu=by_cpu)


def of_scale() -> Iterator[Claim]:
    """What does not depend on the engine: measured with the one that `gslb serve` chooses."""
    group, own = "scale", "gslb"
    for names in ("100k", "1M"):
        sense = Sense.AT_MOST if names == "1M" else None
        value = ratio((own, f"load {names}", "seconds"), ("nsd", f"load {names}", "seconds"))
        yield Claim(group, f"load {names} plain records ÷ NSD", sense, 2.0, value, tie=True)
    value = middle(own, "load 1M", "octets a name")
    yield Claim(group, "octets a name in the tables, 1M names", Sense.AT_MOST, 250, value, unit="B")
    value = middle(own, "restart 1M", "seconds")
    yield Claim(group, "start from the compiled image, 1M names", Sense.AT_MOST, 2.0, value, unit="s")
    value = middle(own, "map 1M", "seconds")
    yield Claim(group, "reload to a map of 1M prefixes", Sense.AT_MOST, 20.0, value, unit="s")
    for cause in ("word", "observation"):
        for trees, goal in (("one tree", 20.0), ("100 trees", 50.0)):
            value = middle(own, f"flip by {cause}, {trees}", "ms")
            yield Claim(
                group, f"flip to wire by {cause}, {trees} under 10 k names", Sense.AT_MOST, goal, value, unit="ms"
            )
    for probes in ("10k TCP", "2k HTTP"):
        value = middle(own, f"probes, {probes}", "CPU share")
        yield Claim(group, f"{probes} monitors at 10 s: cores used by the judge", Sense.AT_MOST, 1.0, value)
        value = middle(own, f"probes, {probes}", "done share")
        yield Claim(group, f"{probes} monitors at 10 s: probes done of those due", Sense.AT_LEAST, 1.0, value, tie=True)


CLAIMS = (*(claim for engine in reversed(ENGINES) for claim in of_engine(engine)), *of_scale())
