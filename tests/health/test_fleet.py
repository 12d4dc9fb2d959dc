"""Vantages seen from all checks at once: who alone sees everything fail, and who is not heard."""

from math import inf

import pytest

from gslb.health import Judge, Lack, Watched
from gslb.health.fleet import Fleet, Sight
from gslb.model import Check, Quorum, QuorumKind
from kit.probing import World, http, seen

FOUR = tuple(Check("ready", "web/eu", f"192.0.2.{number}") for number in range(1, 5))
THREE = {"eu": "eu", "us": "us", "out": None}
ALL = http(interval=10, timeout=4, rise=2, fall=1, quorum=Quorum(QuorumKind.ALL))
BOTH = frozenset({"eu", "us"})


def fleet():
    made = Fleet()
    made.adopt(FOUR, dict.fromkeys(THREE, 30.0), 100.0)
    return made


@pytest.mark.parametrize(("lone", "doubted"), [(0, False), (1, False), (2, False), (3, True), (4, True)])
def test_more_than_half_is_too_much(lone, doubted):
    made = fleet()
    for number, check in enumerate(FOUR):
        made.note(check, Sight(BOTH, "us" if number < lone else None))

    assert made.settle() == (set(FOUR[:lone]) if doubted else set())
    assert made.doubted == ({"us"} if doubted else set())


@pytest.mark.parametrize(("lone", "doubted"), [(3, True), (2, True), (1, False), (0, False)])
def test_doubt_ends_at_a_quarter(lone, doubted):
    made = fleet()
    for check in FOUR:
        made.note(check, Sight(BOTH, "us"))
    made.settle()

    for number, check in enumerate(FOUR):
        made.note(check, Sight(BOTH, "us" if number < lone else None))

    assert made.settle() == (set() if doubted else set(FOUR[:lone]))
    assert ("us" in made.doubted) is doubted


def test_of_a_single_check_nobody_can_tell_whose_fault_it_is():
    made = fleet()
    made.note(FOUR[0], Sight(BOTH, "us"))
    for check in FOUR[1:]:
        made.note(check, Sight(frozenset({"us"}), None))

    assert made.settle() == set()
    assert made.doubted == set()


def test_what_is_no_longer_watched_counts_no_more():
    made = fleet()
    for check in FOUR:
        made.note(check, Sight(BOTH, "us"))
    made.adopt(FOUR[:1], dict.fromkeys(THREE, 30.0), 100.0)

    assert made.settle() == set()


def test_who_is_not_heard_is_missed():
    made = fleet()
    assert (made.wake_at(100.0), made.absence("eu", 129.9)) == (130.0, None)
    assert made.absence("eu", 130.0).reason == "never heard"

    made.hear("eu", 120.0)
    assert made.absence("eu", 149.9) is None
    absence = made.absence("eu", 150.0)
    assert (absence.lack, absence.reason) == (Lack.SILENT, "not heard for 30 s")
    assert made.wake_at(130.0) == 150.0
    assert made.wake_at(150.0) == inf
    made.hear("mallory", 150.0)
    assert made.absence("mallory", 1_000.0) is None


def judged(monitor=ALL, checks=FOUR):
    judge = Judge({check: Watched(monitor) for check in checks}, THREE, 0.0, 0.0)
    for number, (vantage, check) in enumerate((v, c) for v in THREE for c in checks):
        judge.observe([seen(vantage, number, ok=True, check=check)], 0.0, 0.0)
    return judge


def fail(judge, vantage, checks, at=5.0, *, ok=False):
    batch = [seen(vantage, 1_000 * int(at) + number, ok=ok, at=at, check=check) for number, check in enumerate(checks)]
    return judge.observe(batch, at, at)


def downs(judge):
    return sum(not verdict.up for verdict in judge.verdicts().values())


def test_one_voice_takes_down_what_it_is_asked_about_but_not_more_than_half_of_everything():
    judge = judged()
    fail(judge, "us", FOUR[:2])
    assert (downs(judge), judge.absences()) == (2, {})

    fail(judge, "us", FOUR[2:], at=6.0)

    assert downs(judge) == 0
    absence = judge.absences()["us"]
    assert (absence.lack, absence.reason) == (Lack.ALONE, "alone it sees 4 of 4 checks fail")


def test_when_all_falls_in_one_batch_no_verdict_turns():
    judge = judged()

    assert all(verdict.up for verdict in fail(judge, "us", FOUR))


def test_what_two_agree_on_is_never_delayed():
    judge = judged()
    fail(judge, "us", FOUR)
    assert downs(judge) == 0

    fail(judge, "eu", FOUR[:1], at=6.0)
    assert downs(judge) == 1
    fail(judge, "eu", FOUR[1:], at=7.0)
    assert downs(judge) == 4
    assert judge.absences() == {}


def test_who_agrees_again_is_heard_again():
    judge = judged()
    fail(judge, "us", FOUR)
    fail(judge, "us", FOUR, at=6.0, ok=True)
    fail(judge, "us", FOUR, at=7.0, ok=True)
    assert judge.absences() == {}

    fail(judge, "us", FOUR[:1], at=8.0)
    assert downs(judge) == 1


def test_with_one_vantage_there_is_nobody_to_disagree_with():
    judge = Judge({check: Watched(ALL) for check in FOUR}, {"eu": None}, 0.0, 0.0)
    fail(judge, "eu", FOUR, ok=True)

    fail(judge, "eu", FOUR, at=10.0)

    assert downs(judge) == 4


def test_a_vantage_that_dies_is_missed_after_three_intervals_and_found_again():
    world = World(ALL, THREE, checks=FOUR, lost=lambda vantage, at: vantage == "us" and 1_060 <= at < 1_160)
    for _ in world.run(1_060):
        pass
    assert world.judge.absences() == {}

    last = world.now
    for _ in world.run(last + 30.0):
        pass
    assert {name: one.lack for name, one in world.judge.absences().items()} == {"us": Lack.SILENT}
    for _ in world.run(1_175):
        pass
    assert world.judge.absences() == {}
