"""Quantiles are right within a bin, whatever comes, in whatever order and in how many parts."""

from math import exp, log
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.geo.sketch import QUARTILES, RATIO, Sketch

ROUND_TRIPS = st.lists(st.floats(0.05, 10_000), min_size=1, max_size=60)


def sketch(values: list[float]) -> Sketch:
    found = Sketch()
    for at, value in enumerate(values):
        found.add(value, 1.0, at)
    return found


def spread(found: Sketch) -> float:
    low, high = found.logarithms(0.25, 0.75)
    return (high - low) / QUARTILES


@given(ROUND_TRIPS.filter(lambda values: len(values) % 2 == 1))
def test_the_median_is_right_within_a_bin(values: list[float]):
    assert abs(log(sketch(values).median() / median(values))) <= log(RATIO) + 1e-9


@given(ROUND_TRIPS)
def test_quantiles_ascend(values: list[float]):
    low, middle, high = sketch(values).logarithms(0.25, 0.5, 0.75)

    assert low <= middle <= high
    assert log(min(values) / RATIO) - 1e-9 <= low
    assert high <= log(max(values) * RATIO) + 1e-9


@given(ROUND_TRIPS, ROUND_TRIPS)
def test_merging_is_counting_all_of_it(some: list[float], others: list[float]):
    merged = sketch(some)
    merged.merge(sketch(others))

    assert merged.bins == pytest.approx(sketch(some + others).bins)
    assert merged.weight == pytest.approx(len(some) + len(others))
    assert merged.latest == max(len(some), len(others)) - 1


def test_outliers_move_neither_median_nor_spread_by_much():
    clean = sketch([20.0 + number % 5 for number in range(90)])
    spoiled = sketch([20.0 + number % 5 for number in range(90)] + [9_000.0] * 10)

    assert spoiled.median() == pytest.approx(clean.median(), rel=0.05)
    assert spread(spoiled) == pytest.approx(spread(clean), abs=0.05)


def test_the_spread_of_a_lognormal_is_its_sigma():
    from statistics import NormalDist

    values = [exp(log(50) + 0.3 * NormalDist().inv_cdf((number + 0.5) / 500)) for number in range(500)]

    assert spread(sketch(values)) == pytest.approx(0.3, abs=0.03)


def test_scaling_changes_how_much_counts_and_no_quantile():
    found = sketch([10.0, 20.0, 30.0])
    before = found.median()
    found.scale(0.25)

    assert found.weight == pytest.approx(0.75)
    assert found.median() == pytest.approx(before)
