"""One change of a desk makes another, or is refused with what to say instead."""

import pytest

from gslb.control import Board, Cancelled, Cleared, Returned, Switched
from gslb.control.desk import Desk, Refusal, changed, paths_changed
from gslb.health import Standing
from kit.judging import word
from kit.ruled import RULED, drain, off, switch, undrain
from kit.worlds import WALL, world

MODEL = world(RULED).model


def after(*commands, desk=None, wall=WALL):
    found = Desk() if desk is None else desk
    for command in commands:
        found = changed(found, command, MODEL, wall)
    return found


def test_words_are_numbered_by_their_letter_and_keep_a_number_that_they_have():
    desk = after(drain("eu-west"), off("us-east"))

    assert [one.id for one in desk.overrides.values()] == ["d-1", "o-2"]
    assert after(drain("eu-west", id="d-9")).overrides["eu-west"].id == "d-9"
    assert desk.board.number == 2


def test_a_drain_with_a_ramp_begins_now_and_one_said_again_goes_on_from_where_it_was():
    desk = after(drain("eu-west", ramp=100.0))
    assert desk.overrides["eu-west"].begins == WALL

    again = after(drain("eu-west", ramp=200.0), desk=desk, wall=WALL + 50).overrides["eu-west"]
    assert again.share(WALL + 50) == pytest.approx(0.5)
    assert again.share(WALL + 150) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("second", "share", "gone_after"), [(0, 0.0, 0), (25, 0.25, 60), (100, 1.0, 60), (5_000, 1.0, 60)]
)
def test_an_undrain_takes_clients_back_from_where_the_drain_was(second, share, gone_after):
    desk = after(drain("eu-west", ramp=100.0))
    desk = after(undrain("eu-west", 60.0), desk=desk, wall=WALL + second)

    if share == 0:
        assert not desk.overrides
        return
    found = desk.overrides["eu-west"]
    assert found.share(WALL + second) == pytest.approx(share)
    assert found.share(WALL + second + 30) == pytest.approx(share / 2)
    assert found.ends == WALL + second + gone_after


def test_a_plan_waits_and_is_cancelled_by_its_number():
    desk = after(drain("eu-west", begins=WALL + 3_600, expires=WALL + 7_200, ramp=600.0))
    plan = desk.overrides["eu-west"]

    assert (plan.id, plan.begins, plan.share(WALL)) == ("d-1", WALL + 3_600, 0.0)
    assert not after(Cancelled("d-1", "ann"), desk=desk).overrides


def test_controls_turn_and_one_that_stands_so_already_stays_as_it_is():
    desk = after(switch(eu_west=False, us_east=True))

    assert (desk.on("eu-west"), desk.on("us-east"), desk.on("eu-north")) == (False, True, True)
    assert set(desk.board.controls) == {"eu-west"}
    assert paths_changed(Desk(), desk) == ("eu-west",)


def test_a_failback_with_a_ramp_is_a_word_on_the_root_of_its_tree():
    (found,) = after(Returned("www.example.com.", "ann", 900.0)).overrides.values()

    assert (found.path, found.standing, found.id, found.ramp) == ("www.example.com.", Standing.BACK, "f-1", 900.0)
    assert not after(Returned("www.example.com.", "ann")).overrides


@pytest.mark.parametrize(
    ("commands", "said"),
    [
        ((drain("eu-wset"),), "did you mean eu-west"),
        ((drain("eu-west", expires=WALL - 5),), "would end before it begins"),
        ((drain("eu-west", begins=WALL + 9, expires=WALL + 5),), "would end before it begins"),
        ((off("eu-west"), drain("eu-west", begins=WALL + 9)), "off stands on eu-west"),
        ((undrain("eu-west"),), "no word stands on eu-west; none stands anywhere"),
        ((off("us-east"), Cleared("eu-west", "ann")), "one stands on us-east"),
        ((off("eu-west"), undrain("eu-west")), "is off, not draining"),
        ((drain("eu-west"), Cancelled("d-7", "ann")), "no d-7 to cancel; what stands or is planned: d-1"),
        ((switch(eu_wset=False),), "did you mean eu-west"),
        ((Switched((("nowhere", True),), "ann"),), "known: eu-west"),
        ((Returned("api.example.com.", "ann", 5.0),), "unknown steered name"),
    ],
)
def test_what_cannot_be_done_is_refused_with_what_to_say(commands, said):
    with pytest.raises(Refusal, match=said):
        after(*commands)


def test_a_board_is_part_of_what_changed_only_by_its_controls():
    assert paths_changed(Desk(), Desk(board=Board(5, {}, {"a": 1.0}))) == ()
    assert paths_changed(Desk(), Desk({"eu-west": word("eu-west", Standing.OFF)})) == ("eu-west",)
