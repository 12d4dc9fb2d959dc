"""One step of the loop, and the rule of turns; whole plants are tried in tests/benchmarks/test_plant.py."""

import pytest

from gslb.control.shedding import Pace, begin, steer

PACE = Pace(30.0, 60.0, 0.8, 0.6)
PLAIN = {"a": 0.5, "b": 0.5}


def courses():
    return {key: begin(share, fresh=False) for key, share in PLAIN.items()}


@pytest.mark.parametrize(
    ("loads", "falls"),
    [({"a": 0.79, "b": 0.2}, False), ({"a": 1.2, "b": 0.2}, True), ({"a": 1.2, "b": 1.2}, False), ({}, False)],
    ids=["below high water", "one hot", "all hot alike", "nothing heard"],
)
def test_who_moves(loads, falls):
    going, answered = courses(), PLAIN
    for number in range(1, 60):
        going, shares = steer(going, answered, PLAIN, loads, 2.0, 2.0 * number, PACE)
        answered = shares or answered

    assert (answered["a"] < 0.45) is falls
    assert sum(answered.values()) == pytest.approx(1.0)


def test_one_that_few_clients_go_by_yet_is_not_judged_by_its_load():
    fresh = {"a": begin(0.5, fresh=True), "b": begin(0.5, fresh=False)}
    going, shares = steer(fresh, PLAIN, PLAIN, {"a": 3.0, "b": 0.1}, 2.0, 2.0, PACE)

    assert shares is None
    assert going["a"].wanted == pytest.approx(0.5)


def test_a_share_that_would_turn_within_the_window_stays_where_it_is():
    going, answered, now = courses(), PLAIN, 0.0
    moved = []
    for load in [{"a": 1.6, "b": 0.2}] * 20 + [{"a": 0.1, "b": 1.6}] * 60:
        now += 2.0
        going, shares = steer(going, answered, PLAIN, load, 2.0, now, PACE)
        if shares is not None:
            moved.append((now, shares["a"] > answered["a"]))
            answered = shares
    first = next(moment for moment, rose in moved if not rose)
    turned = next(moment for moment, rose in moved if rose)

    assert turned - first >= PACE.window
