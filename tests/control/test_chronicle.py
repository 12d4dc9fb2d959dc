"""Changes say what was believed: whatever a judge goes through, folding its changes gives back what it believes."""

from dataclasses import replace
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.control import Change, ChangeKind, Recorded, believed, override_of, publication_change, verdict_of
from gslb.control.chronicle import at_rest, memory_changes, override_change, verdict_change
from gslb.health import Cause, Override, Standing, Verdict
from gslb.model import Check
from gslb.nameserver import Belief
from gslb.policy import Latch, Memory, Settled

CHECK = Check("ready", "web/eu", "192.0.2.1")
DOWN = Verdict(CHECK, up=False, since=5.25, reason="timeout", votes=(0, 3), cause=Cause("ns1/7/6", 12.5))
HELD = replace(DOWN, held=True, because=Check("lb", "lb/eu", "192.0.2.9"))
SURE = replace(DOWN, up=True, horizon=4.5, suspect=True)
WORD = Override("web/eu", Standing.DRAIN, "CHG-1", "ann", 7.0, 60.0)
MEMORIES = st.builds(
    Memory,
    latches=st.dictionaries(st.sampled_from(["www|A", "api|A|3"]), st.builds(Latch, st.sampled_from(["eu", "us"]))),
    last_good=st.dictionaries(st.sampled_from(["www|A", "a b|A"]), st.just(("web/eu",))),
    ttls=st.dictionaries(st.sampled_from(["www|A|x"]), st.builds(Settled, st.integers(1, 9), st.just(9), st.just(1.0))),
)


def numbered(changes, first=1):
    return [Recorded(number, change) for number, change in enumerate(changes, first)]


@pytest.mark.parametrize("verdict", [DOWN, HELD, SURE, replace(SURE, horizon=inf, known=False, cause=None)], ids=str)
def test_a_verdict_comes_back_from_its_change(verdict):
    assert verdict_of(verdict_change(verdict, 9.0, ChangeKind.VERDICT).data) == verdict


def test_a_word_comes_back_from_its_change():
    change = override_change(WORD)

    assert override_of(change.data) == WORD
    assert (change.at, change.subject, change.author) == (7.0, "web/eu", "ann")


def test_the_latest_change_of_each_state_counts_and_one_without_data_ends_it():
    changes = [
        Change(1.0, ChangeKind.STARTED, "1"),
        verdict_change(SURE, 2.0, ChangeKind.VERDICT),
        override_change(WORD),
        Change(3.0, ChangeKind.ADOPTED, "d1"),
        verdict_change(DOWN, 4.0, ChangeKind.EVIDENCE),
        Change(5.0, ChangeKind.OVERRIDE, "web/eu", "bob", None),
        Change(6.0, ChangeKind.NOTIFIED, "pager"),
    ]

    found = believed(reversed(numbered(changes)))

    assert found.verdicts == {CHECK: DOWN}
    assert found.overrides == {}
    assert found.adopted == "d1"


def test_a_restart_forgets_what_only_a_running_judge_knows():
    found = believed(numbered([verdict_change(SURE, 2.0, ChangeKind.VERDICT), Change(3.0, ChangeKind.STARTED, "2")]))

    assert found.verdicts == {CHECK: at_rest(SURE)}
    assert (at_rest(SURE).horizon, at_rest(SURE).votes, at_rest(SURE).up) == (inf, (0, 0), True)


@given(st.lists(MEMORIES, min_size=1, max_size=5))
def test_memory_comes_back_from_the_changes_between_any_states_of_it(memories):
    changes, before = [], Memory()
    for after in memories:
        changes += memory_changes(before, after, 1.0)
        before = after

    assert believed(numbered(changes)).memory == memories[-1]


@pytest.mark.parametrize("value", ["gAWVnowhere", "", "gAVjbm93aGVyZQpOb3RoaW5nCi4="], ids=["torn", "empty", "unknown"])
def test_what_another_release_remembered_otherwise_is_left_out(value):
    changes = [Change(1.0, ChangeKind.MEMORY, "ttls www|A", "", {"value": value})]
    changes.append(Change(1.0, ChangeKind.MEMORY, "moods www|A", "", {"value": value}))

    assert believed(numbered(changes)).memory == Memory()


def test_a_latch_is_told_with_the_child_that_is_stayed_with():
    (change,) = memory_changes(Memory(), Memory({"www|A": Latch("web/us")}), 1.0)

    assert (change.kind, change.subject, change.data["child"]) == (ChangeKind.LATCH, "www|A", "web/us")


@pytest.mark.parametrize(
    ("changes", "turned", "cause"),
    [
        ([verdict_change(DOWN, 4.0, ChangeKind.VERDICT)], 1, "ns1/7/6"),
        ([verdict_change(DOWN, 4.0, ChangeKind.EVIDENCE)], 0, None),
        ([Change(1.0, ChangeKind.STARTED, "1")], 0, None),
        ([override_change(WORD)], 1, None),
    ],
    ids=["turned", "surer", "started", "word"],
)
def test_a_publication_tells_whether_anything_turned_in_it_and_why(changes, turned, cause):
    told = publication_change(Belief(epoch=3, generation=8), {"www"}, "d1", changes, 9.0)

    assert (told.subject, told.data["turned"], told.data.get("cause"), told.data["names"]) == ("3/8", turned, cause, 1)
    assert told.fine is (turned == 0)
    assert told.state is None
