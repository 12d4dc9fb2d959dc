"""A choice without bytecode picks what the share of a draw says, exactly."""

from bisect import bisect_right
from itertools import accumulate, islice

from hypothesis import given
from hypothesis import strategies as st

from gslb.engine.chooser import chooser, thresholds
from gslb.image import FlatDraw

weights = st.lists(st.integers(0, 1 << 40) | st.integers(0, 3), min_size=1, max_size=5).filter(any)


@given(weights, st.data())
def test_every_draw_picks_by_its_share_of_all_weights(some, data):
    draw = FlatDraw(list(accumulate(some)), [])
    edges = [at for edge in thresholds(draw) for at in (edge - 1, edge, edge + 1) if 0 <= at < 1 << 64]
    drawn = data.draw(st.lists(st.integers(0, (1 << 64) - 1) | st.sampled_from(edges or [0]), max_size=20))
    picked = list(chooser(range(len(some)), draw, iter(drawn)))

    assert picked == [bisect_right(draw.cumulative, one * draw.total >> 64) for one in drawn]
    assert all(some[pick] for pick in picked)


def test_where_there_is_only_one_nothing_is_drawn():
    assert list(islice(chooser(["one"], None, iter(())), 3)) == ["one"] * 3
