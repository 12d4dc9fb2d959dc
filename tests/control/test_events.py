"""Events and effects: lines leave out what is not there, and a step that asks for nothing says so."""

from math import inf

from gslb.control.events import Effects, Line


def test_a_line_leaves_out_what_is_none():
    assert Line.of("verdict", state="up", cause=None, votes="3/3") == Line(
        "verdict", (("state", "up"), ("votes", "3/3"))
    )


def test_effects_ask_for_nothing_by_themselves():
    effects = Effects()

    assert effects.belief is None
    assert not any((effects.verdicts, effects.put, effects.cleared, effects.lines))
    assert effects.wake_at in (0.0, inf)
