"""Maglev's table: even to a slot, steady when members come and go."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from gslb.balance.maglev import Maglev, slots
from kit.members import upstreams

SIZE = 4093


def table(count, weight=lambda _: 1):
    return slots([(f"m{number}", weight(number)) for number in range(count)], SIZE)


@settings(max_examples=20)
@given(st.integers(1, 40))
def test_members_of_one_weight_have_the_same_slots_give_or_take_one(count):
    counts = Counter(table(count)).values()

    assert sum(counts) == SIZE
    assert max(counts) - min(counts) <= 1


def test_slots_follow_weight():
    counts = Counter(table(3, weight=lambda number: (4, 2, 1)[number]))

    assert [round(counts[number] / SIZE * 7, 1) for number in range(3)] == [4.0, 2.0, 1.0]


def test_a_member_that_goes_moves_little_else():
    before = table(10)
    names = [f"m{number}" for number in range(10) if number != 4]
    after = [names[index] for index in slots([(name, 1) for name in names], SIZE)]
    kept = [(f"m{old}", new) for old, new in zip(before, after, strict=True) if old != 4]

    assert sum(old != new for old, new in kept) / len(kept) < 0.1


def test_everybody_is_named_once_from_the_slot_on():
    members = upstreams(5)
    selector = Maglev(members)
    firsts = Counter(next(selector.order(str(number).encode())).name for number in range(500))

    assert all(Counter(selector.order(str(number).encode())) == Counter(members) for number in range(20))
    assert set(firsts) == {member.name for member in members}


def test_nobody_is_chosen_where_nobody_is():
    assert list(Maglev([]).order(b"key")) == []
