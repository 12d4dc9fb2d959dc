from dataclasses import replace
from math import inf
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from gslb.health import Judge, Stage, Verdict, Watched
from gslb.health.machine import soonest
from gslb.health.quorum import Vote, decide
from gslb.model import Calculated, CalculatedKind, Check, Damping, Initial, Monitor, MonitorKind, Quorum, QuorumKind
from kit.probing import CHECK, EPOCH, World, http, seen

MONITOR = http(interval=10, timeout=4, rise=2, fall=3)
THREE = {"eu": "eu", "us": "us", "out": None}
OTHER = Check("tcp://:443", CHECK.endpoint, CHECK.address)


def judge(monitor=MONITOR, vantages=THREE, region=None, checks=(CHECK,)):
    return Judge({check: Watched(monitor, region) for check in checks}, vantages, now=100.0, wall=5_000.0)


def put(judge, results, vantage="eu", start=1, at=100.0, wall=6_000.0, check=CHECK):
    """Report results written as "+" and "-" one by one, ten seconds apart; returns the last verdict changed."""
    changed = ()
    for number, result in enumerate(results):
        moment = at + 10 * number
        one = seen(vantage, start + number, ok=result == "+", at=moment, check=check)
        changed = judge.observe([one], moment, wall) or changed
    return changed[-1] if changed else None


def test_with_nothing_stored_the_first_observation_decides():
    for result, up in (("+", True), ("-", False)):
        judging = judge()
        assert not judging.verdicts()[CHECK].known

        verdict = put(judging, result)

        assert (verdict.up, verdict.known, verdict.since) == (up, True, 6_000.0)


@pytest.mark.parametrize(("initial", "up"), [(Initial.UP, True), (Initial.DOWN, False)])
def test_initial_up_or_down_stands_until_enough_observations_speak_against_it(initial, up):
    judging = judge(replace(MONITOR, initial=initial))
    assert (judging.verdicts()[CHECK].up, judging.verdicts()[CHECK].known) == (up, True)

    put(judging, "-" if up else "+")

    assert judging.verdicts()[CHECK].up is up


def test_one_vantage_takes_an_endpoint_down_after_fall_failures_and_up_after_rise_successes():
    judging = judge(vantages={"eu": None})

    assert put(judging, "+").up is True
    assert put(judging, "--", start=2, at=110).suspect is True
    assert put(judging, "-", start=4, at=130).up is False
    assert put(judging, "+", start=5, at=140) is None
    assert put(judging, "+", start=6, at=150).up is True


def test_one_of_three_vantages_cut_off_from_the_world_changes_no_verdict():
    judging = judge()
    for number in range(1, 9):
        batch = [seen(vantage, number, ok=vantage != "us" or number < 3, at=10.0 * number) for vantage in THREE]
        judging.observe(batch, 10.0 * number, 1_000.0 * number)

    verdict = judging.verdicts()[CHECK]
    assert (verdict.up, verdict.since, verdict.votes) == (True, 1_000.0, (2, 1))


def test_all_vantages_silent_freezes_and_ballots_show_the_age():
    judging = judge(vantages={"eu": None})
    put(judging, "+", at=100)

    while judging.wake_at() < inf:
        judging.tick(judging.wake_at(), 9_000.0)

    verdict = judging.verdicts()[CHECK]
    assert (verdict.up, verdict.votes, verdict.since) == (True, (0, 0), 6_000.0)
    (ballot,) = judging.ballots(CHECK)
    assert (ballot.stage, ballot.at) == (Stage.SILENT, 100.0)


def test_a_report_that_was_long_under_way_brings_the_next_alarm_forward():
    judging = judge()
    judging.observe([seen("eu", 1, ok=True, at=110.0)], 110.0, 0.0)
    assert judging.wake_at() == 130.0

    judging.observe([seen("us", 1, ok=True, at=105.0)], 111.0, 0.0)

    assert judging.wake_at() == 125.0


def test_observations_of_strangers_or_under_another_digest_are_not_counted():
    judging = judge()
    strange = [
        seen("mallory", 1, ok=False),
        seen("eu", 1, ok=False, digest="d0"),
        seen("eu", 2, ok=False, check=Check("ready", "web/eu", "192.0.2.99")),
    ]

    assert judging.observe(strange, 100.0, 0.0) == ()
    assert not judging.verdicts()[CHECK].known


def test_a_restored_verdict_stands_with_a_horizon_until_it_is_counted_out():
    judging = judge(vantages={"eu": None})
    judging.restore([Verdict(CHECK, up=True, since=42.0, reason="200 OK", horizon=0.0)], 100.0, 5_000.0)
    verdict = judging.verdicts()[CHECK]
    assert (verdict.up, verdict.since, verdict.reason, verdict.horizon) == (True, 42.0, "200 OK", soonest(MONITOR, 3))

    put(judging, "--")
    assert judging.verdicts()[CHECK].up is True
    assert put(judging, "-", start=3, at=120).up is False


def test_what_was_stored_of_a_check_no_longer_watched_is_inherited_by_the_address():
    judging = judge(checks=(OTHER,))

    judging.restore([Verdict(CHECK, up=False, since=42.0, reason="refused")], 100.0, 5_000.0)

    assert judging.verdicts()[OTHER].up is False
    assert judging.verdicts()[OTHER].known
    assert set(judging.verdicts()) == {OTHER}


def test_an_edited_monitor_keeps_its_verdict_until_it_has_its_own():
    judging = judge(vantages={"eu": None})
    put(judging, "+")
    edited = replace(MONITOR, path="/other", digest="d2")

    judging.adopt({CHECK: Watched(edited)}, {"eu": None}, 105.0, 7_000.0)
    put(judging, "---", start=2, at=106)  # still under the old digest
    assert judging.verdicts()[CHECK].up is True

    changed = ()
    for number in range(5, 8):
        changed = judging.observe([seen("eu", number, ok=False, at=140, digest="d2")], 140, 8_000.0)
    assert (changed[0].up, changed[0].since) == (False, 8_000.0)


def test_a_reload_that_changes_only_thresholds_keeps_the_count():
    judging = judge(vantages={"eu": None})
    put(judging, "+--")

    judging.adopt({CHECK: Watched(replace(MONITOR, fall=5))}, {"eu": None}, 121.0, 7_000.0)
    assert put(judging, "--", start=4, at=130).up is True
    assert put(judging, "-", start=6, at=150).up is False


def test_an_added_monitor_keeps_what_the_address_was_believed_to_be():
    judging = judge(vantages={"eu": None})
    put(judging, "+")
    added = http(OTHER.monitor)

    changed = judging.adopt({CHECK: Watched(MONITOR), OTHER: Watched(added)}, {"eu": None}, 105.0, 7_000.0)

    assert [(verdict.check, verdict.up, verdict.known) for verdict in changed] == [(OTHER, True, True)]
    assert put(judging, "--", at=110, check=OTHER).suspect is True
    assert put(judging, "-", start=3, at=130, check=OTHER).up is False


def test_a_monitor_added_to_an_address_that_was_answered_without_one_starts_up():
    judging = judge(checks=())

    (verdict,) = judging.adopt(
        {CHECK: Watched(MONITOR)}, THREE, 105.0, 7_000.0, served={(CHECK.endpoint, CHECK.address)}
    )

    assert (verdict.up, verdict.known) == (True, True)


def test_an_added_endpoint_waits_for_rise_successes_however_it_flickers():
    judging = judge(vantages={"eu": None}, checks=())
    (verdict,) = judging.adopt({CHECK: Watched(MONITOR)}, {"eu": None}, 105.0, 7_000.0)
    assert (verdict.up, verdict.known) == (False, False)

    assert put(judging, "+") is None
    assert put(judging, "+", start=2, at=110).up is True


def test_an_added_endpoint_is_known_within_rise_intervals_and_a_timeout():
    for seed in range(50):
        random = Random(seed)
        monitor = http(interval=7, timeout=3, rise=random.randint(1, 4))
        world = World(
            monitor, {"eu": None}, lambda vantage, at, random=random: (random.random() < 0.6, random.uniform(0, 3))
        )
        world.judge.adopt({}, {"eu": None}, world.now, 0.0)
        world.judge.adopt({CHECK: Watched(monitor)}, {"eu": None}, world.now, 0.0)
        for _ in world.run(world.now + monitor.rise * monitor.interval + monitor.timeout):
            pass
        assert world.verdict.known


def test_what_goes_is_forgotten_and_so_are_vantages_that_go():
    judging = judge(checks=(CHECK, OTHER))
    put(judging, "+")

    assert judging.adopt({CHECK: Watched(MONITOR)}, {"us": "us"}, 105.0, 7_000.0)[0].votes == (0, 0)

    assert set(judging.verdicts()) == {CHECK}
    assert [ballot.vantage for ballot in judging.ballots(CHECK)] == ["us"]


def test_a_reload_that_changes_nothing_changes_no_verdict():
    judging = judge()
    put(judging, "+-")

    assert judging.adopt({CHECK: Watched(MONITOR)}, THREE, 111.0, 7_000.0) == ()


DB = Monitor("db", MonitorKind.PUSH, every=10, grace=25)


def calculated(name, kind, *names, amount=0, inverted=False):
    return Monitor(name, MonitorKind.CALCULATED, calculated=Calculated(kind, names, amount, inverted))


def test_a_push_monitor_turns_with_its_heartbeats():
    judging = Judge({Check("db"): Watched(DB)}, {}, 100.0, 0.0)

    (up,) = judging.heartbeat("db", 101.0, 101.0, 1.0)
    assert (up.up, up.cause.id) == (True, "push/db/1")
    assert judging.heartbeat("db", 109.0, 109.0, 2.0) == ()
    assert judging.heartbeat("nobody", 109.0, 109.0, 2.0) == ()
    turns = []
    while (moment := judging.wake_at()) < inf:
        turns += [(moment, verdict.up, verdict.suspect) for verdict in judging.tick(moment, 3.0)]
    assert turns == [(119.0, True, True), (144.0, False, False)]
    assert judging.wake_at() == inf
    assert judging.heartbeat("db", 150.0, 150.0, 4.0)[0].up is True
    assert judging.ballots(Check("db")) == ()


def test_a_reload_keeps_heartbeats_and_an_edit_awaits_them_anew():
    judging = Judge({Check("db"): Watched(DB)}, {}, 100.0, 0.0)
    judging.heartbeat("db", 101.0, 101.0, 1.0)

    judging.adopt({Check("db"): Watched(DB)}, {}, 105.0, 2.0)
    assert judging.tick(111.0, 3.0)[0].suspect is True
    judging.adopt({Check("db"): Watched(replace(DB, digest="d2"))}, {}, 112.0, 4.0)
    assert judging.verdicts()[Check("db")].suspect is False
    assert judging.tick(147.0, 5.0)[0].up is False


def site(member_rule=CalculatedKind.ALL, **options):
    """site = all of (ready, db); spare = not site."""
    return {
        CHECK: Watched(MONITOR),
        Check("db"): Watched(DB),
        Check("site", CHECK.endpoint, CHECK.address): Watched(
            calculated("site", member_rule, "ready", "db", **options)
        ),
        Check("spare", CHECK.endpoint, CHECK.address): Watched(
            calculated("spare", CalculatedKind.ANY, "site", inverted=True)
        ),
    }


def state(judging):
    return {check.monitor: verdict.up if verdict.known else None for check, verdict in judging.verdicts().items()}


def test_calculated_monitors_follow_their_members_through_every_level_at_once():
    judging = Judge(site(), {"eu": None}, 100.0, 0.0)
    assert state(judging) == {"ready": None, "db": None, "site": None, "spare": None}

    put(judging, "+")
    assert state(judging) == {"ready": True, "db": None, "site": None, "spare": None}
    changed = judging.heartbeat("db", 101.0, 101.0, 1.0)
    assert [verdict.check.monitor for verdict in changed] == ["db", "site", "spare"]
    assert state(judging) == {"ready": True, "db": True, "site": True, "spare": False}

    changed = judging.tick(136.0, 2.0)
    assert state(judging) == {"ready": True, "db": False, "site": False, "spare": True}
    assert {verdict.cause for verdict in changed if verdict.check.monitor != "ready"} == {changed[0].cause}


def test_a_failure_being_counted_shows_in_what_is_calculated():
    judging = Judge(site(), {"eu": None}, 100.0, 0.0)
    judging.heartbeat("db", 100.0, 100.0, 1.0)
    put(judging, "+-")

    verdict = judging.verdicts()[Check("site", CHECK.endpoint, CHECK.address)]
    assert (verdict.up, verdict.suspect, verdict.horizon) == (True, True, 0.0)


def test_a_success_being_counted_shows_in_what_is_inverted():
    judging = Judge(site(), {"eu": None}, 100.0, 0.0)
    judging.heartbeat("db", 100.0, 100.0, 1.0)
    put(judging, "---")
    judging.heartbeat("db", 120.0, 120.0, 1.0)
    spare = Check("spare", CHECK.endpoint, CHECK.address)
    assert (judging.verdicts()[spare].up, judging.verdicts()[spare].suspect) == (True, False)

    put(judging, "+", start=4, at=125)

    assert judging.verdicts()[spare].suspect is True


def test_a_calculated_monitor_may_be_edited():
    judging = Judge(site(), {"eu": None}, 100.0, 0.0)
    put(judging, "-")
    judging.heartbeat("db", 100.0, 100.0, 1.0)
    assert state(judging)["site"] is False

    judging.adopt(site(CalculatedKind.ANY), {"eu": None}, 101.0, 2.0)

    assert state(judging)["site"] is True


def test_members_of_calculated_monitors_hand_nothing_down():
    judging = Judge(site(CalculatedKind.ANY), {"eu": None}, 100.0, 0.0)
    put(judging, "-")
    judging.heartbeat("db", 100.0, 100.0, 1.0)
    assert state(judging) == {"ready": False, "db": True, "site": True, "spare": False}
    both = {**site(CalculatedKind.ANY), OTHER: Watched(http(OTHER.monitor))}
    del both[Check("spare", CHECK.endpoint, CHECK.address)]
    judging.adopt({check: what for check, what in both.items() if check != OTHER}, {"eu": None}, 101.0, 2.0)

    judging.adopt(both, {"eu": None}, 102.0, 3.0)

    assert state(judging)[OTHER.monitor] is True


def test_calculated_monitors_in_a_loop_are_refused_and_the_old_ones_stay():
    judging = judge()
    loop = {
        Check(name): Watched(calculated(name, CalculatedKind.ALL, other)) for name, other in (("a", "b"), ("b", "a"))
    }

    with pytest.raises(ValueError, match="loop"):
        judging.adopt(loop, THREE, 101.0, 0.0)
    assert set(judging.verdicts()) == {CHECK}


GATEWAY, BEHIND = Check("ping", "gateways/eu", "192.0.2.1"), Check("page", CHECK.endpoint, CHECK.address)


def behind():
    """A page behind a check behind a gateway, each asked by one vantage and down after one failure."""
    quick = {"interval": 10, "timeout": 4, "rise": 1, "fall": 1, "damping": Damping(falls=0)}
    return Judge(
        {
            BEHIND: Watched(http("page", **quick), needs=((CHECK,),)),
            CHECK: Watched(http("ready", **quick), needs=((GATEWAY,),)),
            GATEWAY: Watched(http("ping", **quick)),
        },
        {"eu": None},
        100.0,
        0.0,
    )


def test_what_stands_behind_something_that_is_down_says_so_and_names_the_first_cause():
    judging = behind()
    for check in (GATEWAY, CHECK, BEHIND):
        put(judging, "+-", check=check)

    found = judging.verdicts()
    assert {check: (one.up, one.because, one.reason) for check, one in found.items()} == {
        GATEWAY: (False, None, "refused"),
        CHECK: (False, GATEWAY, "ping at gateways/eu is down; refused"),
        BEHIND: (False, GATEWAY, "ping at gateways/eu is down; refused"),
    }


def test_a_cause_that_is_found_later_or_goes_sooner_is_told():
    judging = behind()
    put(judging, "+-", check=CHECK)
    assert judging.verdicts()[CHECK].because is None

    (fallen, told) = judging.observe([seen("eu", 1, ok=False, check=GATEWAY, at=111.0)], 111.0, 0.0)
    assert (fallen.check, told.check, told.because) == (GATEWAY, CHECK, GATEWAY)

    judging.observe([seen("eu", 2, ok=True, check=GATEWAY, at=112.0)], 112.0, 0.0)
    verdict = judging.verdicts()[CHECK]
    assert (verdict.up, verdict.because, verdict.reason) == (False, None, "refused")


def test_what_is_up_behind_something_that_is_down_is_up():
    judging = behind()
    put(judging, "-", check=GATEWAY)

    assert put(judging, "+").up is True
    assert judging.verdicts()[CHECK].because is None


def test_a_stored_cause_is_not_told_twice():
    judging = behind()
    kept = "ping at gateways/eu is down; refused"
    judging.restore(
        [Verdict(CHECK, up=False, since=1.0, reason=kept), Verdict(GATEWAY, up=False, since=1.0, reason="refused")],
        100.0,
        0.0,
    )

    assert judging.verdicts()[CHECK].reason == kept
    assert judging.verdicts()[CHECK].because == GATEWAY


def test_all_of_a_group_must_be_down_to_explain():
    other = Check("ping", "gateways/eu2", "192.0.2.2")
    quick = {"interval": 10, "timeout": 4, "rise": 1, "fall": 1}
    judging = Judge(
        {
            CHECK: Watched(http("ready", **quick), needs=((GATEWAY, other),)),
            GATEWAY: Watched(http("ping", **quick)),
            other: Watched(http("ping", **quick)),
        },
        {"eu": None},
        100.0,
        0.0,
    )
    for check in (CHECK, GATEWAY):
        put(judging, "-", check=check)
    assert judging.verdicts()[CHECK].because is None

    put(judging, "-", check=other)
    assert judging.verdicts()[CHECK].because == GATEWAY


quorums = st.sampled_from(
    [
        Quorum(),
        Quorum(QuorumKind.ANY),
        Quorum(QuorumKind.ALL),
        Quorum(QuorumKind.REGIONS),
        Quorum(QuorumKind.COUNT, 2),
        Quorum(QuorumKind.SHARE, 18),
    ]
)
monitors = st.builds(
    lambda interval, timeout, confirm, rise, fall, quorum: http(
        interval=interval,
        timeout=timeout * interval,
        confirm_interval=confirm * interval,
        rise=rise,
        fall=fall,
        quorum=quorum,
    ),
    st.floats(1, 30),
    st.floats(0.05, 1),
    st.just(0.0) | st.floats(0.02, 1),
    st.integers(1, 3),
    st.integers(1, 5),
    quorums,
)
vantage_sets = st.integers(1, 5).map(
    lambda count: dict(list({"eu": "eu", "us": "us", "a": None, "b": "eu", "c": None}.items())[:count])
)


@settings(max_examples=300)
@given(monitors, vantage_sets, st.integers(0, 2**32), st.floats(0, 1), st.sampled_from([0.0, 0.05, 0.3]))
def test_a_death_at_any_moment_is_known_within_the_detection_time(monitor, vantages, seed, moment, noise):
    random = Random(seed)
    settled = 1_000 + 5 * monitor.interval
    death = settled + moment * 2 * monitor.interval

    def answer(vantage, started):
        alive = started < death and random.random() >= noise
        return alive, random.uniform(0, monitor.timeout)

    world = World(monitor, vantages, answer, lag=lambda vantage: random.uniform(0, 1))
    for _ in world.run(death):
        pass
    for _ in world.run(death + monitor.detection + 1e-6):
        pass

    assert world.verdict.known
    assert world.verdict.up is False


@settings(max_examples=300)
@given(monitors, vantage_sets, st.integers(0, 2**32), st.floats(0, 0.6), st.booleans())
def test_no_verdict_falls_sooner_than_its_horizon_said_at_any_moment_it_stood(monitor, vantages, seed, bad, outages):
    random = Random(seed)

    def answer(vantage, started):
        troubled = int(started / (7 * monitor.interval)) % 2
        return random.random() >= (0.95 if troubled else bad), random.uniform(0, monitor.timeout)

    def lost(vantage, at):
        return outages and Random(f"{vantage} {int(at / (5 * monitor.interval))} {seed}").random() < 0.3

    world = World(monitor, vantages, answer, lambda vantage: random.uniform(0, 1), lost)
    standing, promises, falls = world.verdict, [], 0
    for moment, verdict in world.run(1_000 + 60 * monitor.interval):
        if standing.known and standing.up:
            promises.append(moment + standing.horizon)
            assert 0 <= standing.horizon <= max(monitor.detection, monitor.interval)
        if standing.known and standing.up and not verdict.up:
            falls += 1
            assert moment >= max(promises) - 1e-6
            promises = []
        standing = verdict


def test_a_steady_endpoint_has_a_horizon_worth_having():
    world = World(MONITOR, {"eu": None, "us": None, "out": None}, lambda vantage, at: (True, 0.1))
    for _ in world.run(1_200):
        pass

    assert (world.verdict.horizon, world.verdict.suspect, world.verdict.votes) == (15.0, False, (3, 0))


def test_probing_on_in_peace_makes_no_new_verdicts():
    world = World(MONITOR, {"eu": None, "us": None, "out": None}, lambda vantage, at: (True, 0.1))
    for _ in world.run(1_050):
        pass

    assert list(world.run(5_000)) == []


@given(st.integers(0, 2**32), quorums)
def test_a_batch_says_the_same_in_any_order_and_however_often_each_part_of_it_comes(seed, quorum):
    random = Random(seed)
    monitor = replace(MONITOR, quorum=quorum)
    orderly, jumbled = (
        judge(monitor, region="eu", checks=(CHECK, OTHER)),
        judge(monitor, region="eu", checks=(CHECK, OTHER)),
    )
    past = []
    sequence = 0
    for tick in range(12):
        now = 100.0 + 3 * tick
        batch = []
        for _ in range(random.randint(0, 8)):
            sequence += 1
            batch.append(
                seen(
                    random.choice(list(THREE)),
                    sequence,
                    ok=random.random() < 0.5,
                    at=now - random.random(),
                    epoch=EPOCH + tick // 6,
                    check=random.choice([CHECK, OTHER]),
                )
            )
        again = [*batch, *random.choices(batch, k=5 if batch else 0), *random.choices(past, k=5 if past else 0)]
        random.shuffle(again)
        past += batch

        expected, found = orderly.observe(batch, now, now), jumbled.observe(again, now, now)

        assert {verdict.check: verdict for verdict in found} == {verdict.check: verdict for verdict in expected}
        assert orderly.verdicts() == jumbled.verdicts()
        assert jumbled.observe(again, now, now) == ()


class AgainstNaiveReference(RuleBasedStateMachine):
    """The judge beside a reference that keeps every observation and works all out anew each time."""

    @initialize(quorum=quorums, rise=st.integers(1, 3), fall=st.integers(1, 3), region=st.sampled_from([None, "eu"]))
    def begin(self, quorum, rise, fall, region):
        self.monitor = http(interval=10, timeout=4, rise=rise, fall=fall, quorum=quorum, damping=Damping(falls=0))
        self.region = region
        self.judge = Judge({CHECK: Watched(self.monitor, region)}, THREE, 100.0, 0.0)
        self.now = 100.0
        self.sequence = 0
        self.believed = None
        self.heard: dict[str, tuple[bool | None, int, float]] = {}  # vantage: says, run against it, at

    @rule(results=st.lists(st.tuples(st.sampled_from(list(THREE)), st.booleans()), min_size=1, max_size=4))
    def report(self, results):
        batch = []
        believed = self.believed
        for vantage, ok in results:
            self.sequence += 1
            batch.append(seen(vantage, self.sequence, ok=ok, at=self.now))
            says, run, at = self.heard.get(vantage, (None, 0, -inf))
            if self.now - at >= 30:
                says, run = believed, 0
            if says is None:
                says = ok
            elif says == ok:
                run = 0
            elif run + 1 == (self.monitor.rise if ok else self.monitor.fall):
                says, run = ok, 0
            else:
                run += 1
            self.heard[vantage] = (says, run, self.now)
        self.judge.observe(batch, self.now, self.now)

    @rule(seconds=st.sampled_from([0.5, 4.0, 9.0, 15.0, 40.0]))
    def wait(self, seconds):
        until = self.now + seconds
        while self.judge.wake_at() <= until:
            self.now = max(self.now, self.judge.wake_at())
            self.judge.tick(self.now, self.now)
            self.agrees()
        self.now = until
        self.judge.tick(self.now, self.now)

    @invariant()
    def agrees(self):
        if not hasattr(self, "judge"):
            return
        fresh = {vantage: says for vantage, (says, _, at) in self.heard.items() if self.now - at < 30}
        votes = [
            Vote(says, own=self.region is not None and THREE[vantage] == self.region, place=THREE[vantage] or vantage)
            for vantage, says in fresh.items()
        ]
        decision = decide(self.monitor.quorum, votes)
        self.believed = self.believed if decision is None else decision

        verdict = self.judge.verdicts()[CHECK]
        assert verdict.known == (self.believed is not None)
        assert verdict.up == bool(self.believed)
        assert verdict.votes == (sum(v is True for v in fresh.values()), sum(v is False for v in fresh.values()))
        assert (verdict.horizon < inf) == verdict.up


TestAgainstNaiveReference = AgainstNaiveReference.TestCase
