"""Memory, tree by tree: only what is touched or due is renewed, names that share a tree share it, release forgets."""

from dataclasses import replace
from math import inf

import pytest

from gslb.control.remembering import Remembering
from gslb.nameserver import View
from gslb.policy import Memory
from kit.judging import REGIONAL
from kit.worlds import WALL, all_up, world


@pytest.fixture(scope="module")
def tiny():
    return world(REGIONAL)


def seen(tiny, remembering, *down, wall=WALL):
    return View(tiny, replace(all_up(tiny, frozenset(down)), memory=remembering.memory, wall=wall))


def test_a_dead_first_rung_leaves_a_latch_and_a_time_to_look_again(tiny):
    remembering = Remembering(tiny.model, Memory())
    remembering.renew(None, seen(tiny, remembering), WALL)
    assert not remembering.memory.latches

    changed = remembering.renew({"www.example.com."}, seen(tiny, remembering, "web/eu-west"), WALL)
    assert changed
    assert {latch.child for latch in remembering.memory.latches.values()} == {"web/us-east"}

    remembering.renew({"www.example.com."}, seen(tiny, remembering, wall=WALL + 10), WALL + 10)
    assert remembering.wake_at() == WALL + 70

    remembering.renew(set(), seen(tiny, remembering, wall=WALL + 70), WALL + 70)
    assert not remembering.memory.latches, "its time had come, though nobody touched it"


def test_what_is_not_touched_is_not_renewed(tiny):
    remembering = Remembering(tiny.model, Memory())
    remembering.renew(None, seen(tiny, remembering), WALL)

    assert not remembering.renew({"shop.example.com."}, seen(tiny, remembering, "web/eu-west"), WALL)
    assert not remembering.memory.latches


def test_release_forgets_a_manual_latch(tiny):
    remembering = Remembering(tiny.model, Memory())
    remembering.renew(None, seen(tiny, remembering), WALL)
    remembering.renew({"one.example.com."}, seen(tiny, remembering, "shop/eu-west"), WALL)
    remembering.renew({"one.example.com."}, seen(tiny, remembering, wall=WALL + 9e6), WALL + 9e6)
    assert remembering.memory.latches
    assert remembering.wake_at() == inf

    assert remembering.release("two.example.com."), "both names are one tree"
    assert not remembering.memory.latches
