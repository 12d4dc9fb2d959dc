"""Staying with a child while a better one proves itself, as steps of one machine."""

import pytest

from gslb.policy import Ask, Latch
from gslb.policy.kinds import KINDS
from gslb.policy.latch import Ladder, after, in_use, learned
from gslb.policy.look import Look
from kit.trees import WALL, an_ask, leaf, verdict

NAMES = ("a", "b", "c")
CHILDREN = tuple(leaf(f"web/{name}/1", "ready", number=number) for number, name in enumerate(NAMES))


def ladder(seconds: float | None = 100.0, wall: float = WALL) -> Ladder:
    return Ladder(NAMES, CHILDREN, lambda _better, _used, since: seconds is not None and after(seconds, wall, since))


def look(alive: str, waiting: str = "", wall: float = WALL) -> Look:
    """A reading in which these children are up, these wait, and the others are down."""
    checks = {name: child.checks(an_ask().family)[0] for name, child in zip(NAMES, CHILDREN, strict=True)}
    verdicts = {check: verdict(check, up=name in alive) for name, check in checks.items() if name not in waiting}
    ask: Ask = an_ask(verdicts=verdicts, wall=wall)
    return Look(ask, KINDS)


def latch(child: str, **since: float) -> Latch:
    return Latch(child, tuple((name, WALL - age) for name, age in since.items()))


@pytest.mark.parametrize(
    ("memory", "alive", "used"),
    [
        (None, "abc", "a"),
        (None, "bc", "b"),
        (latch("b"), "abc", "b"),  # a not seen healthy before: held
        (latch("b", a=60), "abc", "b"),
        (latch("b", a=100), "abc", "a"),  # ready
        (latch("b", a=60), "ac", "a"),  # never holds a dead child
        (latch("c", a=60, b=200), "abc", "b"),  # the best that is ready
        (latch("c", a=60, b=60), "abc", "c"),
        (latch("a"), "abc", "a"),
        (latch("gone"), "bc", "b"),
    ],
)
def test_the_child_in_use(memory, alive, used):
    assert NAMES[in_use(ladder(), memory, look(alive))] == used


@pytest.mark.parametrize(
    ("before", "alive", "waiting", "then"),
    [
        (None, "abc", "", None),
        (None, "bc", "", latch("b")),
        (None, "c", "", latch("c")),
        (None, "", "", None),
        (latch("b"), "", "", None),  # nothing healthy: nothing to stay with
        (latch("b"), "abc", "", latch("b", a=0)),
        (latch("b", a=60), "abc", "", latch("b", a=60)),
        (latch("b", a=60), "bc", "", latch("b")),  # it failed: starts over
        (latch("b", a=100), "abc", "", None),  # ready: the best again
        (latch("c", a=60, b=200), "abc", "", latch("b", a=60)),  # keeps what it knows of the better
        (latch("b", a=60), "ac", "", None),  # died: the better one at once
        (latch("b"), "c", "", latch("c")),
        (latch("gone", a=60), "bc", "", latch("b")),
        (None, "bc", "a", None),  # a only waits
        (None, "c", "b", latch("b")),  # a is down, b only waits
        (latch("b", a=60), "bc", "a", latch("b")),
    ],
)
def test_the_latch_from_now_on(before, alive, waiting, then):
    assert learned(ladder(), before, look(alive, waiting)) == then


@pytest.mark.parametrize("seconds", [0.0, 100.0, None])
def test_remembering_changes_nothing_at_the_moment(seconds):
    memories = [
        None,
        latch("b"),
        latch("c"),
        latch("b", a=60),
        latch("c", a=100),
        latch("c", b=100),
        latch("c", a=1, b=1),
    ]
    for memory in memories:
        for alive in ("abc", "ab", "ac", "bc", "a", "b", "c"):
            for waiting in ("", "a", "b", "ab"):
                living = "".join(name for name in alive if name not in waiting)
                if not living:
                    continue
                steps, reading = ladder(seconds), look(living, waiting)
                then = learned(steps, memory, reading)
                assert in_use(steps, memory, reading) == in_use(steps, then, reading)
                assert learned(steps, then, reading) == then, "once remembered, nothing more to remember"


@pytest.mark.parametrize(
    ("seconds", "since", "so"), [(0, None, True), (10, None, False), (10, WALL - 9.9, False), (10, WALL - 10, True)]
)
def test_for_no_time_at_all_is_at_once(seconds, since, so):
    assert after(seconds, WALL, since) == so
