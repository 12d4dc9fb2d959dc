from collections import Counter
from heapq import heappop, heappush
from itertools import count, pairwise
from math import inf
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.health.schedule import SLACK, Timetable, first_start, next_start, phases
from kit.probing import http

monitors = st.builds(
    lambda interval, timeout, confirm, fall: http(
        interval=interval, timeout=timeout * interval, confirm_interval=confirm * interval, fall=fall
    ),
    st.floats(0.5, 60),
    st.floats(0.05, 1),
    st.just(0.0) | st.floats(0.01, 1),
    st.integers(1, 6),
)


def run(timetable, until, now, answer=lambda key, at: (True, 0.05)):
    """Turn a timetable by hand; returns each start as (key, moment)."""
    starts, ending, number = [], [], count()
    while True:
        done = []
        while ending and ending[0][0] <= now:
            _, _, key, ok = heappop(ending)
            done.append((key, ok))
        turn = timetable.step(now, done)
        for key in turn.starts:
            ok, took = answer(key, now)
            starts.append((key, now))
            heappush(ending, (now + took, next(number), key, ok))
        now = min(turn.wake_at, ending[0][0] if ending else inf)
        if now > until:
            return starts


@pytest.mark.parametrize(
    ("failures", "started", "ended", "expected"),
    [
        (0, 103.0, 103.1, 113.0),  # good: the next point of the grid
        (0, 104.5, 104.6, 113.0),  # good after a confirmation: back to the grid
        (0, 112.5, 112.6, 114.5),  # the grid is too near: not closer than confirm_interval
        (1, 103.0, 103.1, 105.0),  # bad: confirmed from its start
        (2, 105.0, 109.0, 109.0),  # bad, and over only after the confirmation was due
        (3, 109.0, 113.0, 113.0),  # known to be bad: back to the grid
        (9, 113.0, 114.0, 123.0),
    ],
)
def test_the_next_probe_comes_at_its_time(failures, started, ended, expected):
    monitor = http(interval=10, timeout=4, confirm_interval=2, fall=3)

    assert next_start(monitor, 3.0, failures, started, ended) == pytest.approx(expected)


def test_without_a_confirm_interval_a_failure_is_confirmed_an_interval_later():
    assert next_start(http(interval=10, timeout=4), 3.0, 1, 103.0, 107.0) == 113.0


@given(monitors, st.floats(0, 1), st.integers(0, 8), st.floats(1_000, 100_000), st.floats(0, 1))
def test_the_next_probe_is_never_too_late_for_detection_nor_too_close(monitor, phase, failures, started, took):
    ended = started + took * monitor.timeout
    confirm = monitor.confirm_interval or monitor.interval

    due = next_start(monitor, phase * monitor.interval, failures, started, ended)

    assert due >= ended
    assert due >= started + (confirm if failures else min(confirm, monitor.interval / 2)) - 1e-6
    if 0 < failures < monitor.fall:
        assert due <= started + max(confirm, monitor.timeout) + 1e-6
    else:
        assert due <= started + monitor.interval + 1e-6


@given(st.integers(5, 400), st.sampled_from([1.0, 5.0, 10.0, 30.0]), st.text(min_size=1, max_size=8))
def test_no_second_sees_more_than_the_mean_rounded_up(many, interval, vantage):
    spread = phases({f"check {number}": http(interval=interval) for number in range(many)}, vantage)

    assert all(0 <= phase < interval + 1e-9 for phase in spread.values())
    points = sorted(phase % interval for phase in spread.values())
    for point in points:
        window = sum(
            point <= other < point + 1 - 1e-6 for shift in (0, interval) for other in (p + shift for p in points)
        )
        assert window <= many / interval + 1


def test_over_a_minute_a_thousand_endpoints_arrive_evenly():
    timetable = Timetable("eu")
    timetable.adopt({f"check {number}": http(interval=10) for number in range(1_000)}, 1_000.0)
    random = Random(4)

    starts = run(timetable, 1_130.0, 1_000.0, lambda key, at: (True, random.uniform(0.001, 0.3)))

    seconds = Counter(int(at) for _, at in starts if 1_020 <= at < 1_120)
    assert len(seconds) == 100
    assert max(seconds.values()) <= 1.3 * 100
    assert sum(seconds.values()) == 10_000


def test_vantages_do_not_probe_in_step_and_the_same_vantage_always_keeps_its_phases():
    checks = {f"check {number}": http() for number in range(10)}

    assert phases(checks, "eu") == phases(dict(reversed(checks.items())), "eu")
    assert phases(checks, "eu") != phases(checks, "us")


def test_a_small_set_is_probed_within_the_first_second_and_a_large_one_at_its_mean_rate():
    assert first_start(http(interval=30), 29.0, 2, now=100.0) < 100.1
    assert first_start(http(interval=10), 9.0, 1_000, now=100.0) == 109.0


def test_probes_of_one_check_never_overlap():
    timetable = Timetable("eu")
    timetable.adopt({"slow": http(interval=1, timeout=1)}, 0.0)

    starts = run(timetable, 20.0, 0.0, lambda key, at: (False, 1.0))

    gaps = [later - earlier for (_, earlier), (_, later) in pairwise(starts)]
    assert min(gaps) >= 1.0
    assert len(starts) >= 19


def test_no_more_probes_are_under_way_than_the_limit_and_the_rest_wait_their_turn():
    timetable = Timetable("eu", limit=3)
    timetable.adopt({number: http(interval=1) for number in range(5)}, 0.0)

    first = timetable.step(1.0)
    assert len(first.starts) == 3
    assert first.wake_at == inf
    second = timetable.step(1.1, [(first.starts[0], True)])
    assert len(second.starts) == 1
    assert second.starts[0] not in first.starts


def test_a_check_that_goes_is_not_started_again_and_one_that_comes_back_is():
    both = {"kept": http(interval=1), "gone": http(interval=1)}
    timetable = Timetable("eu")
    timetable.adopt(both, 0.0)
    assert set(timetable.step(1.0).starts) == {"kept", "gone"}

    timetable.adopt({"kept": both["kept"]}, 1.1)
    assert timetable.step(5.0, [("kept", True), ("gone", False)]).starts == ("kept",)
    timetable.step(5.1, [("kept", True)])
    assert {key for key, _ in run(timetable, 9.0, 5.2)} == {"kept"}

    timetable.adopt(both, 9.0)
    assert "gone" in timetable.step(10.0).starts


def test_a_check_that_comes_back_while_its_old_probe_is_under_way_waits_for_it():
    timetable = Timetable("eu")
    timetable.adopt({"a": http(interval=10)}, 0.0)
    assert timetable.step(1.0).starts == ("a",)
    timetable.adopt({}, 1.1)
    timetable.adopt({"a": http(interval=10)}, 1.2)

    assert timetable.step(2.0).starts == ()
    turn = timetable.step(2.5, [("a", True)])
    assert turn.starts == ()
    assert 2.5 < turn.wake_at <= 11.2


def test_a_reload_does_not_move_the_next_probe_of_what_stays():
    timetable = Timetable("eu")
    timetable.adopt({number: http(interval=10) for number in range(5)}, 0.0)
    run(timetable, 30.0, 0.0)
    before = timetable.step(30.0).wake_at

    timetable.adopt({number: http(interval=10) for number in range(6)}, 30.0)

    assert timetable.step(30.0).wake_at <= before


@pytest.mark.parametrize(("late", "shift"), [(SLACK / 2, 0.0), (2.0, 0.0), (5.0, 0.0), (7.0, 2.0), (9.0, 4.0)])
def test_what_was_late_is_back_on_its_grid_at_once_or_half_an_interval_sooner(late, shift):
    timetable = Timetable("eu")
    timetable.adopt({"a": http(interval=10, timeout=4)}, 0.0)
    timetable.step(10.0)
    due = timetable.step(10.5, [("a", True)]).wake_at
    timetable.step(due + late)

    assert timetable.step(due + late + 0.1, [("a", True)]).wake_at == pytest.approx(due + 10 + shift)
    timetable.step(due + 10 + shift)
    assert timetable.step(due + 10.1 + shift, [("a", True)]).wake_at == pytest.approx(due + 20)


def test_after_a_standstill_arrivals_are_soon_even_again_and_none_is_later_than_it_made_them():
    timetable, standstill = Timetable("eu"), 3.0
    timetable.adopt({f"check {number}": http(interval=10) for number in range(2_000)}, 1_000.0)
    before = run(timetable, 1_030.0, 1_000.0)
    at = dict(before)

    after = run(timetable, 1_080.0, 1_030.0 + standstill)

    for key, moment in after:
        assert moment - at[key] <= 10 + standstill + 0.1
        at[key] = moment
    moments = [moment for _, moment in after]
    for number, moment in enumerate(moments[:-800:50]):
        window = moments[50 * number : 50 * number + 800]
        assert sum(other < moment + 1 for other in window) <= 1.3 * 500
    last = Counter(int(moment) for moment in moments if 1_060 <= moment < 1_080)
    assert max(last.values()) <= 1.02 * 200


def test_what_confirms_a_failure_waits_for_no_pace():
    timetable = Timetable("eu", limit=10_000)
    timetable.adopt({number: http(interval=10, timeout=1, confirm_interval=1) for number in range(500)}, 0.0)
    starts = run(timetable, 40.0, 0.0, lambda key, at: (at < 20.0, 0.05))

    by_key = {}
    for key, at in starts:
        by_key.setdefault(key, []).append(at)
    for moments in by_key.values():
        first = next(at for at in moments if at >= 20.0)
        confirming = [at for at in moments if at > first][:2]
        assert confirming == pytest.approx([first + 1, first + 2], abs=0.06)


@given(monitors, st.integers(0, 2**32), st.floats(0, 1))
def test_between_two_starts_lies_at_most_an_interval_and_at_least_the_spacing(monitor, seed, bad):
    random = Random(seed)
    timetable = Timetable("eu")
    timetable.adopt({"a": monitor}, 500.0)

    answered = {}

    def answer(key, at):
        answered[at] = random.random() > bad
        return answered[at], random.uniform(0, monitor.timeout)

    starts = run(timetable, 500.0 + 40 * monitor.interval, 500.0, answer)

    spacing = monitor.confirm_interval or monitor.interval
    least = min(spacing, monitor.interval / 2)
    for (_, earlier), (_, later) in pairwise(starts):
        apart = least if answered[earlier] else spacing
        assert apart - 1e-6 <= later - earlier <= monitor.interval + 1e-6
