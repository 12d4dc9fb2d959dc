"""A routing control as a check: it turns when an operator says so, and by nothing else."""

from math import inf

from gslb.health import Judge, Switch, watch
from gslb.health.switch import settle_switch
from gslb.model import Calculated, CalculatedKind, Check, Monitor, MonitorKind
from kit.probing import CHECK

NOW, WALL = 100.0, 1_000_000.0
CONTROL, BOTH = Check("sw"), Check("both")
MONITORS = {
    "sw": Monitor("sw", MonitorKind.CONTROL, control="eu-west", digest="1"),
    "other": Monitor("other", MonitorKind.CONTROL, control="us-east", digest="2"),
    "both": Monitor("both", MonitorKind.CALCULATED, calculated=Calculated(CalculatedKind.ALL, ("sw", "other"))),
}


def a_judge() -> Judge:
    return Judge(watch((CONTROL, Check("other"), BOTH), MONITORS, {}), {"ns1": None}, NOW, WALL)


def test_a_control_is_on_until_somebody_says_otherwise():
    verdict = a_judge().verdicts()[CONTROL]

    assert (verdict.up, verdict.known, verdict.horizon) == (True, True, inf)


def test_switching_turns_what_reads_it_and_what_is_calculated_from_that():
    judge = a_judge()

    changed = judge.switch("eu-west", Switch(on=False, reason="off by ann: CHG-1"), NOW + 5, WALL + 5)

    assert {verdict.check: verdict.up for verdict in changed} == {CONTROL: False, BOTH: False}
    assert judge.verdicts()[CONTROL].since == WALL + 5
    assert judge.verdicts()[CONTROL].reason == "off by ann: CHG-1"
    assert judge.verdicts()[Check("other")].up
    back = judge.switch("eu-west", Switch(on=True, reason="on by ann"), NOW + 9, WALL + 9)
    assert {verdict.check: verdict.up for verdict in back} == {CONTROL: True, BOTH: True}


def test_a_control_that_is_off_stays_off_when_the_model_changes():
    judge = a_judge()
    judge.switch("eu-west", Switch(on=False, reason="off"), NOW, WALL)
    more = MONITORS | {"again": Monitor("again", MonitorKind.CONTROL, control="eu-west", digest="3")}

    judge.adopt(watch((CONTROL, Check("again")), more, {}), {"ns1": None}, NOW + 1, WALL + 1)

    assert [judge.verdicts()[check].up for check in (CONTROL, Check("again"))] == [False, False]


def test_a_verdict_that_says_so_already_stays_the_same_object():
    standing = a_judge().verdicts()[CONTROL]

    assert settle_switch(standing, Switch(), WALL + 9)[0] is standing
    assert settle_switch(standing, Switch(on=True, reason="on by ann"), WALL + 9)[0].since == standing.since
    assert CHECK != CONTROL
