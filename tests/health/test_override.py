"""An operator's word over time: a function of the clock alone."""

from dataclasses import FrozenInstanceError, replace
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.health import Override, Standing, thresholds
from gslb.health.override import SHORTEST, STEPS

NOW = 1_000_000.0
PLAN = Override("web", Standing.DRAIN, "CHG-1", "ann", NOW, NOW + 7_200, "d-17", NOW + 600, 600.0, 300.0)


@st.composite
def plans(draw: st.DrawFn) -> Override:
    begins = NOW + draw(st.floats(0, 4_000))
    expires = draw(st.one_of(st.none(), st.floats(0, 5_000).map(lambda lasts: begins + lasts)))
    ramp, back = draw(st.floats(0, 2_000)), draw(st.floats(0, 2_000))
    return Override("web", Standing.DRAIN, "", "ann", NOW, expires, "d-1", begins, ramp, back)


def test_a_word_counts_at_once_for_all_and_for_ever_unless_told_otherwise():
    word = Override("web", Standing.OFF, "", "", NOW)

    assert (word.share(0.0), word.share(NOW), word.share(1e12)) == (1.0, 1.0, 1.0)
    assert (word.starts, word.ends, word.next_step(NOW)) == (-inf, inf, inf)
    with pytest.raises(FrozenInstanceError):
        word.standing = Standing.UP  # type: ignore[misc]


@pytest.mark.parametrize(
    ("second", "share"),
    [
        (-10, 0.0),
        (599.9, 0.0),
        (600, 0.0),
        (750, 0.25),
        (1_200, 1.0),
        (7_199, 1.0),
        (7_200, 1.0),
        (7_350, 0.5),
        (7_500, 0.0),
        (9_999, 0.0),
    ],
)
def test_it_comes_over_its_ramp_and_goes_over_its_way_back(second, share):
    assert PLAN.share(NOW + second) == pytest.approx(share)


def test_what_ends_in_the_middle_of_its_ramp_goes_back_from_where_it_was():
    short = replace(PLAN, expires=NOW + 900)

    assert short.share(NOW + 899.999) == pytest.approx(0.5, abs=1e-4)
    assert short.share(NOW + 900) == pytest.approx(0.5)
    assert short.share(NOW + 1_050) == pytest.approx(0.25)
    assert short.ends == NOW + 1_200


def test_without_ramps_it_counts_from_its_beginning_to_its_end():
    word = replace(PLAN, ramp=0.0, back=0.0)

    assert [word.share(NOW + second) for second in (599, 600, 7_199, 7_200)] == [0.0, 1.0, 1.0, 0.0]
    assert [word.next_step(NOW + second) - NOW for second in (0, 600, 7_200)] == [600, 7_200, inf]


@given(plans())
def test_steps_lead_through_the_whole_course_and_are_few(plan):
    moments = [NOW - 1]
    while (moment := plan.next_step(moments[-1])) < inf:
        assert moment > moments[-1]
        moments.append(moment)
        assert len(moments) < 2 * STEPS + 6
    until = inf if plan.expires is None else plan.expires
    assert plan.share(moments[-1]) == (1.0 if until == inf else 0.0)


@given(plans(), st.lists(st.floats(NOW - 10, NOW + 9_000), min_size=2))
def test_a_share_only_grows_until_the_end_and_only_falls_from_there(plan, moments):
    until = inf if plan.expires is None else plan.expires
    rising = [plan.share(moment) for moment in sorted(moments) if moment < until]
    falling = [plan.share(moment) for moment in sorted(moments) if moment >= until]

    assert rising == sorted(rising)
    assert falling == sorted(falling, reverse=True)
    assert all(0.0 <= share <= 1.0 for share in (*rising, *falling))


def test_a_short_ramp_is_not_cut_finer_than_anybody_sees():
    word = replace(PLAN, ramp=2.0)

    assert word.next_step(NOW + 600) == pytest.approx(NOW + 600 + SHORTEST)


def test_clients_part_where_words_are_on_their_way():
    half = replace(PLAN, begins=NOW - 300)
    words = {"a": half, "b": replace(half, path="b"), "c": replace(half, begins=NOW - 60), "d": replace(half, ramp=0.0)}

    assert [*thresholds(words, NOW)] == pytest.approx([0.1, 0.5])
