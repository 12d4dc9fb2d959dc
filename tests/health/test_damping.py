"""Damping: who falls again soon waits with the return, and nothing else waits."""

from dataclasses import replace
from itertools import pairwise
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gslb.health import Judge, Verdict, Watched
from gslb.health.damping import Unrest
from gslb.model import Calculated, CalculatedKind, Check, Damping, Monitor, MonitorKind
from kit.probing import CHECK, http, seen

DAMPING = Damping(falls=2, within=300, hold=300, most=1_000)
QUICK = http(interval=1_000, timeout=0.1, rise=1, fall=1, damping=DAMPING)


def follow(judge, until):
    """Let time pass; yields (moment, verdicts) for each change."""
    while judge.wake_at() <= until:
        moment = judge.wake_at()
        changed = judge.tick(moment, 5_000.0 + moment)
        if changed:
            yield moment, changed


def history(turns, monitor=QUICK, until=20_000.0):
    """The verdict of one check after each (moment, ok) that its only vantage saw, and after each change by time."""
    judge = Judge({CHECK: Watched(monitor)}, {"eu": None}, 0.0, 5_000.0)
    shown = []
    for number, (moment, ok) in enumerate(turns):
        shown += [(at, verdict) for at, changed in follow(judge, moment) for verdict in changed]
        judge.observe([seen("eu", number, ok=ok, at=moment)], moment, 5_000.0 + moment)
        shown.append((moment, judge.verdicts()[CHECK]))
    return shown + [(at, verdict) for at, changed in follow(judge, until) for verdict in changed]


def changes(shown):
    """Moments at which the verdict turned, with what to."""
    return [(at, after.up) for (_, before), (at, after) in pairwise(shown) if before.up is not after.up]


def test_one_that_falls_once_notices_nothing():
    assert changes(history([(0, True), (10, False), (20, True)])) == [(10, False), (20, True)]


def test_one_that_falls_again_soon_is_held_back_until_its_last_fall_is_long_ago():
    shown = history([(0, True), (10, False), (20, True), (30, False), (40, True), (50, False), (60, True)])

    assert changes(shown) == [(10, False), (20, True), (30, False), (350, True)]
    held = next(verdict for at, verdict in shown if at == 60)
    assert (held.up, held.held, held.since, held.horizon, held.suspect) == (False, True, 5_030.0, inf, False)
    assert held.reason == "200 OK; held back for 300 s since its last fall: fell 2 times"
    free = next(verdict for at, verdict in shown if at == 350)
    assert (free.up, free.held, free.since, free.reason, free.cause.id) == (True, False, 5_350.0, "200 OK", "damping")


def test_each_further_fall_soon_after_a_return_doubles_the_wait_up_to_the_most():
    turns, moment = [(0.0, True), (10.0, False), (11.0, True)], 11.0
    for wait in (300, 600, 1_000, 1_000):
        turns += [(moment + 1, False), (moment + 2, True)]
        moment += 1 + wait

    assert [at for at, up in changes(history(turns)) if up] == [11, 312, 913, 1_914, 2_915]


def test_one_that_has_stayed_up_begins_anew():
    turns = [(0, True), (10, False), (20, True), (30, False), (40, True), (630, False), (640, True)]

    assert changes(history(turns))[-3:] == [(330, True), (630, False), (640, True)]


def test_damping_may_be_off():
    turns = [(float(at), at % 20 == 0) for at in range(0, 200, 10)]

    assert len(changes(history(turns, replace(QUICK, damping=Damping(falls=0))))) == 19


@settings(max_examples=300)
@given(
    st.lists(st.floats(0.1, 700), min_size=1, max_size=60),
    st.integers(1, 4),
    st.floats(10, 400),
    st.floats(1, 3),
)
def test_flapping_makes_two_changes_in_any_span_at_most_and_no_fall_ever_waits(gaps, falls, within, factor):
    damping = Damping(falls, within, within * factor, within * factor * 4)
    turns, moment = [(0.0, True)], 0.0
    for number, gap in enumerate(gaps):
        moment += gap
        turns.append((moment, number % 2 == 1))

    shown = history(turns, replace(QUICK, damping=damping), moment + 5 * damping.most)

    said = dict(turns)
    for at, verdict in shown:
        says = [ok for when, ok in said.items() if when <= at][-1]
        assert not (verdict.up and not says)
        assert verdict.held == (says and not verdict.up)
    assert shown[-1][1].up is turns[-1][1]
    turned = changes(shown)
    unrest, restless = Unrest(), []
    for at, up in turned:
        unrest = unrest.turned(damping, at, up=up)
        restless.append((at, unrest.falls >= falls))
    for (first, flaps), _, (third, goes_on) in zip(restless, restless[1:], restless[2:], strict=False):
        if flaps and goes_on:
            assert third - first >= within


def test_with_one_free_fall_less_a_flapping_endpoint_never_makes_three_changes_in_five_minutes():
    strict = replace(QUICK, damping=Damping(falls=1))
    turned = changes(history([(float(at), at % 40 == 0) for at in range(0, 6_001, 20)], strict, 9_000.0))

    assert turned == [(20.0, False), (6_280.0, True)]


@pytest.mark.parametrize("falls", [0, 2])
def test_what_was_held_back_before_a_restart_is_held_back_after_it(falls):
    judge = Judge({CHECK: Watched(replace(QUICK, damping=Damping(falls=falls)))}, {"eu": None}, 100.0, 5_000.0)
    judge.restore([Verdict(CHECK, up=False, since=42.0, reason="held back", held=True)], 100.0, 5_000.0)

    verdict = judge.verdicts()[CHECK]
    assert (verdict.held, verdict.up) == (falls > 0, falls == 0)
    if falls:
        assert [(at, one.up) for at, (one,) in follow(judge, 1_000.0)] == [(400.0, True)]


def test_what_is_calculated_follows_its_members_themselves_and_is_held_back_by_its_own_damping():
    site = Check("site", CHECK.endpoint, CHECK.address)
    rule = Calculated(CalculatedKind.ALL, ("ready",))
    above = Monitor("site", MonitorKind.CALCULATED, calculated=rule, damping=Damping(falls=0))
    judge = Judge({CHECK: Watched(QUICK), site: Watched(above)}, {"eu": None}, 0.0, 0.0)
    for number, ok in enumerate((True, False, True, False, True)):
        judge.observe([seen("eu", number, ok=ok, at=10.0 * number)], 10.0 * number, 0.0)

    verdicts = judge.verdicts()
    assert (verdicts[CHECK].held, verdicts[site].up, verdicts[site].held) == (True, True, False)
