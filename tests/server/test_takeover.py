"""Upgrades as playbooks: a program leaves its fleet to the next one, which replaces it slot by slot."""

import signal
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.server.child import Child
from gslb.server.events import (
    Announce,
    Dismiss,
    Exited,
    Finish,
    Note,
    Outcome,
    Ready,
    Refused,
    Rehearse,
    Rehearsed,
    Send,
    Slot,
    Start,
    Started,
    Stayed,
    Stop,
    Succeed,
    Upgrade,
)
from gslb.server.fleet import BACKOFF_LAST, BOOT_FAILURES, REHEARSAL, Fleet, Phase
from gslb.server.takeover import Takeover

WORKERS = (Slot("worker-0", turn=2), Slot("worker-1", turn=2))
RESPONDER = Slot("responder", 1, turn=1, retire=signal.SIGUSR2, retire_within=60.0)
JUDGE = Slot("judge", 2, turn=0, exclusive=True)
CONTROL = Slot("control", 2, turn=3, exclusive=True)
SLOTS = (*WORKERS, JUDGE, RESPONDER, CONTROL)
OLD = tuple((slot, number) for number, slot in enumerate(SLOTS, 10))  # pids 10, 11 workers, 12 judge, 13 responder, 14


class Play:
    """A fleet, its clock, and its effects told short; outcomes and notes are kept apart."""

    def __init__(self, *slots, predecessors=(), grace=10.0):
        self.now, self.outcomes, self.notes, self.wake = 0.0, [], [], inf
        self.fleet = Fleet(slots, 0.0, grace, predecessors)

    def __call__(self, *events, after=0.0):
        self.now += after
        effects, self.wake = self.fleet.step(self.now, events)
        self.outcomes += [effect for effect in effects if isinstance(effect, Outcome)]
        self.notes += [effect for effect in effects if isinstance(effect, Note)]
        return [told(effect) for effect in effects if not isinstance(effect, Note | Outcome)]

    def come(self, name, pid):
        """A child is started and becomes ready; what follows."""
        self(Started(name, pid))
        return self(Ready(name, pid))


def told(effect):
    match effect:
        case Start(slot):
            return f"start {slot}"
        case Send(slot, pid, number):
            return f"{number.name} {slot} {pid}"
        case Succeed(report, living):
            return report, [pid for _, pid in living]
        case Announce():
            return "announce"
        case Rehearse():
            return "rehearse"
        case Dismiss():
            return "dismiss"
        case Finish(status):
            return f"finish {status}"


@pytest.fixture
def serving():
    """A worker and a judge that serve, as pids 1 and 2."""
    play = Play(WORKERS[0], JUDGE)
    play()
    play(Started("worker-0", 1), Started("judge", 2))
    assert play(Ready("worker-0", 1), Ready("judge", 2)) == ["announce"]
    return play


def test_what_was_rehearsed_well_is_become_with_all_who_live(serving):
    assert serving(Upgrade()) == ["rehearse"]
    assert serving(Upgrade()) == [], "one rehearsal at a time"
    assert serving(Rehearsed(0, "the report")) == [("the report", [1, 2])]
    assert serving.outcomes == [], "that is for the next program to tell"


@pytest.mark.parametrize(
    ("status", "text", "words"),
    [(2, "gslb.yaml:1: unknown word\n", "would not serve: gslb.yaml:1: unknown word"), (-9, "", "killed by SIGKILL")],
)
def test_what_was_rehearsed_badly_is_told_and_nothing_changes(serving, status, text, words):
    serving(Upgrade())

    assert serving(Rehearsed(status, text)) == []
    assert [(each.upgraded, each.words.endswith(words)) for each in serving.outcomes] == [(False, True)]
    assert serving.fleet.phase is Phase.SERVING
    assert serving(Upgrade()) == ["rehearse"], "and may be tried again"


def test_a_rehearsal_without_end_is_ended(serving):
    serving(Upgrade())
    assert serving(after=REHEARSAL) == []
    assert serving(after=1.0) == ["dismiss"]
    assert serving(after=REHEARSAL) == [], "once"

    serving(Rehearsed(-9, ""))

    assert "was not done after 600 s" in serving.outcomes[-1].words


def test_a_program_that_the_system_will_not_run_is_told(serving):
    serving(Upgrade())
    serving(Rehearsed(0, ""))
    serving(Stayed("No such file or directory"))

    assert serving.outcomes[-1] == Outcome(upgraded=False, words="not upgraded: No such file or directory")


def test_nobody_leaves_while_a_child_is_being_replaced(serving):
    serving(Upgrade())
    assert serving(Exited("worker-0", 1, -9), Rehearsed(0, "report")) == []
    assert serving(after=0.1) == ["start worker-0"]
    assert serving.come("worker-0", 3) == [("report", [3, 2])]


def test_a_node_that_starts_is_not_upgraded():
    play = Play(WORKERS[0])
    play()

    assert play(Upgrade()) == []
    assert play.outcomes == [Outcome(upgraded=False, words="not upgraded: the node is still starting")]


def test_a_node_that_ends_is_not_upgraded(serving):
    serving(Upgrade())
    serving(Stop())

    assert serving(Rehearsed(0, "report")) == []
    assert serving(Upgrade()) == []


def test_slots_change_hands_one_after_the_other():
    """Judge and control have to go first; others when the successor is ready, the responder after all workers."""
    play = Play(*SLOTS, predecessors=OLD)

    assert play() == ["SIGTERM judge 12"]
    assert play(Exited("judge", 12, 0)) == ["start judge"]
    assert play.come("judge", 22) == ["start responder"]
    assert play.come("responder", 23) == ["start worker-0"]
    assert play.come("worker-0", 20) == ["SIGTERM worker-0 10", "start worker-1"]
    assert play(Exited("worker-0", 10, 0)) == []
    assert play.come("worker-1", 21) == ["SIGTERM worker-1 11", "SIGTERM control 14"]
    assert play(Exited("worker-1", 11, 0)) == ["SIGUSR2 responder 13"]
    assert play(Exited("control", 14, 0)) == ["start control"]
    assert play.outcomes == []
    assert play.come("control", 24) == ["announce"]
    assert play.outcomes == [Outcome(upgraded=True, words="upgraded in 0.0 s")]
    assert play.fleet.phase is Phase.SERVING
    assert play(Exited("responder", 13, 0), after=30.0) == []


def test_who_does_not_retire_in_time_is_killed():
    play = Play(RESPONDER, predecessors=[(RESPONDER, 13)])
    play()
    assert play.come("responder", 23) == ["SIGUSR2 responder 13", "announce"]

    assert play.wake == 60.0
    assert play(after=60.0) == ["SIGKILL responder 13"]
    assert play.wake == inf
    assert play(Exited("responder", 13, -9)) == []


def test_a_new_child_that_does_not_start_leaves_the_old_one_serving():
    play = Play(RESPONDER, WORKERS[0], predecessors=[(RESPONDER, 13), (WORKERS[0], 10)])
    play()
    for pid in range(20, 20 + BOOT_FAILURES):
        assert play(Started("responder", pid), Exited("responder", pid, 1), after=BACKOFF_LAST) == []
        assert play(after=BACKOFF_LAST) == ["start responder"]

    assert play.outcomes == [
        Outcome(
            upgraded=False,
            words="responder of the new program does not start: exit status 1; the old responder, worker-0 still serve",
        )
    ]
    assert play.come("responder", 30) == ["start worker-0"], "and it may still come about"
    assert play.come("worker-0", 31) == ["SIGTERM worker-0 10"]
    assert play(Exited("worker-0", 10, 0)) == ["SIGUSR2 responder 13", "announce"]
    assert play.outcomes[-1].upgraded


def test_a_stuck_upgrade_can_be_left_to_yet_another_program():
    play = Play(WORKERS[0], predecessors=[(WORKERS[0], 10)])
    play()
    play(Refused("worker-0", "no memory"))

    assert play(Upgrade()) == ["rehearse"]
    assert play(Rehearsed(0, "report")) == [("report", [10])]


def test_whoever_dies_before_its_turn_is_replaced_at_once():
    play = Play(*SLOTS, predecessors=OLD)
    play()

    assert play(Exited("worker-1", 11, -9)) == ["start worker-1"]


def test_slots_that_are_no_more_go_last():
    play = Play(WORKERS[0], predecessors=[(WORKERS[0], 10), (WORKERS[1], 11)])
    play()

    assert play.come("worker-0", 20) == ["SIGTERM worker-0 10", "SIGTERM worker-1 11", "announce"]


def test_an_end_during_an_upgrade_ends_old_and_new_stage_by_stage():
    play = Play(RESPONDER, WORKERS[0], predecessors=[(RESPONDER, 13), (WORKERS[0], 10)])
    play()
    play.come("responder", 23)
    play(Started("worker-0", 20))

    assert sorted(play(Stop())) == ["SIGTERM worker-0 10", "SIGTERM worker-0 20"]
    play(Exited("worker-0", 10, 0))
    assert sorted(play(Exited("worker-0", 20, 0))) == ["SIGTERM responder 13", "SIGTERM responder 23"]
    play(Exited("responder", 13, 0))
    assert play(Exited("responder", 23, 0)) == ["finish 0"]


def test_without_predecessors_all_may_start():
    heirs = [Child(slot, 0.0) for slot in SLOTS]
    takeover = Takeover(heirs, ())

    assert all(map(takeover.may_start, heirs))
    assert takeover.step(0.0) == []
    assert takeover.wake_at == inf


@given(data=st.data())
def test_however_children_fare_no_slot_is_ever_without_one_that_shares_its_work(data):
    """New children start, fail and become ready in any order, and old ones end when told to, at any time."""
    play = Play(*SLOTS, predecessors=OLD)
    old = {pid: slot.name for slot, pid in OLD}
    told_to_go, starting, new, ready = set(), [], {}, set()
    pid, failures = 100, 5

    def turn(*events, after=0.0):
        for effect in play(*events, after=after):
            match effect.split():
                case ["start", name]:
                    starting.append(name)
                    rivals = {JUDGE.name, CONTROL.name} & {name} & {old[each] for each in old}
                    assert not rivals, "two where there can be only one"
                case [_, _, number]:
                    told_to_go.add(int(number))

    turn()
    for _ in range(200):
        if play.fleet.phase is Phase.SERVING and not old:
            break
        moves = [("exit", each) for each in told_to_go & old.keys()] + [("start", name) for name in starting]
        moves += [("ready", name) for name in new if name not in ready]
        what, which = data.draw(st.sampled_from(moves)) if moves else ("wait", None)
        match what:
            case "exit":
                turn(Exited(old.pop(which), which, 0))
            case "start":
                starting.remove(which)
                pid += 1
                new[which] = pid
                turn(Started(which, pid))
            case "ready" if failures and data.draw(st.booleans()):
                failures -= 1
                turn(Exited(which, new.pop(which), 1))
            case "ready":
                ready.add(which)
                turn(Ready(which, new[which]))
            case _:
                turn(after=BACKOFF_LAST)
        shared = {name for each, name in old.items() if each not in told_to_go} | ready
        assert shared >= {slot.name for slot in SLOTS if not slot.exclusive}
    assert play.fleet.phase is Phase.SERVING
    assert ready == {slot.name for slot in SLOTS}
