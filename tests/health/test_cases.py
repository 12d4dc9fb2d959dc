"""One check under judgement: what it is judged by, and what it goes on from."""

from math import inf

from gslb.health import Verdict, Watched
from gslb.health.cases import Case, dismissed, edited, mind_of, patience_of
from gslb.health.heartbeat import Heartbeat
from gslb.health.machine import State
from gslb.health.panel import Panel
from gslb.model import Check, Monitor, MonitorKind
from kit.probing import CHECK, http

BEAT = Check("beat")
WATCHED = {
    CHECK: Watched(http(interval=10)),
    BEAT: Watched(Monitor("beat", MonitorKind.PUSH, every=10.0)),
}


def case(check):
    verdict = Verdict(check, up=True, since=0.0, reason="200 OK")
    mind = mind_of(check, WATCHED, {"eu": None}, 100.0, guarded=False)
    return Case(WATCHED[check], verdict, verdict, mind, State.NEW)


def test_each_kind_has_a_mind_of_its_own():
    assert isinstance(case(CHECK).mind, Panel)
    assert case(BEAT).mind == Heartbeat(100.0)
    assert not dismissed(case(BEAT).mind, "eu")


def test_what_was_held_back_is_said_to_be_up_and_waits_anew():
    one = case(CHECK)
    held = Verdict(CHECK, up=False, since=0.0, reason="held back", held=True)

    one.believe(held, 100.0)

    assert (one.verdict, one.said.up, one.said.held) == (held, True, False)
    assert one.unrest.free_at(one.watched.monitor.damping) == 400.0


def test_a_vantage_is_missed_by_the_quickest_of_what_it_watches():
    assert patience_of([case(CHECK), case(BEAT)]) == {"eu": 30.0}
    assert patience_of([]).get("eu", inf) == inf


def test_another_digest_means_something_else():
    assert not edited(http(interval=10), http(interval=20))
    assert edited(http(), http(digest="d2"))
