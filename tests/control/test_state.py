"""The state of a generation: it comes back as it was, and a change of little costs little."""

from dataclasses import replace

from gslb.control.state import Frozen, join, thaw
from gslb.health import Override, Standing
from gslb.policy import Latch, Memory, Settled
from kit.judging import REGIONAL
from kit.worlds import all_up, world


def beliefs():
    first = all_up(world(REGIONAL))
    (check, *_) = first.verdicts
    memory = Memory({"a": Latch("web/us-east")}, {"b": ("web/eu-west",)}, {"c": Settled(4, 64, 1.0)})
    word = Override("web", Standing.OFF, "why", "who", 1.0)
    second = replace(first, memory=memory, overrides={"web": word}, generation=2)
    third = replace(second, verdicts=first.verdicts | {check: replace(first.verdicts[check], up=False)}, generation=3)
    fourth = replace(third, verdicts={check: third.verdicts[check]}, memory=Memory(), overrides={}, generation=4)
    return first, second, third, fourth


def test_each_belief_comes_back_as_it_was():
    frozen = Frozen()
    for belief in beliefs():
        assert join(thaw(part) for part in frozen.parts(belief) if part) == belief


def test_a_flip_of_one_verdict_changes_two_parts():
    frozen = Frozen()
    _, second, third, _ = beliefs()
    before = list(frozen.parts(second))
    after = list(frozen.parts(third))

    assert sum(old is not new and old != new for old, new in zip(before, after, strict=True)) == 2
