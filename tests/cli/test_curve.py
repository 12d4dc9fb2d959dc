"""A curve in a terminal: every column has its dot where its value is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.cli.curve import DOT, curve

FALLING = [(float(x), 1_000 / x) for x in range(10, 301)]


def test_it_falls_from_the_left_to_the_right_over_its_axis():
    lines = curve(FALLING, [(10.0, "10"), (40.0, "40 now"), (300.0, "300")], 25.0, width=60, height=10)

    assert lines[0].startswith("      100 ┤•")
    assert lines[9].startswith("        0 ┤")
    assert any(line.startswith("       25 ┤╌") for line in lines)
    assert lines[-2].count("▲") == 3
    assert lines[-1].split() == ["10", "40", "now", "300"]
    assert all(len(line) <= 80 for line in lines)


@given(
    st.lists(st.floats(0, 1e6), min_size=2, max_size=60),
    st.none() | st.floats(0, 1e6),
    st.integers(10, 70),
    st.integers(3, 20),
)
def test_every_column_has_one_dot(values, limit, width, height):
    points = [(float(x), y) for x, y in enumerate(values, 1)]
    lines = curve(points, (), limit, width=width, height=height)
    canvas = [line[11:].ljust(width) for line in lines[:height]]

    assert all(sum(row[column] == DOT for row in canvas) == 1 for column in range(width))


@pytest.mark.parametrize("points", [[], [(1.0, 5.0)], [(3.0, 5.0), (3.0, 4.0)]])
def test_of_one_point_there_is_no_curve(points):
    assert curve(points) == []


def test_marks_that_do_not_fit_beside_each_other_are_left_out_and_arrows_stay():
    lines = curve(FALLING, [(40.0, "40 now"), (41.0, "41 rto"), (900.0, "900")])

    assert lines[-1].split() == ["40", "now"]
    assert 1 <= lines[-2].count("▲") <= 2
