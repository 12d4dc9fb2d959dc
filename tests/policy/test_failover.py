"""failover: the first healthy rung, fail-back over time, and trickle."""

from fractions import Fraction

import pytest

from gslb.health import Standing
from gslb.model import Common, Failback, Failover, Latency
from gslb.policy import Latch, Memory, choose, release, remember, wake_at
from kit.steering import spread
from kit.trees import WALL, an_ask, answers, believed, pool, said

A, B, C = "web/eu-west", "web/eu-north", "web/us-east"


def failover(after: float | None = 600.0, trickle: float = 0.0) -> Failover:
    rungs = (pool("www/a", "eu-west"), pool("www/b", "eu-north"), pool("www/c", "us-east"))
    return Failover(Common("www"), rungs, Failback(after), trickle)


class Replay:
    """A failover over time: say who is down from when on, and see who is answered."""

    def __init__(self, tree: Failover) -> None:
        self.tree, self.memory, self.down, self.waiting, self.wall = tree, Memory(), (), (), WALL

    def at(self, second: float, *, down: tuple[str, ...] | None = None, waiting: tuple[str, ...] | None = None) -> str:
        """The endpoint answered `second` seconds in, after what changes then."""
        self.wall = WALL + second
        self.down = self.down if down is None else down
        self.waiting = self.waiting if waiting is None else waiting
        verdicts = believed(self.tree, down=self.down, waiting=self.waiting)
        ask = an_ask(self.tree, verdicts=verdicts, memory=self.memory, wall=self.wall)
        before = choose(self.tree, ask)
        self.memory = remember(self.tree, [ask], self.memory, self.wall)
        after = choose(self.tree, an_ask(self.tree, verdicts=verdicts, memory=self.memory, wall=self.wall))
        assert before == after, "remembering changes nothing at the moment"
        ((paths, _),) = spread(after, 0).items()
        return "".join(paths)

    @property
    def wakes(self) -> float | None:
        moment = wake_at(self.tree, self.memory, self.wall)
        return None if moment is None else moment - WALL


@pytest.mark.parametrize(
    ("down", "used"), [((), A), ((A,), B), ((A, B), C), ((B,), A), ((B, C), A), ((A, C), B), ((A, B, C), A)]
)
def test_the_first_healthy_rung_is_used(down, used):
    assert answers(failover(), down=down) == [(used,)]


def test_a_better_rung_is_used_again_when_it_was_healthy_for_a_while():
    replay = Replay(failover(after=600))

    assert replay.at(0) == A
    assert replay.wakes is None
    assert replay.at(10, down=(A,)) == B
    assert replay.at(100, down=()) == B
    assert replay.wakes == 700
    assert replay.at(699.9) == B
    assert replay.at(700) == A
    assert replay.memory.latches == {}
    assert replay.wakes is None


def test_the_wait_starts_over_when_the_better_rung_fails_again():
    replay = Replay(failover(after=600))
    replay.at(0, down=(A,))

    assert replay.at(100, down=()) == B
    assert replay.at(500, down=(A,)) == B
    assert replay.at(550, down=()) == B
    assert replay.at(1_149) == B
    assert replay.at(1_150) == A


def test_a_latch_never_holds_a_dead_rung():
    replay = Replay(failover(after=None))
    replay.at(0, down=(A,))

    assert replay.at(10, down=()) == B
    assert replay.at(20, down=(B,)) == A
    assert replay.at(30, down=()) == A


def test_of_several_better_rungs_the_best_that_is_ready_is_used():
    replay = Replay(failover(after=600))
    replay.at(0, down=(A, B))

    assert replay.at(100, down=(A,)) == C
    assert replay.at(400, down=()) == C
    assert replay.wakes == 700
    assert replay.at(700) == B
    assert replay.wakes == 1_000
    assert replay.at(1_000) == A


def test_auto_goes_back_at_once():
    replay = Replay(failover(after=0))
    replay.at(0, down=(A,))

    assert replay.at(1, down=()) == A


def test_manual_goes_back_only_by_an_operators_word():
    replay = Replay(failover(after=None))
    replay.at(0, down=(A,))

    assert replay.at(10, down=()) == B
    assert replay.at(10_000_000) == B
    assert replay.wakes is None
    replay.memory = release(replay.tree, replay.memory)
    assert replay.at(10_000_001) == A


def test_an_operator_may_release_one_node_only():
    memory = Memory(latches={"www|A": Latch("b"), "www|AAAA": Latch("b"), "www/a|A": Latch("x"), "other|A": Latch("y")})

    assert set(release(failover(), memory, "www").latches) == {"www/a|A", "other|A"}
    assert set(release(failover(), memory).latches) == {"other|A"}


def test_with_all_down_nothing_is_latched_and_the_first_to_come_back_is_used():
    replay = Replay(failover())
    replay.at(0, down=(A,))

    assert replay.at(10, down=(A, B, C)) == A
    assert replay.at(20, down=(A, B)) == C
    assert replay.at(30, down=(A,)) == C
    assert replay.at(630) == B


def test_waiting_for_a_first_verdict_latches_nothing():
    replay = Replay(failover(after=None))

    assert replay.at(0, waiting=(A,)) == B
    assert replay.at(1, waiting=()) == A


def test_a_rung_that_drains_is_left_like_a_dead_one():
    tree = failover()

    assert answers(tree, overrides=said("eu-west", Standing.DRAIN)) == [(B,)]


@pytest.mark.parametrize(
    ("down", "shares"),
    [
        ((), {A: Fraction(49, 50), B: Fraction(1, 50)}),
        ((B,), {A: Fraction(49, 50), C: Fraction(1, 50)}),
        ((A,), {B: Fraction(49, 50), C: Fraction(1, 50)}),
        ((B, C), {A: Fraction(1)}),
        ((A, B), {C: Fraction(1)}),
        ((A, B, C), {A: Fraction(1)}),  # a last resort keeps nothing warm
    ],
)
def test_a_trickle_goes_to_the_next_healthy_rung(down, shares):
    tree = failover(trickle=0.02)

    found = spread(choose(tree, an_ask(tree, verdicts=believed(tree, down=down))), 0)

    assert {"".join(paths): share for paths, share in found.items()} == shares


def test_a_latch_under_the_trickle_leaves_the_held_rung_alone():
    tree = failover(trickle=0.02)
    ask = an_ask(tree, memory=Memory(latches={"www|A": Latch("b", (("a", WALL - 60),))}))

    assert {"".join(paths) for paths in spread(choose(tree, ask), 0)} == {B, C}


def test_the_reason_says_which_rung_and_why_not_a_better_one():
    tree = failover()

    def text(*down: str, memory: Memory | None = None) -> str:
        ask = an_ask(tree, verdicts=believed(tree, down=down), memory=memory or Memory())
        return choose(tree, ask).outcome.why[0].text

    latched = Memory(latches={"www|A": Latch("b", (("a", WALL - 180),))})
    assert text() == "rung 1 of 3"
    assert text(A) == "rung 2 of 3; a down"
    assert text(memory=latched) == "rung 2 of 3; latched, a healthy for 3m, back in 7m"

    by_hand = failover(after=None)
    why = choose(by_hand, an_ask(by_hand, memory=latched)).outcome.why[0]
    assert (why.text, why.chosen) == ("rung 2 of 3; latched, a healthy for 3m, back by hand only", "b")


def test_a_latch_on_a_rung_that_is_no_more_holds_nothing():
    assert answers(failover(), memory=Memory(latches={"www|A": Latch("gone")})) == [(A,)]


def test_rungs_may_be_policies():
    near = Latency(Common("www/near"), (("eu-west", pool("www/near/eu-west", "eu-west")),))
    tree = Failover(Common("www"), (near, pool("www/b", "eu-north")))

    assert answers(tree, down=(A,)) == [(B,)]
