"""What health promises, whatever happens: with sentinels, abstention, doubt and damping in play at once."""

from collections import defaultdict
from math import inf
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from gslb.health import Judge, Lack, Observation, Stage, Watched
from gslb.health.quorum import Vote, decide
from gslb.model import Check, Damping, Quorum, QuorumKind, sentinel
from kit.probing import DIGEST, EPOCH, World, http

CHECKS = tuple(Check("ready", "web/eu", f"192.0.2.{number}") for number in range(1, 4))
SENTINELS = {
    check: sentinel(http(check.monitor))
    for check in (Check("tcp://192.0.2.250:53", "", "192.0.2.250"), Check("tcp://192.0.2.251:53", "", "192.0.2.251"))
}
THREE = {"eu": "eu", "us": "us", "out": None}
FOUR = THREE | {"ap": "ap"}
QUORUMS = st.sampled_from(
    [
        Quorum(),
        Quorum(QuorumKind.ANY),
        Quorum(QuorumKind.ALL),
        Quorum(QuorumKind.REGIONS),
        Quorum(QuorumKind.COUNT, 2),
        Quorum(QuorumKind.SHARE, 18),
    ]
)


class Promises(RuleBasedStateMachine):
    """A judge that is told everything in order, and one that is told each batch jumbled and over and over."""

    @initialize(
        quorum=QUORUMS,
        confirm=st.sampled_from([1.0, 3.0, 10.0]),
        rise=st.integers(1, 2),
        fall=st.integers(1, 3),
        falls=st.integers(0, 2),
        guarded=st.booleans(),
    )
    def begin(self, quorum, confirm, rise, fall, falls, guarded):
        damping = Damping(falls=falls, within=60.0, hold=60.0, most=240.0)
        self.monitor = http(
            interval=10,
            timeout=2,
            confirm_interval=confirm,
            rise=rise,
            fall=fall,
            quorum=quorum,
            damping=damping,
        )
        self.sentinels = SENTINELS if guarded else {}
        self.now = 100.0
        watched = {check: Watched(self.monitor, "eu") for check in CHECKS}
        self.judge, self.jumbled = (Judge(watched, FOUR, 100.0, 0.0, self.sentinels) for _ in range(2))
        self.sequence = 0
        self.batch: list[Observation] = []
        self.free = defaultdict(lambda: -inf)  # when the next probe of a vantage and check may begin
        self.standing = dict(self.judge.verdicts())
        self.promised = dict.fromkeys(CHECKS, -inf)

    @rule(
        names=st.sets(st.sampled_from(sorted(FOUR)), min_size=1),
        checks=st.sets(st.sampled_from(CHECKS), min_size=1),
        ok=st.booleans(),
        took=st.sampled_from([0.0, 0.5, 2.0]),
        late=st.sampled_from([0.0, 1.0]),
    )
    def probe(self, names, checks, ok, took, late):
        """These vantages probe these endpoints, as often as they may; the report is sent with the next batch."""
        for name in sorted(names):
            for check in sorted(checks):
                ended = self.now - late
                if ended - took < self.free[name, check]:
                    continue
                self.free[name, check] = max(ended - took + self.monitor.confirm_interval, ended)
                self.see(name, check, ok, ended, took)

    @rule(names=st.permutations(sorted(FOUR)), failing=st.integers(0, 3), ok=st.booleans())
    def turn(self, names, failing, ok):
        """Everybody probes everything until all has been counted; `failing` of the vantages see it all fail."""
        self.report(0)
        for _ in range(max(self.monitor.rise, self.monitor.fall)):
            self.now += self.monitor.confirm_interval
            for number, name in enumerate(names):
                for check in CHECKS:
                    if self.free[name, check] <= self.now:
                        self.free[name, check] = self.now + self.monitor.confirm_interval
                        self.see(name, check, ok if number >= failing else not ok, self.now, 0.0)
            self.report(0)

    @precondition(lambda self: self.sentinels)
    @rule(names=st.sets(st.sampled_from(sorted(FOUR)), min_size=1), ok=st.booleans())
    def ask(self, names, ok):
        """These vantages ask all their sentinels."""
        for name in sorted(names):
            for check in self.sentinels:
                self.see(name, check, ok, self.now, 0.0)

    def see(self, name, check, ok, at, took):
        self.sequence += 1
        said = "200 OK" if ok else "refused"
        self.batch.append(Observation(name, EPOCH, self.sequence, check, DIGEST, ok, said, at, took))

    @rule(seed=st.integers(0, 2**32))
    def report(self, seed):
        batch, self.batch = self.batch, []
        random = Random(seed)
        jumbled = batch + random.choices(batch, k=len(batch)) if batch else []
        random.shuffle(jumbled)
        absent = {name for name, one in self.judge.absences().items() if one.lack is Lack.CUT_OFF}
        still = all(one.check in CHECKS and one.vantage in absent for one in batch)

        changed = self.judge.observe(batch, self.now, self.now)
        self.jumbled.observe(jumbled, self.now, self.now)

        assert not (still and changed), "what a vantage sees that is cut off changes nothing"
        assert self.jumbled.observe(jumbled, self.now, self.now) == ()
        self.look()

    @rule(seconds=st.sampled_from([0.5, 1.0, 3.0, 10.0, 25.0]))
    def wait(self, seconds):
        self.report(0)  # no report is later than a second
        until = self.now + seconds
        while self.judge.wake_at() <= until:
            self.now = max(self.now, self.judge.wake_at())
            for judge in (self.judge, self.jumbled):
                judge.tick(self.now, self.now)
            self.look()
        self.now = until
        for judge in (self.judge, self.jumbled):
            judge.tick(self.now, self.now)
        self.look()

    def look(self):
        """Hold every promise against what is believed now, and take note of those that are made."""
        assert self.jumbled.verdicts() == self.judge.verdicts()
        assert self.jumbled.absences() == self.judge.absences()
        for check, verdict in self.judge.verdicts().items():
            standing = self.standing[check]
            if standing.known and standing.up:
                self.promised[check] = max(self.promised[check], self.now + standing.horizon)
            if standing.known and standing.up and not verdict.up:
                assert self.now >= self.promised[check], "a verdict fell before its horizon"
                assert not verdict.held
                self.promised[check] = -inf
                heard = [one for one in self.judge.ballots(check) if one.stage is not Stage.SILENT]
                assert any(one.up is False for one in heard), "nothing falls that nobody says is down"
            self.standing[check] = verdict

    @invariant()
    def what_two_good_vantages_agree_on_counts(self):
        if not hasattr(self, "judge"):
            return
        for check, verdict in self.judge.verdicts().items():
            heard = [one for one in self.judge.ballots(check) if one.stage is not Stage.SILENT]
            votes = [
                Vote(one.up, own=FOUR[one.vantage] == "eu", place=FOUR[one.vantage] or one.vantage) for one in heard
            ]
            agree = sum(vote.up is False for vote in votes) > 1
            if agree and decide(self.monitor.quorum, votes) is False:
                assert not verdict.up

    @invariant()
    def who_is_cut_off_has_no_vote(self):
        if not hasattr(self, "judge"):
            return
        for name, absence in self.judge.absences().items():
            if absence.lack is Lack.CUT_OFF:
                mine = [one for check in CHECKS for one in self.judge.ballots(check) if one.vantage == name]
                assert all(one.stage is Stage.SILENT for one in mine)


TestPromises = Promises.TestCase
TestPromises.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


@settings(max_examples=30, deadline=None)
@given(QUORUMS, st.integers(1, 3), st.integers(0, 2**32), st.booleans(), st.integers(0, 2))
def test_no_verdict_falls_before_its_horizon_while_vantages_are_cut_off_and_come_back(
    quorum, fall, seed, guarded, falls
):
    random = Random(seed)
    cuts = {name: [random.uniform(1_000, 1_300) for _ in range(3)] for name in FOUR}
    lasting = random.choice([5.0, 15.0, 40.0])

    def ask(vantage, started, check):
        if any(since <= started < since + lasting for since in cuts[vantage]):
            return False, random.choice([0.01, 1.0])
        troubled = check in CHECKS and int(started / 40) % 3 == 1
        return random.random() >= (0.8 if troubled else 0.05), random.uniform(0, 1.0)

    monitor = http(
        interval=5,
        timeout=2,
        confirm_interval=random.choice([1.0, 5.0]),
        rise=2,
        fall=fall,
        quorum=quorum,
        damping=Damping(falls=falls, within=60, hold=60, most=120),
    )
    world = World(
        monitor,
        FOUR,
        lag=lambda vantage: random.uniform(0, 1),
        ask=ask,
        checks=CHECKS,
        sentinels=SENTINELS if guarded else {},
    )
    standing, promised = dict(world.judge.verdicts()), dict.fromkeys(CHECKS, -inf)
    for moment, verdict in world.run(1_300):
        before = standing[verdict.check]
        if before.known and before.up:
            promised[verdict.check] = max(promised[verdict.check], moment + before.horizon)
            if not verdict.up:
                assert moment >= promised[verdict.check] - 1e-6
                promised[verdict.check] = -inf
        standing[verdict.check] = verdict


@settings(max_examples=40, deadline=None)
@given(QUORUMS, st.integers(1, 3), st.integers(1, 4), st.integers(1, 3), st.integers(0, 2**32), st.booleans())
def test_the_death_of_any_of_them_is_known_within_the_detection_time(quorum, fall, count, dead, seed, guarded):
    """Of more than half of everything, too: that one vantage sees it first is no reason to wait longer."""
    random = Random(seed)
    monitor = http(interval=10, timeout=2, confirm_interval=1, rise=2, fall=fall, quorum=quorum)
    death = 1_040 + random.uniform(0, 20)

    def ask(vantage, started, check):
        return check not in CHECKS[:dead] or started < death, random.uniform(0, 1.0)

    world = World(
        monitor,
        dict(list(FOUR.items())[:count]),
        lag=lambda vantage: random.uniform(0, 1),
        ask=ask,
        checks=CHECKS,
        sentinels=SENTINELS if guarded else {},
    )
    list(world.run(death))
    assert all(verdict.up for verdict in world.judge.verdicts().values())

    list(world.run(death + monitor.detection + 1e-6))

    assert [world.judge.verdicts()[check].up for check in CHECKS] == [number >= dead for number in range(3)]


# What is to be shown of it in figures


READY = http(interval=10, timeout=4, confirm_interval=1, rise=2, fall=3)
SIX = tuple(Check("ready", "web/eu", f"192.0.2.{number}") for number in range(1, 7))


def turns(world, until):
    """The changes of verdicts, known ones only, as (moment, check)."""
    sides = {check: verdict.up for check, verdict in world.judge.verdicts().items() if verdict.known}
    found = []
    for moment, verdict in world.run(until):
        if sides.get(verdict.check, verdict.up) is not verdict.up:
            found.append((moment, verdict.check))
        sides[verdict.check] = verdict.up
    return found


@pytest.mark.parametrize("took", [0.01, 4.0], ids=["refused at once", "timing out"])
@pytest.mark.parametrize("sentinels", [{}, SENTINELS], ids=["without sentinels", "with sentinels"])
def test_one_of_three_vantages_cut_off_changes_no_verdict(took, sentinels):
    def ask(vantage, started, check):
        return (
            (False, min(took, 1.0) if check in SENTINELS else took)
            if vantage == "us" and started > 1_100
            else (True, 0.1)
        )

    world = World(READY, THREE, ask=ask, checks=SIX, sentinels=sentinels)
    list(world.run(1_100))

    assert turns(world, 1_700) == []
    lack = Lack.CUT_OFF if sentinels else Lack.ALONE
    assert {name: one.lack for name, one in world.judge.absences().items()} == {"us": lack}


def test_all_probers_dead_for_ten_minutes_change_no_verdict_and_are_missed_within_thirty_seconds():
    world = World(READY, THREE, checks=SIX, lost=lambda vantage, at: at >= 1_100)
    list(world.run(1_100))

    assert turns(world, 1_130) == []
    assert {one.lack for one in world.judge.absences().values()} == {Lack.SILENT}
    assert len(world.judge.absences()) == 3
    assert turns(world, 1_700) == []


@pytest.mark.parametrize("up", [15, 40, 90])
@pytest.mark.parametrize("down", [15, 40, 90])
@pytest.mark.parametrize("falls", [1, 2])
def test_a_flapping_endpoint_changes_its_verdict_twice_in_five_minutes_at_most(up, down, falls):
    """From its first fall on with `falls: 1`; with `falls: 2` from its second, as the first return is free."""
    monitor = http(interval=5, timeout=2, confirm_interval=1, rise=2, fall=2, damping=Damping(falls=falls))
    begin = 1_050

    def ask(vantage, started, check):
        return started < begin or (started - begin) % (up + down) >= down, 0.1

    world = World(monitor, THREE, ask=ask, checks=SIX[:1])
    found = [moment for moment, _ in turns(world, begin + 3_600)]

    assert found
    counted = found if falls == 1 else found[2:]
    assert max((sum(since <= other < since + 300 for other in counted) for since in counted), default=0) <= 2
    assert sum(other < found[0] + 300 for other in found) <= falls + 1


def test_a_clock_that_is_set_changes_no_verdict():
    random = Random(7)
    answers = {}

    def ask(vantage, started, check):
        key = vantage, round(started, 6), check
        return answers.setdefault(key, (started < 1_200 or int(started / 100) % 2 == 0, 0.1))

    steady = World(READY, THREE, ask=ask, checks=SIX)
    shifted = World(READY, THREE, ask=ask, checks=SIX, wall=lambda now: now + random.choice([-3_600, 0, 3_600]))

    expected = turns(steady, 2_500)
    assert len(expected) > len(SIX)
    assert turns(shifted, 2_500) == expected
