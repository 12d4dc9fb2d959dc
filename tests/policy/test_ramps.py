"""Words that count for a share of the clients: shares are exact, and one threshold serves all words at once."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gslb.health import Override, Standing
from gslb.image import Bucket, pick
from gslb.model import Alias, Common, Failback, Failover, LastResort, OnAllDown, Sticky, Ttl, Weighted
from gslb.policy import Latch, Memory, choose, choose_each, remember, ttl, wake_at
from gslb.policy.kinds import KINDS
from gslb.policy.ramps import PARTS, rungs
from kit.steering import chances, spread
from kit.trees import LOCATIONS, WALL, an_ask, asks, leaf, pool, trees

EU, NORTH, US = "web/eu-west", "web/eu-north", "web/us-east"
RAMP = 1_024.0


def drain(path: str, share: float, standing: Standing = Standing.DRAIN) -> Override:
    """A word that has reached this share now."""
    return Override(path, standing, "CHG-1", "ann", WALL, None, "d-1", WALL - share * RAMP, RAMP)


def drains(*words: Override) -> dict[str, Override]:
    return {word.path: word for word in words}


def shares(tree, **known) -> dict[str, Fraction]:
    """How much of the answers names each endpoint, where each names one."""
    found = spread(choose(tree, an_ask(tree, **known)), 0)
    return {"".join(paths): share for paths, share in found.items()}


def failover(after: float | None = None) -> Failover:
    return Failover(Common("www"), (pool("www/a", "eu-west"), pool("www/b", "us-east")), Failback(after))


@pytest.mark.parametrize("step", [1, 256, 511, 512, 1_023])
def test_a_share_of_the_clients_is_exactly_that_share_of_the_answers(step):
    found = shares(failover(), overrides=drains(drain(EU, step / RAMP)))

    assert found == {EU: 1 - Fraction(step, 1_024), US: Fraction(step, 1_024)}


@settings(max_examples=60)
@given(st.data(), st.integers(0, 1_024), st.integers(0, 1_024))
def test_two_ramps_at_once_part_the_clients_at_one_threshold(data, one, two):
    tree = data.draw(trees(kinds=tuple(kind for kind in KINDS if kind is not Alias)))
    ask = data.draw(asks(tree))
    words = drains(drain("eu-west", one / RAMP), drain("us-east", two / RAMP))
    bucket = data.draw(st.integers(0, 65_535))

    found = chances_of(choose(tree, replace(ask, overrides=words)), bucket)

    parts: dict[frozenset[str], Fraction] = {}
    low, high = sorted((one, two))
    for weight, standing in ((low, {one, two}), (high - low, {high}), (1_024 - high, set())):
        whole = {path: drain(path, 1.0) for path, share in (("eu-west", one), ("us-east", two)) if share in standing}
        for paths, chance in chances(tree, replace(ask, overrides=whole), bucket).items():
            parts[paths] = parts.get(paths, Fraction(0)) + chance * Fraction(weight, 1_024)
    assert found == {paths: chance for paths, chance in parts.items() if chance}


def chances_of(selector, bucket):
    return {paths: chance for paths, chance in spread(selector, bucket).items() if chance}


@settings(max_examples=60)
@given(st.data())
def test_at_its_ends_a_ramp_is_no_word_and_the_whole_word(data):
    tree = data.draw(trees())
    ask = data.draw(asks(tree))
    path = data.draw(st.sampled_from(("eu-west", "web", EU)))
    whole = Override(path, Standing.DRAIN, "CHG-1", "ann", WALL)

    assert choose(tree, replace(ask, overrides=drains(drain(path, 0.0)))) == choose(tree, replace(ask, overrides={}))
    after = choose(tree, replace(ask, overrides=drains(drain(path, 1.0))))
    assert after == choose(tree, replace(ask, overrides=drains(whole)))


@settings(max_examples=40)
@given(st.data())
def test_places_asked_together_are_answered_as_if_asked_apart(data):
    tree = data.draw(trees())
    ask = replace(data.draw(asks(tree)), overrides=drains(drain("eu-west", 0.25), drain("us-east", 0.5)))
    places = [replace(ask, location=place) for place in data.draw(st.lists(LOCATIONS, min_size=1, max_size=4))]

    assert choose_each(tree, places) == [choose(tree, place) for place in places]


@pytest.mark.parametrize("kind", ["sticky", "by client"])
def test_trees_that_hash_clients_keep_everybody_apart_from_those_who_move(kind):
    children = tuple(
        (1, leaf(f"web/{region}", "ready", number=n)) for n, region in enumerate(("eu-west", "us-east"), 1)
    )
    tree = Sticky(Common("www"), children) if kind == "sticky" else Weighted(Common("www"), children, by_client=True)
    before = choose(tree, an_ask(tree))
    found = choose(tree, an_ask(tree, overrides=drains(drain(EU, 0.25))))

    assert isinstance(found, Bucket)
    for bucket in range(0, 65_536, 97):
        ((paths, _),) = spread(before, bucket).items()
        expected = {paths: Fraction(1)}
        if paths == {EU}:
            expected = {frozenset({EU}): Fraction(3, 4), frozenset({US}): Fraction(1, 4)}
        assert spread(found, bucket) == expected
    assert pick(found, 0, 0, 0)


def test_a_drain_of_the_last_moves_nobody():
    tree = pool("www", "eu-west", on_all_down=OnAllDown(LastResort.CLOSED))

    assert shares(tree, overrides=drains(drain(EU, 0.5))) == {EU: Fraction(1)}


def test_a_failback_by_and_by_lets_a_share_of_the_clients_go_back():
    tree, latched = failover(), Memory(latches={"www|A": Latch("b", ())})

    assert shares(tree, memory=latched) == {US: Fraction(1)}
    found = shares(tree, memory=latched, overrides=drains(drain("www", 0.25, Standing.BACK)))
    assert found == {EU: Fraction(1, 4), US: Fraction(3, 4)}
    assert shares(tree, memory=latched, overrides=drains(drain("www", 1.0, Standing.BACK))) == {EU: Fraction(1)}
    assert shares(tree, memory=latched, overrides=drains(drain("ww", 0.25, Standing.BACK))) == {US: Fraction(1)}


@given(st.lists(st.integers(0, 4_096), max_size=5))
def test_all_clients_are_in_just_one_part(steps):
    words = drains(*(drain(f"web/{number}", step / 4_096) for number, step in enumerate(steps)))

    assert sum(weight for weight, _ in rungs(an_ask(overrides=words))) == PARTS


def test_a_drain_latches_nothing_and_returns_by_itself():
    tree = failover(after=None)
    ask = an_ask(tree, overrides=drains(drain(EU, 1.0)))
    memory = remember(tree, [ask], Memory(), WALL)

    assert not memory.latches
    assert shares(tree, overrides=ask.overrides, memory=memory) == {US: Fraction(1)}
    assert shares(tree, memory=memory) == {EU: Fraction(1)}


def test_each_part_of_the_clients_is_told_whether_a_word_has_come_to_it():
    tree = failover()
    choice = choose(tree, an_ask(tree, overrides=drains(drain(EU, 0.25))))

    told = {one.leaves[0].path: one.why[0].text for one in outcomes_of(choice)}
    assert told == {
        US: "drain d-1 web/eu-west: 25% of clients, this one too",
        EU: "drain d-1 web/eu-west: 25% of clients, not this one yet",
    }
    whole = choose(tree, an_ask(tree, overrides=drains(drain(EU, 1.0))))
    assert [one.why[0].kind for one in outcomes_of(whole)] == ["failover"]


class Course:
    """The TTL of answers naming an endpoint while a drain of it is planned, runs and ends."""

    def __init__(self, plan: Override) -> None:
        self.tree, self.plan, self.bounds = failover(), plan, Ttl(10, 300)
        self.memory, self.second = Memory(), 0.0

    def at(self, second: float) -> int:
        """The longest TTL of an answer that names it, woken at every moment that was asked for until then."""
        while True:
            wall = WALL + self.second
            ask = an_ask(self.tree, overrides={self.plan.path: self.plan}, wall=wall, memory=self.memory)
            self.memory = remember(self.tree, [ask], self.memory, wall, self.bounds)
            moment = wake_at(self.tree, self.memory, wall, ask.overrides, self.bounds)
            due = min(self.plan.next_step(wall), moment if moment is not None else WALL + second)
            if self.second >= second or due >= WALL + second:
                break
            self.second = due - WALL
        self.second = second
        ask = replace(ask, wall=WALL + second, memory=self.memory)
        self.memory = remember(self.tree, [ask], self.memory, ask.wall, self.bounds)
        choice = choose(self.tree, replace(ask, memory=self.memory))
        found = [one for one in outcomes_of(choice) if one.leaves[0].path == EU]
        return max((ttl(self.tree, ask.family, self.bounds, one, self.memory) for one in found), default=0)


def outcomes_of(choice):
    from gslb.image import outcomes

    return outcomes(choice)


def test_ttls_are_short_one_old_ttl_ahead_of_a_ramp_and_until_it_is_over():
    plan = Override(EU, Standing.DRAIN, "", "ann", WALL, WALL + 3_000, "d-1", WALL + 1_000, 600.0, 600.0)
    course = Course(plan)

    assert course.at(0) == 300
    assert course.at(699) == 300
    assert [course.at(second) for second in (700, 800, 999, 1_000, 1_300, 1_590)] == [10] * 6
    assert course.at(1_600) == 0
    assert course.at(2_999) == 0
    assert [course.at(second) for second in (3_010, 3_300, 3_590)] == [10] * 3
    assert [course.at(second) for second in (3_605, 3_612, 3_632)] == [10, 20, 40]
    assert course.at(9_000) == 300


def test_a_lead_of_its_own_makes_ttls_short_sooner():
    plan = Override(EU, Standing.DRAIN, "", "ann", WALL, None, "d-1", WALL + 1_000, 600.0, lead=900.0)
    course = Course(plan)

    assert course.at(99) == 300
    assert course.at(100) == 10
    assert course.at(950) == 10
