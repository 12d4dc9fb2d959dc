"""How long probes took, as histograms by monitor, vantage and outcome."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from itertools import accumulate

from gslb.health import Observation

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds


class Stopwatch:
    """Counts what observations took."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str, bool], list[int]] = {}
        self._totals: dict[tuple[str, str, bool], float] = {}

    def add(self, observations: Iterable[Observation]) -> None:
        for one in observations:
            key = (one.check.monitor, one.vantage, one.ok)
            counts = self._counts.setdefault(key, [0] * (len(BOUNDS) + 1))
            counts[bisect_left(BOUNDS, one.took)] += 1
            self._totals[key] = self._totals.get(key, 0.0) + one.took

    def times(self) -> list[dict[str, object]]:
        """So far, as plain data for the control process: cumulative counts by upper bound, and the sum in seconds."""
        bounds = [*map(str, BOUNDS), "+Inf"]
        return [
            {
                "monitor": monitor,
                "vantage": vantage,
                "ok": ok,
                "buckets": list(zip(bounds, accumulate(counts), strict=True)),
                "total": self._totals[monitor, vantage, ok],
            }
            for (monitor, vantage, ok), counts in self._counts.items()
        ]
