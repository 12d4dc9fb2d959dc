"""Hashing in whole numbers, the same on every machine."""

from array import array
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gslb.policy.hashing import hashed, numbers, packed, permutation, shuffled, splitmix64, unpacked


def test_splitmix64_gives_the_published_sequence():
    """The first outputs for seed 1234567 of the reference implementation (prng.di.unimi.it/splitmix64.c)."""
    state, found = 1234567, []
    for _ in range(3):
        found.append(splitmix64(state))
        state = (state + 0x9E3779B97F4A7C15) & 0xFFFF_FFFF_FFFF_FFFF

    assert found == [6457827717110365317, 3203168211198807973, 9817491932198370423]


def test_hashes_never_change_from_one_machine_or_release_to_another():
    """Pinned: a change here would move every client of every sticky name."""
    assert hashed("web/eu-west") == 0x9B3C4AC0DDB2C1BC
    assert permutation("web/eu-west")[:6].tolist() == [50765, 51390, 6659, 47242, 44467, 44881]


@given(st.text(), st.text())
def test_different_texts_have_different_hashes(one, other):
    assert (hashed(one) == hashed(other)) == (one == other)


@given(st.integers(0, 300), st.integers(0, 2**70))
def test_a_shuffle_keeps_everything(count, seed):
    assert sorted(shuffled(count, seed)) == list(range(count))


def test_shuffles_of_different_seeds_differ():
    assert len({tuple(shuffled(10, seed)) for seed in range(100)}) == 100


def test_numbers_of_one_seed_are_one_sequence():
    assert list(islice(numbers(5), 3)) == list(islice(numbers(5), 3)) != list(islice(numbers(6), 3))


@pytest.mark.parametrize("text", ["", "web/eu-west", "www.example.com./eu"])
def test_each_text_puts_all_buckets_into_an_order(text):
    assert sorted(permutation(text)) == list(range(65_536))


def test_orders_of_different_texts_look_independent():
    """Of 65,536 buckets, those in the lower half for both of two texts are a quarter, within six deviations."""
    texts = [f"web/{number}" for number in range(6)]
    for one in texts:
        for other in texts:
            if one < other:
                both = sum(a < 32_768 and b < 32_768 for a, b in zip(permutation(one), permutation(other), strict=True))
                assert abs(both - 16_384) < 6 * 64


@given(st.lists(st.integers(0, 65_535), max_size=40))
def test_tables_are_two_bytes_an_entry_little_endian(entries):
    assert packed(entries) == b"".join(entry.to_bytes(2, "little") for entry in entries)
    assert unpacked(packed(entries)) == array("H", entries)
