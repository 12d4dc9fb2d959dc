"""Sentinels: who reaches none of them has no vote, and when it is back it starts from what is believed."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from gslb.health import Judge, Lack, Observation, Watched
from gslb.health.sentinels import Lookout
from gslb.model import Check, Quorum, QuorumKind, sentinel
from kit.probing import CHECK, DIGEST, EPOCH, World, http, seen

HERE, THERE = (Check(f"https://192.0.2.{number}/", "", f"192.0.2.{number}") for number in (250, 251))
SENTINELS = {check: sentinel(http(check.monitor)) for check in (HERE, THERE)}
ONE = {HERE: SENTINELS[HERE]}
THREE = {"eu": "eu", "us": "us", "out": None}


def lookout(sentinels=SENTINELS):
    made = Lookout()
    made.adopt(sentinels, THREE)
    return made


def told(sequence, *, ok, at=0.0, check=HERE, vantage="eu", took=0.0):
    return Observation(vantage, EPOCH, sequence, check, DIGEST, ok, "200 OK" if ok else "refused", at, took)


def test_one_that_reaches_any_of_its_sentinels_votes():
    looking = lookout()

    assert looking.hear([told(1, ok=False), told(2, ok=True, check=THERE)]) == set()
    assert looking.counts(seen("eu", 3, ok=False, at=1.0))


def test_one_that_reaches_none_does_not_vote_and_says_why():
    looking = lookout()

    assert looking.hear([told(1, ok=False), told(2, ok=False, check=THERE)]) == {"eu"}
    assert looking.hear([told(3, ok=False)]) == set()
    assert not looking.counts(seen("eu", 4, ok=False, at=1.0))
    assert looking.counts(seen("us", 4, ok=False, at=1.0))
    absence = looking.absence("eu")
    assert (absence.lack, absence.reason) == (
        Lack.CUT_OFF,
        "reaches none of its sentinels: https://192.0.2.250/ refused, https://192.0.2.251/ refused",
    )
    assert looking.absence("us") is None


def test_until_all_have_been_asked_it_votes():
    looking = lookout()
    looking.hear([told(1, ok=False)])

    assert looking.counts(seen("eu", 2, ok=False))


def test_it_is_back_after_two_successes_in_a_row_with_what_it_began_to_probe_from_then_on():
    looking = lookout(ONE)
    looking.hear([told(1, ok=False, at=10.0), told(2, ok=True, at=11.0)])
    assert looking.absence("eu")

    looking.hear([told(3, ok=False, at=12.0), told(4, ok=True, at=13.0), told(5, ok=True, at=14.0)])

    assert looking.absence("eu") is None
    begun_before = told(6, ok=False, at=15.0, check=CHECK, took=2.0)
    assert not looking.counts(begun_before)
    assert looking.counts(told(7, ok=False, at=15.0, check=CHECK, took=1.0))


def test_strange_sentinels_vantages_and_digests_say_nothing():
    looking = lookout(ONE)

    assert looking.hear([told(1, ok=False, vantage="mallory"), told(1, ok=False, check=THERE)]) == set()
    assert looking.hear([seen("eu", 1, ok=False, check=HERE, digest="d0")]) == set()
    assert looking.absence("eu") is None


@given(st.lists(st.tuples(st.sampled_from(["eu", "us"]), st.sampled_from([HERE, THERE]), st.booleans())), st.randoms())
def test_no_order_and_no_repetition_in_a_batch_matters(results, random):
    batch = [
        told(number, ok=ok, at=float(number), check=check, vantage=vantage)
        for number, (vantage, check, ok) in enumerate(results)
    ]
    jumbled = batch + random.choices(batch, k=len(batch)) if batch else []
    random.shuffle(jumbled)
    orderly, other = lookout(), lookout()

    assert orderly.hear(batch) == other.hear(jumbled)
    assert other.hear(jumbled) == set()
    probes = [told(99, ok=True, at=at / 2, check=CHECK, vantage=vantage) for at in range(99) for vantage in THREE]
    assert [orderly.counts(one) for one in probes] == [other.counts(one) for one in probes]


def test_what_is_known_of_a_sentinel_that_went_is_forgotten():
    looking = lookout(ONE)
    looking.hear([told(1, ok=False)])

    looking.adopt({}, THREE)
    assert looking.counts(seen("eu", 2, ok=False))
    looking.adopt(ONE, THREE)
    assert looking.absence("eu") is None


def cut_off(names, since, until, *, at_once):
    """What `names` see while they are cut off: nothing at all, found out at once or by waiting in vain."""

    def ask(vantage, started, check):
        if vantage in names and since <= started < until:
            return False, 0.01 if at_once else 1.0 if check in SENTINELS else 2.0
        return True, 0.1

    return ask


QUICK = http(interval=5, timeout=2, confirm_interval=1, rise=2, fall=3)
FIVE = {"eu": "eu", "us": "us", "ap": "ap", "a": None, "b": None}
MANY = tuple(Check("ready", "web/eu", f"192.0.2.{number}") for number in range(1, 7))


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from([Quorum(), Quorum(QuorumKind.ALL), Quorum(QuorumKind.COUNT, 4), Quorum(QuorumKind.SHARE, 70)]),
    st.booleans(),
    st.integers(1, 4),
    st.floats(0, 10),
    st.integers(0, 2**32),
)
def test_however_many_vantages_are_cut_off_no_verdict_changes(quorum, at_once, count, shift, seed):
    """Even where one voice would be enough to take everything down; and nothing changes when they are back."""
    names = tuple(FIVE)[:count]
    random = Random(seed)
    world = World(
        http(interval=5, timeout=2, confirm_interval=1, rise=2, fall=3, quorum=quorum),
        FIVE,
        lag=lambda vantage: random.uniform(0, 0.5),
        ask=cut_off(names, 1_040 + shift, 1_090 + shift, at_once=at_once),
        checks=MANY,
        sentinels=SENTINELS,
    )
    for _ in world.run(1_040):
        pass
    assert all(verdict.up for verdict in world.judge.verdicts().values())

    assert all(verdict.up for _, verdict in world.run(1_080))
    assert {name: absence.lack for name, absence in world.judge.absences().items()} == dict.fromkeys(
        names, Lack.CUT_OFF
    )
    assert {verdict.votes for verdict in world.judge.verdicts().values()} == {(5 - count, 0)}

    assert all(verdict.up for _, verdict in world.run(1_140))
    assert world.judge.absences() == {}
    assert {verdict.votes for verdict in world.judge.verdicts().values()} == {(5, 0)}


def test_what_the_good_vantages_agree_on_is_known_in_time_while_the_others_are_cut_off():
    def ask(vantage, started, check):
        if vantage in ("eu", "us", "ap") and started >= 1_100:
            return False, 0.01
        return (started < 1_150 or check in SENTINELS), 0.1

    world = World(QUICK, FIVE, ask=ask, checks=MANY, sentinels=SENTINELS)
    for _ in world.run(1_150):
        pass
    assert all(verdict.up for verdict in world.judge.verdicts().values())

    for _ in world.run(1_150 + QUICK.detection):
        pass

    assert not any(verdict.up for verdict in world.judge.verdicts().values())


def test_one_vantage_alone_that_is_cut_off_freezes_its_verdicts():
    world = World(
        QUICK, {"eu": None}, ask=cut_off(("eu",), 1_050, 1_100, at_once=False), checks=MANY, sentinels=SENTINELS
    )
    for _ in world.run(1_050):
        pass

    assert all(verdict.up for _, verdict in world.run(1_150))


def test_with_sentinels_a_vote_may_go_at_any_moment():
    judge = Judge({CHECK: Watched(http(interval=10, timeout=4, fall=3))}, THREE, 0.0, 0.0, ONE)
    for sequence, vantage in enumerate(THREE):
        judge.observe([seen(vantage, sequence, ok=True)], 0.0, 0.0)
    assert judge.verdicts()[CHECK].horizon == 15.0

    for sequence in range(3, 6):
        judge.observe([seen("eu", sequence, ok=False, at=10.0 * sequence)], 10.0, 0.0)

    verdict = judge.verdicts()[CHECK]
    assert (verdict.up, verdict.votes, verdict.horizon) == (True, (2, 1), 0.0)
