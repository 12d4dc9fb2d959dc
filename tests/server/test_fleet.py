"""The fleet machine as playbooks: events in, effects out, on a clock turned by hand."""

import signal
from math import inf

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gslb.server.events import (
    Announce,
    Beat,
    Complained,
    Exited,
    Finish,
    Hangup,
    Note,
    Ready,
    Refused,
    Send,
    Slot,
    Start,
    Started,
    Stop,
)
from gslb.server.fleet import BACKOFF_LAST, LOOK, Fleet, Phase

WORKER = Slot("worker-0", stage=0, stale_after=0.26)
RESPONDER = Slot("responder", stage=1)
CONTROL = Slot("control", stage=3, hangup=True, start_within=30.0)
TERM, KILL, HUP = signal.SIGTERM, signal.SIGKILL, signal.SIGHUP


class Book:
    """A fleet and its clock. Effects are told short: ("start", slot), ("term", slot) …; notes are kept apart."""

    def __init__(self, clock, *slots, **options):
        self.clock, self.notes, self.wake = clock, [], inf
        self.fleet = Fleet(slots, clock(), **options)

    def __call__(self, *events, after=0.0):
        self.clock.advance(after)
        effects, self.wake = self.fleet.step(self.clock(), events)
        self.notes += [effect for effect in effects if isinstance(effect, Note)]
        return [self.told(effect) for effect in effects if not isinstance(effect, Note)]

    @staticmethod
    def told(effect):
        match effect:
            case Start(slot):
                return "start", slot
            case Send(slot, pid, number):
                return number.name, slot, pid
            case Finish(status, message):
                return "finish", status, message
            case Announce(seconds, texts):
                return "announce", round(seconds, 6), dict(texts)

    def serve(self, *pids):
        """Start every slot and let it become ready, as (slot, pid) pairs."""
        self()
        self(*(Started(slot, pid) for slot, pid in pids))
        return self(*(Ready(slot, pid) for slot, pid in pids))


@pytest.fixture
def book(clock):
    return lambda *slots, **options: Book(clock, *slots, **options)


def test_everybody_is_started_at_once_and_announced_when_all_are_ready(book):
    play = book(WORKER, CONTROL)

    assert play() == [("start", "worker-0"), ("start", "control")]
    assert play(Started("worker-0", 10), Started("control", 11), after=0.1) == []
    assert play(Ready("worker-0", 10), after=0.4) == []
    assert play(Ready("control", 11, "first verdicts 2 up 0 down"), after=0.6) == [
        ("announce", 1.1, {"control": "first verdicts 2 up 0 down"})
    ]
    assert play.fleet.phase is Phase.SERVING
    assert play(after=100) == []


def test_readiness_is_announced_once_and_a_replacement_is_noted(book):
    play = book(WORKER)
    assert play.serve(("worker-0", 10)) == [("announce", 0.0, {})]

    play(Exited("worker-0", 10, -9))
    play(after=0.05)
    assert play(Started("worker-0", 11), Ready("worker-0", 11)) == []
    assert [(note.level, note.event) for note in play.notes] == [("error", "child ended"), ("info", "child replaced")]
    assert play.notes[0].fields["how"] == "killed by SIGKILL"
    assert play.notes[1].fields["process"] == 11


def test_a_dead_child_is_replaced_after_50_ms(book):
    play = book(WORKER)
    play.serve(("worker-0", 10))

    assert play(Exited("worker-0", 10, -9)) == []
    assert play.wake == pytest.approx(play.clock() + 0.05)
    assert play(after=0.049) == []
    assert play(after=0.0011) == [("start", "worker-0")]
    assert play(after=10.0) == [], "the system is still starting it: no second one"


def test_waits_double_up_to_5_s_and_are_forgotten_after_10_s_of_health(book):
    play = book(CONTROL)
    play.serve(("control", 10))
    waits = []
    for pid in range(10, 20):
        play(Exited("control", pid, 1))
        waits.append(round(play.wake - play.clock(), 6))
        play(after=play.wake - play.clock())
        play(Started("control", pid + 1), Ready("control", pid + 1))
    assert waits == [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0, 5.0]

    play(Exited("control", 20, 1), after=9.9)
    assert play.wake - play.clock() == pytest.approx(5.0), "9.9 s are not health yet"
    play(after=5.0)
    play(Started("control", 21), Ready("control", 21))
    play(Exited("control", 21, 1), after=10.0)
    assert play.wake - play.clock() == pytest.approx(0.05)


def test_a_worker_whose_heart_stops_is_killed_and_replaced_only_when_it_is_gone(book):
    play = book(WORKER)
    play.serve(("worker-0", 10))
    for _ in range(10):
        assert play(Beat("worker-0"), after=LOOK) == []
        assert play.wake == pytest.approx(play.clock() + LOOK)

    killed = [play(after=LOOK) for _ in range(14)]

    assert killed.index([("SIGKILL", "worker-0", 10)]) == 10, "the eleventh look, the first past 0.26 s"
    assert killed.count([]) == 13, "once"
    assert play(after=1.0) == [], "not before it is gone"
    play(Exited("worker-0", 10, -9))
    assert "no heartbeat for 0.2" in play.notes[-1].fields["reason"]
    assert play(after=0.05) == [("start", "worker-0")]


def test_a_supervisor_that_was_starved_itself_does_not_blame_the_children(book):
    play = book(WORKER)
    play.serve(("worker-0", 10))

    assert play(after=30.0) == [], "one long gap counts as two looks at most"
    assert play(Beat("worker-0"), after=LOOK) == []


def test_a_child_without_a_heartbeat_is_never_stale(book):
    play = book(RESPONDER)
    play.serve(("responder", 10))

    for _ in range(100):
        assert play(after=LOOK) == []
    assert play.wake == inf


def test_a_child_that_does_not_become_ready_in_time_is_killed(book):
    play = book(CONTROL)
    play()
    play(Started("control", 10))

    assert play.wake == pytest.approx(play.clock() + 30.0)
    assert play(after=30.0) == []
    assert play(after=0.01) == [("SIGKILL", "control", 10)]
    play(Exited("control", 10, -9))
    assert play.notes[-1].fields["reason"] == "not ready after 30 s"


def test_a_drain_goes_stage_by_stage_and_ends_with_status_0(book):
    second = Slot("worker-1", stage=0, stale_after=0.3)
    play = book(WORKER, second, RESPONDER, CONTROL)
    play.serve(("worker-0", 10), ("worker-1", 11), ("responder", 12), ("control", 13))

    assert play(Stop()) == [("SIGTERM", "worker-0", 10), ("SIGTERM", "worker-1", 11)]
    assert play.wake == pytest.approx(play.clock() + 10.0)
    assert play(Exited("worker-0", 10, 0)) == []
    assert play(Exited("worker-1", 11, 0)) == [("SIGTERM", "responder", 12)]
    assert play(Exited("responder", 12, 0)) == [("SIGTERM", "control", 13)]
    assert play(Exited("control", 13, 0)) == [("finish", 0, "")]
    assert play.fleet.phase is Phase.FINISHED
    assert play(Stop(), after=1.0) == []
    assert play.wake == play.clock()


def test_whoever_has_not_drained_by_the_deadline_is_killed(book):
    play = book(WORKER, CONTROL, grace=3.0)
    play.serve(("worker-0", 10), ("control", 11))
    play(Stop())

    assert play(after=2.9) == []
    assert play(after=0.1) == [("SIGKILL", "worker-0", 10), ("SIGKILL", "control", 11)]
    assert play.wake == inf
    assert play(Exited("worker-0", 10, -9), Exited("control", 11, -9)) == [("finish", 0, "")]
    assert [note.event for note in play.notes] == ["draining", "child killed", "child killed"]


def test_asking_twice_ends_it_now(book):
    play = book(WORKER, CONTROL)
    play.serve(("worker-0", 10), ("control", 11))

    assert play(Stop()) == [("SIGTERM", "worker-0", 10)]
    assert play(Stop()) == [("SIGKILL", "worker-0", 10), ("SIGKILL", "control", 11)]


def test_nobody_is_replaced_during_a_drain(book):
    play = book(WORKER, CONTROL)
    play.serve(("worker-0", 10), ("control", 11))
    play(Exited("control", 11, 1))

    assert play(Stop()) == [("SIGTERM", "worker-0", 10)]
    assert play(after=5.0) == []
    assert play(Exited("worker-0", 10, 0)) == [("finish", 0, "")]


def test_a_child_that_was_being_started_when_the_drain_began_is_told_too(book):
    play = book(WORKER)
    play()

    assert play(Stop()) == []
    assert play(Started("worker-0", 10)) == [("SIGTERM", "worker-0", 10)]
    assert play(Exited("worker-0", 10, -15)) == [("finish", 0, "")]


def test_a_child_that_cannot_start_three_times_in_a_row_ends_the_boot_with_its_words(book):
    play = book(WORKER, CONTROL)
    play()
    play(Started("worker-0", 10), Started("control", 11), Ready("worker-0", 10))
    for pid in (11, 12):
        assert play(Exited("control", pid, 3)) == []
        assert play(after=0.2) == [("start", "control")]
        play(Started("control", pid + 1))

    assert play(Complained("control", 13, "state/gslb.db: disk is full"), Exited("control", 13, 3)) == [
        ("SIGTERM", "worker-0", 10)
    ]
    assert play(Exited("worker-0", 10, 0)) == [
        ("finish", 3, "control failed to start 3 times in a row: state/gslb.db: disk is full")
    ]


def test_status_2_says_that_another_try_is_in_vain(book):
    play = book(CONTROL)
    play()
    play(Started("control", 11))

    assert play(Exited("control", 11, 2)) == [("finish", 2, "control failed to start: exit status 2")]


def test_a_child_killed_at_every_start_ends_the_boot_with_status_1(book):
    play = book(CONTROL)
    for pid in (1, 2, 3):
        play(after=1.0)
        last = play(Started("control", pid), Exited("control", pid, -11))

    assert last == [("finish", 1, "control failed to start 3 times in a row: killed by SIGSEGV")]


def test_a_program_that_the_system_refuses_to_start_counts_as_a_failure(book):
    play = book(CONTROL)
    for _ in range(3):
        play(after=1.0)
        last = play(Refused("control", "No such file or directory"))

    assert last == [("finish", 1, "control failed to start 3 times in a row: No such file or directory")]


def test_a_child_that_was_ready_during_boot_is_replaced_without_end(book):
    play = book(WORKER, RESPONDER)
    play()
    play(Started("responder", 1))
    for pid in range(10, 20):
        play(Started("worker-0", pid), Ready("worker-0", pid))
        play(Exited("worker-0", pid, 1))
        assert play(after=BACKOFF_LAST) == [("start", "worker-0")]


def test_once_serving_nothing_is_given_up(book):
    play = book(CONTROL)
    play.serve(("control", 10))
    for pid in range(10, 20):
        play(Exited("control", pid, 2))
        assert play(after=BACKOFF_LAST) == [("start", "control")]
        play(Started("control", pid + 1))


def test_a_hangup_goes_to_control_alone(book):
    play = book(WORKER, CONTROL)
    play.serve(("worker-0", 10), ("control", 11))

    assert play(Hangup()) == [("SIGHUP", "control", 11)]
    assert play(after=1.0) == []


def test_a_hangup_waits_for_control_to_be_ready(book):
    play = book(CONTROL)
    play()
    play(Started("control", 10))

    assert play(Hangup(), Hangup()) == []
    assert play(Ready("control", 10)) == [("announce", 0.0, {}), ("SIGHUP", "control", 10)]
    assert play(Hangup()) == [("SIGHUP", "control", 10)]


def test_late_words_from_a_child_that_was_replaced_mean_nothing(book):
    play = book(WORKER)
    play()
    play(Started("worker-0", 10), Exited("worker-0", 10, 1))
    play(after=1.0)
    play(Started("worker-0", 11))

    assert play(Ready("worker-0", 10), Complained("worker-0", 10, "old"), Exited("worker-0", 10, 1)) == []
    assert play.fleet.phase is Phase.BOOT
    assert play(Ready("worker-0", 11), Ready("worker-0", 11)) == [("announce", 1.0, {})]


def test_an_unknown_signal_is_told_by_its_number(book):
    play = book(CONTROL)
    play()
    play(Started("control", 10), Exited("control", 10, -250))

    assert play.notes[-1].fields["how"] == "killed by signal 250"


class AnyFleet(RuleBasedStateMachine):
    """A supervisor that obeys every effect, and children that do whatever they like."""

    def __init__(self):
        super().__init__()
        self.slots = [WORKER, RESPONDER, CONTROL]
        self.fleet = Fleet(self.slots, 0.0, grace=5.0)
        self.now, self.pid, self.finished, self.announced = 0.0, 100, 0, 0
        self.live = {}  # slot -> pid
        self.starting = set()
        self.down_since = {}
        self.killed = set()
        self.stopped = False
        self.step()

    def step(self, *events, seconds=0.0):
        self.now += seconds
        effects, self.wake = self.fleet.step(self.now, events)
        for effect in effects:
            match effect:
                case Start(slot):
                    assert slot not in self.live, "a second live child for one slot"
                    assert slot not in self.starting
                    assert not self.stopped, "started while draining"
                    self.starting.add(slot)
                    waited = self.now - self.down_since.get(slot, self.now - 0.05)
                    assert waited >= 0.05 - 1e-9, "restarted without a pause"
                case Send(slot, pid, number):
                    assert self.live.get(slot) == pid, "a signal to a process that is not ours any more"
                    if number == KILL:
                        self.killed.add(pid)
                case Finish(status, _):
                    assert not self.live
                    self.finished += 1
                    assert status == 0 or not self.stopped or not self.announced
                case Announce():
                    self.announced += 1
        assert self.wake >= self.now

    @rule(data=st.data())
    @precondition(lambda self: self.starting)
    def system_starts_one(self, data):
        slot = data.draw(st.sampled_from(sorted(self.starting)))
        self.starting.discard(slot)
        self.pid += 1
        self.live[slot] = self.pid
        self.down_since.pop(slot, None)
        self.step(Started(slot, self.pid))

    @rule(data=st.data())
    @precondition(lambda self: self.starting and self.announced)
    def system_refuses_one(self, data):
        slot = data.draw(st.sampled_from(sorted(self.starting)))
        self.starting.discard(slot)
        self.down_since[slot] = self.now
        self.step(Refused(slot, "EAGAIN"))

    @rule(data=st.data(), status=st.sampled_from([0, 1, -9]))
    @precondition(lambda self: self.live)
    def one_exits(self, data, status):
        slot = data.draw(st.sampled_from(sorted(self.live)))
        pid = self.live.pop(slot)
        self.down_since[slot] = self.now
        self.step(Exited(slot, pid, status))

    @rule(data=st.data())
    @precondition(lambda self: self.live)
    def one_is_ready(self, data):
        slot = data.draw(st.sampled_from(sorted(self.live)))
        self.step(Ready(slot, self.live[slot]))

    @rule(slot=st.sampled_from(["worker-0", "responder", "control"]), pid=st.integers(1, 200))
    def a_stale_word_arrives(self, slot, pid):
        if self.live.get(slot) != pid:
            self.step(Ready(slot, pid), Exited(slot, pid, 1))

    @rule(seconds=st.sampled_from([0.01, LOOK, 0.3, 1.0, 11.0]), beats=st.booleans())
    def time_passes(self, seconds, beats):
        self.step(*([Beat("worker-0")] if beats else []), seconds=seconds)

    @rule()
    def hangup(self):
        self.step(Hangup())

    @rule()
    @precondition(lambda self: self.announced)
    def stop(self):
        self.stopped = True
        self.step(Stop())

    @invariant()
    def the_end_comes_once_and_for_all(self):
        assert self.finished <= 1
        assert self.announced <= 1

    def teardown(self):
        """Whatever happened: left in peace, a serving fleet is whole again within the longest wait; a drain ends."""
        if self.fleet.phase in (Phase.BOOT, Phase.SERVING):
            self.step(seconds=BACKOFF_LAST)
            if self.fleet.phase is not Phase.DRAINING:
                assert {slot.name for slot in self.slots} == self.live.keys() | self.starting
        self.stopped = True
        self.step(Stop())
        for slot in sorted(self.starting):
            self.pid += 1
            self.live[slot] = self.pid
            self.step(Started(slot, self.pid))
        self.starting.clear()
        self.step(seconds=6.0)
        assert self.killed >= set(self.live.values())
        for slot, pid in list(self.live.items()):
            del self.live[slot]
            self.step(Exited(slot, pid, -9))
        assert self.finished == 1


TestAnyFleet = AnyFleet.TestCase
