from array import array

from hypothesis import given
from hypothesis import strategies as st

from gslb.geo.steps import Steps, combined, packed

END = 40


@st.composite
def steps(draw: st.DrawFn) -> Steps:
    starts = sorted({0, *draw(st.sets(st.integers(0, END - 1), max_size=12))})
    return Steps(starts, draw(st.lists(st.integers(0, 3), min_size=len(starts), max_size=len(starts))))


@given(steps(), steps())
def test_combined_steps_have_what_both_say_everywhere(outer: Steps, inner: Steps):
    both = combined("I", outer, inner, lambda a, b: 10 * a + b)

    assert [both.at(place) for place in range(END)] == [10 * outer.at(place) + inner.at(place) for place in range(END)]


@given(steps(), steps())
def test_neighbours_with_one_value_are_one(outer: Steps, inner: Steps):
    both = combined("I", outer, inner, lambda a, b: (a + b) % 2)

    assert all(this != that for this, that in zip(both.values, both.values[1:], strict=False))


@given(steps(), st.sets(st.integers(0, END - 1)))
def test_borders_stay_where_steps_begin(given_steps: Steps, borders: set[int]):
    starts, values = packed("I", given_steps.starts, given_steps.values, borders)

    assert {*given_steps.starts} & borders <= set(starts)
    assert [Steps(starts, values).at(place) for place in range(END)] == [given_steps.at(place) for place in range(END)]


def test_arrays_have_the_types_asked_for():
    assert packed("Q", [0, 5], [7, 7], (), "H") == (array("Q", [0]), array("H", [7]))
    assert packed("I", [0, 5], [7, 7], {5}) == (array("I", [0, 5]), array("I", [7, 7]))
