"""Sticky shares of the 65,536 buckets: each client's nearest living child, however the tables are made."""

from collections import Counter
from hashlib import sha256
from math import log

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gslb.policy.hashing import permutation, unpacked
from gslb.policy.rendezvous import _logarithms, by_rendezvous, ranking

BUCKETS = 65_536


def owners(table: bytes, alive: tuple[bool, ...]) -> list[int]:
    """Each bucket's child, by its place among all."""
    places = [place for place, lives in enumerate(alive) if lives]
    return [places[entry] for entry in unpacked(table)]


def test_logarithms_in_whole_numbers_are_the_logarithms():
    for rank in (0, 1, 2, 500, 32_767, 65_534, 65_535):
        assert _logarithms()[rank] / 2**60 == pytest.approx(-log((2 * rank + 1) / 131_072), abs=1e-12)
    assert max(_logarithms()) < 2**64


CHILDREN = st.lists(
    st.tuples(st.sampled_from([f"web/{number}" for number in range(12)]), st.sampled_from((1, 1, 2, 50))),
    min_size=2,
    max_size=8,
    unique_by=lambda row: row[0],
)


def naive(paths: tuple[str, ...], weights: tuple[int, ...], alive: tuple[bool, ...], bucket: int) -> int:
    distances = {
        child: -log((2 * permutation(path)[bucket] + 1) / 131_072) / weight
        for child, (path, weight) in enumerate(zip(paths, weights, strict=True))
        if alive[child]
    }
    return min(distances, key=lambda child: distances[child])


@settings(max_examples=12)
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


@pytest.mark.parametrize(
    ("count", "down", "digest"),
    [
        pytest.param(3, (), "80a53c4efe6d707a", id="all alive"),
        pytest.param(7, (1, 4, 6), "ee8dd03b18728f3f", id="some clients have lost their two nearest"),
        pytest.param(17, (3,), "e2b06e71ec2f2f71", id="too many for more than the nearest"),
        pytest.param(300, range(2, 300), "b6091b4a97bf5aae", id="too many for an octet"),
    ],
)
def test_tables_never_change_from_one_machine_or_release_to_another(count, down, digest):
    """Pinned: a change here would move clients of every sticky name."""
    paths, weights = tuple(f"web/{number}" for number in range(count)), tuple(1 + n % 3 for n in range(count))
    alive = tuple(number not in down for number in range(count))
    table = by_rendezvous(paths, weights, alive)

    found = owners(table, alive)
    assert all(found[bucket] == naive(paths, weights, alive, bucket) for bucket in range(0, BUCKETS, 331))
    assert sha256(table).hexdigest()[:16] == digest


def test_the_tables_of_yesterday_are_those_of_today():
    table = by_rendezvous(("web/a", "web/b", "web/c"), (1, 2, 7), (True, True, True))

    assert sha256(table).hexdigest()[:16] == "7754fdd89ff9ac7d"


def test_who_is_near_is_worked_out_once_whoever_dies():
    ranking.cache_clear()
    for down in range(5):
        by_rendezvous(tuple("vwxyz"), (1,) * 5, tuple(number != down for number in range(5)))

    assert ranking.cache_info().misses == 1


@pytest.mark.parametrize(("count", "depth"), [(1, 1), (2, 1), (3, 2), (4, 3), (6, 3), (7, 2), (16, 2), (17, 1)])
def test_as_many_of_the_nearest_are_kept_as_an_octet_can_tell(count, depth):
    codes, found = ranking(tuple(f"web/{number}" for number in range(count)), (1,) * count)

    assert (found, len(codes)) == (depth, BUCKETS)
