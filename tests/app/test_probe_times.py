"""How long probes took: cumulative counts by upper bound, apart by monitor, vantage and outcome."""

from gslb.app.probe_times import BOUNDS, Stopwatch
from gslb.health import Observation
from gslb.model import Check


def observation(took, ok=True, vantage="ns1"):
    return Observation(vantage, 1, 1, Check("ready", "web/eu", "192.0.2.1"), "d", ok, "", 1.0, took)


def test_counts_are_cumulative_and_the_sum_is_kept():
    watch = Stopwatch()
    watch.add([observation(0.004), observation(0.005), observation(0.3), observation(99.0)])

    (told,) = watch.times()
    buckets = dict(told["buckets"])
    assert (buckets["0.005"], buckets["0.25"], buckets["0.5"], buckets["10.0"], buckets["+Inf"]) == (2, 2, 3, 3, 4)
    assert len(buckets) == len(BOUNDS) + 1
    assert told["total"] == 0.004 + 0.005 + 0.3 + 99.0


def test_vantages_and_outcomes_are_apart():
    watch = Stopwatch()
    watch.add([observation(0.1), observation(0.1, ok=False), observation(0.1, vantage="eu")])

    assert {(one["vantage"], one["ok"]) for one in watch.times()} == {("ns1", True), ("ns1", False), ("eu", True)}
