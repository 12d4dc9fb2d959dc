"""How a tree is read, from strict to everything."""

from dataclasses import astuple
from itertools import pairwise

from gslb.policy import leniency
from gslb.policy.leniency import Leniency

NEEDS, LETS = ("counted", "gated", "up"), ("waiting", "held", "draining", "off")


def test_the_default_is_what_healthy_means():
    assert Leniency() == leniency.STRICT


def test_each_last_resort_asks_for_no_more_than_the_one_before():
    ladder = (leniency.STRICT, leniency.HELD, leniency.FEW_HELD, leniency.FEW_DRAINING)
    opening = (leniency.UNGATED, leniency.OPEN, leniency.OPEN_DRAINING, leniency.EVERYTHING)

    for steps in (ladder, (leniency.FEW, *opening), (leniency.FEW_DRAINING, leniency.UNGATED_DRAINING)):
        for before, after in pairwise(steps):
            assert all(getattr(after, need) <= getattr(before, need) for need in NEEDS)
            assert all(getattr(after, lets) >= getattr(before, lets) for lets in LETS)
            assert astuple(before) != astuple(after)
