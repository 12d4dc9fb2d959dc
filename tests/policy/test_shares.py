"""Shares of the 65,536 buckets: exact, and few clients ever move."""

from collections import Counter
from fractions import Fraction
from hashlib import sha256

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gslb.policy.hashing import unpacked
from gslb.policy.shares import apportion, by_weight, living

BUCKETS = 65_536
WEIGHTS = st.lists(st.integers(1, 65_535), min_size=2, max_size=6).map(tuple)
few = settings(max_examples=25)


@given(st.lists(st.integers(0, 2**70), min_size=1, max_size=9), st.integers(1, 2**64))
def test_apportioning_gives_out_everything_and_each_share_is_off_by_less_than_one(weights, total):
    assume(sum(weights))
    counts = apportion(weights, total)

    assert sum(counts) == total
    for weight, count in zip(weights, counts, strict=True):
        assert abs(count - Fraction(total * weight, sum(weights))) < 1


def owners(table: bytes, alive: tuple[bool, ...]) -> list[int]:
    """Each bucket's child, by its place among all."""
    places = [place for place, lives in enumerate(alive) if lives]
    return [places[entry] for entry in unpacked(table)]


@few
@given(WEIGHTS, st.data())
def test_shares_by_weight_are_exact_to_a_bucket_whoever_lives(weights, data):
    alive = tuple(data.draw(st.lists(st.booleans(), min_size=len(weights), max_size=len(weights))))
    assume(any(alive))

    counts = Counter(owners(by_weight("www", weights, alive), alive))

    total = sum(weight for weight, lives in zip(weights, alive, strict=True) if lives)
    for child, (weight, lives) in enumerate(zip(weights, alive, strict=True)):
        assert abs(counts[child] - lives * Fraction(BUCKETS * weight, total)) < 1


@few
@given(WEIGHTS, st.data())
def test_a_client_keeps_its_side_when_another_child_dies(weights, data):
    alive = tuple(data.draw(st.lists(st.booleans(), min_size=len(weights), max_size=len(weights))))
    assume(any(alive))
    everyone = (True,) * len(weights)

    before = owners(by_weight("www", weights, everyone), everyone)
    after = owners(by_weight("www", weights, alive), alive)

    moved = Counter(one for one, other in zip(before, after, strict=True) if one != other and alive[one])
    assert all(count <= 1 for count in moved.values()), "at most one bucket a child, where rounding wants it"


def test_nodes_divide_their_clients_independently():
    """Of the 30 % of clients on one node's smaller side, 30 % are on another node's: salted by the node's path."""
    one, other = (unpacked(by_weight(path, (7, 3), (True, True))) for path in ("www", "www/eu"))

    both = sum(a == b == 1 for a, b in zip(one, other, strict=True))

    assert abs(both / BUCKETS - 0.09) < 0.01


def test_the_living_are_counted_from_zero():
    alive = (False, True, False, True, True)

    assert [number for number, lives in zip(living(alive), alive, strict=True) if lives] == [0, 1, 2]


def test_tables_never_change_from_one_machine_or_release_to_another():
    """Pinned: a change here would move clients of every weight by client."""
    assert sha256(by_weight("www", (95, 5), (True, True))).hexdigest()[:16] == "5ac537814dd5c5a0"
