"""A histogram of round trips in logarithmic bins, whose old counts fade: quantiles from bounded memory.

Theory. Bin i counts round trips in [LEAST · RATIO^i, LEAST · RATIO^(i+1)), so a quantile is right within half a bin
(2 %), whatever the distribution, and an outlier counts as one. Bins of two histograms add, so they merge exactly.

Counts fade by *forward decay* (Cormode, Shkapenyuk, Srivastava, Xu: Forward decay, ICDE 2009): what is measured at t
counts 2^((t - landmark) / half_life) for ever, and whoever reads divides by the same of now. Nothing has to be
touched as time goes by, and samples may come late and in any order.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import exp, floor, log
from types import MappingProxyType

LEAST = 0.05  # milliseconds at the lower end of bin 0
RATIO = 1.04
QUARTILES = 1.349  # how far those of a normal distribution are apart, in standard deviations
_STEP = log(RATIO)
_START = log(LEAST)


class Sketch:
    """Counts by bin, all scaled alike by whoever keeps the landmark, and their sum; `latest`: when the newest came."""

    __slots__ = ("bins", "latest", "weight")

    def __init__(self, bins: Mapping[int, float] = MappingProxyType({}), latest: float = 0.0) -> None:
        self.bins: dict[int, float] = dict(bins)
        self.latest = latest
        self.weight = sum(self.bins.values())

    def add(self, milliseconds: float, weight: float, at: float) -> None:
        number = max(0, floor((log(milliseconds) - _START) / _STEP))
        self.bins[number] = self.bins.get(number, 0.0) + weight
        self.weight += weight
        self.latest = max(self.latest, at)

    def merge(self, other: Sketch) -> None:
        """Count what the other counted, too."""
        for number, weight in other.bins.items():
            self.bins[number] = self.bins.get(number, 0.0) + weight
        self.weight += other.weight
        self.latest = max(self.latest, other.latest)

    def scale(self, factor: float) -> None:
        self.bins = {number: weight * factor for number, weight in self.bins.items()}
        self.weight *= factor

    def logarithms(self, *shares: float) -> tuple[float, ...]:
        """Quantiles, as natural logarithms of milliseconds: under each lies that share (ascending) of what counts.

        Within a bin counts are taken as evenly spread. There has to be a count.
        """
        ordered = sorted(self.bins.items())
        total, below, index = self.weight, 0.0, 0
        found = []
        for share in shares:
            wanted = share * total
            while index < len(ordered) - 1 and below + ordered[index][1] < wanted:
                below += ordered[index][1]
                index += 1
            number, weight = ordered[index]
            inside = min(1.0, max(0.0, (wanted - below) / weight))
            found.append(_START + (number + inside) * _STEP)
        return tuple(found)

    def median(self) -> float:
        """In milliseconds."""
        return exp(self.logarithms(0.5)[0])
