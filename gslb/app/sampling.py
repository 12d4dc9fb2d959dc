"""Who asks for what on this node: samples that workers note, read once a second, and what their counters say.

samples ─► parse, locate ─► Traffic ─► `gslb top`        what is to be noted follows how much there is
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from dns.rdatatype import RdataType

from gslb.app.decisions import Decisions
from gslb.app.demanding import Demanding
from gslb.app.tracing import Tracing
from gslb.control import Rate, Sighting, Traffic
from gslb.geo import Location
from gslb.image import CounterLabel, Sample, SampleKind, SampleReader
from gslb.model import leaves
from gslb.nameserver import Client, View, locate, parse

A_SECOND = 200  # samples by chance that are wanted, from all workers
MOST_BELATED = 60.0  # seconds: what is older was noted before we looked


class Sampling:
    """What is asked of this node. `traced`: the octet by which senders are picked to be traced (gslb.image.samples)."""

    def __init__(
        self,
        run: Path,
        traced: int,
        demanding: Demanding | None = None,
        clock: Callable[[], float] = time.monotonic,
        decisions: Decisions | None = None,
    ) -> None:
        self.traffic = Traffic(clock())
        self.demanding = demanding
        self.decisions = decisions
        self.lost = 0
        self._reader = SampleReader(run)
        self.tracing = Tracing(traced, clock())
        self._clock = clock
        self._every = 1

    def look(
        self,
        view: View | None,
        packets: int,
        zones: Iterable[tuple[list[CounterLabel], list[int]]],
        published: float = 0.0,
    ) -> None:
        """Take in what was noted since the last look; `packets` and `zones` (labels, totals) are what counters say.

        `published`: when the view was, monotonic seconds.
        """
        now = self._clock()
        samples, lost = self._reader.read()
        self.lost += lost
        for sample in sorted(samples, key=lambda one: one.at):
            if view is not None and 0 <= now - sample.at / 1e9 <= MOST_BELATED:
                self.traffic.see(sighting(sample, view, self.tracing.one_in))
                if sample.kind is SampleKind.TRACED:
                    self.tracing.see(sample, view)
                elif self.demanding is not None:
                    self.demanding.see(sample, view, time.time() - (now - sample.at / 1e9))
        if self.decisions is not None and view is not None:
            self.decisions.take(samples, view, published, now, time.time())
        if self.demanding is not None:
            self.demanding.demand.tick(time.time())
        self.traffic.count(now, packets, answers_by_region(view, zones) if view is not None else {})
        rate = self.traffic.busy(0, now).packets
        self._every = max(1, int(rate / A_SECOND))
        self.tracing.adjust(rate, lost, now)
        self._reader.ask(self._every, self.tracing.mark, self.tracing.free)

    def regions(self) -> Mapping[str, float]:
        """Answers a second of late that named each region's endpoints first."""
        return self.traffic.busy(0, self._clock()).regions

    def top(self, count: int) -> dict[str, Any]:
        """The busiest `count` names, resolvers and places, as plain data; rates are a second."""
        busy = self.traffic.busy(count, self._clock())
        return {
            "packets": busy.packets,
            "one_in": self._every,
            "names": [
                {"name": rate.key[0], "type": rate.key[1], "resolvers": busy.resolvers_of[rate.key[0]]} | _rate(rate)
                for rate in busy.names
            ],
            "resolvers": [{"resolver": rate.key} | _rate(rate) for rate in busy.resolvers],
            "places": [{"place": rate.key} | _rate(rate) for rate in busy.places],
            "regions": [{"region": name, "rate": rate} for name, rate in sorted(busy.regions.items())],
        }


def _rate(rate: Rate[Any]) -> dict[str, float]:
    return {"rate": rate.rate, "over": rate.over}


def sighting(sample: Sample, view: View, one_in: int = 1) -> Sighting:
    """A sample in words: what was asked, by whom, and where the client is that it was asked for.

    A traced one stands for those of `one_in` senders.
    """
    traced = sample.kind is SampleKind.TRACED
    query = parse(sample.packet)
    sender = ip_address(sample.sender)
    name = rdtype = "?"
    location = Location()
    if query is not None and query.question is not None:
        name = query.question.name.to_text().lower()
        rdtype = RdataType.to_text(RdataType.make(query.question.rdtype))
        location = locate(query, Client(sender), view, sender=False)
    return Sighting(
        at=sample.at / 1e9,
        weight=one_in if traced else sample.weight,
        name=name,
        rdtype=rdtype,
        resolver=str(sender),
        place=place(location),
        traced=traced,
    )


def place(location: Location) -> str:
    """Where a client is, in a few words: its network if that has a name, else subdivision or country, and AS."""
    where = location.subdivision or location.country or location.continent
    words = [*location.networks[:1], *([where] if where else []), *([f"AS{location.asn}"] if location.asn else [])]
    return " ".join(words) or "unknown"


def answers_by_region(view: View, zones: Iterable[tuple[list[CounterLabel], list[int]]]) -> Mapping[str, int]:
    """Answers so far that named each region's endpoints first."""
    regions = {leaf.path: leaf.endpoint.region for tree in view.world.model.trees.values() for leaf in leaves(tree)}
    found: Counter[str] = Counter(dict.fromkeys(view.world.model.regions, 0))
    for labels, totals in zones:
        for label, total in zip(labels, totals, strict=False):
            region = regions.get(label.leaf) if label.leaf else None
            if region is not None:
                found[region] += total
    return found
