"""The algebra of selectors: one meaning before and after, in the normal form."""

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gslb.image import Bucket, ByClass, Constant, Draw, Selector
from gslb.policy.compose import bind, couple, divide, draw, mix, plain, shaped
from gslb.policy.hashing import packed

SAMPLES = (0, 1, 2, 3, 4, 5, 65_535)
Chances = Mapping[object, Fraction]


def chances(selector: Selector[object], bucket: int) -> Chances:
    match selector:
        case Constant(outcome):
            return {outcome: Fraction(1)}
        case Draw(parts):
            total = sum(weight for weight, _ in parts)
            return {part.outcome: Fraction(weight, total) for weight, part in parts}
        case Bucket(table, parts):
            return chances(parts[int.from_bytes(table[2 * bucket : 2 * bucket + 2], "little")], bucket)
    raise TypeError(selector)


def weighed(parts: list[tuple[Fraction, Chances]]) -> Chances:
    found: Counter[object] = Counter()
    for share, inner in parts:
        for outcome, chance in inner.items():
            found[outcome] += share * chance
    return {outcome: chance for outcome, chance in found.items() if chance}


def table_of(pattern: list[int]) -> bytes:
    """A bucket table that repeats a short pattern."""
    return packed((pattern * (65_536 // len(pattern) + 1))[:65_536])


def assert_normal(selector: Selector[object]) -> None:
    match selector:
        case Draw(parts):
            assert len({part.outcome for _, part in parts}) == len(parts) > 1
        case Bucket(parts=parts):
            assert len(set(parts)) == len(parts) > 1
            assert not any(isinstance(part, Bucket) for part in parts)


plains = st.lists(st.tuples(st.integers(1, 99), st.sampled_from("abcdef")), min_size=1, max_size=4).map(draw)


@st.composite
def choices(drawn: st.DrawFn) -> Selector[str]:
    if drawn(st.booleans()):
        return drawn(plains)
    parts = drawn(st.lists(plains, min_size=1, max_size=3))
    pattern = drawn(st.lists(st.integers(0, len(parts) - 1), min_size=3, max_size=3))
    return divide(table_of(pattern), parts)


few = settings(max_examples=60)


@few
@given(st.lists(st.tuples(st.integers(0, 9), choices()), min_size=1, max_size=4))
def test_a_mixture_gives_each_part_its_weight(parts):
    parts[0] = (parts[0][0] + 1, parts[0][1])
    total = sum(weight for weight, _ in parts)

    mixture = mix(parts)

    assert_normal(mixture)
    for bucket in SAMPLES:
        assert chances(mixture, bucket) == weighed(
            [(Fraction(weight, total), chances(part, bucket)) for weight, part in parts if weight]
        )


@few
@given(st.lists(choices(), min_size=1, max_size=4), st.data())
def test_a_division_gives_each_bucket_its_part(parts, data):
    pattern = data.draw(st.lists(st.integers(0, len(parts) - 1), min_size=5, max_size=5))

    divided = divide(table_of(pattern), parts)

    assert_normal(divided)
    for bucket in SAMPLES:
        assert chances(divided, bucket) == chances(parts[pattern[bucket % 5]], bucket)


@few
@given(st.lists(choices(), min_size=1, max_size=3))
def test_coupled_parts_each_keep_their_shares(parts):
    together = couple(parts)

    assert_normal(together)
    for bucket in SAMPLES:
        joint = chances(together, bucket)
        for place, part in enumerate(parts):
            own = weighed([(chance, {outcomes[place]: Fraction(1)}) for outcomes, chance in joint.items()])
            assert own == chances(part, bucket)


@few
@given(choices(), st.dictionaries(st.sampled_from("abcdef"), plains, min_size=6, max_size=6))
def test_what_follows_an_outcome_is_chosen_as_often_as_it(selector, following):
    bound = bind(selector, following.__getitem__)

    assert_normal(bound)
    for bucket in SAMPLES:
        assert chances(bound, bucket) == weighed(
            [(chance, chances(following[outcome], 0)) for outcome, chance in chances(selector, bucket).items()]
        )


def test_equal_outcomes_add_up_and_equal_weights_are_the_least():
    assert draw([(2, "a"), (0, "x"), (4, "b"), (2, "a")]) == Draw(((1, Constant("a")), (1, Constant("b"))))
    assert draw([(3, "a"), (5, "a")]) == Constant("a")
    assert shaped(draw([(1, "a"), (2, "b"), (3, "A")]), str.lower) == Draw(((2, Constant("a")), (1, Constant("b"))))


def test_a_level_stands_only_where_it_is_needed():
    one = draw([(1, "a"), (2, "b")])

    assert mix([(5, one), (0, Constant("c"))]) is one
    assert divide(table_of([0, 1]), [one, one]) == one
    assert divide(table_of([0, 1]), [divide(table_of([0, 0]), [one]), one]) == one


def test_equal_parts_of_a_bucket_become_one():
    merged = divide(table_of([0, 1, 2]), [Constant("a"), Constant("b"), Constant("a")])

    assert isinstance(merged, Bucket)
    assert merged.parts == (Constant("a"), Constant("b"))
    assert [dict(chances(merged, bucket)) for bucket in range(3)] == [{"a": 1}, {"b": 1}, {"a": 1}]


def test_nested_shares_stay_exact_by_the_least_common_multiple():
    inner = [draw([(1, f"{name}1"), (prime - 1, f"{name}2")]) for name, prime in (("a", 65_521), ("b", 65_519))]

    mixture = chances(mix([(95, inner[0]), (5, inner[1])]), 0)

    assert mixture["a1"] == Fraction(95, 100 * 65_521)
    assert mixture["b1"] == Fraction(5, 100 * 65_519)


def test_past_63_bits_weights_are_rounded_to_parts_of_two_to_the_62():
    primes = (65_521, 65_519, 65_497, 65_479)
    mixture = mix([(1, draw([(1, f"{prime}"), (prime - 1, f"{prime} else")])) for prime in primes])

    assert isinstance(mixture, Draw)
    assert sum(weight for weight, _ in mixture.parts) < 2**63
    for outcome, chance in chances(mixture, 0).items():
        prime = int(outcome.split()[0])
        exact = Fraction(1, 4 * prime) if outcome == str(prime) else Fraction(prime - 1, 4 * prime)
        assert abs(chance - exact) < Fraction(1, 2**61)


def test_a_bucket_holds_no_classes():
    with pytest.raises(TypeError, match="constant or a draw"):
        plain(ByClass("x", (Constant("a"),)))
