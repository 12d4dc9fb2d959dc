"""Selectors pick what they say, in the shares they say."""

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.image import BUCKETS, Bucket, ByClass, Constant, Draw, client_bucket, outcomes, pick, transform

RED, GREEN, BLUE = map(Constant, ("red", "green", "blue"))
PAINTED = Bucket(bytes((0, 0, 1, 0)) * (BUCKETS // 2), (RED, Draw(((1, GREEN), (3, BLUE)))))


@given(st.lists(st.integers(0, 1_000), min_size=1, max_size=6).filter(any), st.integers(0, 2**64 - 1))
def test_a_draw_falls_where_the_cumulative_weights_say(weights, draw):
    chosen = pick(Draw(tuple((weight, Constant(n)) for n, weight in enumerate(weights))), 0, 0, draw)

    before, share = sum(weights[:chosen]), Fraction(draw * sum(weights), 2**64)
    assert before <= share < before + weights[chosen]


def test_shares_are_exact_over_the_whole_range_of_draws():
    draw = Draw(((1, RED), (0, GREEN), (2, BLUE)))

    found = Counter(pick(draw, 0, 0, step * 2**64 // 3000) for step in range(3000))

    assert found["green"] == 0
    assert abs(found["blue"] - 2 * found["red"]) <= 3


@pytest.mark.parametrize(
    ("bucket", "draw", "colour"), [(0, 0, "red"), (1, 0, "green"), (1, 2**63, "blue"), (2, 0, "red")]
)
def test_a_bucket_leads_to_its_part(bucket, draw, colour):
    assert pick(PAINTED, 0, bucket, draw) == colour


@pytest.mark.parametrize(("class_", "colour"), [(0, "blue"), (1, "green")])
def test_a_class_leads_to_its_part(class_, colour):
    assert pick(ByClass("map", (BLUE, PAINTED)), class_, 1, 0) == colour


def test_every_outcome_is_listed_once_and_never_one_of_no_weight():
    assert outcomes(ByClass("map", (PAINTED, RED, Draw(((0, Constant("white")), (1, GREEN)))))) == (
        "red",
        "green",
        "blue",
    )


def test_a_transformed_selector_picks_the_changed_outcome():
    selector = ByClass("map", (BLUE, PAINTED))
    calls = []

    def upper(colour):
        calls.append(colour)
        return colour.upper()

    changed = transform(selector, upper)

    assert sorted(calls) == ["blue", "green", "red"]
    assert all(
        pick(changed, class_, bucket, draw) == pick(selector, class_, bucket, draw).upper()
        for class_ in (0, 1)
        for bucket in (0, 1)
        for draw in (0, 2**63)
    )


@given(st.integers(0, 2**56 - 1))
def test_a_client_bucket_fits_the_table(prefix):
    assert 0 <= client_bucket(prefix, 56) < BUCKETS


def test_client_buckets_stay_what_they_are():
    """Another value would move every sticky client at an upgrade."""
    found = [client_bucket(prefix, bits) for prefix, bits in ((0, 24), (0xC00002, 24), (0xC00003, 24), (0xC00002, 56))]

    assert found == [45044, 56410, 41251, 46577]


def test_neighbouring_prefixes_spread_evenly():
    """Chi-squared over 256 cells: 255 degrees of freedom, 350 is passed once in ten thousand by chance."""
    cells = Counter(client_bucket(prefix, 24) >> 8 for prefix in range(65_536))

    assert sum((cells[cell] - 256) ** 2 / 256 for cell in range(256)) < 350
