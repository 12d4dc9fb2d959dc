"""Draws are 64 bits each, all of them used, and never the same."""

from gslb.engine import system_draws


def test_draws_are_fresh_64_bit_numbers():
    draw = system_draws()
    drawn = [draw() for _ in range(2_000)]  # several pages

    assert len(set(drawn)) == 2_000
    assert min(drawn) >= 0
    assert 2**63 < max(drawn) < 2**64


def test_every_bit_is_set_half_the_time():
    """2,000 coins: 6 standard deviations are 134."""
    draw = system_draws()
    drawn = [draw() for _ in range(2_000)]

    assert all(abs(sum(number >> bit & 1 for number in drawn) - 1_000) < 134 for bit in range(64))


def test_two_sources_do_not_give_the_same():
    one, other = system_draws(), system_draws()

    assert [one() for _ in range(10)] != [other() for _ in range(10)]
