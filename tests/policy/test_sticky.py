"""sticky: losing one endpoint moves only its own clients; both families agree."""

from collections import Counter

from gslb.image import Bucket, Constant, pick
from gslb.model import Common, Family, Sticky
from gslb.policy import choose
from kit.trees import an_ask, answers, believed, leaf


def sticky(*weights: int, v4_only: tuple[int, ...] = ()) -> Sticky:
    return Sticky(
        Common("www"),
        tuple(
            (weight, leaf(f"web/eu-west/{number}", "ready", number=number, v6=number not in v4_only))
            for number, weight in enumerate(weights)
        ),
    )


def owners(tree: Sticky, *down: int, family: Family = Family.V4) -> list[str]:
    gone = tuple(f"web/eu-west/{number}" for number in down)
    selector = choose(tree, an_ask(tree, family=family, verdicts=believed(tree, down=gone)))
    return [pick(selector, 0, bucket, 0).leaves[0].path for bucket in range(65_536)]


FIVE = sticky(1, 1, 1, 1, 1)


def test_losing_one_of_five_moves_only_its_clients():
    for lost in range(5):
        before, after = owners(FIVE), owners(FIVE, lost)
        moved = {one for one, other in zip(before, after, strict=True) if one != other}
        assert moved == {f"web/eu-west/{lost}"}


def test_a_return_brings_back_just_them():
    assert owners(FIVE, 1) != owners(FIVE) == owners(FIVE)


def test_both_families_agree_where_the_same_are_healthy():
    assert owners(FIVE, 2) == owners(FIVE, 2, family=Family.V6)


def test_only_clients_of_what_lacks_ipv6_are_elsewhere_by_ipv6():
    tree = sticky(1, 1, 1, v4_only=(1,))

    pairs = zip(owners(tree), owners(tree, family=Family.V6), strict=True)

    assert {one for one, other in pairs if one != other} == {"web/eu-west/1"}


def test_clients_are_shared_by_weight():
    counts = Counter(owners(sticky(1, 2, 7)))

    assert [round(counts[f"web/eu-west/{number}"] / 65_536, 2) for number in range(3)] == [0.1, 0.2, 0.7]


def test_weight_0_is_used_only_when_every_other_is_down():
    tree = sticky(1, 1, 0, 0)

    assert set(owners(tree)) == {"web/eu-west/0", "web/eu-west/1"}
    assert set(owners(tree, 0, 1)) == {"web/eu-west/2", "web/eu-west/3"}
    assert answers(tree, down=("web/eu-west/0",)) == [("web/eu-west/1",)]


def test_one_child_needs_no_buckets():
    tree = sticky(1, 1)

    assert isinstance(choose(tree, an_ask(tree)), Bucket)
    assert isinstance(choose(tree, an_ask(tree, verdicts=believed(tree, down=("web/eu-west/0",)))), Constant)
