"""How near to the best region clients are sent as round trips are measured: estimates against distance and geo.

    internet.py ─► samples ─► Estimator ─► revise ─► rows ─► Atlas ─► class map ─► choose     the code that answers
                                                                                    └─► true round trip - best possible

Run it to draw docs/latency-learning.svg and print the figures; a minute or two.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from ipaddress import IPv4Address, IPv4Network
from itertools import islice
from pathlib import Path

from internet import Internet, internet
from plot import Axis, Line, Panel, svg

from gslb.config import load
from gslb.geo import (
    Atlas,
    Entries,
    Estimator,
    Group,
    Location,
    MeasuredRow,
    Row,
    class_map,
    countries,
    read_rows,
    revise,
    rows,
    write_rows,
)
from gslb.model import Family, Network, Tree
from gslb.policy import Ask, Memory, choose, classify

AIRPORTS = {
    "eu-west": "FRA",
    "eu-north": "ARN",
    "us-east": "IAD",
    "us-west": "SFO",
    "sa-east": "GRU",
    "ap-south": "BOM",
    "ap-southeast": "SIN",
    "ap-northeast": "NRT",
}
CONTINENTS = {
    "europe": "eu-west",
    "north-america": "us-east",
    "south-america": "sa-east",
    "asia": "ap-southeast",
    "africa": "eu-west",
    "oceania": "ap-southeast",
}
SEEDS = (7, 8, 9)
PREFIXES = 2_000
COUNTS = (0, 300, 1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000)
HOURS = 6 * 3_600.0  # in which the last of COUNTS is measured
OUT = Path(__file__).resolve().parent.parent / "docs" / "latency-learning.svg"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of all clients: `excess`, the mean of what they wait beyond the best region (ms), and shares of them.

    `best`: sent to the best; `near`: to one within 10 ms of it; `moved`: elsewhere than at the outcome before.
    `rows` are published, `classes` the tree has.
    """

    samples: float
    excess: float
    best: float
    near: float
    moved: float = 0.0
    rows: float = 0
    classes: float = 0


def trees() -> tuple[Tree, Tree]:
    """The policies: latency, and geo by continents, over a pool in every region."""
    regions = ", ".join(f"{name}: {{at: {code}}}" for name, code in AIRPORTS.items())
    endpoints = ", ".join(f"{name}: 192.0.2.{number}" for number, name in enumerate(AIRPORTS, 1))
    places = ", ".join(f"{place}: web/{region}" for place, region in CONTINENTS.items())
    text = f"""\
gslb: 1
listen: 127.0.0.1:5300
regions: {{{regions}}}
pools: {{web: {{endpoints: {{{endpoints}}}}}}}
zones:
  example.com:
    records: |
      @ 1h NS ns1
      ns1 1h A 192.0.2.53
    steer:
      near: {{latency: web}}
      geo: {{geo: {{{places}, default: web/us-east}}}}
"""
    model = load("learning.yaml", lambda _: text)
    return model.trees["near.example.com."], model.trees["geo.example.com."]


class World:
    """What a database says of an Internet: countries and ASes, or (`cities`) places of prefixes too."""

    def __init__(self, internet: Internet, *, cities: bool) -> None:
        self.internet = internet
        self._overlay = [
            Row(prefix.network, _location(prefix.country, prefix.asn, prefix.place if cities else None))
            for prefix in internet.prefixes
        ]
        self._groups: dict[Network, Group] = {
            prefix.network: Group(prefix.asn, prefix.country) for prefix in internet.prefixes
        }
        self.group = self._groups.__getitem__

    def sent(self, tree: Tree, measured: Sequence[MeasuredRow] = ()) -> tuple[dict[IPv4Network, str], int]:
        """The region that each prefix is sent to, and how many classes of clients there are."""
        atlas = Atlas.build(overlay=self._overlay, measured=measured)
        classes = class_map(atlas, lambda location: classify(tree, location, self.internet.sites))
        regions = [self._region(tree, place) for place in classes.representatives]
        found = {}
        for prefix in self.internet.prefixes:
            number, scope = classes.find(IPv4Address(prefix.network.network_address), 24)
            if scope > 24:
                raise AssertionError("a /24 has one class")
            found[prefix.network] = regions[number]
        return found, len(regions)

    def _region(self, tree: Tree, location: Location) -> str:
        asked = Ask(Family.V4, location, {}, {}, Memory(), 0.0, 0, self.internet.sites)
        region = choose(tree, asked).outcome.leaves[0].endpoint.region
        return region or ""


def _location(country: str, asn: int, place: tuple[float, float] | None) -> Location:
    known = countries()[country]
    return Location(known.continent, country, None, place or known.coordinates, asn)


def judged(samples: int, internet: Internet, sent: dict[IPv4Network, str], before: dict[IPv4Network, str]) -> Outcome:
    """How good it is where clients are sent."""
    total = sum(prefix.weight for prefix in internet.prefixes)
    pairs = [(prefix, prefix.true[sent[prefix.network]] - prefix.best) for prefix in internet.prefixes]

    def share(of: Iterable[float]) -> float:
        return sum(of) / total

    return Outcome(
        samples,
        excess=share(prefix.weight * excess for prefix, excess in pairs),
        best=share(prefix.weight for prefix, excess in pairs if excess == 0),
        near=share(prefix.weight for prefix, excess in pairs if excess <= 10),
        moved=share(prefix.weight for prefix, _ in pairs if before and before[prefix.network] != sent[prefix.network]),
    )


def learn(world: World, tree: Tree, counts: Sequence[int], seed: int) -> list[Outcome]:
    """Outcomes after so many samples each, as published by then."""
    estimator, entries, found = Estimator(0.0), Entries(), list[Outcome]()
    stream = world.internet.samples(counts[-1], seed, 0.0, HOURS)
    done, sent = 0, dict[IPv4Network, str]()
    for count in counts:
        now = HOURS * count / counts[-1]
        while done < count:
            part = list(islice(stream, min(20_000, count - done)))
            estimator.observe(part, world.group, now)
            done += len(part)
        entries = revise(entries, estimator, now)
        published = read_rows(write_rows(rows(entries)))
        before = sent
        sent, classes = world.sent(tree, published)
        outcome = judged(count, world.internet, sent, before)
        found.append(replace(outcome, rows=len(published), classes=classes))
    return found


def compared(counts: Sequence[int], prefixes: int, seed: int) -> dict[str, list[Outcome]]:
    """Outcomes of each way to choose, on the Internet of a seed; those that learn nothing have one."""
    made = internet(AIRPORTS, prefixes, seed)
    near, geo = trees()
    coarse, fine = World(made, cities=False), World(made, cities=True)
    return {
        "geo by continents": [judged(0, made, coarse.sent(geo)[0], {})],
        "distance, country database": [judged(0, made, coarse.sent(near)[0], {})],
        "distance, city database": [judged(0, made, fine.sent(near)[0], {})],
        "measured, country database": learn(coarse, near, counts, seed),
        "measured, city database": learn(fine, near, counts, seed),
    }


def mean(found: Sequence[dict[str, list[Outcome]]]) -> dict[str, list[Outcome]]:
    """Of several Internets."""
    return {name: [_mean(each) for each in zip(*(one[name] for one in found), strict=True)] for name in found[0]}


def _mean(of: Sequence[Outcome]) -> Outcome:
    named = {field.name: sum(getattr(one, field.name) for one in of) / len(of) for field in fields(Outcome)}
    return Outcome(**named)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=OUT)
    out: Path = parser.parse_args().out
    found = mean([compared(COUNTS, PREFIXES, seed) for seed in SEEDS])
    for name, outcomes in found.items():
        for one in outcomes:
            print(
                f"{name:27} {one.samples:9,.0f} samples {one.excess:6.1f} ms {one.best:6.1%} best {one.near:6.1%} "
                f"within 10 ms  moved {one.moved:5.1%}  {one.rows:6,.0f} rows {one.classes:5,.0f} classes"
            )
    note = f"Mean of {len(SEEDS)} Internets of {PREFIXES:,} prefixes, {len(AIRPORTS)} regions; benchmarks/internet.py"
    out.write_text(svg([panel("excess", found), panel("best", found)], note))


def panel(what: str, found: dict[str, list[Outcome]]) -> Panel:
    """One of the two figures over the number of samples."""
    title, y = {
        "excess": ("What clients wait beyond the best region", Axis("ms, mean over clients", low=0)),
        "best": ("Clients sent to the best region", Axis("share", low=0, high=1, percent=True)),
    }[what]
    first, last = 100, COUNTS[-1]
    lines = []
    for name, outcomes in found.items():
        points = [(max(first, one.samples), getattr(one, what)) for one in outcomes]
        lines.append(Line(name, points if len(points) > 1 else [*points, (last, points[0][1])], len(points) == 1))
    legend = {"excess": 30, "best": 150}[what]
    return Panel(title, Axis("samples, of all prefixes together", logarithmic=True), y, lines, legend)


if __name__ == "__main__":
    main()
