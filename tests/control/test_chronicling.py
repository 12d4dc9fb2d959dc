"""Whatever a judge goes through, the chronicle of it says what it believes."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gslb.control import Adopted, ChangeKind, Cleared, Recorded, Returned, Said, Stored, believed
from gslb.control.chronicle import at_rest
from gslb.health import Standing
from kit.judging import REGIONAL, Play, built, stored, word

ENDPOINTS = ["web/eu-west", "web/us-east", "shop/eu-west", "shop/us-east"]


@pytest.fixture(scope="module")
def regional(tmp_path_factory):
    return replace(built(REGIONAL, tmp_path_factory.mktemp("regional")), digest="d1")


class Written(Play):
    """A judge of which every change is written down."""

    def __init__(self, *arguments, recorded=(), **more):
        self.recorded = list(recorded)
        super().__init__(*arguments, **more)

    def step(self, *events):
        effects = super().step(*events)
        self.recorded += [Recorded(len(self.recorded) + n, change) for n, change in enumerate(effects.changes, 1)]
        return effects

    @property
    def kinds(self):
        return [change.kind for change in self.effects.changes]


@pytest.fixture
def play(regional):
    play = Written(regional)
    play.all_up()
    return play


def test_a_beginning_tells_of_the_snapshot_and_of_every_verdict(regional):
    play = Written(regional)
    play.step()

    assert play.kinds[:2] == [ChangeKind.ADOPTED, ChangeKind.STARTED]
    assert play.kinds.count(ChangeKind.VERDICT) == 4


def test_a_verdict_that_turns_is_told_apart_from_one_that_only_wavers(play):
    play.now += 1
    play.probe("web/eu-west", ok=False)
    assert play.kinds[0] is ChangeKind.EVIDENCE
    assert ChangeKind.VERDICT not in play.kinds
    assert play.effects.changes[0].data["suspect"]

    play.now += 1
    play.probe("web/eu-west", ok=False)
    assert ChangeKind.VERDICT in play.kinds
    assert next(c for c in play.effects.changes if c.kind is ChangeKind.VERDICT).data["up"] is False


def test_words_are_told_with_who_said_and_who_cleared_them(play):
    play.step(Said(word("web/eu-west", Standing.OFF)))
    play.step(Cleared("web/eu-west", "bob"))

    said = [(one.change.author, one.change.data) for one in play.recorded if one.change.kind is ChangeKind.OVERRIDE]
    assert [author for author, _ in said] == ["ada", "bob"]
    assert said[1][1] is None


def test_nothing_that_happened_tells_nothing(play):
    play.now += 0.5

    assert play.step().changes == []


MOVES = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["kill", "revive"]), st.sampled_from(ENDPOINTS)),
        st.tuples(st.sampled_from(["off", "drain", "auto"]), st.sampled_from(["web", "eu-west", "web/us-east"])),
        st.tuples(st.sampled_from(["wait", "failback", "adopt", "restart"]), st.just("")),
    ),
    max_size=12,
)


def moved(play, move, what, regional):
    match move:
        case "kill":
            play.kill(what)
        case "revive":
            play.revive(what)
        case "off" | "drain":
            play.step(Said(word(what, Standing(move), at=play.wall)))
        case "auto":
            play.step(Cleared(what, "bob"))
        case "wait":
            play.wait(70.0)
        case "failback":
            play.step(Returned("www.example.com.", "ann"))
        case "adopt":
            play.step(Adopted(replace(regional, digest="d2")))
        case "restart":
            kept = stored(play.beliefs)
            rows = tuple(replace(at_rest(verdict)) for verdict in kept.verdicts)
            latest = {one.change.state: one for one in play.recorded if one.change.state}
            given = Stored(rows, kept.overrides, kept.memory, tuple(latest.values()))
            again = Written(play.judging.built, given, now=play.now, recorded=play.recorded)
            again.step()
            return again
    return play


@given(MOVES)
@settings(max_examples=60)
def test_the_chronicle_says_what_is_believed_whatever_happened(regional, moves):
    play = Written(regional)
    play.all_up()
    for move, what in moves:
        play = moved(play, move, what, regional)

    found, judging = believed(play.recorded), play.judging
    assert found.verdicts == dict(judging.verdicts)
    assert found.overrides == judging.overrides
    assert found.memory == judging.memory
    assert found.adopted == judging.built.digest


def test_after_a_gap_whatever_is_otherwise_is_told_anew(play):
    before = len(play.recorded)
    play.kill("web/eu-west")
    play.step(Said(word("web", Standing.DRAIN, at=play.wall)))
    del play.recorded[before:]

    play.judging.chronicler.rebase(play.recorded)
    play.step()

    assert believed(play.recorded).verdicts == dict(play.judging.verdicts)
    assert believed(play.recorded).overrides == play.judging.overrides
