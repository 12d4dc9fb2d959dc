"""The vocabulary of a step."""

from gslb.control.events import Effects, Line, Stored
from gslb.policy import Memory


def test_a_line_leaves_out_what_is_none_and_keeps_what_is_empty():
    line = Line.of("override", path="web", until=None, why="", votes=0)

    assert line == Line("override", (("path", "web"), ("why", ""), ("votes", 0)))


def test_a_step_asks_for_nothing_unless_it_says_so():
    first, second = Effects(), Effects()
    first.lines.append(Line.of("adopted"))

    assert (second.belief, second.touched, second.lines, second.wake_at) == (None, frozenset(), [], float("inf"))


def test_a_first_start_has_nothing_to_begin_with():
    assert Stored() == Stored((), (), Memory())
