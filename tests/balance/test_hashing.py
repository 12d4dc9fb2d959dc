"""A place is the same everywhere and spread over all numbers."""

from hashlib import blake2b

from gslb.balance.hashing import place


def test_a_place_is_the_same_everywhere():
    assert place(b"m0") == int.from_bytes(blake2b(b"m0", digest_size=8).digest(), "big")
    assert place(b"a") != place(b"b") != place(b"a", b"salt")


def test_places_are_spread_over_all_numbers():
    tops = [place(str(number).encode()) >> 60 for number in range(16_000)]

    assert all(800 < tops.count(top) < 1200 for top in range(16))
