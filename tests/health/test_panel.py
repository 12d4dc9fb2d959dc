from math import inf

import pytest

from gslb.health.fleet import Sight
from gslb.health.machine import Machine, State, soonest
from gslb.health.panel import Ballot, Panel, Stage, Told
from gslb.health.quorum import Vote
from kit.probing import http, seen

MONITOR = http(interval=10, timeout=4, rise=2, fall=3)
VANTAGES = {"eu": "eu", "us": "us", "out": None}
UP, DOWN, NEW = Machine(State.UP), Machine(State.DOWN), Machine(State.NEW)


def panel(vantages=VANTAGES, region="eu"):
    return Panel(MONITOR, vantages, region)


def test_a_vantage_first_heard_starts_from_what_is_believed():
    asked = panel()

    asked.hear([seen("eu", 1, ok=False, at=100)], UP)

    assert asked.seats["eu"].machine == Machine(State.UP, 1)


def test_observations_apply_in_the_order_they_were_made_and_each_once():
    orderly, jumbled = panel(), panel()
    made = [seen("eu", number, ok=ok, at=100 + number) for number, ok in enumerate([True, False, False, False, True])]

    orderly.hear(made, UP)
    jumbled.hear([made[index] for index in (3, 0, 4, 4, 1, 2, 0)], UP)

    assert jumbled.seats == orderly.seats
    assert jumbled.seats["eu"].machine == Machine(State.DOWN, 1)


def test_what_is_not_newer_than_the_last_one_applied_changes_nothing():
    asked = panel()
    asked.hear([seen("eu", 5, ok=True, at=100)], UP)

    assert asked.hear([seen("eu", 5, ok=False, at=101), seen("eu", 4, ok=False, at=99)], UP) == []
    assert asked.seats["eu"].machine == UP


def test_a_new_epoch_begins_the_count_again_and_keeps_the_belief():
    asked = panel()
    asked.hear([seen("eu", number, ok=False, at=100) for number in (1, 2)], UP)

    asked.hear([seen("eu", 1, ok=False, at=105, epoch=8)], DOWN)

    assert asked.seats["eu"].machine == Machine(State.UP, 1)


@pytest.mark.parametrize(("gap", "after"), [(29.9, Machine(State.DOWN)), (30.0, Machine(State.UP, 1))])
def test_a_vantage_silent_for_three_intervals_starts_again_from_what_is_believed(gap, after):
    asked = panel()
    asked.hear([seen("eu", number, ok=False, at=100) for number in (1, 2)], UP)

    asked.hear([seen("eu", 3, ok=False, at=100 + gap)], UP)

    assert asked.seats["eu"].machine == after


def test_only_news_is_told():
    asked = panel()
    first, second, third, fourth = (seen("eu", n, ok=n < 3, at=100 + n) for n in (1, 2, 3, 4))

    assert asked.hear([first], NEW) == [Told(first, turned=True)]
    assert asked.hear([second], NEW) == []
    assert asked.hear([third, fourth], NEW) == [Told(third, turned=False), Told(fourth, turned=False)]


def test_a_vantage_that_was_late_is_news_again():
    asked = panel()
    asked.hear([seen("eu", 1, ok=True, at=100)], NEW)
    asked.look(125)

    assert len(asked.hear([seen("eu", 2, ok=True, at=125)], UP)) == 1


def test_a_stranger_is_not_heard():
    assert panel().hear([seen("mallory", 1, ok=False)], UP) == []


@pytest.mark.parametrize(
    ("age", "stage"),
    [
        (0, Stage.FRESH),
        (19.9, Stage.FRESH),
        (20, Stage.LATE),
        (29.9, Stage.LATE),
        (30, Stage.SILENT),
        (900, Stage.SILENT),
    ],
)
def test_a_vantage_ages(age, stage):
    asked = panel()
    asked.hear([seen("eu", 1, ok=True, at=100)], NEW)

    aged = asked.look(100 + age)

    assert asked.seats["eu"].stage is stage
    assert bool(aged) == (stage is not Stage.FRESH)
    assert asked.look(100 + age) == []


def test_it_wakes_when_the_next_vantage_ages():
    asked = panel()
    assert asked.wake_at() == inf
    asked.hear([seen("eu", 1, ok=True, at=100), seen("us", 1, ok=True, at=104)], NEW)

    assert asked.wake_at() == 120
    asked.look(120)
    assert asked.wake_at() == 124
    asked.look(134)
    assert asked.wake_at() == inf


def test_votes_say_who_is_own_how_far_from_down_and_how_far_from_silence():
    asked = panel()
    asked.hear([seen("eu", 1, ok=True, at=100), seen("us", 1, ok=False, at=90)], UP)
    asked.look(111)

    assert asked.votes() == [
        Vote(up=True, own=True, falls=soonest(MONITOR, 3), leaves=10, place="eu"),
        Vote(up=True, own=False, falls=soonest(MONITOR, 2), leaves=0, counting=True, late=True, place="us"),
    ]
    assert asked.silent() == [Vote(up=True, own=False, falls=soonest(MONITOR, 3), place="out")]
    asked.look(125)
    assert len(asked.votes()) == 1
    assert len(asked.silent()) == 2


def test_without_a_region_nobody_stands_in_it():
    asked = panel({"eu": None, "us": "us"}, region=None)
    asked.hear([seen("eu", 1, ok=True)], NEW)

    assert asked.votes()[0].own is False


def test_a_vantage_that_is_no_longer_admitted_loses_its_seat():
    asked = panel()
    asked.hear([seen("eu", 1, ok=True), seen("us", 1, ok=True)], NEW)

    asked.admit(MONITOR, {"us": "us"}, "eu")

    assert set(asked.seats) == {"us"}
    assert asked.hear([seen("eu", 2, ok=True)], NEW) == []


def test_the_newest_word_for_a_side_is_found():
    asked = panel()
    asked.hear([seen("eu", 1, ok=True, at=100), seen("us", 1, ok=True, at=101), seen("out", 1, ok=False, at=102)], NEW)

    assert asked.agreeing(up=True).vantage == "us"
    assert asked.agreeing(up=False).vantage == "out"
    asked.look(200)
    assert asked.agreeing(up=True) is None


def test_ballots_show_every_vantage_those_never_heard_too():
    asked = panel()
    asked.hear([seen("us", 1, ok=False, at=100)], UP)

    assert asked.ballots() == (
        Ballot("eu"),
        Ballot("out"),
        Ballot("us", up=True, run=1, stage=Stage.FRESH, at=100, reason="refused"),
    )


def test_who_is_dismissed_is_silent_at_once_and_begins_anew_when_it_is_heard():
    asked = panel()
    asked.hear([seen("eu", 1, ok=True, at=100), *(seen("us", number, ok=False, at=100) for number in (1, 2, 3))], UP)
    asked.look(100)

    assert asked.dismiss("us")
    assert not asked.dismiss("us")
    assert not asked.dismiss("out")

    assert [vote.place for vote in asked.votes()] == ["eu"]
    assert asked.look(100) == []
    assert asked.wake_at() == 120
    assert asked.ballots()[2] == Ballot("us")
    asked.hear([seen("us", 3, ok=False, at=101)], UP)
    assert len(asked.votes()) == 1
    asked.hear([seen("us", 4, ok=False, at=101)], UP)
    assert asked.seats["us"].machine == Machine(State.UP, 1)


def test_where_vantages_may_be_found_to_be_cut_off_no_vote_is_sure_to_stay():
    asked = Panel(MONITOR, VANTAGES, "eu", guarded=True)
    asked.hear([seen("eu", 1, ok=True, at=100)], UP)

    assert asked.votes()[0].leaves == 0.0


@pytest.mark.parametrize(
    ("results", "lone"),
    [
        ({"eu": "+", "us": "+", "out": "+"}, None),
        ({"eu": "+", "us": "-", "out": "+"}, "us"),
        ({"eu": "+", "us": "---", "out": "+"}, "us"),
        ({"eu": "+", "us": "---", "out": "-"}, None),
        ({"us": "---"}, None),
        ({"eu": "+", "us": "---+", "out": "+"}, "us"),
    ],
)
def test_who_alone_sees_a_failure(results, lone):
    asked = panel()
    for name, signs in results.items():
        asked.hear([seen(name, number, ok=sign == "+", at=100) for number, sign in enumerate(signs)], UP)

    assert asked.sight(100.0) == Sight(frozenset(results), lone)
    assert asked.sight(130.0) == Sight()
