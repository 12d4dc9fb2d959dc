"""Shares of the 65,536 buckets: exact, and few clients ever move."""

from collections import Counter
from fractions import Fraction
from hashlib import sha256
from math import log

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gslb.policy.hashing import permutation, unpacked
from gslb.policy.shares import _logarithms, apportion, by_rendezvous, by_weight, living

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


def test_logarithms_in_whole_numbers_are_the_logarithms():
    for rank in (0, 1, 2, 500, 32_767, 65_534, 65_535):
        assert _logarithms()[rank] / 2**60 == pytest.approx(-log((2 * rank + 1) / 131_072), abs=1e-12)
    assert max(_logarithms()) < 2**64


CHILDREN = st.lists(
    st.tuples(st.sampled_from([f"web/{number}" for number in range(12)]), st.sampled_from((1, 1, 2, 50))),
    min_size=2,
    max_size=6,
    unique_by=lambda row: row[0],
)


def naive(paths: tuple[str, ...], weights: tuple[int, ...], alive: tuple[bool, ...], bucket: int) -> int:
    distances = {
        child: -log((2 * permutation(path)[bucket] + 1) / 131_072) / weight
        for child, (path, weight) in enumerate(zip(paths, weights, strict=True))
        if alive[child]
    }
    return min(distances, key=lambda child: distances[child])


@few
@given(CHILDREN, st.data())
def test_rendezvous_gives_each_bucket_its_nearest_living_child(children, data):
    paths, weights = zip(*children, strict=True)
    alive = tuple(data.draw(st.lists(st.booleans(), min_size=len(paths), max_size=len(paths))))
    assume(any(alive))

    found = owners(by_rendezvous(paths, weights, alive), alive)

    for bucket in range(0, BUCKETS, 331):
        assert found[bucket] == naive(paths, weights, alive, bucket)


def test_losing_one_of_five_moves_only_its_own_clients_and_each_gets_its_share():
    paths, weights = tuple(f"web/{number}" for number in range(5)), (1,) * 5
    everyone, without = (True,) * 5, (True, True, False, True, True)

    before = owners(by_rendezvous(paths, weights, everyone), everyone)
    after = owners(by_rendezvous(paths, weights, without), without)

    assert all(one == other for one, other in zip(before, after, strict=True) if one != 2)
    assert all(abs(count / BUCKETS - 0.2) < 0.01 for count in Counter(before).values())
    assert all(abs(count / BUCKETS - 0.25) < 0.01 for count in Counter(after).values())


def test_rendezvous_shares_follow_weights():
    everyone = (True,) * 3

    counts = Counter(owners(by_rendezvous(("web/a", "web/b", "web/c"), (1, 2, 7), everyone), everyone))

    assert [round(counts[child] / BUCKETS, 2) for child in range(3)] == [0.1, 0.2, 0.7]


def test_a_new_child_takes_clients_and_moves_no_others():
    paths = ("web/a", "web/b", "web/c", "web/d")
    fewer = owners(by_rendezvous(paths[:3], (1,) * 3, (True,) * 3), (True,) * 3)
    more = owners(by_rendezvous(paths, (1,) * 4, (True,) * 4), (True,) * 4)

    assert all(one == other for one, other in zip(fewer, more, strict=True) if other != 3)


def test_tables_never_change_from_one_machine_or_release_to_another():
    """Pinned: a change here would move clients of every sticky name and of every weight by client."""
    sticky = by_rendezvous(("web/a", "web/b", "web/c"), (1, 2, 7), (True, True, True))
    shared = by_weight("www", (95, 5), (True, True))

    assert [sha256(table).hexdigest()[:16] for table in (sticky, shared)] == ["7754fdd89ff9ac7d", "5ac537814dd5c5a0"]
