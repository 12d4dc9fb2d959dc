import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.health import machine
from gslb.health.machine import TABLE, Machine, Run, State, believing, diagram, soonest, spacing
from kit.probing import http

MONITOR = http(rise=2, fall=3)


def walk(state: State, results: str) -> Machine:
    """The machine after results written as "+" (good) and "-" (bad)."""
    at = Machine(state)
    for result in results:
        at = at.step(MONITOR, ok=result == "+")
    return at


@pytest.mark.parametrize(
    ("start", "results", "end"),
    [
        (State.NEW, "+", Machine(State.UP)),
        (State.NEW, "-", Machine(State.DOWN)),
        (State.WAITING, "+", Machine(State.WAITING, 1)),
        (State.WAITING, "++", Machine(State.UP)),
        (State.WAITING, "+-", Machine(State.DOWN)),
        (State.WAITING, "-", Machine(State.DOWN)),
        (State.UP, "+", Machine(State.UP)),
        (State.UP, "-", Machine(State.UP, 1)),
        (State.UP, "--", Machine(State.UP, 2)),
        (State.UP, "--+", Machine(State.UP)),
        (State.UP, "--+--", Machine(State.UP, 2)),
        (State.UP, "---", Machine(State.DOWN)),
        (State.UP, "-----", Machine(State.DOWN)),
        (State.DOWN, "+", Machine(State.DOWN, 1)),
        (State.DOWN, "+-+", Machine(State.DOWN, 1)),
        (State.DOWN, "++", Machine(State.UP)),
        (State.DOWN, "++---", Machine(State.DOWN)),
    ],
)
def test_a_run_of_results_leads_where_the_table_says(start, results, end):
    assert walk(start, results) == end


def test_the_table_has_an_arc_for_every_state_and_result():
    assert set(TABLE) == {(state, ok) for state in State for ok in (True, False)}


def test_the_diagram_in_the_docstring_is_drawn_from_the_table():
    assert diagram() in machine.__doc__


@pytest.mark.parametrize(
    ("state", "says"), [(State.NEW, None), (State.WAITING, None), (State.UP, True), (State.DOWN, False)]
)
def test_a_machine_says_up_down_or_nothing_yet(state, says):
    assert Machine(state).up is says


def test_a_new_epoch_keeps_the_belief_and_begins_the_count_again():
    assert Machine(State.UP, 2).restarted() == Machine(State.UP)
    assert Machine(State.DOWN).restarted() == Machine(State.DOWN)


def test_what_is_told_to_be_believed_is_believed_with_no_count():
    assert believing(up=True) == Machine(State.UP)
    assert believing(up=False) == Machine(State.DOWN)


@given(st.sampled_from(State), st.lists(st.booleans(), max_size=30), st.integers(1, 5), st.integers(1, 5))
def test_a_belief_turns_exactly_when_its_last_results_all_speak_against_it(start, results, rise, fall):
    monitor = http(rise=rise, fall=fall)
    at = Machine(start)
    for number, ok in enumerate(results):
        before, at = at, at.step(monitor, ok=ok)
        if before.up is True:
            run = results[max(0, number - fall + 1) : number + 1]
            assert (at.up is False) == (before.run + 1 == fall and not ok)
            assert at.up is True or run == [False] * len(run)
        if before.up is False:
            assert (at.up is True) == (before.run + 1 == rise and ok)
        needed = {Run.ONE: 1, Run.RISE: rise, Run.FALL: fall}
        assert at.run < max(needed[TABLE[at.state, True][1]], needed[TABLE[at.state, False][1]])


@pytest.mark.parametrize(
    ("monitor", "missing", "seconds"),
    [
        (http(interval=10, timeout=4), 3, 6 + 10 - 1),
        (http(interval=10, timeout=4), 2, 6 - 1),
        (http(interval=10, timeout=4), 1, 0),
        (http(interval=5, timeout=2, confirm_interval=1), 3, 0),
        (http(interval=5, timeout=2, confirm_interval=3), 4, 1 + 6 - 1),
        (http(interval=5, timeout=5), 3, 4),
    ],
)
def test_the_soonest_fall_follows_from_what_is_missing(monitor, missing, seconds):
    assert soonest(monitor, missing) == seconds


def test_only_an_up_machine_is_any_time_away_from_saying_down():
    assert Machine(State.UP, 1).soonest_fall(MONITOR) == soonest(MONITOR, 2)
    assert [Machine(state).soonest_fall(MONITOR) for state in (State.NEW, State.WAITING, State.DOWN)] == [0, 0, 0]


@given(
    interval=st.floats(0.5, 60),
    timeout=st.floats(0.01, 1),
    confirm=st.floats(0, 1),
    fall=st.integers(1, 10),
    failed=st.integers(0, 9),
)
def test_the_soonest_fall_is_never_later_than_detection_and_shrinks_with_each_failure(
    interval, timeout, confirm, fall, failed
):
    monitor = http(interval=interval, timeout=timeout * interval, confirm_interval=confirm * interval, fall=fall)

    assert 0 <= soonest(monitor, fall - failed) <= soonest(monitor, fall) <= monitor.detection
    assert 0 < spacing(monitor) <= interval
