"""weighted: exact shares among the healthy; weight 0 only when every other is down; sides kept by client."""

from collections import Counter
from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from gslb.image import Bucket, Constant, pick
from gslb.model import Common, Simple, Tree, Weighted
from gslb.policy import choose
from kit.steering import spread
from kit.trees import an_ask, answers, believed, leaf


def weighted(*weights: int, by_client: bool = False, path: str = "www") -> Weighted:
    children = tuple(
        (weight, Simple(Common(f"{path}/{number}"), (leaf(f"web/eu-west/{number}", "ready", number=number),)))
        for number, weight in enumerate(weights)
    )
    return Weighted(Common(path), children, by_client)


def shares(tree: Tree, *down: int) -> list[Fraction]:
    """Each child's share of answers."""
    gone = tuple(f"web/eu-west/{number}" for number in down)
    found = spread(choose(tree, an_ask(tree, verdicts=believed(tree, down=gone))), 0)
    count = len(tree.children)
    return [found.get(frozenset((f"web/eu-west/{number}",)), Fraction(0)) for number in range(count)]


@given(st.lists(st.integers(0, 65_535), min_size=1, max_size=6), st.sets(st.integers(0, 5)))
def test_shares_are_exactly_by_weight_among_the_healthy(weights, down):
    alive = [weight for number, weight in enumerate(weights) if number not in down]
    assume(sum(alive))

    found = shares(weighted(*weights), *(number for number in down if number < len(weights)))

    expected = [Fraction(0 if number in down else weight, sum(alive)) for number, weight in enumerate(weights)]
    assert found == expected


def test_weight_0_is_used_evenly_when_every_other_is_down():
    tree = weighted(95, 0, 5, 0)

    assert shares(tree) == [Fraction(95, 100), 0, Fraction(5, 100), 0]
    assert shares(tree, 0) == [0, 0, 1, 0]
    assert shares(tree, 0, 2) == [0, Fraction(1, 2), 0, Fraction(1, 2)]
    assert shares(tree, 0, 1, 2) == [0, 0, 0, 1]


def test_with_all_down_everything_of_weight_is_open():
    assert shares(weighted(3, 1, 0), 0, 1, 2) == [Fraction(3, 4), Fraction(1, 4), 0]


def test_draws_pick_one_two_seven_within_one_per_cent():
    tree = weighted(1, 2, 7)
    selector = choose(tree, an_ask(tree))
    step = 2**64 // 100_000

    counts = Counter(pick(selector, 0, 0, number * step).leaves[0].path for number in range(100_000))

    assert [round(counts[f"web/eu-west/{number}"] / 1_000) for number in range(3)] == [10, 20, 70]


def by_client_counts(tree: Weighted, *down: int) -> list[str]:
    gone = tuple(f"web/eu-west/{number}" for number in down)
    selector = choose(tree, an_ask(tree, verdicts=believed(tree, down=gone)))
    return [pick(selector, 0, bucket, 0).leaves[0].path for bucket in range(65_536)]


def test_by_client_each_prefix_keeps_its_side_in_exact_shares():
    counts = Counter(by_client_counts(weighted(95, 5, by_client=True)))

    assert abs(counts["web/eu-west/1"] - 65_536 * 5 / 100) < 1


def test_by_client_only_clients_of_the_dead_move():
    tree = weighted(2, 3, 5, by_client=True)

    before, after = by_client_counts(tree), by_client_counts(tree, 1)

    stayed = sum(one == other for one, other in zip(before, after, strict=True) if one != "web/eu-west/1")
    assert stayed >= before.count("web/eu-west/0") + before.count("web/eu-west/2") - 2
    assert abs(after.count("web/eu-west/0") - 65_536 * 2 / 7) < 1


def test_by_client_needs_no_buckets_for_one_child():
    tree = weighted(95, 5, by_client=True)

    assert isinstance(choose(tree, an_ask(tree)), Bucket)
    assert isinstance(choose(tree, an_ask(tree, verdicts=believed(tree, down=("web/eu-west/1",)))), Constant)


def test_nested_sides_are_independent():
    inner = weighted(1, 1, by_client=True, path="www/inner")
    tree = Weighted(Common("www"), ((1, inner), (1, leaf("canary/us-east"))), by_client=True)

    counts = Counter(pick(choose(tree, an_ask(tree)), 0, bucket, 0).leaves[0].path for bucket in range(65_536))

    assert abs(counts["web/eu-west/0"] / 65_536 - 0.25) < 0.01
    assert abs(counts["canary/us-east"] - 32_768) <= 1


def test_a_draw_within_buckets_keeps_its_shares_in_each():
    inner = weighted(1, 2, 7)
    tree = Weighted(Common("top"), ((9, inner), (1, leaf("canary/us-east"))), by_client=True)
    selector = choose(tree, an_ask(tree))

    found = {tuple(sorted(spread(selector, bucket).values())) for bucket in range(0, 65_536, 101)}

    assert found == {(Fraction(1),), (Fraction(1, 10), Fraction(2, 10), Fraction(7, 10))}


def test_the_reason_gives_the_weights_and_the_side_taken():
    outcome = choose(weighted(3), an_ask(weighted(3))).outcome

    assert (outcome.why[0].kind, outcome.why[0].text, outcome.why[0].chosen) == ("weighted", "0 3", "0")
    assert answers(weighted(3)) == [("web/eu-west/0",)]
