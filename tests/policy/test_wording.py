"""How reasons say durations and states."""

import pytest

from gslb.health import Override, Standing, Verdict
from gslb.model import Check
from gslb.policy.state import State
from gslb.policy.wording import described, span

CHECK = Check("ready", "web/eu-west", "192.0.2.10")
UP = Verdict(CHECK, up=True, since=1_000.0, reason="200 OK in 41 ms", votes=(3, 0))
DOWN = Verdict(
    Check("deep", "web/eu-west", "192.0.2.10"), up=False, since=3_000.0, reason="connect timeout", votes=(1, 2)
)
HELD = Verdict(CHECK, up=False, since=1_000.0, reason="200 OK, held back", votes=(3, 0), held=True)
WORD = Override("web", Standing.DRAIN, "CHG-4711", "ann", 0.0)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "0s"),
        (0.4, "0s"),
        (59.9, "59s"),
        (60, "1m"),
        (125, "2m 5s"),
        (3_600, "1h"),
        (3_605, "1h"),
        (273_600, "3d 4h"),
        (86_400 * 400, "400d"),
    ],
)
def test_a_duration_is_said_in_its_two_largest_units(seconds, words):
    assert span(seconds) == words


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (State(up=True, verdicts=(UP,)), "UP since 3d 4h  ready 200 OK in 41 ms, 3/3 vantages"),
        (State(up=False, verdicts=(UP, DOWN)), "DOWN since 3d 3h  deep connect timeout, 2/3 vantages"),
        (
            State(up=True, word=WORD, verdicts=(UP,)),
            "UP since 3d 4h  ready 200 OK in 41 ms, 3/3 vantages  drain by ann: CHG-4711",
        ),
        (State(up=False, verdicts=(HELD,), held=True), "HELD since 3d 4h  ready 200 OK, held back, 3/3 vantages"),
        (State(up=None), "NO VERDICT YET"),
        (
            State(up=None, verdicts=(UP,)),
            "UP since 3d 4h  ready 200 OK in 41 ms, 3/3 vantages  NO VERDICT YET of another monitor",
        ),
        (State(up=True), "UP  no monitor"),
        (State(up=True, word=WORD), "UP  drain by ann: CHG-4711"),
    ],
)
def test_a_state_is_said_with_what_decided_it(state, words):
    assert described(state, 1_000.0 + 273_600) == words
