"""From counters that only grow: when something was answered first, and when last, as exact as looks are frequent."""

from gslb.history.activity import SPANS, Activity

KEY, OTHER = ("www", "web/eu"), ("www", "web/us")


def looked(*looks):
    activity = Activity()
    for now, totals in looks:
        activity.look(now, totals)
    return activity


def test_what_moved_before_the_first_look_moved_nobody_knows_when():
    activity = looked((10.0, {KEY: 5}), (11.0, {KEY: 5}))

    assert activity.first_since(KEY, 0.0) is None
    assert activity.last_from(KEY, 20.0) is None


def test_a_failover_is_the_last_of_one_and_the_first_of_another():
    activity = looked(
        (10.0, {KEY: 0, OTHER: 0}),
        (10.5, {KEY: 5, OTHER: 0}),
        (11.0, {KEY: 9, OTHER: 0}),
        (11.5, {KEY: 10, OTHER: 3}),
        (12.0, {KEY: 10, OTHER: 9}),
        (40.0, {KEY: 11, OTHER: 99}),
    )

    assert activity.last_from(KEY, 11.2) == 11.5
    assert activity.first_since(OTHER, 11.2) == 11.5
    assert activity.first_since(KEY, 13.0) == 40.0


def test_answers_that_go_on_began_before_the_moment_asked_for():
    activity = looked(*((float(second), {KEY: second}) for second in range(10)))

    assert activity.first_since(KEY, 5.5) == 5.5
    assert activity.last_from(KEY, 5.5) == 9.0


def test_a_counter_that_appears_later_counts_from_nothing():
    activity = looked((10.0, {}), (11.0, {KEY: 1}))

    assert activity.first_since(KEY, 0.0) == 11.0


def test_what_is_kept_is_bounded():
    activity = looked(*((10.0 * number, {KEY: number}) for number in range(3 * SPANS)))

    assert activity.first_since(KEY, 0.0) == 10.0 * 2 * SPANS
