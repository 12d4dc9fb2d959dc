"""A belief in parts: joined again it is the same, and of the next one only what changed is written."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from gslb.control.state import SHARDS, Frozen, join, thaw
from gslb.health import Absence, Lack, Override, Standing, Verdict
from gslb.model import Check
from gslb.nameserver import Belief
from gslb.policy import Latch, Memory, Settled

CHECKS = st.builds(Check, st.sampled_from(["ready", "deep"]), st.sampled_from(["web/a", "web/b", "shop/a"]))
VERDICTS = st.builds(Verdict, CHECKS, st.booleans(), st.floats(0, 1e9), st.text(max_size=5))
KEYS = st.sampled_from([f"www|A|{number}" for number in range(20)])
MEMORIES = st.builds(
    Memory,
    st.dictionaries(KEYS, st.builds(Latch, st.sampled_from(["a", "b"]))),
    st.dictionaries(KEYS, st.tuples(st.sampled_from(["a", "b"]))),
    st.dictionaries(KEYS, st.builds(Settled, st.integers(1, 99), st.integers(1, 99), st.floats(0, 1e9))),
    st.dictionaries(KEYS, st.integers(1, 99)),
)
OVERRIDES = st.dictionaries(
    st.sampled_from(["web", "shop"]), st.just(Override("web", Standing.OFF, "why", "ada", 1.0, None))
)
BELIEFS = st.builds(
    Belief,
    st.integers(0, 9),
    st.integers(0, 99),
    st.lists(VERDICTS).map(lambda verdicts: {verdict.check: verdict for verdict in verdicts}),
    OVERRIDES,
    MEMORIES,
    st.floats(0, 1e9),
    st.integers(0, 99),
    st.just({}) | st.just({"eu": Absence("eu", Lack.SILENT, "never heard")}),
)


@given(st.lists(BELIEFS, min_size=1, max_size=5))
def test_every_belief_of_a_series_comes_back_whole(beliefs):
    frozen = Frozen()
    for belief in beliefs:
        assert join(thaw(part) for part in frozen.parts(belief) if part) == belief


def wide(number):
    """Many verdicts, one of which says a number."""
    verdicts = {
        (check := Check("ready", f"web/{index}")): Verdict(check, up=True, since=0.0, reason="ok")
        for index in range(2_000)
    }
    return Belief(1, number, verdicts, memory=Memory(latches={f"n{index}|A": Latch("b") for index in range(500)}))


def test_a_change_rewrites_the_part_it_is_in_and_the_one_that_tells_the_generation():
    frozen = Frozen()
    first = wide(1)
    before = frozen.parts(first)
    check = Check("ready", "web/7")
    verdicts = dict(first.verdicts) | {check: Verdict(check, up=False, since=1.0, reason="refused")}
    after = frozen.parts(replace(first, generation=2, verdicts=verdicts))

    changed = [index for index, (old, new) in enumerate(zip(before, after, strict=True)) if old is not new]
    assert len(changed) == 2
    assert changed[0] == 0
    assert len(after) == 1 + 6 * SHARDS
    assert sum(len(part) for part in (after[index] for index in changed)) < sum(map(len, after)) / 20


def test_what_goes_leaves_its_part_empty_in_the_end():
    frozen = Frozen()
    frozen.parts(wide(1))
    parts = frozen.parts(Belief(1, 2))

    assert [part for part in parts if part] == [parts[0]]
    assert join([thaw(parts[0])]) == Belief(1, 2)


def test_a_mapping_that_is_the_same_object_is_not_looked_at():
    class Unreadable(dict):
        def items(self):
            raise AssertionError("looked at")

    frozen = Frozen()
    ttls = {"www|A": Settled(1, 2, 3.0)}
    belief = Belief(memory=Memory(ttls=ttls))
    before = frozen.parts(belief)
    frozen._dealt["ttls"]._before = unreadable = Unreadable(ttls)

    assert frozen.parts(replace(belief, memory=Memory(ttls=unreadable)))[1:] == before[1:]
