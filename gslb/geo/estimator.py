"""How long round trips take, from samples: one estimate for each client prefix and region, with how sure it is.

Theory. Samples are counted in histograms that fade (sketch.py) at every level they belong to:

    prefix, by balancers  ◄─ prefix, by applications  ◄─ AS in its country  ◄─ country  (◄─ distance, see distance.py)

An estimate is a median, so outliers do not move it. All is reckoned in logarithms, where round trips have errors in
proportion. A level of n samples (as they count today) with spread s is off by the variance v = (π/2) s²/n, that of a
median. What the wider level says of one member is off by p: its own error, and how far its members are apart. Both
together, each by what it is worth (the normal-normal model of empirical Bayes), are

    w · this level + (1 - w) · wider level     w = p / (p + v) = n / (n + k), k = (π/2) s² / p     off by p·v / (p + v)

so with few samples a prefix is what its AS is, and with many it is itself. Spreads of few samples are taken for the
usual one. A prefix counts at wider levels by the logarithm of its samples: one busy, or lying, network is no country.

Memory is bounded by prefixes; beyond `room` those with the least samples are forgotten.
"""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from ipaddress import IPv4Network, IPv6Network
from math import exp, log1p, pi, sqrt
from typing import Any, NamedTuple, TypeVar

from gslb.geo.samples import WIDEST, Sample, SampleSource
from gslb.geo.sketch import QUARTILES, Sketch
from gslb.model import Network

HALF_LIFE = 86_400.0  # seconds in which what a sample counts halves
ROOM = 20_000  # prefixes: some 65 MB where there are three regions
FORGOTTEN = 10.0  # half-lives after which a sample says nothing
NOTHING = 2.0**-FORGOTTEN  # a count that says nothing
REBASE = 40.0  # half-lives after which counts are scaled down, so that they stay numbers

USUAL_SPREAD = 0.3  # of samples whose own spread is not known yet
USUAL_COUNT = 4.0  # samples that this is worth
BETWEEN_SOURCES = 0.15  # how far applications and balancers are apart about one prefix
LEAST_BETWEEN = 0.1  # how far members of an AS or a country are apart at the least


K = TypeVar("K")
R = TypeVar("R")


class Group(NamedTuple):
    """Clients of an AS in a country, or (no AS) of a country."""

    asn: int | None
    country: str | None

    def __str__(self) -> str:
        return " ".join([*([f"AS{self.asn}"] if self.asn else []), *([self.country] if self.country else [])])


NOBODY = Group(None, None)


@dataclass(frozen=True, slots=True)
class Estimate:
    """`error`: standard deviation of its logarithm, so 0.1 is about 10 %. `count`: samples as they count now.

    `latest`: when the newest sample was measured (wall seconds). Of a group: what one of its members is likely to see,
    from so many `members`.
    """

    milliseconds: float
    error: float
    count: float
    latest: float
    members: int = 1


class Belief(NamedTuple):
    """A logarithm and its variance; `member`: the variance of what it says of one that is narrower."""

    mean: float
    variance: float
    member: float


Known = dict[tuple[Group, str], Belief | None]
Prefixes = dict[Network, dict[tuple[str, SampleSource], Sketch]]
Groups = dict[Group, dict[str, Sketch]]


class Estimator:
    """Takes samples, gives estimates. `landmark`: wall-clock seconds at which a sample counts one."""

    def __init__(self, landmark: float, half_life: float = HALF_LIFE, room: int = ROOM) -> None:
        self.half_life, self.room = half_life, room
        self._landmark = landmark
        self._prefixes: Prefixes = {}
        self._groups: Groups = {}
        self._members: dict[Network, Group] = {}
        self._crowds: Counter[tuple[Group, str]] = Counter()  # how many prefixes have samples of a region

    def observe(self, samples: Iterable[Sample], group: Callable[[Network], Group], now: float) -> int:
        """Take samples in; `group` tells the AS and country of a prefix. Returns how many were not too old.

        What claims to be measured after `now` is taken as measured now.
        """
        if now - self._landmark > REBASE * self.half_life:
            self._rebase(now)
        taken = 0
        for sample in samples:
            at = min(sample.at, now)
            if now - at <= FORGOTTEN * self.half_life:
                self._count(sample, at, group)
                taken += 1
        if len(self._prefixes) > self.room:
            self._forget()
        return taken

    def _count(self, sample: Sample, at: float, group: Callable[[Network], Group]) -> None:
        prefix = sample.prefix
        known = self._prefixes.get(prefix)
        if known is None:
            known = self._prefixes[prefix] = {}
            self._members[prefix] = group(prefix)
        groups = _wider(self._members[prefix])
        scale = 2.0 ** ((at - self._landmark) / self.half_life)
        sketch = known.get((sample.region, sample.source))
        if sketch is None:
            if all(region != sample.region for region, _ in known):
                self._crowds.update((wider, sample.region) for wider in groups)
            sketch = known[sample.region, sample.source] = Sketch()
        share = scale * log1p(sample.weight / (1.0 + sketch.weight / scale))
        sketch.add(sample.milliseconds, scale * sample.weight, at)
        for wider in groups:
            regions = self._groups.setdefault(wider, {})
            if sample.region not in regions:
                regions[sample.region] = Sketch()
            regions[sample.region].add(sample.milliseconds, share, at)

    def _sketches(self) -> Iterator[Sketch]:
        for by_source in self._prefixes.values():
            yield from by_source.values()
        for by_region in self._groups.values():
            yield from by_region.values()

    def _rebase(self, now: float) -> None:
        """Let the landmark be now, and forget what counts for nothing any more."""
        factor = 2.0 ** ((self._landmark - now) / self.half_life)
        for sketch in self._sketches():
            sketch.scale(factor)
        self._landmark = now
        self._prefixes = _counting(self._prefixes)
        self._groups = _counting(self._groups)
        self._members = {prefix: self._members[prefix] for prefix in self._prefixes}
        self._gather()

    def _gather(self) -> None:
        """Count members anew."""
        self._crowds = Counter(
            (wider, region)
            for prefix, known in self._prefixes.items()
            for region in {region for region, _ in known}
            for wider in _wider(self._members[prefix])
        )

    def _forget(self) -> None:
        """Give up the tenth that says least, and groups that nobody is left of."""
        least = nsmallest(
            len(self._prefixes) - self.room * 9 // 10,
            self._prefixes,
            key=lambda prefix: sum(sketch.weight for sketch in self._prefixes[prefix].values()),
        )
        for prefix in least:
            del self._prefixes[prefix], self._members[prefix]
        left = {wider for group in self._members.values() for wider in _wider(group)}
        self._groups = {group: regions for group, regions in self._groups.items() if group in left}
        self._gather()

    def fade_by(self, half_life: float, now: float) -> None:
        """Let counts halve in another time from now on; what they are now they stay."""
        if half_life != self.half_life:
            self._rebase(now)
            self.half_life = half_life

    def regroup(self, group: Callable[[Network], Group]) -> None:
        """Prefixes are in these groups from now on: the databases changed. What groups have counted stays theirs."""
        self._members = {prefix: group(prefix) for prefix in self._members}
        self._gather()

    def around(self, prefix: Network) -> Network:
        """The longest prefix around it, or itself, that has samples; itself where none has."""
        wider = prefix
        while wider not in self._prefixes and wider.prefixlen > WIDEST[prefix.version]:
            wider = wider.supernet()
        return wider if wider in self._prefixes else prefix

    def prefixes(self) -> Iterator[Network]:
        return iter(self._prefixes)

    def groups(self) -> Iterator[Group]:
        return iter(self._groups)

    def __len__(self) -> int:
        """How many histograms there are."""
        return sum(1 for _ in self._sketches())

    def of_prefix(self, prefix: Network, now: float, known: Known | None = None) -> dict[str, Estimate]:
        """By region, where the prefix has samples of its own. Who asks of many hands over one `known`, first empty."""
        sketches = self._prefixes.get(prefix, {})
        group = self._members.get(prefix, NOBODY)
        found = {}
        for region in dict.fromkeys(region for region, _ in list(sketches)):
            sources = [sketches[region, source] for source in reversed(SampleSource) if (region, source) in sketches]
            belief = self._of_groups(_wider(group), region, now, {} if known is None else known)
            for sketch in sources:
                belief = self._narrowed(belief, sketch, BETWEEN_SOURCES, now)
            if belief is not None:
                count = sum(self._today(sketch, now) for sketch in sources)
                latest = max(sketch.latest for sketch in sources)
                found[region] = Estimate(exp(belief.mean), sqrt(belief.variance), count, latest)
        return found

    def of_group(self, group: Group, now: float, known: Known | None = None) -> dict[str, Estimate]:
        """By region, where the group has samples."""
        found = {}
        for region, sketch in list(self._groups.get(group, {}).items()):
            belief = self._of_groups(_wider(group), region, now, {} if known is None else known)
            if belief is not None:
                count, members = self._today(sketch, now), self._crowds[group, region]
                found[region] = Estimate(exp(belief.mean), sqrt(belief.member), count, sketch.latest, members)
        return found

    def _of_groups(self, groups: Sequence[Group], region: str, now: float, known: Known) -> Belief | None:
        """What the groups, the widest first, say of the last of them."""
        belief = None
        for group in groups:
            if (group, region) not in known:
                sketch = self._groups.get(group, {}).get(region)
                known[group, region] = belief if sketch is None else self._narrowed(belief, sketch, None, now)
            belief = known[group, region]
        return belief

    def _narrowed(self, wider: Belief | None, sketch: Sketch, between: float | None, now: float) -> Belief:
        """The formula above: what a wider level says and a histogram, together. `between`: see `Belief.member`."""
        count = self._today(sketch, now)
        low, middle, high = sketch.logarithms(0.25, 0.5, 0.75)
        spread = ((high - low) / QUARTILES) ** 2
        spread = (count * spread + USUAL_COUNT * USUAL_SPREAD**2) / (count + USUAL_COUNT)
        own = pi / 2 * spread / count
        apart = max(LEAST_BETWEEN**2, spread) if between is None else between**2
        if wider is None:
            return Belief(middle, own, own + apart)
        weight = wider.member / (wider.member + own)
        return Belief(weight * middle + (1.0 - weight) * wider.mean, own * weight, own * weight + apart)

    def _today(self, sketch: Sketch, now: float) -> float:
        """What all its samples count now."""
        faded: float = 2.0 ** ((self._landmark - now) / self.half_life)
        return sketch.weight * faded

    def export(self, now: float) -> Iterator[tuple[Network, str, SampleSource, float, float, float]]:
        """Prefix, region, source, median (ms), count, latest of all that is known of prefixes, before shrinkage."""
        for prefix, by_source in self._prefixes.items():
            for (region, source), sketch in by_source.items():
                yield prefix, region, source, sketch.median(), self._today(sketch, now), sketch.latest

    def merge(self, other: Estimator) -> None:
        """Take in all that the other counted, whatever its landmark; both have one half-life."""
        factor = 2.0 ** ((other._landmark - self._landmark) / self.half_life)
        for prefix, by_source in other._prefixes.items():
            self._members.setdefault(prefix, other._members[prefix])
            _merge(self._prefixes.setdefault(prefix, {}), by_source, factor)
        for group, regions in other._groups.items():
            _merge(self._groups.setdefault(group, {}), regions, factor)
        self._gather()
        if len(self._prefixes) > self.room:
            self._forget()

    def to_bytes(self) -> bytes:
        """For a file of our own: `from_bytes`."""
        prefixes = [
            (
                (prefix.version, int(prefix.network_address), prefix.prefixlen),
                tuple(self._members[prefix]),
                [(region, source.value, one.bins, one.latest) for (region, source), one in known.items()],
            )
            for prefix, known in self._prefixes.items()
        ]
        groups = [
            (tuple(group), [(region, one.bins, one.latest) for region, one in known.items()])
            for group, known in self._groups.items()
        ]
        return pickle.dumps((FORMAT, self._landmark, self.half_life, prefixes, groups), pickle.HIGHEST_PROTOCOL)

    @staticmethod
    def from_bytes(data: bytes, room: int = ROOM) -> Estimator:
        """What `to_bytes` wrote. ValueError where it is of another format. Only for what we wrote ourselves."""
        written, landmark, half_life, prefixes, groups = pickle.loads(data)  # noqa: S301 - our own state directory
        if written != FORMAT:
            raise ValueError(f"estimates of format {written}")
        found = Estimator(landmark, half_life, room)
        for (version, address, length), group, known in prefixes:
            prefix = (IPv4Network if version == 4 else IPv6Network)((address, length))
            found._members[prefix] = Group(*group)
            found._prefixes[prefix] = {(region, SampleSource(source)): Sketch(*rest) for region, source, *rest in known}
        found._groups = {Group(*group): {region: Sketch(*rest) for region, *rest in known} for group, known in groups}
        found._gather()
        if len(found._prefixes) > room:
            found._forget()
        return found


FORMAT = 1


def _wider(group: Group) -> tuple[Group, ...]:
    """The groups that one lies in, the widest first; itself last. None where nothing is known."""
    country = [Group(None, group.country)] if group.country else []
    return (*country, group) if group.asn is not None else tuple(country)


def _merge(into: dict[Any, Sketch], others: Mapping[Any, Sketch], factor: float) -> None:
    for key, sketch in others.items():
        scaled = Sketch(sketch.bins, sketch.latest)
        scaled.scale(factor)
        into.setdefault(key, Sketch()).merge(scaled)


def _counting(known: dict[K, dict[R, Sketch]]) -> dict[K, dict[R, Sketch]]:
    """What still counts for something, and whom it is of."""
    left = {
        key: {one: sketch for one, sketch in each.items() if sketch.weight > NOTHING} for key, each in known.items()
    }
    return {key: each for key, each in left.items() if each}
