"""What no order may do unless it is forced."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from gslb.control import Cancelled, Cleared
from gslb.control.desk import Refusal
from gslb.control.safety import TAKING
from gslb.health import Standing
from kit.judging import built
from kit.ruled import RULED, Ruled, drain, off, switch, undrain
from kit.worlds import WALL

REGIONS = ("eu-west", "eu-north", "us-east")


@pytest.fixture
def ruled(tmp_path):
    play = Ruled(built(RULED, tmp_path))
    play.step()
    return play


def rewritten(tmp_path, *changes):
    text = RULED
    for old, new in changes:
        text = text.replace(old, new)
    play = Ruled(built(text, tmp_path))
    play.step()
    return play


def test_a_set_keeps_so_many_whatever_takes_the_others_away(ruled):
    ruled.order(drain("eu-west"))

    for taking in (drain("us-east"), off("web/us-east"), switch(us_east=False), drain("web")):
        with pytest.raises(Refusal) as refused:
            ruled.order(taking)
        assert "keep 2 of eu-west, eu-north, us-east" in str(refused.value)
        assert "take back eu-west (drain eu-west) first" in str(refused.value)
    assert ruled.belief.overrides.keys() == {"eu-west"}


def test_a_refusal_names_the_rule_and_its_line(ruled):
    said = r"test.yaml:9:5  keep 2 of .*: only eu-north .*\n.*:10:5  keep 1 of eu-west, us-east \(two homes\): nothing"
    with pytest.raises(Refusal, match=said):
        ruled.order(drain("eu-west"), drain("us-east"))


def test_several_changes_are_judged_by_where_they_lead_and_happen_all_or_not_at_all(ruled):
    ruled.order(switch(eu_west=False))

    ruled.order(switch(eu_west=True, us_east=False))
    with pytest.raises(Refusal):
        ruled.order(switch(us_east=True, eu_west=False, eu_north=False))
    desk = ruled.judging.hand.desk
    assert [desk.on(name) for name in REGIONS] == [True, True, False]


def test_what_is_broken_already_may_be_mended_step_by_step(ruled):
    ruled.order(drain("eu-west"), drain("us-east"), drain("eu-north"), force=True)

    ruled.order(undrain("eu-west"))
    with pytest.raises(Refusal):
        ruled.order(drain("eu-west"))
    ruled.order(Cleared("us-east", "ann"))


def test_a_drain_instead_of_an_off_where_a_rule_is_broken_already_stays(ruled):
    ruled.order(off("eu-west"), drain("us-east"), force=True)
    ruled.wait(10)

    ruled.order(drain("eu-west", ramp=60.0))

    assert ruled.belief.overrides.keys() == {"eu-west", "us-east"}
    assert not ruled.told("refused")


def test_a_plan_is_judged_with_all_that_stands_when_it_begins(ruled):
    ruled.order(drain("eu-west", begins=WALL + 100, expires=WALL + 200))

    with pytest.raises(Refusal, match=r"from 20.* on"):
        ruled.order(drain("us-east", begins=WALL + 150))
    with pytest.raises(Refusal):
        ruled.order(drain("us-east"))  # it would still stand when the other begins
    ruled.order(drain("us-east", begins=WALL + 200))
    ruled.order(drain("eu-north", expires=WALL + 90))


def test_a_plan_that_is_no_longer_allowed_does_not_begin(ruled):
    ruled.order(drain("eu-west", begins=WALL + 100, ramp=60.0))
    ruled.order(drain("us-east"), force=True)

    ruled.wait(101)

    assert "eu-west" not in ruled.belief.overrides
    (line,) = ruled.told("refused")
    assert line["order"] == "begin d-1"
    assert "keep 2" in line["why"]
    assert ruled.answer("www") == ["192.0.2.1"]


def test_a_forced_plan_begins_all_the_same(ruled):
    ruled.order(drain("us-east"))
    reply = ruled.order(drain("eu-west", begins=WALL + 100), force=True)

    assert "forced: " in reply.warnings[0]
    ruled.wait(101)
    assert ruled.answer("www") == ["192.0.2.2"]


def test_behind_a_gate_nothing_is_changed_while_it_is_off(ruled):
    ruled.order(switch(master=False))

    with pytest.raises(Refusal, match="write gslb control master on first"):
        ruled.order(drain("eu-north"))
    with pytest.raises(Refusal, match="while master is off"):
        ruled.order(switch(master=True, eu_north=False))
    for part in ("web", "web/eu-north"):  # what shares an endpoint with it is part of it
        with pytest.raises(Refusal, match="while master is off"):
            ruled.order(drain(part), force=False)
    ruled.order(drain("eu-west"))
    ruled.order(switch(master=True))
    ruled.order(undrain("eu-west"), drain("eu-north"))


def test_between_two_takings_there_is_a_wait_and_giving_back_never_waits(tmp_path):
    ruled = rewritten(
        tmp_path, ("{gate: master, of: [eu-north]}", "{wait: 5m}"), ("keep: 2", "keep: 1"), (", master: {}", "")
    )
    ruled.order(drain("eu-west"))

    with pytest.raises(Refusal, match=r"eu-west was taken away at .*; eu-north may be at"):
        ruled.order(drain("eu-north"))
    with pytest.raises(Refusal, match="wait 300s"):
        ruled.order(switch(eu_north=False))
    with pytest.raises(Refusal, match="wait 300s"):
        ruled.order(drain("eu-north", begins=WALL + 250))
    ruled.order(undrain("eu-west"))
    ruled.wait(299)
    with pytest.raises(Refusal):
        ruled.order(drain("eu-north"))
    ruled.wait(1)
    ruled.order(drain("eu-north"))


def test_in_a_freeze_nothing_changes_by_hand_but_a_plan_may_be_cancelled(tmp_path):
    ruled = rewritten(tmp_path, ("zones:\n", 'windows: {freeze: "2023-11-14/2023-11-14"}\nzones:\n'))  # WALL is in it
    with pytest.raises(Refusal, match=r"test.yaml:12:.*freeze 2023-11-14/2023-11-14 UTC: eu-west stays as it is until"):
        ruled.order(drain("eu-west"))
    ruled.order(drain("eu-west", begins=WALL + 86_400))
    ruled.order(Cancelled("d-1", "ann"))
    reply = ruled.order(drain("eu-west"), force=True)
    assert "freeze" in reply.warnings[0]
    with pytest.raises(Refusal, match="freeze"):
        ruled.order(undrain("eu-west"))


def test_a_drain_outside_of_maintenance_is_carried_out_with_a_warning(tmp_path):
    ruled = rewritten(tmp_path, ("zones:\n", 'windows: {maintenance: "daily 01:00-05:00 UTC"}\nzones:\n'))

    (warning,) = ruled.order(drain("eu-west")).warnings  # WALL is 22:13 UTC
    assert "outside of the maintenance windows (daily 01:00-05:00 UTC)" in warning
    assert ruled.order(undrain("eu-west")).warnings == ()
    assert ruled.order(drain("eu-west", begins=WALL + 4 * 3_600)).warnings == ()


def test_off_never_takes_the_last_of_a_name_unless_it_is_forced(tmp_path):
    ruled = rewritten(
        tmp_path, ("keep: 2", "keep: 1"), ("[eu-west, us-east], why", "[eu-west, eu-north, us-east], why")
    )

    with pytest.raises(Refusal, match=r"the last of www.example.com. for A, which would answer nothing; say --force"):
        ruled.order(off("web"))
    ruled.order(drain("eu-west"), drain("us-east"))
    with pytest.raises(Refusal):
        ruled.order(off("web"))
    ruled.order(off("web"), force=True)


class Rules(RuleBasedStateMachine):
    """Whatever is ordered, in any order and at any time: no rule is ever broken."""

    @initialize()
    def start(self):
        self.folder = tempfile.TemporaryDirectory()
        self.play = Ruled(built(RULED, Path(self.folder.name)))
        self.play.step()

    def teardown(self):
        self.folder.cleanup()

    def given(self, *commands):
        before = self.play.judging.hand.desk
        try:
            self.play.order(*commands)
        except Refusal:
            assert self.play.judging.hand.desk == before

    @rule(
        path=st.sampled_from((*REGIONS, "web/eu-west", "web/us-east", "web")),
        begins=st.one_of(st.none(), st.integers(1, 300)),
        lasts=st.one_of(st.none(), st.integers(1, 300)),
        ramp=st.sampled_from((0, 30)),
    )
    def drains(self, path, begins, lasts, ramp):
        start = self.play.wall + (begins or 0)
        expires = None if lasts is None else start + lasts
        self.given(drain(path, begins=start if begins else None, expires=expires, ramp=float(ramp), back=float(ramp)))

    @rule(path=st.sampled_from((*REGIONS, "web/eu-north")))
    def offs(self, path):
        self.given(off(path))

    @rule(states=st.dictionaries(st.sampled_from((*REGIONS, "master")), st.booleans(), min_size=1))
    def switches(self, states):
        self.given(switch(**{name.replace("-", "_"): on for name, on in states.items()}))

    @rule(path=st.sampled_from(REGIONS), ramp=st.sampled_from((0.0, 40.0)))
    def undrains(self, path, ramp):
        self.given(undrain(path, ramp))

    @rule(path=st.sampled_from((*REGIONS, "web")))
    def clears(self, path):
        self.given(Cleared(path, "ann"))

    @rule(seconds=st.integers(0, 200))
    def waits(self, seconds):
        self.play.wait(seconds)
        self.play.step()

    @invariant()
    def two_of_three_are_left_and_one_of_two(self):
        if not hasattr(self, "play"):
            return
        desk, wall = self.play.judging.hand.desk, self.play.wall
        left = [name for name in REGIONS if desk.on(name) and not taken(desk, name, wall)]
        assert len(left) >= 2
        assert {*left} & {"eu-west", "us-east"}


def taken(desk, name, wall):
    """Whether a word on the region, or on the pool's only endpoint there, takes it away: the longest path counts."""
    counting = {path: one for path, one in desk.overrides.items() if one.starts <= wall < one.ends}
    if f"web/{name}" in counting:
        return counting[f"web/{name}"].standing in TAKING
    return any(counting[path].standing in TAKING for path in (name, "web") if path in counting)


Rules.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestRules = Rules.TestCase


def test_the_words_that_take_away_are_drain_and_off():
    assert TAKING == (Standing.DRAIN, Standing.OFF)
