"""Who watches what: as many as the monitor says, everywhere the same, spread evenly, and steady when one goes."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.health import Judge, Watched, assigned
from gslb.model import Check
from kit.probing import CHECK, http, seen

VANTAGES = {f"v{number}": region for number, region in enumerate(["eu", "us", "ap", "eu", None, "us", "eu"])}


def check(number):
    return Check("ready", f"web/eu/{number}", "192.0.2.1")


@pytest.mark.parametrize("count", [0, 7, 9])
def test_all_watch_where_nothing_else_is_said(count):
    assert assigned(CHECK, Watched(http(vantages=count), "eu", 80), VANTAGES) == VANTAGES


@given(st.integers(1, 6), st.integers(0, 999))
def test_as_many_watch_as_the_monitor_says(count, number):
    chosen = assigned(check(number), Watched(http(vantages=count), "eu", 80), VANTAGES)

    assert len(chosen) == count
    assert chosen.items() <= VANTAGES.items()


@given(st.integers(2, 6), st.integers(0, 999))
def test_one_of_several_stands_elsewhere(count, number):
    chosen = assigned(check(number), Watched(http(vantages=count), "eu", 80), VANTAGES)

    assert any(region != "eu" for region in chosen.values())


def test_where_all_stand_in_one_region_nobody_else_can():
    home = dict.fromkeys(("a", "b", "c"), "eu")

    assert len(assigned(CHECK, Watched(http(vantages=2), "eu", 80), home)) == 2


@given(st.integers(0, 999), st.sampled_from(sorted(VANTAGES)))
def test_when_a_vantage_goes_only_its_own_checks_move(number, gone):
    what = Watched(http(vantages=2), None, 80)
    before = assigned(check(number), what, VANTAGES)
    after = assigned(check(number), what, {name: at for name, at in VANTAGES.items() if name != gone})

    assert before.keys() - {gone} <= after.keys()


def test_checks_are_spread_evenly():
    what = Watched(http(vantages=2), None, 80)
    counts = Counter(name for number in range(7_000) for name in assigned(check(number), what, VANTAGES))

    assert all(1_850 < count < 2_150 for count in counts.values()), counts


def test_only_those_who_watch_have_a_vote():
    what = Watched(http(vantages=1, fall=1), None, 80)
    ((mine, _),) = assigned(CHECK, what, VANTAGES).items()
    judge = Judge({CHECK: what}, VANTAGES, 0.0, 0.0)
    judge.observe([seen(name, 1, ok=True) for name in VANTAGES], 0.0, 0.0)
    judge.observe([seen(name, 2, ok=False) for name in VANTAGES if name != mine], 1.0, 1.0)

    assert judge.verdicts()[CHECK].votes == (1, 0)
    assert [ballot.vantage for ballot in judge.ballots(CHECK)] == [mine]
