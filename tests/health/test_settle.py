from dataclasses import replace
from math import inf

from gslb.health import Cause, Verdict
from gslb.health.heartbeat import Heartbeat
from gslb.health.machine import Machine, State, soonest
from gslb.health.panel import Panel
from gslb.health.quorum import UNKNOWN, Margin
from gslb.health.settle import settle_calculated, settle_heartbeat, settle_panel
from gslb.model import Calculated, CalculatedKind, Check, Monitor, MonitorKind
from kit.probing import CHECK, http, seen

MONITOR = http(interval=10, timeout=4, rise=2, fall=3)
UNSEEN = Verdict(CHECK, up=False, since=1.0, reason="not observed yet", known=False)
UP = Verdict(CHECK, up=True, since=1.0, reason="200 OK")
SEED = Machine(State.UP)


def test_the_first_vote_makes_a_verdict_known():
    panel = Panel(MONITOR, {"eu": None}, None)
    told = panel.hear([seen("eu", 1, ok=True, at=100)], Machine(State.NEW))

    verdict, margin = settle_panel(UNSEEN, panel, MONITOR, told, 100, wall=50)

    assert verdict == Verdict(
        CHECK, up=True, since=50, reason="200 OK", horizon=15.0, votes=(1, 0), cause=Cause("eu/7/1", 100)
    )
    assert margin == Margin(soonest(MONITOR, 3))


def test_a_verdict_that_nobody_would_read_anew_is_the_same_object():
    panel = Panel(MONITOR, {"eu": None}, None)
    told = panel.hear([seen("eu", 1, ok=True, at=100)], Machine(State.NEW))
    first, _ = settle_panel(UNSEEN, panel, MONITOR, told, 100, wall=50)
    told = panel.hear([replace(seen("eu", 2, ok=True, at=110), reason="204 No Content")], SEED)

    assert settle_panel(first, panel, MONITOR, told, 110, wall=60)[0] is first


def test_a_failure_being_counted_makes_it_suspect_and_says_why():
    panel = Panel(MONITOR, {"eu": None}, None)
    told = panel.hear([seen("eu", 1, ok=False, at=100)], SEED)

    verdict, margin = settle_panel(UP, panel, MONITOR, told, 100, wall=50)

    assert (verdict.up, verdict.suspect, verdict.since, verdict.reason) == (True, True, 1.0, "refused")
    assert verdict.horizon == margin.seconds == soonest(MONITOR, 2)


def test_the_cause_of_a_fall_is_the_failure_that_turned_its_vantage():
    panel = Panel(MONITOR, {"eu": None, "us": None, "ap": None}, None)
    panel.hear([seen("eu", n, ok=False, at=100 + n) for n in (1, 2, 3)], SEED)
    panel.hear([seen("us", n, ok=False, at=101 + n) for n in (1, 2)], SEED)
    told = panel.hear([seen("us", 3, ok=False, at=104), seen("ap", 1, ok=False, at=105)], SEED)

    verdict, _ = settle_panel(UP, panel, MONITOR, told, 105, wall=50)

    assert (verdict.up, verdict.votes, verdict.horizon) == (False, (1, 2), inf)
    assert verdict.cause == Cause("us/7/3", 104)


def test_a_fall_by_silence_names_who_fell_silent_and_gives_the_others_reason():
    panel = Panel(MONITOR, {"eu": None, "us": None}, None)
    panel.hear([replace(seen("eu", n, ok=False, at=100 + n), reason="connect timed out") for n in (1, 2, 3)], SEED)
    panel.hear([seen("us", 1, ok=True, at=80)], SEED)
    tied, _ = settle_panel(UP, panel, MONITOR, [], 104, wall=50)
    assert (tied.up, tied.votes, tied.suspect, tied.horizon) == (True, (1, 1), True, 0.0)

    verdict, _ = settle_panel(tied, panel, MONITOR, [], 110, wall=60)

    assert (verdict.up, verdict.votes, verdict.reason) == (False, (0, 1), "connect timed out")
    assert verdict.cause == Cause("us/7/1", 80)


def test_a_fall_because_only_the_own_region_still_says_up_gives_the_others_reason():
    panel = Panel(MONITOR, {"eu": "eu", "us": "us", "ap": None}, "eu")
    panel.hear([seen("us", n, ok=False, at=100 + n) for n in (1, 2, 3)], SEED)
    panel.hear([seen("eu", 1, ok=True, at=100), seen("ap", 1, ok=True, at=75)], SEED)
    panel.look(103)
    told = panel.hear([seen("eu", 2, ok=True, at=106, epoch=8)], SEED)

    verdict, _ = settle_panel(UP, panel, MONITOR, told, 106, wall=50)

    assert (verdict.up, verdict.reason, verdict.cause) == (False, "refused", Cause("ap/7/1", 75))


def test_with_nobody_fresh_the_verdict_freezes_and_shows_that_nobody_votes():
    panel = Panel(MONITOR, {"eu": None}, None)
    panel.hear([seen("eu", 1, ok=True, at=100)], SEED)

    verdict, _ = settle_panel(replace(UP, votes=(1, 0)), panel, MONITOR, [], 130, wall=60)

    assert (verdict.up, verdict.known, verdict.votes, verdict.since, verdict.reason) == (
        True,
        True,
        (0, 0),
        1.0,
        "200 OK",
    )
    assert verdict.horizon == soonest(MONITOR, 3)


def test_a_tie_before_anything_is_known_leaves_it_unknown():
    panel = Panel(MONITOR, {"eu": None, "us": None}, None)
    told = panel.hear([seen("eu", 1, ok=True), seen("us", 1, ok=False)], Machine(State.NEW))

    verdict, margin = settle_panel(UNSEEN, panel, MONITOR, told, 0, wall=50)

    assert (verdict.known, verdict.up, verdict.votes, margin) == (False, False, (1, 1), UNKNOWN)


DB = Monitor("db", MonitorKind.PUSH, every=10, grace=25)
AWAITED = Verdict(Check("db"), up=False, since=1.0, reason="not observed yet", known=False)


def test_a_heartbeat_turns_up_and_its_absence_down():
    heartbeat = Heartbeat(100.0)
    assert settle_heartbeat(AWAITED, heartbeat, DB, 100, wall=50)[0] is AWAITED

    up, _ = settle_heartbeat(AWAITED, heartbeat.beat(103.0), DB, 103, wall=53)
    assert (up.up, up.known, up.since, up.horizon, up.reason) == (True, True, 53, 25, "heartbeat")
    assert up.cause == Cause("push/db/1", 103.0)

    late, _ = settle_heartbeat(up, heartbeat.beat(103.0), DB, 113, wall=63)
    assert (late.up, late.suspect, late.horizon) == (True, True, 0.0)

    down, _ = settle_heartbeat(late, heartbeat.beat(103.0), DB, 138, wall=88)
    assert (down.up, down.since, down.reason, down.horizon) == (False, 88, "no heartbeat for 35 s", inf)
    assert down.cause == Cause("push/db/1", 138.0)


SITE = Verdict(Check("site"), up=False, since=1.0, reason="not observed yet", known=False)
RULE = Calculated(CalculatedKind.ALL, ("ready", "db"))


def settled(check, *, up, known=True, seconds=5.0, turning=False, cause=None, reason=""):
    return Verdict(check, up, 1.0, reason, known=known, cause=cause), Margin(seconds, turning)


def test_a_calculated_verdict_follows_its_members_and_takes_the_newest_cause():
    ready = settled(CHECK, up=True, cause=Cause("eu/7/9", 90.0))
    db = settled(Check("db"), up=True, seconds=3.0, turning=True, cause=Cause("push/db/4", 95.0))

    verdict, margin = settle_calculated(SITE, RULE, [ready, db], wall=50)

    assert margin == Margin(3.0, turning=True)
    assert verdict == Verdict(
        Check("site"),
        up=True,
        since=50,
        reason="2 of 2 up, 2 needed",
        horizon=3.0,
        suspect=True,
        votes=(2, 0),
        cause=Cause("push/db/4", 95.0),
    )


def test_a_calculated_verdict_waits_for_members_that_could_settle_it():
    ready, db = settled(CHECK, up=True), settled(Check("db"), up=False, known=False)

    verdict, margin = settle_calculated(SITE, RULE, [ready, db], wall=50)

    assert (verdict.known, verdict.votes, verdict.reason, margin) == (False, (1, 0), "not observed yet", UNKNOWN)


def test_a_calculated_verdict_restored_from_disk_stands_until_its_members_are_known():
    stood = replace(SITE, up=True, known=True, reason="2 of 2 up")
    ready, db = settled(CHECK, up=True), settled(Check("db"), up=False, known=False)

    verdict, _ = settle_calculated(stood, RULE, [ready, db], wall=50)

    assert (verdict.up, verdict.known, verdict.reason, verdict.horizon) == (True, True, "2 of 2 up", 0.0)
