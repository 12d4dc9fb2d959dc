from dataclasses import replace

import pytest

from gslb.health import Verdict
from gslb.health.inherit import first_verdict, inherited
from gslb.model import Check, Initial
from kit.probing import CHECK, http

ADDED = Check("tcp://:443", CHECK.endpoint, CHECK.address)
ELSEWHERE = Check("ready", CHECK.endpoint, "2001:db8::1")
UP = Verdict(CHECK, up=True, since=5.0, reason="200 OK")
DOWN = Verdict(Check("other", CHECK.endpoint, CHECK.address), up=False, since=7.0, reason="refused")


@pytest.mark.parametrize(
    ("initial", "up", "known"), [(Initial.WAIT, False, False), (Initial.UP, True, True), (Initial.DOWN, False, True)]
)
def test_a_check_nothing_is_known_of_begins_as_its_monitor_says(initial, up, known):
    verdict = first_verdict(CHECK, http(initial=initial), wall=9.0)

    assert (verdict.up, verdict.known, verdict.since) == (up, known, 9.0)


def given(*verdicts):
    return {verdict.check: verdict for verdict in verdicts}


def test_a_check_keeps_its_own_verdict():
    assert inherited(CHECK, given(UP, DOWN), set(), (), 9.0) is UP


@pytest.mark.parametrize(("old", "up"), [((UP,), True), ((UP, DOWN), False), ((DOWN,), False)])
def test_an_added_check_takes_what_the_address_was_believed_to_be(old, up):
    verdict = inherited(ADDED, given(*old), set(), (), 9.0)

    assert (verdict.check, verdict.up) == (ADDED, up)
    assert verdict.since == (5.0 if up else 7.0)
    assert verdict.reason.startswith("kept from ")


def test_what_was_never_known_or_is_elsewhere_or_only_a_member_is_not_inherited():
    unknown = replace(UP, known=False)
    elsewhere = replace(UP, check=ELSEWHERE)

    assert inherited(ADDED, given(unknown, elsewhere), set(), (), 9.0) is None
    assert inherited(ADDED, given(DOWN), {DOWN.check}, (), 9.0) is None


def test_an_address_that_was_answered_without_a_monitor_stays_up():
    assert inherited(ADDED, {}, set(), {(ADDED.endpoint, ADDED.address)}, 9.0).up is True
    assert inherited(ADDED, {}, set(), {(ADDED.endpoint, "203.0.113.1")}, 9.0) is None


def test_monitors_without_a_target_inherit_from_nobody():
    assert inherited(Check("db"), given(replace(UP, check=Check("other"))), set(), {("", "")}, 9.0) is None
