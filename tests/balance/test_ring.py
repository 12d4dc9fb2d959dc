"""A ring moves only the keys of who comes or goes, and lets nobody carry more than its bound."""

from collections import Counter
from math import ceil, inf

from hypothesis import given, settings
from hypothesis import strategies as st

from gslb.balance.ring import BALANCE, Ring
from kit.members import Upstream, upstreams, weighing

KEYS = [f"/item/{number}".encode() for number in range(2000)]


def homes(members):
    selector = Ring(members, inf)
    return {key: next(selector.order(key)).name for key in KEYS}


def test_who_goes_moves_only_its_own_keys_and_a_return_brings_them_back():
    all_, fewer = homes(upstreams(8)), homes(upstreams(8)[:3] + upstreams(8)[4:])

    assert {all_[key] for key in KEYS if all_[key] != fewer[key]} == {"m3"}
    assert all(fewer[key] != "m3" for key in KEYS)


def test_the_next_of_a_key_is_where_it_goes_when_its_home_goes():
    members = upstreams(6)
    selector = Ring(members, inf)
    for key in KEYS[:200]:
        first, second, *_ = selector.order(key)
        without = Ring([member for member in members if member is not first], inf)
        assert next(without.order(key)) is second


def test_shares_follow_weight_within_what_points_allow():
    chosen = Counter(homes(weighing(4, 2, 1, 1)).values())

    assert all(abs(chosen[f"m{number}"] / len(KEYS) - weight / 8) < 0.06 for number, weight in enumerate((4, 2, 1, 1)))


@settings(max_examples=40)
@given(st.lists(st.integers(1, 4), min_size=2, max_size=6), st.lists(st.sampled_from(KEYS[:5]), max_size=60))
def test_nobody_carries_more_than_its_bound_even_of_one_key(weights, asked):
    members = weighing(*weights)
    selector = Ring(members)
    for key in asked:
        next(selector.order(key)).active += 1
        total = sum(member.active for member in members)
        for member in members:
            assert member.active <= ceil(BALANCE * total * member.weight / sum(weights))


def test_everybody_is_named_once_the_full_ones_last():
    members = upstreams(4)
    members[2].active = 10
    order = list(Ring(members).order(b"key"))

    assert order[-1] is members[2]
    assert Counter(order) == Counter(members)


def test_names_place_members_not_their_order():
    members = [Upstream("a"), Upstream("b"), Upstream("c")]

    assert homes(members) == homes(members[::-1])


def test_nobody_is_chosen_where_nobody_is():
    assert list(Ring([]).order(b"key")) == []
