"""Availability is time: how long all clients of a name were answered from what is up, whatever else went on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.control import Change, ChangeKind, Publishing, Shares, Standing, availabilities
from gslb.control.availability import standing, standing_change
from kit.judging import REGIONAL, Play, built


@pytest.mark.parametrize(
    ("opened", "found"),
    [
        ((), None),
        (("",), Standing.HEALTHY),
        (("", "min_healthy", "drain"), Standing.HEALTHY),
        (("", "open"), Standing.PARTLY),
        (("drain", "nothing"), Standing.PARTLY),
        (("open", "nothing"), Standing.LAST_RESORT),
        (("held",), Standing.LAST_RESORT),
        (("fallback",), Standing.LAST_RESORT),
        (("nothing", "closed"), Standing.NOTHING),
    ],
    ids=str,
)
def test_a_name_stands_as_its_clients_do(opened, found):
    assert standing(opened) is found


def told(at, name, opened):
    return standing_change(name, opened, at) if opened else Change(at, ChangeKind.STANDING, name, "", None)


def test_shares_are_those_of_the_time_in_which_something_is_known():
    changes = [
        told(100.0, "www", [""]),
        told(180.0, "www", ["open"]),
        told(190.0, "www", [""]),
        told(150.0, "api", [""]),
    ]

    found = availabilities(changes, 0.0, 200.0)

    assert found["www"] == Shares(100.0, {Standing.HEALTHY: 90.0, Standing.LAST_RESORT: 10.0})
    assert found["www"].healthy == pytest.approx(0.9)
    assert found["api"].healthy == 1.0
    assert Shares(0.0).healthy is None


def test_what_began_before_counts_from_the_windows_beginning_and_what_went_no_longer():
    changes = [told(0.0, "www", ["open"]), told(0.0, "old", [""]), told(50.0, "old", []), told(150.0, "www", [""])]

    assert availabilities(changes, 100.0, 200.0) == {
        "www": Shares(100.0, {Standing.LAST_RESORT: 50.0, Standing.HEALTHY: 50.0})
    }


@given(st.lists(st.tuples(st.floats(0, 50), st.sampled_from([[""], ["open"], ["", "open"], []])), max_size=10))
def test_no_second_is_counted_twice_nor_lost(steps):
    at, changes = 0.0, []
    for wait, opened in steps:
        at += wait
        changes.append(told(at, "www", opened))
    whole = availabilities(changes, 0.0, 1_000.0)
    parts = [availabilities(changes, edge, edge + 100.0) for edge in range(0, 1_000, 100)]

    total = sum(part["www"].seconds for part in parts if "www" in part)
    assert total == pytest.approx(whole["www"].seconds if whole else 0.0)


def test_a_failover_keeps_a_name_healthy_and_the_loss_of_all_does_not(tmp_path):
    play = Play(built(REGIONAL, tmp_path))
    publishing = Publishing(play.judging.built)
    play.all_up()
    found = []
    for move in (lambda: None, lambda: play.kill("web/eu-west"), lambda: play.kill("web/us-east")):
        move()
        publishing.publication(play.belief, None, 1.0)
        found += play.judging.chronicler.standings(publishing.opened, play.wall, whole=True)

    stands = [(one.subject.partition(".")[0], one.data["standing"], one.data["opened"]) for one in found]
    assert [one for one in stands if one[0] == "www"] == [("www", "healthy", [""]), ("www", "last resort", ["open"])]
    assert {name for name, standing, _ in stands if standing == "healthy"} == {
        "www",
        "api",
        "shop",
        "elastic",
        "one",
        "two",
    }
