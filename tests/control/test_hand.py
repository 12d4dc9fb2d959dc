"""The operator's hand over time: plans begin, ramps step, words end; and all of it is told."""

from contextlib import suppress
from itertools import pairwise

import pytest

from gslb.control import Board, Cancelled, ChangeKind, Control, Returned, Stored
from gslb.control.desk import Refusal
from gslb.health import Standing
from gslb.policy import Latch, Memory
from kit.judging import built
from kit.ruled import RULED, Ruled, drain, off, switch, undrain
from kit.worlds import WALL


@pytest.fixture
def world(tmp_path):
    return built(RULED, tmp_path)


@pytest.fixture
def ruled(world):
    play = Ruled(world)
    play.step()
    return play


def share(play, path="eu-west"):
    return play.belief.overrides[path].share(play.belief.wall) if path in play.belief.overrides else 0.0


def test_a_ramp_is_published_step_by_step_and_touches_only_whom_it_concerns(ruled):
    ruled.order(drain("eu-west", ramp=600.0))
    before = len(ruled.beliefs)

    ruled.wait(700)

    shares = [belief.overrides["eu-west"].share(belief.wall) for belief in ruled.beliefs[before:]]
    assert 55 <= len(shares) <= 62
    assert shares == sorted(shares)
    assert max(after - one for one, after in pairwise(shares)) <= 1 / 60 + 1e-6
    assert shares[-1] == 1.0
    assert set(ruled.touched[before:]) <= {frozenset({"www.example.com."})}
    assert ruled.answer("www") == ["192.0.2.2"]


def test_a_plan_begins_by_itself_ends_by_itself_and_returns_by_itself(ruled):
    reply = ruled.order(drain("eu-west", begins=WALL + 1_000, expires=WALL + 2_000, ramp=100.0, back=100.0))

    assert [word.id for word in reply.words] == ["d-1"]
    assert ruled.ttl("www") == 300
    ruled.wait(999)
    assert (share(ruled), ruled.answer("www")) == (0.0, ["192.0.2.1"])
    assert ruled.ttl("www") == 10
    ruled.wait(101)
    assert (share(ruled), ruled.answer("www")) == (1.0, ["192.0.2.2"])
    ruled.wait(950)
    assert 0.4 < share(ruled) < 0.6
    ruled.wait(60)
    assert ruled.belief.overrides == {}
    assert ruled.answer("www") == ["192.0.2.1"]
    assert ruled.told("override")[-1]["author"] == "expiry"


def test_a_ramp_that_was_under_way_goes_on_where_it_should_be_after_a_restart(ruled, world):
    ruled.order(drain("eu-west", ramp=100.0))
    ruled.wait(20)
    words = tuple(ruled.belief.overrides.values())

    again = Ruled(world, Stored(overrides=words, board=ruled.judging.hand.desk.board), now=ruled.now + 30)
    again.step()

    assert share(again) == pytest.approx(0.5)
    again.wait(60)
    assert share(again) == 1.0


def test_a_control_that_is_off_takes_its_region_away_and_is_off_after_a_restart(ruled, world):
    ruled.order(switch(eu_west=False))
    assert ruled.answer("www") == ["192.0.2.2"]
    board = ruled.effects.board
    assert board.controls == {"eu-west": Control(on=False, at=ruled.wall, author="ann", reason="CHG-1")}

    again = Ruled(world, Stored(board=board))
    again.step()
    assert again.answer("www") == ["192.0.2.2"]
    again.order(switch(eu_west=True))
    again.step(Returned("www.example.com.", "ann"))
    assert again.answer("www") == ["192.0.2.1"]


def test_last_resorts_apply_when_every_control_is_off(ruled):
    ruled.order(switch(eu_west=False, eu_north=False, us_east=False), force=True)

    assert ruled.answer("www") == ["192.0.2.1"]


def test_a_failback_by_and_by_lets_go_of_the_latch_at_its_end_and_can_be_broken_off(world):
    memory = Memory(latches={"www.example.com.|A": Latch("web/us-east")})
    play = Ruled(world, Stored(memory=memory))
    play.step()
    assert play.answer("www") == ["192.0.2.3"]

    play.order(Returned("www.example.com.", "ann", 100.0))
    play.wait(50)
    assert play.judging.memory.latches
    play.order(Cancelled("f-1", "ann"))
    assert (play.belief.overrides, play.answer("www")) == ({}, ["192.0.2.3"])

    play.order(Returned("www.example.com.", "ann", 100.0))
    play.wait(101)
    assert (dict(play.judging.memory.latches), play.belief.overrides) == ({}, {})
    assert play.answer("www") == ["192.0.2.1"]


def test_a_trial_says_what_would_be_and_changes_nothing(ruled):
    desk = ruled.judging.hand.desk
    reply = ruled.order(drain("eu-west", ramp=60.0), trial=True)

    assert [(word.id, word.standing) for word in reply.words] == [("d-1", Standing.DRAIN)]
    assert ruled.judging.hand.desk == desk
    assert not ruled.effects.changes
    with pytest.raises(Refusal):
        ruled.order(drain("eu-west"), drain("us-east"), trial=True)


def test_every_order_is_audited_with_what_was_before_and_after(ruled):
    changes = []
    for order in ((drain("eu-west"),), (switch(eu_north=False),), (undrain("eu-west"),)):
        with suppress(Refusal):
            ruled.order(*order)
        changes += [one for one in ruled.effects.changes if one.kind is ChangeKind.ORDER]

    first, second, third = [one.data for one in changes]
    assert {one.author for one in changes} == {"ann"}
    assert (first["order"], first["why"], first["refused"]) == ("drain eu-west", "CHG-1", "")
    assert (first["before"], first["after"]) == ({"eu-west": "auto"}, {"eu-west": "drain d-1"})
    assert "keep 2" in second["refused"]
    assert second["after"] == {}
    assert third["after"] == {"eu-west": "auto"}


def test_what_was_forced_is_audited_with_the_rule_that_it_broke(ruled):
    ruled.order(off("eu-west"), off("us-east"), force=True)

    (row,) = (one.data for one in ruled.effects.changes if one.kind is ChangeKind.ORDER)
    assert [text.split("  ")[1].split(" (")[0][:6] for text in row["forced"]] == ["keep 2", "keep 1"]
    assert all(word.forced for word in ruled.belief.overrides.values())


def test_a_hand_that_never_moved_wakes_nobody(ruled):
    assert ruled.judging.hand.wake_at(WALL) == float("inf")
    assert Board().number == 0
